"""How the money is shared, the ledger, runs, awards and their signatures."""

from datetime import date

from django.utils import timezone

from communities.models import Body
from funding.forms.parameters import ParameterForm
from funding.models import Award, Cycle, HolderKind, LevelDecision, Pot, RoundDeclaration
from funding.rules.parameters import default_nation
from funding.services.allocation import compute_run
from funding.services.awards import post_awards
from funding.services.fanout import tell_all
from funding.services.holders import decide_proposal, list_candidate, propose_holder
from funding.services.levels import decide_level, make_challenge
from funding.services.rollover import roll_over
from funding.services.sign_off import propose_awards, sign_awards
from tests.factories.money import (
    NOW,
    make_cycle,
    make_posted_run,
    make_project,
    make_round,
    make_run,
    make_set,
    publish_outcome,
)
from tests.support.catalogue import ListPage, Page, Row
from tests.support.world import make_area


def with_money(world):
    """Divide a year over the world's areas, once; only pages about money need it."""
    if not Pot.objects.exists():
        world.cycle = Cycle.objects.order_by("-year").first() or make_cycle()
        Cycle.objects.filter(pk=world.cycle.pk).update(capital_pence=30_000_000, revenue_pence=10_000_000)
        nation = {**default_nation(), "adopted_by": "Testland Assembly", "floor_pence": 100_000}
        world.run = make_posted_run(world.cycle, make_set({"nations": {"T92": nation}}))
    return world


def area_with_money(world):
    return {"area": with_money(world).area.slug}


def borough_with_money(world):
    return {"area": with_money(world).authority.slug}


def nothing_but_money(world):
    with_money(world)
    return {}


def many_pots(world, count):
    for number in range(count):
        make_area(f"T05-9{number}", f"More {number}", "neighbourhood", parent=world.authority)
    with_money(world)
    return {}


ROWS = [
    Row("funding:shares", nothing_but_money, others=200),
    Row("funding:shares_csv", nothing_but_money, others=200),
    Row("funding:share_detail", area_with_money, others=200),
    Row("funding:simulator", area_with_money, others=200),
]
PAGES = [
    Page("funding:shares", "nothing divided yet"),
    Page("funding:shares", "divided", nothing_but_money),
    Page("funding:shares", "filtered to nothing", nothing_but_money, query="q=nowhere&level=county"),
    Page("funding:share_detail", "a neighbourhood", area_with_money),
    Page("funding:share_detail", "a borough", borough_with_money),
    Page("funding:share_detail", "no share", lambda w: {"area": w.area.slug}),
    Page("funding:simulator", "before trying", area_with_money),
    Page("funding:simulator", "tried", area_with_money, query="people=9000&need=80&authority=10"),
    Page("funding:simulator", "wrong figures", area_with_money, query="people=-1&authority=140", status=422),
    Page("communities:area_detail", "with its money", area_with_money),
]


def with_awards(world, of=2):
    """A published result with awards in the world's neighbourhood, its interests declared by the two who sign."""
    with_money(world)
    if not Award.objects.exists():
        round_ = make_round(world.area, world.cycle, slug="awarded", convenor=world.body)
        projects = [make_project(round_, f"AWD-00{at}", capital=100_000 * at) for at in range(1, of + 1)]
        publish_outcome(round_, projects, selected=[f"AWD-00{at}" for at in range(of, 0, -1)])
        post_awards(round_id=round_.pk, now=NOW)
        for part in ("lead", "finance"):
            RoundDeclaration.objects.create(officer=world.users[part], round=round_, declared_at=NOW)
        world.awarded = round_
    return world


def awarded(world):
    return {"slug": with_awards(world).awarded.slug}


def proposed(world):
    slug = awarded(world)
    propose_awards(round_id=world.awarded.pk, user=world.users["finance"], now=NOW)
    return slug


def signed(world):
    slug = proposed(world)
    sign_off = world.awarded.sign_offs.get()
    sign_awards(round_id=world.awarded.pk, user=world.users["lead"], seen_digest=sign_off.digest, now=NOW)
    return slug


