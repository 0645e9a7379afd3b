"""Small awards of an area: the public pages, a group's start, an officer's two signatures."""

from datetime import timedelta

from django.utils import timezone

from communities.models import Group, Membership, SafeguardingProfile
from funding.models import Award, RoundDeclaration, SmallIdea, SmallMonth
from funding.services.gates import pass_award_gate
from funding.services.projects import start_project
from funding.services.purses import open_purse, propose_purse
from funding.services.small_awards import commit_months, end_purse, settle_month
from tests.factories.small import give_support, make_idea, make_sent_idea
from tests.funding.catalogue.helping import HELPERS, POST_HELPERS
from tests.funding.catalogue.money import with_money
from tests.funding.catalogue.projects import make_round
from tests.support.catalogue import ListPage, Page, Row


def proposed_purse(world):
    """The lead proposes to set a tenth of Upper Test's money aside."""
    with_money(world)
    make_round(world.area, world.body, now=timezone.now(), prefix="UPT", slug="upper-2027", cycle=world.cycle.pk)
    world.purse = propose_purse(
        area_id=world.area.pk, cycle_id=world.cycle.pk, body_id=world.body.pk, percent=10, actor=world.users["lead"],
        now=timezone.now(),
    )  # fmt: skip
    return {"pk": world.purse.pk}


def opened_purse(world):
    if getattr(world, "small_open", False):
        return world
    proposed_purse(world)
    world.purse = open_purse(purse_id=world.purse.pk, actor=world.users["finance"], now=timezone.now())
    world.small_open = True
    return world


def with_idea(world):
    """One idea that people can support, one that is being checked."""
    opened_purse(world)
    if not SmallIdea.objects.exists():
        world.idea = make_idea(world.purse, 1, revenue=40_000, opened=timezone.now() - timedelta(days=2))
        give_support(world.idea, 2, now=timezone.now())
        make_sent_idea(world.purse, 2, revenue=25_000)
    return world


def decided(world):
    """A month with a funded idea, one that did not fit and one that nobody supported."""
    opened_purse(world)
    if not SmallMonth.objects.filter(decided_at__isnull=False).exists():
        now = timezone.now()
        then = (now.replace(day=1) - timedelta(days=1)).replace(day=1)
        commit_months(purse_id=world.purse.pk, now=then)
        for number, supporters in ((1, 3), (2, 1), (3, 0)):
            idea = make_idea(world.purse, number, revenue=30_000, opened=then)
            give_support(idea, supporters, now=then)
            SmallIdea.objects.filter(pk=idea.pk).update(closes_at=then + timedelta(days=14))
        month = SmallMonth.objects.get(first_day=then.date())
        settle_month(month_id=month.pk, now=now)
        world.small_month = f"{month.first_day:%Y-%m}"
    return world


def with_gates(world):
    """An award of last month with three checks to pass: one that is met, one that is due, one passed."""
    decided(world)
    if getattr(world, "gated", None) is None:
        world.gated = Award.objects.order_by("pk").first()
        project = world.gated.project
        for officer in ("reviewer", "lead"):
            RoundDeclaration.objects.get_or_create(
                officer=world.users[officer], round=world.purse.round, defaults={"declared_at": timezone.now()}
            )
        SafeguardingProfile.objects.create(
            group=project.group, works_with="none", added_by=world.users["member"], added_at=timezone.now()
        )
    return {"pk": world.gated.pk}


def listed_gates(world):
    with_gates(world)
    return {}


def one_passed(world):
    arguments = with_gates(world)
    pass_award_gate(
        award_id=world.gated.pk, kind="safeguarding", evidence="They work with nobody at risk.",
        actor=world.users["reviewer"], now=timezone.now(),
    )  # fmt: skip
    return arguments


def area_of(make):
    return lambda world: {"area": make(world).area.slug}


def idea_page(world):
    return {"area": with_idea(world).area.slug, "ref": world.idea.project.reference}


def helped_idea(world):
    return {"pk": with_idea(world).idea.pk}


def idea_over(world):
    arguments = idea_page(world)
    SmallIdea.objects.filter(pk=world.idea.pk).update(
        opened_at=timezone.now() - timedelta(days=20), closes_at=timezone.now() - timedelta(days=6)
    )
    return arguments


def idea_in_public(world):
    with_idea(world)
    return {"slug": world.purse.round.slug, "ref": world.idea.project.reference}


def idea_decided(world):
    decided(world)
    return {"slug": world.purse.round.slug, "ref": SmallIdea.objects.get(place=1).project.reference}


def month_page(world):
    return {"area": decided(world).area.slug, "month": world.small_month}


def over(world):
    opened_purse(world)
    end_purse(purse_id=world.purse.pk, now=timezone.now())
    return {"area": world.area.slug}


def nothing(world):
    return {"area": world.other_area.slug}


def purse_page(world):
    opened_purse(world)
    return {"pk": world.purse.pk}


def own_money(world):
    with_money(world)
    make_round(world.area, world.body, now=timezone.now(), prefix="UPT", slug="upper-2027", cycle=world.cycle.pk)
    return {}


