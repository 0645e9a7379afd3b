"""Levels on record, challenges, joint projects and pot holders with the real database (R7-R9, S10, S11)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from communities.models import (
    Area,
    Body,
    BodyKind,
    Evidence,
    FundHolder,
    GovernanceProfile,
    Group,
    NearMatch,
    Resident,
    User,
)
from funding.models import Award, BeneficiaryShare, Challenge, HolderCandidate, LevelDecision, PotHolder
from funding.queries.levels import level_sentence, lines_of_tests
from funding.rules.problems import ParameterError
from funding.services.awards import post_awards
from funding.services.holders import (
    NotCrossSector,
    NotTheSecond,
    ProposalOpen,
    ReasonNeeded,
    choose_holder,
    decide_proposal,
    decline,
    draw_up_list,
    list_candidate,
    propose_holder,
)
from funding.services.ledger import check_ledger
from funding.services.levels import (
    ChallengeOver,
    NotDivided,
    NotIndependent,
    NotTheirs,
    RuledBefore,
    SharesWrong,
    challenge_as_resident,
    decide_level,
    lapse_challenges,
    make_challenge,
    rule_on_challenge,
    support_challenge,
    support_count,
)
from funding.services.rounds import options_of
from tests.factories.money import (
    COUNTRY,
    NOW,
    make_council,
    make_country,
    make_cycle,
    make_officer,
    make_person,
    make_posted_run,
    make_project,
    make_round,
    publish_outcome,
)

pytestmark = pytest.mark.django_db
ROWS = [*COUNTRY, ("OTH", "authority", "VALE", 9_000, None), ("OTH-1", "neighbourhood", "OTH", 9_000, 500)]


@pytest.fixture
def country():
    areas = make_country(ROWS)
    make_council(areas["ASH"])
    cycle = make_cycle()
    make_posted_run(cycle)
    return areas, cycle


def benefiting(project, **percents):
    for code, percent in percents.items():
        BeneficiaryShare.objects.create(
            project=project, area=Area.objects.get(code=code.replace("_", "-")), percent=percent
        )
    return project


def test_a_small_project_is_decided_where_it_is_and_says_how(country):
    areas, cycle = country
    project = make_project(make_round(areas["MILL"], cycle), "MIL-001", capital=500_000)

    decision = decide_level(project_id=project.pk, now=NOW)

    assert (decision.form, decision.area, decision.host) == ("single", areas["MILL"], areas["ASH"])
    assert [test["test"] for test in decision.tests] == ["T1", "T2", "T3:capital", "T4"]
    assert decision.parameter_hash == cycle.runs.get().parameter_set.digest


def test_the_same_facts_are_one_record_and_other_facts_supersede_it(country):
    areas, cycle = country
    project = make_project(make_round(areas["MILL"], cycle), "MIL-001", capital=500_000)
    first = decide_level(project_id=project.pk, now=NOW)

    assert decide_level(project_id=project.pk, now=NOW) == first
    benefiting(project, MILL=50, OLD=50)
    second = decide_level(project_id=project.pk, now=NOW)
    first.refresh_from_db()
    assert (second.area, second.number, first.superseded_at) == (areas["ASH"], 2, NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LevelDecision.objects.filter(pk=first.pk).update(superseded_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        LevelDecision.objects.filter(pk=second.pk).update(area=areas["MILL"])


def test_a_power_goes_up_and_an_unknown_one_is_refused(country):
    areas, cycle = country
    project = make_project(make_round(areas["MILL"], cycle), "MIL-001", capital=500_000)

    assert decide_level(project_id=project.pk, powers=["parks"], now=NOW).area == areas["ASH"]
    with pytest.raises(ParameterError, match="nobody knows the power “flying”"):
        decide_level(project_id=project.pk, powers=["flying"], now=NOW)


def test_before_the_money_is_divided_no_level_can_be_found(country):
    areas, _ = country
    project = make_project(make_round(areas["MILL"], make_cycle(year=2028), slug="later"), "MIL-001", capital=1)

    with pytest.raises(NotDivided):
        decide_level(project_id=project.pk, now=NOW)


@pytest.fixture
def decided(country):
    areas, cycle = country
    project = make_project(make_round(areas["MILL"], cycle), "MIL-001", capital=500_000)
    return decide_level(project_id=project.pk, now=NOW)


def residents(area, count):
    return [
        Resident.objects.create(
            area=area, match_token=f"{area.code}{at}", near_token="", how_known="officer", known_at=NOW
        )
        for at in range(count)
    ]


def test_r9_twenty_five_residents_oblige_a_ruling_and_each_counts_once(country, decided):
    areas, _ = country
    challenge = make_challenge(decision=decided, words="Only Oldbridge gains.", now=NOW)
    people = residents(areas["MILL"], 25)

    for person in [*people[:24], people[0]]:
        assert support_challenge(challenge_id=challenge.pk, resident=person, now=NOW).state == "gathering"
    assert support_challenge(challenge_id=challenge.pk, resident=people[24], now=NOW).state == "waiting"


def test_r9_the_areas_body_may_challenge_at_once_and_another_areas_body_may_not(country, decided):
    areas, _ = country
    council, other = Body.objects.get(slug="ashcombe"), make_council(areas["OTH"], "other")

    with pytest.raises(NotTheirs):
        make_challenge(decision=decided, words="Ours!", body=other, now=NOW)
    assert make_challenge(decision=decided, words="Wrong.", body=council, now=NOW).state == "waiting"
    with pytest.raises(ChallengeOver):
        make_challenge(decision=decided, words="Again.", body=council, now=NOW)


def test_r9_a_reviewer_of_another_authority_rules_once(country, decided):
    areas, _ = country
    council, other = Body.objects.get(slug="ashcombe"), make_council(areas["OTH"], "other")
    challenge = make_challenge(decision=decided, words="Wrong.", body=council, now=NOW)
    own, outside = make_officer(council, "Own", "reviewer"), make_officer(other, "Outside", "reviewer")

    for refused in (own, make_person("Nobody")):
        with pytest.raises(NotIndependent):
            rule_on_challenge(challenge_id=challenge.pk, reviewer=refused, upheld=True, ruling="Yes", now=NOW)
    ruled = rule_on_challenge(challenge_id=challenge.pk, reviewer=outside, upheld=True, ruling="Shares", now=NOW)
    decided.refresh_from_db()
    assert (ruled.state, decided.superseded_at) == ("upheld", NOW)
    with pytest.raises(RuledBefore):
        rule_on_challenge(challenge_id=challenge.pk, reviewer=outside, upheld=False, ruling="No", now=NOW)


def test_r9_the_window_is_ten_days_and_a_challenge_without_support_lapses(country, decided):
    make_challenge(decision=decided, words="Wrong.", now=NOW)
    late = NOW + timedelta(days=11)

    assert lapse_challenges(now=late) == 1
    with pytest.raises(ChallengeOver):
        make_challenge(decision=decided, words="Late.", now=late)


def joint_case(country, chosen):
    """A project of Mill and Oldbridge, dearer than the borough's pot, on both ballots."""
    areas, cycle = country
    mill, old = make_round(areas["MILL"], cycle), make_round(areas["OLD"], cycle)
    project = benefiting(make_project(mill, "MIL-001", capital=5_500_000), MILL=70, OLD=30)
    decision = decide_level(project_id=project.pk, now=NOW)
    for round_ in (mill, old):
        share = sum(decision.payers[round_.area.code].values())
        project.capital_pence = share  # what stands on each ballot is the area's share
        publish_outcome(round_, [project], selected=["MIL-001"] if round_.area.code in chosen else [])
    return decision, mill, old