def decided(world):
    with_awards(world)
    decide_level(project_id=world.awarded.projects.get(reference="AWD-002").pk, now=timezone.now())
    return {"slug": world.awarded.slug, "ref": "AWD-002"}


def undecided(world):
    return {"slug": with_awards(world).awarded.slug, "ref": "AWD-001"}


def challenged(world):
    decided(world)
    decision = LevelDecision.objects.get()
    world.challenge = make_challenge(
        decision=decision, words="Only one street gains.", body=world.body, now=timezone.now()
    )
    return {"pk": world.challenge.pk}


def gathering(world):
    decided(world)
    world.challenge = make_challenge(
        decision=LevelDecision.objects.get(), words="One street gains.", now=timezone.now()
    )
    return {"pk": world.challenge.pk}


def holder_list(world):
    """A list of two: a local trust and the council."""
    with_money(world)
    rows = [(world.other_body, HolderKind.LOCAL_CIVIL_SOCIETY), (world.body, HolderKind.COUNCIL)]
    world.listed = [
        list_candidate(area=world.area, cycle=world.cycle, body=body, kind=kind, now=NOW) for body, kind in rows
    ]
    return {"area": world.area.slug}


def first_chosen(world):
    where = holder_list(world)
    propose_holder(candidate_id=world.listed[0].pk, actor=world.users["lead"], now=timezone.now())
    return where


def later_proposed(world):
    where = holder_list(world)
    world.proposal = propose_holder(
        candidate_id=world.listed[1].pk, actor=world.users["finance"], reason="The trust is closing.",
        now=timezone.now(),
    )  # fmt: skip
    return where


def later_chosen(world):
    where = later_proposed(world)
    decide_proposal(proposal_id=world.proposal.pk, actor=world.users["lead"], confirm=True, now=timezone.now())
    return where


def next_year(world):
    """A year after the one that was divided, divided too, and what was left rolled into it."""
    with_money(world)
    after = make_cycle(year=world.cycle.year + 1)
    Cycle.objects.filter(pk=after.pk).update(fund=world.cycle.fund)
    make_posted_run(Cycle.objects.get(pk=after.pk), world.run.parameter_set)
    world.after = after
    return {"pk": after.pk}


def rolled(world):
    next_year(world)
    roll_over(cycle_id=world.after.pk, now=NOW)
    return {"area": world.area.slug}


def a_year(world):
    return {"pk": with_money(world).cycle.pk}


YEAR = {
    "year": "2031", "capital_pence": "1000", "revenue_pence": "500", "starts_on_0": "1", "starts_on_1": "4",
    "starts_on_2": "2031", "ends_on_0": "1", "ends_on_1": "4", "ends_on_2": "2032",
}  # fmt: skip


def many_to_hold(world, count):
    many_pots(world, count)
    return {}


def a_run(world):
    return {"pk": with_money(world).run.pk}


def a_run_to_sign(world):
    with_money(world)
    other = make_set({**world.run.parameter_set.document, "reserve_bp": 700}, name="Other")
    run = compute_run(run_id=make_run(world.cycle, other, corrects_id=world.run.pk).pk, now=NOW)
    world.to_sign = run
    return {"pk": run.pk}


def a_draft(world):
    with_money(world)
    world.draft_set = make_set({**world.run.parameter_set.document, "reserve_bp": 900}, name="Draft")
    return {"pk": world.draft_set.pk}


def a_draft_of_england(world):
    """A set in which only a nation takes part that the world does not have."""
    with_money(world)
    return {"pk": make_set({}, name="Elsewhere").pk}


def a_used_set(world):
    return {"pk": with_money(world).run.parameter_set_id}


def two_sets(world):
    draft = a_draft(world)
    return {"pk": world.run.parameter_set_id, "other": draft["pk"]}


def some_work(world):
    with_awards(world)
    return {"pk": tell_all(cycle=world.cycle, now=NOW).pk}


def busy(world):
    some_work(world)
    a_run_to_sign(world)
    return {}


def filled_in(world):
    """What the form of the draft would send unchanged."""
    return sent_unchanged(world.draft_set.document)


