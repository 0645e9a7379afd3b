"""Awards follow the count and nothing else: M5, M6, S12, R14, R15 with the real database."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from funding.models import (
    Award,
    AwardGate,
    FrozenSelection,
    InterestDeclaration,
    Mandate,
    Pot,
    Project,
    RoundDeclaration,
    Suggestion,
)
from funding.queries.areas_asked import list_asked
from funding.services.awards import NoPriority, NothingToAward, NotSignedOff, pass_gate, post_awards, reverse_award
from funding.services.ledger import Overspent, balances, check_ledger
from funding.services.priorities import adopt_list
from funding.services.reserve import release_rejected
from funding.services.sign_off import (
    FiguresMoved,
    HasInterest,
    InterestNotDeclared,
    NothingToSign,
    SameSigner,
    propose_awards,
    send_awards_back,
    sign_awards,
)
from renewal.kernel.models import Notice
from tests.factories.money import (
    NOW,
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


@pytest.fixture
def counted():
    """A round of Mill whose vote chose A, B and C, with D, E and F on the reserve list in that order."""
    areas = make_country()
    cycle = make_cycle()
    make_posted_run(cycle)
    round_ = make_round(areas["MILL"], cycle)
    projects = [
        make_project(round_, "MIL-001", capital=1_000_000),
        make_project(round_, "MIL-002", capital=2_000_000, revenue=500_000),
        make_project(round_, "MIL-003", revenue=300_000, form="informal"),
        make_project(round_, "MIL-004", capital=6_000_000),
        make_project(round_, "MIL-005", capital=900_000),
        make_project(round_, "MIL-006", capital=100_000),
    ]
    return publish_outcome(
        round_,
        projects,
        selected=["MIL-002", "MIL-001", "MIL-003"],
        limits={"capital": 3_100_000, "revenue": 800_000},
        votes={"MIL-001": 80, "MIL-002": 90, "MIL-003": 70, "MIL-004": 60, "MIL-005": 50, "MIL-006": 50},
    )


def left(area_code):
    pots = {pot.colour: pot.account_id for pot in Pot.objects.filter(area__code=area_code)}
    held = balances(pots.values())
    return {colour: held[account] for colour, account in pots.items()}


def reject(round_, ref):
    """Make a rejection final, as the answers do."""
    mandate = Mandate.objects.filter(round=round_, ref=ref).first() or Mandate.objects.create(
        kind="project", body=round_.convenor, area=round_.area, round=round_, ref=ref, position=99, title=ref,
        cost_pence=1, made_at=NOW, due_at=NOW,
    )  # fmt: skip
    Mandate.objects.filter(pk=mandate.pk).update(state="rejected_for_good", answered_at=NOW)


def test_a_selection_is_awarded_in_its_order_from_the_pots_of_its_colours(counted):
    before = left("MILL")

    awards = post_awards(round_id=counted.pk, now=NOW)

    assert [(a.project.reference, a.position, a.state) for a in awards] == [
        ("MIL-002", 1, "conditional"),
        ("MIL-001", 2, "conditional"),
        ("MIL-003", 3, "conditional"),
    ]
    after = left("MILL")
    assert (before["capital"] - after["capital"], before["revenue"] - after["revenue"]) == (3_000_000, 800_000)
    assert check_ledger(now=NOW).differences == []


def test_awarding_twice_is_awarding_once(counted):
    first = post_awards(round_id=counted.pk, now=NOW)

    assert post_awards(round_id=counted.pk, now=NOW) == first


def test_an_unpublished_result_awards_nothing(counted):
    counted.poll.outcome.published_at = None
    counted.poll.outcome.save()

    with pytest.raises(NothingToAward):
        post_awards(round_id=counted.pk, now=NOW)


def test_m5_a_selection_above_the_pot_is_refused_whole(counted):
    pot = Pot.objects.get(area__code="MILL", colour="capital")
    project = counted.projects.get(reference="MIL-001")
    option = counted.poll.options.get(ref="MIL-001")
    option.cost_pence = pot.amount_pence
    option.demands = {"capital": pot.amount_pence}
    option.save()

    with pytest.raises(Overspent):
        post_awards(round_id=counted.pk, now=NOW)
    assert (Award.objects.count(), project.awards.count()) == (0, 0)


def test_the_frozen_list_and_an_awards_sum_cannot_be_edited(counted):
    (award, *_) = post_awards(round_id=counted.pk, now=NOW)

    with pytest.raises(DatabaseError), transaction.atomic():
        FrozenSelection.objects.update(digest="0")
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(capital_pence=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(position=9)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM funding_award")


def test_s12_the_money_of_a_rejection_goes_to_the_next_that_fits_the_same_limits(counted):
    post_awards(round_id=counted.pk, now=NOW)
    reject(counted, "MIL-001")

    moved_up = release_rejected(round_id=counted.pk, now=NOW)

    # £10,000 came free beside £1,000 that was left: too little for 004; 005 fits, then 006.
    assert [(a.project.reference, a.position, a.origin) for a in moved_up] == [
        ("MIL-005", 4, "reserve"),
        ("MIL-006", 5, "reserve"),
    ]
    assert Award.objects.get(project__reference="MIL-001").state == "reversed"
    assert set(Mandate.objects.filter(round=counted).values_list("ref", flat=True)) >= {"MIL-005", "MIL-006"}
    assert check_ledger(now=NOW).differences == []


def test_releasing_twice_moves_nobody_up_twice(counted):
    post_awards(round_id=counted.pk, now=NOW)
    reject(counted, "MIL-001")
    release_rejected(round_id=counted.pk, now=NOW)

    assert release_rejected(round_id=counted.pk, now=NOW) == []


def test_a_body_that_rejects_what_moved_up_frees_its_money_again_and_never_for_the_first(counted):
    post_awards(round_id=counted.pk, now=NOW)
    reject(counted, "MIL-001")
    release_rejected(round_id=counted.pk, now=NOW)
    reject(counted, "MIL-005")

    again = release_rejected(round_id=counted.pk, now=NOW)

    assert again == []  # 004 still does not fit, and what was rejected never comes back
    standing = Award.objects.standing().values_list("project__reference", flat=True)
    assert list(standing) == ["MIL-002", "MIL-003", "MIL-006"]


def declared(round_, name):
    person = make_person(name)
    RoundDeclaration.objects.create(officer=person, round=round_, declared_at=NOW)
    return person


def test_m6_two_different_people_sign_the_same_figures(counted):
    post_awards(round_id=counted.pk, now=NOW)
    priya, owen = declared(counted, "Priya"), declared(counted, "Owen")

    proposed = propose_awards(round_id=counted.pk, user=priya, now=NOW)

    with pytest.raises(SameSigner):
        sign_awards(round_id=counted.pk, user=priya, seen_digest=proposed.digest, now=NOW)
    with pytest.raises(FiguresMoved):
        sign_awards(round_id=counted.pk, user=owen, seen_digest="0" * 64, now=NOW)
    signed = sign_awards(round_id=counted.pk, user=owen, seen_digest=proposed.digest, now=NOW)
    assert (signed.state, signed.figures["total"]) == ("signed", 3_800_000)
    with pytest.raises(NothingToSign):
        propose_awards(round_id=counted.pk, user=priya, now=NOW)


def test_p2_a_person_with_an_interest_cannot_sign_and_everybody_must_have_said(counted):
    post_awards(round_id=counted.pk, now=NOW)
    conflicted, silent = declared(counted, "Conflicted"), make_person("Silent")
    InterestDeclaration.objects.create(
        officer=conflicted, project=counted.projects.first(), kind="family", bars=True, declared_at=NOW
    )

    with pytest.raises(HasInterest):
        propose_awards(round_id=counted.pk, user=conflicted, now=NOW)
    with pytest.raises(InterestNotDeclared):
        propose_awards(round_id=counted.pk, user=silent, now=NOW)


def test_figures_that_moved_since_they_were_proposed_cannot_be_signed(counted):
    awards = post_awards(round_id=counted.pk, now=NOW)
    proposed = propose_awards(round_id=counted.pk, user=declared(counted, "Priya"), now=NOW)
    reverse_award(award_id=awards[0].pk, because="withdrawn", now=NOW)

    with pytest.raises(FiguresMoved):
        sign_awards(round_id=counted.pk, user=declared(counted, "Owen"), seen_digest=proposed.digest, now=NOW)


def test_the_other_leads_hear_that_awards_wait_for_a_second_signature(counted):
    post_awards(round_id=counted.pk, now=NOW)
    lead = make_officer(counted.convenor, "Ruth")

    propose_awards(round_id=counted.pk, user=declared(counted, "Priya"), now=NOW)

    told = Notice.objects.get(kind="sign_off_needed")
    assert told.person_id == lead.pk
    assert f"/en/staff/awards/{counted.slug}/sign-off/" in told.body


def test_figures_can_be_sent_back_with_a_reason_and_proposed_again(counted):
    post_awards(round_id=counted.pk, now=NOW)
    priya, owen = declared(counted, "Priya"), declared(counted, "Owen")
    propose_awards(round_id=counted.pk, user=priya, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        send_awards_back(round_id=counted.pk, user=owen, reason="", now=NOW)
    assert send_awards_back(round_id=counted.pk, user=owen, reason="One is missing", now=NOW).state == "sent_back"
    assert propose_awards(round_id=counted.pk, user=priya, now=NOW).state == "waiting"


def test_an_award_stays_conditional_until_every_gate_has_passed(counted):
    (award, *_) = post_awards(round_id=counted.pk, now=NOW)
    priya, owen = declared(counted, "Priya"), declared(counted, "Owen")

    with pytest.raises(NotSignedOff):
        pass_gate(award_id=award.pk, kind="subsidy", evidence="form 7", now=NOW, actor=priya)
    proposed = propose_awards(round_id=counted.pk, user=priya, now=NOW)
    sign_awards(round_id=counted.pk, user=owen, seen_digest=proposed.digest, now=NOW)
    kinds = list(AwardGate.objects.filter(award=award).values_list("kind", flat=True))
    states = [pass_gate(award_id=award.pk, kind=kind, evidence="seen", now=NOW, actor=owen).state for kind in kinds]

    assert states == ["conditional"] * (len(kinds) - 1) + ["confirmed"]


def test_a_group_without_a_constitution_also_needs_somebody_to_hold_the_money(counted):
    awards = post_awards(round_id=counted.pk, now=NOW)

    kinds = {a.project.reference: set(a.gates.values_list("kind", flat=True)) for a in awards}
    assert "holder" in kinds["MIL-003"]
    assert "holder" not in kinds["MIL-001"]


# What an award answers (G-4.2-A1) ----------------------------------------------------------------


def adopt(round_):
    """The area adopts one need; returns it as projects cite it."""
    need = Suggestion.objects.create(round=round_, number=1, ref="MIL-N01", text="A warm room to meet", created_at=NOW)
    return adopt_list(round_id=round_.pk, refs=[need.ref], voters=9, now=NOW).priorities.get()


def test_g_4_2_a1_no_award_without_a_link_to_an_adopted_priority(counted):
    adopt(counted)

    with pytest.raises(NoPriority) as refusal:
        post_awards(round_id=counted.pk, now=NOW)

    assert refusal.value.refs == ["MIL-001", "MIL-002", "MIL-003"]
    assert not Award.objects.exists()


def test_g_4_2_a1_every_award_links_to_the_adopted_priority_that_it_answers(counted):
    priority = adopt(counted)
    Project.objects.filter(round=counted).update(priority=priority)

    awards = post_awards(round_id=counted.pk, now=NOW)

    assert {award.project.priority.ref for award in awards} == {"MIL-N01"}
    asked = list_asked(priority.list, now=NOW).needs
    assert [[project.ref for project in need.projects] for need in asked] == [[f"MIL-00{n}" for n in range(1, 7)]]