def test_s11_a_joint_project_draws_on_both_pots_once_both_areas_chose_it(country):
    decision, mill, old = joint_case(country, {"MILL", "OLD"})

    assert decision.form == "joint"
    assert post_awards(round_id=mill.pk, now=NOW) == []  # the other area has not voted yet
    post_awards(round_id=old.pk, now=NOW)
    award = Award.objects.get()
    paid = {part.pot.area.code: part.pence for part in award.parts.all()}
    assert paid == {"MILL": 3_850_000, "OLD": 1_650_000}
    assert (award.capital_pence, award.round) == (5_500_000, mill)
    assert check_ledger(now=NOW).differences == []


def test_s11_without_nine_tenths_nobody_pays(country):
    _, mill, old = joint_case(country, {"MILL"})

    post_awards(round_id=mill.pk, now=NOW)
    post_awards(round_id=old.pk, now=NOW)

    assert Award.objects.count() == 0


def listed(country, slug, kind, **seats):
    areas, cycle = country
    body = Body.objects.create(slug=slug, name=slug, kind=BodyKind.OTHER, area=areas["ASH"])
    return list_candidate(area=areas["MILL"], cycle=cycle, body=body, kind=kind, now=NOW, **seats)


def test_the_first_willing_body_of_the_list_holds_the_pot_and_any_other_choice_takes_two_and_a_reason(country):
    council = listed(country, "council", "council")
    trust = listed(country, "trust", "local_civil_society")
    one, two = make_person("One"), make_person("Two")

    for second, reason in [(None, "r"), (one, "r"), (two, " ")]:
        with pytest.raises(ReasonNeeded):
            choose_holder(candidate_id=council.pk, actor=one, second=second, reason=reason, now=NOW)
    assert choose_holder(candidate_id=trust.pk, actor=one, now=NOW).first_willing
    later = choose_holder(candidate_id=council.pk, actor=one, second=two, reason="The trust is closing.", now=NOW)
    assert PotHolder.objects.standing().get() == later
    decline(candidate_id=trust.pk, now=NOW)
    assert choose_holder(candidate_id=council.pk, actor=one, now=NOW).first_willing