def sent_unchanged(document):
    """What a browser sends when the form of a draft is saved as it stands."""
    form = ParameterForm(document=document)
    sent = {}
    for name, value in form.initial.items():
        if isinstance(value, date):
            sent |= {f"{name}_0": value.day, f"{name}_1": value.month, f"{name}_2": value.year}
        elif value is True:
            sent[name] = "on"
        elif value is not None and value is not False:
            sent[name] = form[name].field.prepare_value(value)
    return sent


ADDRESS = {"name": "Amina Example", "house": "1", "postcode": "ZZ99 9ZZ"}
CHOOSERS = {"stranger": "sign-in", "lead": 200, "finance": 200, "reviewer": 200, "steward": 200, "others": 404}
CHOOSERS_POST = {"stranger": "sign-in", "lead": 303, "finance": 303, "reviewer": 303, "steward": 303, "others": 404}
STEWARD = {"stranger": "sign-in", "steward": 200, "others": 404}
STEWARD_POST = {"stranger": "sign-in", "steward": 303, "others": 404}
OWN_OFFICERS = {
    "stranger": "sign-in", "lead": 200, "finance": 200, "reviewer": 200, "auditor": 200, "steward": 200, "others": 404,
}  # fmt: skip
LEDGER = {
    "stranger": "sign-in", "lead": 200, "other_lead": 200, "finance": 200, "other_finance": 200, "auditor": 200,
    "other_auditor": 200, "steward": 200, "others": 404,
}  # fmt: skip
ROWS += [
    Row("funding:project_level", decided, others=200),
    Row(
        "funding:project_level", decided, method="post", data=lambda w: {"words": "Wrong."},
        lead=303, other_lead=303, others=404,
    ),
    Row("funding:challenge_rule", challenged, stranger="sign-in", reviewer=200, other_reviewer=200, others=404),
    Row(
        "funding:challenge_rule", challenged, method="post", data=lambda w: {"upheld": "no", "ruling": "It stands."},
        stranger="sign-in", reviewer=422, other_reviewer=422, others=404,
    ),
    Row("funding:level_challenge", decided, others=200),
    Row("funding:level_challenge", decided, method="post", others=422),
    Row("funding:challenge_detail", gathering, others=200),
    Row("funding:challenge_support", gathering, others=200),
    Row("funding:challenge_support", gathering, method="post", data=lambda w: ADDRESS, others=422),
    Row("funding:unspent", rolled, others=200),
    Row("funding:to_capital", area_with_money, stranger="sign-in", lead=200, others=404),
    Row("funding:to_capital", area_with_money, method="post", stranger="sign-in", lead=422, others=404),
    Row("funding:year_new", nothing_but_money, **STEWARD),
    Row(
        "funding:year_new", nothing_but_money, method="post",
        data=lambda w: YEAR | {"fund": w.cycle.fund_id}, **STEWARD_POST,
    ),
    Row("funding:year_detail", a_year, **STEWARD),
    Row("funding:year_roll", next_year, method="post", **STEWARD_POST),
    Row("funding:pot_holder", first_chosen, others=200),
    Row("funding:holder_challenge", later_chosen, others=200),
    Row("funding:holder_challenge", later_chosen, method="post", others=422),
    Row(
        "funding:holders_staff", nothing_but_money, stranger="sign-in", lead=200, other_lead=200, finance=200,
        other_finance=200, reviewer=200, other_reviewer=200, steward=200, others=404,
    ),
    Row("funding:holder_choose", holder_list, **CHOOSERS),
    Row(
        "funding:holder_choose", holder_list, method="post", data=lambda w: {"candidate": w.listed[0].pk},
        **CHOOSERS_POST,
    ),
    Row("funding:holder_list", holder_list, method="post", **CHOOSERS_POST),
    Row(
        "funding:holder_decline", holder_list, method="post",
        data=lambda w: {"candidate": w.listed[0].pk, "words": "Letter of 1 March"}, **CHOOSERS_POST,
    ),
    Row(
        "funding:awards", nothing_but_money, stranger="sign-in", lead=200, other_lead=200, finance=200,
        other_finance=200, reviewer=200, other_reviewer=200, auditor=200, other_auditor=200, steward=200, others=404,
    ),
    Row("funding:awards_review", awarded, **OWN_OFFICERS),
    Row("funding:sign_off", awarded, **{**OWN_OFFICERS, "auditor": 404}),
    Row(
        "funding:sign_off", awarded, method="post", data=lambda w: {"decision": "sign", "seen": "x"},
        stranger="sign-in", lead=303, finance=303, reviewer=422, steward=422, others=404,
    ),
    Row("funding:ledger", nothing_but_money, **LEDGER),
    Row("funding:ledger_csv", nothing_but_money, **LEDGER),
    Row("funding:steward_home", nothing_but_money, **STEWARD),
    Row("funding:run_new", nothing_but_money, **STEWARD),
    Row("funding:run_new", nothing_but_money, method="post", stranger="sign-in", steward=422, others=404),
    Row("funding:run_detail", a_run, **STEWARD),
    Row(
        "funding:run_sign", a_run_to_sign, method="post", data=lambda w: {"seen": w.to_sign.outcome_hash},
        **STEWARD_POST,
    ),
    Row("funding:parameter_set", a_draft, **STEWARD),
    Row("funding:parameter_set", a_draft, method="post", data=filled_in, **STEWARD_POST),
    Row("funding:parameter_preview", a_draft, **STEWARD),
    Row("funding:parameter_set_copy", a_used_set, method="post", **STEWARD_POST),
    Row("funding:parameter_difference", two_sets, **STEWARD),
    Row("funding:fan_out_start", lambda w: {"kind": "counts"}, method="post", **STEWARD_POST),
    Row("funding:fan_out", some_work, **STEWARD),
]  # fmt: skip
PAGES += [
    Page("funding:project_level", "decided", decided),
    Page("funding:project_level", "not worked out yet", undecided),
    Page("funding:project_level", "a lead may challenge", decided, as_="lead"),
    Page("funding:project_level", "no words", decided, as_="lead", method="post", data={"words": ""}, status=422),
    Page("funding:challenge_rule", "waiting", challenged, as_="other_reviewer"),
    Page("funding:challenge_rule", "nothing chosen", challenged, as_="other_reviewer", method="post", status=422),
    Page("funding:level_challenge", "open", decided),
    Page("funding:level_challenge", "not worked out yet", undecided),
    Page("funding:level_challenge", "nothing typed", decided, method="post", status=422),
    Page("funding:challenge_detail", "gathering support", gathering),
    Page("funding:challenge_detail", "by a council", challenged),
    Page("funding:challenge_support", "form", gathering),
    Page("funding:challenge_support", "nothing typed", gathering, method="post", status=422),
    Page("funding:unspent", "nothing divided yet", lambda w: {"area": w.area.slug}),
    Page("funding:unspent", "nothing rolled", area_with_money),
    Page("funding:unspent", "rolled", rolled),
    Page("funding:to_capital", "form", area_with_money, as_="lead"),
    Page("funding:to_capital", "nothing typed", area_with_money, as_="lead", method="post", status=422),
    Page("funding:year_new", "form", nothing_but_money, as_="steward"),
    Page("funding:year_new", "nothing typed", nothing_but_money, as_="steward", method="post", status=422),
    Page("funding:year_detail", "first year", a_year, as_="steward"),
    Page("funding:year_detail", "ready to roll", next_year, as_="steward"),
    Page("funding:year_detail", "rolled", lambda w: {"pk": rolled(w) and w.after.pk}, as_="steward"),
    Page("funding:pot_holder", "no list yet", area_with_money),
    Page("funding:pot_holder", "first willing", first_chosen),
    Page("funding:pot_holder", "a later choice", later_chosen),
    Page("funding:pot_holder", "nothing divided yet", lambda w: {"area": w.area.slug}),
    Page("funding:holder_challenge", "open", later_chosen),
    Page("funding:holder_challenge", "cannot be challenged", first_chosen),
    Page("funding:holder_challenge", "nothing typed", later_chosen, method="post", status=422),
    Page("funding:holders_staff", "nothing divided yet", as_="lead"),
    Page("funding:holders_staff", "areas", lambda w: later_proposed(w) and {}, as_="lead"),
    Page("funding:holder_choose", "no list yet", area_with_money, as_="lead"),
    Page("funding:holder_choose", "list", holder_list, as_="lead"),
    Page("funding:holder_choose", "chosen", later_chosen, as_="lead"),
    Page("funding:holder_choose", "second person", later_proposed, as_="lead"),
    Page("funding:holder_choose", "proposed myself", later_proposed, as_="finance"),
    Page("funding:holder_choose", "nothing chosen", holder_list, as_="lead", method="post", status=422),
    Page("funding:awards", "none", nothing_but_money, as_="lead"),
    Page("funding:awards", "some", lambda w: awarded(w) and {}, as_="lead"),
    Page("funding:awards_review", "posted", awarded, as_="lead"),
    Page("funding:sign_off", "first signature", awarded, as_="finance"),
    Page("funding:sign_off", "second signature", proposed, as_="lead"),
    Page("funding:sign_off", "signed first myself", proposed, as_="finance"),
    Page("funding:sign_off", "signed by two", signed, as_="lead"),
    Page("funding:sign_off", "nothing chosen", proposed, as_="lead", method="post", data={"seen": "x"}, status=422),
    Page("funding:ledger", "empty", as_="auditor"),
    Page("funding:ledger", "with movements", nothing_but_money, as_="auditor"),
    Page("funding:ledger", "filtered to nothing", nothing_but_money, as_="auditor", query="q=nowhere"),
    Page("funding:steward_home", "empty", as_="steward"),
    Page("funding:steward_home", "with work", busy, as_="steward"),
    Page("funding:run_new", "form", nothing_but_money, as_="steward"),
    Page("funding:run_new", "nothing chosen", nothing_but_money, as_="steward", method="post", status=422),
    Page("funding:run_detail", "posted", a_run, as_="steward"),
    Page("funding:run_detail", "to sign", a_run_to_sign, as_="steward"),
    Page("funding:parameter_set", "draft", a_draft, as_="steward"),
    Page("funding:parameter_set", "in use", a_used_set, as_="steward"),
    Page("funding:parameter_set", "faults", a_draft, as_="steward", method="post", data={"name": ""}, status=422),
    Page("funding:parameter_preview", "fits", a_draft, as_="steward"),
    Page("funding:parameter_preview", "does not fit", a_draft_of_england, as_="steward"),
    Page("funding:parameter_difference", "compared", two_sets, as_="steward"),
    Page("funding:fan_out", "under way", some_work, as_="steward"),
]
LISTS = [ListPage("funding:shares", many_pots), ListPage("funding:holders_staff", many_to_hold, as_="steward")]