def listed_purses(world):
    opened_purse(world)
    return {}


def begun(kind):
    def made(world):
        opened_purse(world)
        group = Group.objects.get(pk=world.group.pk)
        project = start_project(
            round_id=world.purse.round_id, group_id=group.pk, title="Seeds", language="en", actor=world.users["member"],
            now=timezone.now(), kind=kind,
        )  # fmt: skip
        return {"group": group.slug, "ref": project.reference}

    return made


def joint_page(world):
    return {**begun("joint_start")(world), "task": "joint", "page": 1}


def many_ideas(world, count):
    opened_purse(world)
    now = timezone.now()
    for number in range(10, 10 + count):
        make_idea(world.purse, number, revenue=1_000, opened=now)
    Membership.objects.filter(group__slug__startswith="friends-").update(joined_at=now)
    return {"area": world.area.slug}


CHECKER = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "others": 404}
SETTERS = {"stranger": "sign-in", "lead": 200, "finance": 200, "others": 404}
ANY_SETTER = {**SETTERS, "other_lead": 200, "other_finance": 200}
NAMED = {"name": "Amina Other", "house": "1", "postcode": "ZZ1 2CD"}
ROWS = [
    Row("funding:small_list", area_of(opened_purse), others=200),
    Row("funding:small_list", nothing, others=200),
    Row("funding:small_start", area_of(opened_purse), stranger="sign-in", others=200),
    Row("funding:small_start", area_of(opened_purse), method="post", stranger="sign-in", others=422),
    Row("funding:small_start", nothing, stranger="sign-in", others=404),
    Row("funding:small_support", idea_page, others=200),
    Row("funding:small_support", idea_page, method="post", others=422),
    Row("funding:small_code", idea_page, others=200),
    Row("funding:small_code", idea_page, method="post", others=422),
    Row("funding:helped_support", helped_idea, **HELPERS),
    Row("funding:helped_support", helped_idea, method="post", **POST_HELPERS),
    Row("funding:small_month", month_page, others=200),
    Row("funding:small_month_file", month_page, others=200),
    Row("funding:purses", own_money, **ANY_SETTER),
    Row("funding:purses", own_money, method="post", stranger="sign-in", lead=422, finance=422, other_lead=422,
        other_finance=422, others=404),
    Row("funding:purse", proposed_purse, **SETTERS),
    Row("funding:gates", listed_gates, **CHECKER, other_reviewer=200, other_lead=200),
    Row("funding:gate", with_gates, **CHECKER),
    Row("funding:gate", with_gates, method="post", data=lambda w: {"what": "subsidy"}, stranger="sign-in", reviewer=422,
        lead=422, others=404),
    Row("funding:purse", proposed_purse, method="post", data=lambda w: {"answer": "sign"}, stranger="sign-in",
        lead=422, finance=303, others=404),
]  # fmt: skip
PAGES = [
    Page("funding:small_list", "ideas to support", area_of(with_idea)),
    Page("funding:small_list", "a month decided", area_of(decided)),
    Page("funding:small_list", "nothing set aside", nothing),
    Page("funding:small_list", "over", over),
    Page("funding:small_start", "a member", area_of(opened_purse), as_="member"),
    Page("funding:small_start", "without a group", area_of(opened_purse), as_="person"),
    Page("funding:small_start", "errors", area_of(opened_purse), as_="member", method="post", status=422),
    Page("funding:small_start", "over", over, as_="member"),
    Page("funding:small_support", "the form", idea_page),
    Page("funding:small_support", "errors", idea_page, method="post", status=422),
    Page("funding:small_support", "its days are over", idea_over),
    Page("funding:small_support", "outside every area", idea_page, method="post", data=NAMED, status=422),
    Page("funding:small_code", "the form", idea_page),
    Page("funding:small_code", "errors", idea_page, method="post", status=422),
    Page("funding:helped_support", "open", helped_idea, as_="reviewer"),
    Page("funding:small_month", "three ideas", month_page),
    Page("funding:project_detail", "a small idea to support", idea_in_public),
    Page("funding:project_detail", "a small idea that was funded", idea_decided),
    Page("funding:application_tasks", "a small idea", begun("small"), as_="member"),
    Page("funding:application_task", "a joint start", joint_page, as_="member"),
    Page("funding:gates", "one", listed_gates, as_="reviewer"),
    Page("funding:gates", "none", as_="reviewer"),
    Page("funding:gate", "two to pass", with_gates, as_="reviewer"),
    Page("funding:gate", "one passed", one_passed, as_="reviewer"),
    Page("funding:gate", "errors", with_gates, as_="reviewer", method="post", data={"what": "subsidy"}, status=422),
    Page("funding:purses", "one open", listed_purses, as_="lead"),
    Page("funding:purses", "errors", own_money, as_="lead", method="post", status=422),
    Page("funding:purse", "a second person reads it", proposed_purse, as_="finance"),
    Page("funding:purse", "the proposer waits", proposed_purse, as_="lead"),
    Page("funding:purse", "open", purse_page, as_="lead"),
]
LISTS = [ListPage("funding:small_list", many_ideas)]