def test_a_cross_sector_body_needs_half_its_seats_local(country):
    with pytest.raises(NotCrossSector):
        listed(country, "alliance", "cross_sector", seats=10, local_seats=4)
    assert listed(country, "board", "cross_sector", seats=10, local_seats=5).place == 200


def test_the_project_page_tells_the_level_in_one_sentence(country):
    areas, cycle = country
    round_ = make_round(areas["MILL"], cycle)
    alone = make_project(round_, "MIL-001", capital=500_000)
    shared = benefiting(make_project(round_, "MIL-002", capital=500_000), MILL=50, OLD=50)
    parks = make_project(round_, "MIL-003", capital=500_000, powers="parks")
    dear = benefiting(make_project(round_, "MIL-004", capital=5_500_000), MILL=70, OLD=30)

    said = [level_sentence(decide_level(project_id=project.pk, now=NOW)) for project in (alone, shared, parks, dear)]

    assert said == [
        "Decided by Mill, because it serves this neighbourhood and its money is enough.",
        "Decided by Ash, because it serves 2 neighbourhoods.",
        "Decided by Ash, because it needs powers that no smaller area has.",
        "Decided by 2 areas in Ash together, because it costs more than the money for Ash.",
    ]
    assert [line.passed for line in lines_of_tests(LevelDecision.objects.get(project=parks))].count(False) == 1


def test_r9_an_upheld_challenge_corrects_the_shares_and_the_level(country, decided):
    areas, _ = country
    council, other = Body.objects.get(slug="ashcombe"), make_council(areas["OTH"], "other")
    challenge = make_challenge(decision=decided, words="Oldbridge gains too.", body=council, now=NOW)
    outside = make_officer(other, "Outside", "reviewer")
    ruling = {"challenge_id": challenge.pk, "reviewer": outside, "upheld": True, "ruling": "Half each.", "now": NOW}

    with pytest.raises(SharesWrong):
        rule_on_challenge(shares={areas["MILL"].pk: 50, areas["OLD"].pk: 40}, **ruling)
    rule_on_challenge(shares={areas["MILL"].pk: 50, areas["OLD"].pk: 50}, **ruling)

    fresh = decided.project.level_decisions.current().get()
    assert (decided.area, fresh.area, fresh.number) == (areas["MILL"], areas["ASH"], 2)
    assert fresh.facts["shares"] == {"MILL": 500_000, "OLD": 500_000}
    decided.refresh_from_db()
    assert (decided.facts["shares"], decided.superseded_at) == ({"MILL": 1_000_000}, NOW)


def test_r9_only_people_who_live_there_support_and_two_who_may_be_one_count_once(country, decided):
    areas, _ = country
    people = residents(areas["MILL"], 26)
    NearMatch.objects.create(resident=people[1], other=people[0], found_at=NOW)
    challenge = challenge_as_resident(decision=decided, words="Only one street gains.", resident=people[0], now=NOW)

    with pytest.raises(NotTheirs):
        support_challenge(challenge_id=challenge.pk, resident=residents(areas["OTH"], 1)[0], now=NOW)
    for person in people[1:25]:
        support_challenge(challenge_id=challenge.pk, resident=person, now=NOW)
    challenge.refresh_from_db()
    assert (challenge.state, support_count(challenge)) == ("gathering", 24)
    NearMatch.objects.update(state="different", settled_at=NOW)
    assert (lapse_challenges(now=NOW), Challenge.objects.get().state) == (0, "waiting")