def many_pots_above(world, count):
    many_pots(world, count)
    return {"area": world.authority.slug}


def many_awarded_rounds(world, count):
    with_awards(world)
    for number in range(1, count):
        round_ = make_round(world.area, world.cycle, slug=f"awarded-{number}", convenor=world.body)
        project = make_project(round_, f"MORE-00{number}", capital=1_000)
        publish_outcome(round_, [project], selected=[project.reference])
        post_awards(round_id=round_.pk, now=NOW)
    return {}


def many_candidates(world, count):
    with_money(world)
    for number in range(count):
        body = Body.objects.create(
            slug=f"trust-{number}", name=f"Trust {number}", kind="community_anchor", area=world.authority
        )
        kind = HolderKind.LOCAL_CIVIL_SOCIETY
        list_candidate(area=world.area, cycle=world.cycle, body=body, kind=kind, now=NOW)
    return {"area": world.area.slug}


def many_awards(world, count):
    return {"slug": with_awards(world, of=count).awarded.slug}


def many_differences(world, count):
    many_pots(world, count)
    return two_sets(world)


LISTS += [
    ListPage("funding:holder_choose", many_candidates, as_="lead"),
    ListPage("funding:awards", many_awarded_rounds, as_="lead"),
    ListPage("renewal:staff_home", many_awarded_rounds, as_="lead"),
    ListPage("funding:awards_review", many_awards, as_="lead"),
    ListPage("funding:sign_off", many_awards, as_="finance"),
    ListPage("funding:parameter_difference", many_differences, as_="steward"),
    ListPage("funding:ledger", many_to_hold, as_="auditor"),
    ListPage("funding:share_detail", many_pots_above),
]
