"""How the money is shared, the ledger, runs, awards and their signatures."""

from django.utils import timezone

from funding.forms.money import ParameterForm
from funding.models import Award, Cycle, LevelDecision, Pot, RoundDeclaration
from funding.rules.parameters import default_nation
from funding.services.allocation import compute_run
from funding.services.awards import post_awards
from funding.services.fanout import tell_all
from funding.services.levels import decide_level, make_challenge
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
LISTS = [ListPage("funding:shares", many_pots)]


def with_awards(world):
    """A published result with awards in the world's neighbourhood, its interests declared by the two who sign."""
    with_money(world)
    if not Award.objects.exists():
        round_ = make_round(world.area, world.cycle, slug="awarded", convenor=world.body)
        projects = [make_project(round_, f"AWD-00{at}", capital=100_000 * at) for at in (1, 2)]
        publish_outcome(round_, projects, selected=["AWD-002", "AWD-001"])
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
    form = ParameterForm(document=world.draft_set.document)
    return {
        name: value if value is not True else "on"
        for name, value in form.initial.items()
        if value is not None and value is not False
    }


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
    Page("funding:parameter_difference", "compared", two_sets, as_="steward"),
    Page("funding:fan_out", "under way", some_work, as_="steward"),
]