def fund_holder(name, area, *, seats=9, local=8, civil=9, public=0, form="charity"):
    """A group that offers to hold money in an area, with seats as it said."""
    group = Group.objects.create(slug=name.lower(), name=name, legal_form=form, area=area)
    GovernanceProfile.objects.create(
        group=group, seats=seats, local_seats=local, civil_seats=civil, public_seats=public, how_decided="We vote.",
        as_of=NOW.date(), added_by=make_person(f"Of {name}"), added_at=NOW,
    )  # fmt: skip
    Evidence.objects.create(
        group=group, kind="social_purpose", basis="charity", dated_on=NOW.date(), added_by=User.objects.last(),
        added_at=NOW,
    )  # fmt: skip
    holder = FundHolder.objects.create(
        group=group, fee_basis="waived", most_award_pence=1, most_groups=1, pays_in_days=9, asks_for="x", offered_at=NOW
    )
    holder.areas.add(area)
    return group


def test_the_list_of_an_area_follows_from_seats_and_puts_a_council_last(country):
    areas, cycle = country
    fund_holder("Board", areas["ASH"], seats=10, local=5, civil=4, public=5)
    fund_holder("Trust", areas["ASH"])
    fund_holder("National", areas["UK"])
    fund_holder("Firm", areas["ASH"], form="private")
    fund_holder("Elsewhere", areas["OTH"])

    assert draw_up_list(area=areas["MILL"], cycle=cycle, now=NOW) == 4
    assert draw_up_list(area=areas["MILL"], cycle=cycle, now=NOW) == 0
    rows = HolderCandidate.objects.filter(area=areas["MILL"])
    assert [(row.label, row.kind) for row in rows] == [
        ("Trust", "local_civil_society"),
        ("Board", "cross_sector"),
        ("National", "wider_civil_society"),
        ("Ashcombe", "council"),
    ]


def test_a_later_choice_waits_for_a_second_person_and_can_be_challenged_while_the_first_cannot(country):
    areas, cycle = country
    trust = listed(country, "trust", "local_civil_society")
    council = listed(country, "council", "council")
    one, two = make_person("One"), make_person("Two")

    first = propose_holder(candidate_id=trust.pk, actor=one, now=NOW)
    with pytest.raises(ChallengeOver):
        make_challenge(holder=first, words="No.", now=NOW)
    with pytest.raises(ReasonNeeded):
        propose_holder(candidate_id=council.pk, actor=one, now=NOW)
    proposal = propose_holder(candidate_id=council.pk, actor=one, reason="The trust is closing.", now=NOW)
    assert PotHolder.objects.standing().get() == first
    with pytest.raises(ProposalOpen):
        propose_holder(candidate_id=trust.pk, actor=one, now=NOW)
    with pytest.raises(NotTheSecond):
        decide_proposal(proposal_id=proposal.pk, actor=one, confirm=True, now=NOW)
    later = decide_proposal(proposal_id=proposal.pk, actor=two, confirm=True, now=NOW)
    assert (later.reason, later.chosen_by, later.second) == ("The trust is closing.", one, two)
    with pytest.raises(NotTheSecond):
        decide_proposal(proposal_id=proposal.pk, actor=two, confirm=False, words="No", now=NOW)
    assert make_challenge(holder=later, words="The trust is not closing.", now=NOW).state == "gathering"


def test_a_project_is_sent_to_the_vote_of_the_area_that_decides_it_and_is_paid_there(country):
    areas, cycle = country
    mill, borough = make_round(areas["MILL"], cycle), make_round(areas["ASH"], cycle)
    stays = make_project(mill, "MIL-001", capital=300_000)
    goes = benefiting(make_project(mill, "MIL-002", capital=400_000), MILL=50, OLD=50)
    for project in (stays, goes):
        decide_level(project_id=project.pk, now=NOW)

    def refs(round_):
        return [option.ref for option in options_of(round_, now=NOW)]

    assert (refs(mill), refs(borough)) == (["MIL-001", "MIL-002"], ["MIL-002"])  # no vote of the borough is to come
    borough.phases.create(step="vote", starts_at=NOW, ends_at=NOW + timedelta(days=21))
    assert (refs(mill), refs(borough)) == (["MIL-001"], ["MIL-002"])
    assert options_of(borough, now=NOW)[0].url_path == f"rounds/{mill.slug}/projects/MIL-002/"

    publish_outcome(borough, [goes], selected=["MIL-002"])
    post_awards(round_id=borough.pk, now=NOW)
    award = Award.objects.get()
    assert (award.project, award.round, award.parts.get().pot.area) == (goes, borough, areas["ASH"])
    assert refs(make_round(areas["ASH"], cycle, slug="later")) == []  # it stood on a ballot already
