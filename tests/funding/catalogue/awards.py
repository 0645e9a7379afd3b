"""Awards of a round, and the two signatures under them."""

from funding.models import Award, RoundDeclaration
from funding.services.awards import post_awards
from funding.services.sign_off import propose_awards, sign_awards
from tests.factories.money import NOW, make_project, make_round, publish_outcome
from tests.funding.catalogue.money import nothing_but_money, with_money
from tests.support.catalogue import ListPage, Page, Row


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


def many_awarded_rounds(world, count):
    with_awards(world)
    for number in range(1, count):
        round_ = make_round(world.area, world.cycle, slug=f"awarded-{number}", convenor=world.body)
        project = make_project(round_, f"MORE-00{number}", capital=1_000)
        publish_outcome(round_, [project], selected=[project.reference])
        post_awards(round_id=round_.pk, now=NOW)
    return {}


def many_awards(world, count):
    return {"slug": with_awards(world, of=count).awarded.slug}


OWN_OFFICERS = {
    "stranger": "sign-in", "lead": 200, "finance": 200, "reviewer": 200, "auditor": 200, "steward": 200, "others": 404,
}  # fmt: skip
ROWS = [
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
]  # fmt: skip
PAGES = [
    Page("funding:awards", "none", nothing_but_money, as_="lead"),
    Page("funding:awards", "some", lambda w: awarded(w) and {}, as_="lead"),
    Page("funding:awards_review", "posted", awarded, as_="lead"),
    Page("funding:sign_off", "first signature", awarded, as_="finance"),
    Page("funding:sign_off", "second signature", proposed, as_="lead"),
    Page("funding:sign_off", "signed first myself", proposed, as_="finance"),
    Page("funding:sign_off", "signed by two", signed, as_="lead"),
    Page("funding:sign_off", "nothing chosen", proposed, as_="lead", method="post", data={"seen": "x"}, status=422),
]  # fmt: skip
LISTS = [
    ListPage("funding:awards", many_awarded_rounds, as_="lead"),
    ListPage("renewal:staff_home", many_awarded_rounds, as_="lead"),
    ListPage("funding:awards_review", many_awards, as_="lead"),
    ListPage("funding:sign_off", many_awards, as_="finance"),
]
