"""The demo's small awards: money set aside in two places, ideas to support, a month that was decided, a joint start."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from communities.models import Area, Body, Evidence, Group, HowKnown, LegalForm, Membership, Resident, User
from funding.models import (
    BeneficiaryShare,
    BudgetLine,
    Colour,
    Cycle,
    Decision,
    Finding,
    Partner,
    Project,
    Review,
    Round,
    RoundDeclaration,
    SmallPurse,
    Theme,
)
from funding.services import projects
from funding.services.joint_starts import award_joint_start
from funding.services.purses import open_purse, propose_purse
from funding.services.small_awards import advance_small_awards, commit_months, open_for_support, support_idea
from renewal.kernel.clock import add_working_days, london_day
from renewal.site.demo.money import ROOT
from renewal.site.demo.projects import REASONS
from renewal.site.demo.world import World

RESIDENTS = 14


@dataclass(frozen=True)
class Words:
    """One idea: whose it is, what it is in both languages, its theme, pounds in each colour, days since it was sent."""

    group: str
    title: str
    title_cy: str
    summary: str
    summary_cy: str
    theme: str
    capital: int
    revenue: int
    days: int
    supporters: int


RIVERSIDE = [
    Words("Friends of the River Walk", "Bulbs along the river walk", "Bylbiau ar hyd llwybr yr afon",
          "A thousand daffodils, planted on one Saturday with soup for all.",
          "Mil o gennin Pedr, wedi’u plannu ar un dydd Sadwrn gyda chawl i bawb.", "places", 0, 280, 62, 11),
    Words("Riverside Boat Builders", "A rowing boat to borrow", "Cwch rhwyfo i’w fenthyg",
          "We mend a boat that anyone can book for an hour.",
          "Rydym yn trwsio cwch y gall unrhyw un ei logi am awr.", "places", 650, 0, 60, 7),
    Words("Friends of the River Walk", "Lanterns for the winter walk", "Llusernau ar gyfer taith y gaeaf",
          "Two evenings of making lanterns, then a walk by the water.",
          "Dwy noson o wneud llusernau, yna taith wrth y dŵr.", "places", 0, 320, 9, 5),
    Words("Riverside Boat Builders", "Knots and tea", "Clymau a the",
          "Six Tuesday mornings to learn knots, talk and warm up.",
          "Chwe bore Mawrth i ddysgu clymau, sgwrsio a chynhesu.", "connecting", 0, 240, 8, 9),
]  # fmt: skip
CWM_DERW = [
    Words("Clwb Cinio Llanhafren", "Stories of the valley", "Straeon y cwm",
          "Older and younger people record each other’s stories.",
          "Pobl hŷn ac iau yn recordio straeon ei gilydd.", "connecting", 0, 350, 7, 6),
]  # fmt: skip
# code of the area, slug of the body, who proposes and who signs, who checks, what is brought
PURSES = [
    ("Z05000003", "ashcombe-council", "owen", "ruth", "priya", RIVERSIDE),
    ("Z05000023", "bro-hafren-council", "ruth", "owen", "owen", CWM_DERW),
]


def seed(world: World) -> None:
    """Set money aside as two officers do, bring ideas, let people support them, and decide the months that are over."""
    cycle = Cycle.objects.filter(fund__area__code=ROOT).order_by("-year").first()
    if cycle is None:
        return
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith="@example.org")}
    began = world.now - world.days(70)
    for code, body, first, second, checker, ideas in PURSES:
        area = Area.objects.get(code=code)
        purse = propose_purse(
            area_id=area.pk, cycle_id=cycle.pk, body_id=Body.objects.get(slug=body).pk, percent=10,
            actor=people[first], now=began,
        )  # fmt: skip
        purse = open_purse(purse_id=purse.pk, actor=people[second], now=began)
        commit_months(purse_id=purse.pk, now=began)
        officer = people[checker]
        RoundDeclaration.objects.create(officer=officer, round=Round.objects.get(purse=purse), declared_at=began)
        residents = make_residents(area, world)
        for number, words in enumerate(ideas, start=1):
            bring(purse, words, number, officer, residents, world)
    riverside = SmallPurse.objects.get(area__code="Z05000003", cycle=cycle)
    start_together(riverside, people, world)
    to_check(riverside, people["priya"], world)
    # The one who checked an idea does not pass the checks of its award: a colleague has declared too.
    RoundDeclaration.objects.create(officer=people["owen"], round=Round.objects.get(purse=riverside), declared_at=began)
    advance_small_awards(now=world.now)


def make_residents(area: Area, world: World) -> list[Resident]:
    """People known to live in the area; a token each, and no name."""
    return [
        Resident.objects.create(
            area=area, match_token=f"{world.random.getrandbits(256):064x}",
            near_token=f"{world.random.getrandbits(256):064x}", how_known=HowKnown.LETTER, known_at=world.now,
        )
        for _ in range(RESIDENTS)
    ]  # fmt: skip


def write_idea(purse: SmallPurse, words: Words, number: int, kind: str, world: World) -> Project:
    """Write one idea as its group sent it in."""
    group = Group.objects.get(name=words.group)
    members = Membership.objects.filter(group=group, left_at__isnull=True).select_related("user").order_by("pk")
    sent = world.now - world.days(words.days)
    writer = members[0].user
    round_ = Round.objects.get(purse=purse)
    project = Project.objects.create(
        round=round_, reference=f"{round_.prefix}-{number:03d}", group=group,
        checked_by=purse.body, kind=kind, state="sent", language=group.language, title=words.title,
        title_cy=words.title_cy, summary=words.summary,
        summary_cy=words.summary_cy, theme=Theme.objects.newest().get(code=words.theme), place=purse.area.name,
        capital_pence=words.capital * 100, revenue_pence=words.revenue * 100, created_by=writer,
        created_at=sent - timedelta(days=2), signed_by=writer, sent_at=sent,
    )  # fmt: skip
    BudgetLine.objects.bulk_create(
        BudgetLine(project=project, position=position, item=item, colour=colour, amount_pence=pounds * 100)
        for position, (item, colour, pounds) in enumerate(
            (("Materials", Colour.CAPITAL, words.capital), ("Running it", Colour.REVENUE, words.revenue)), start=1
        )
        if pounds
    )
    BeneficiaryShare.objects.create(project=project, area=purse.area, percent=100)
    projects.keep_version(project=project, actor=writer, now=sent)
    Review.objects.create(project=project, due_on=add_working_days(london_day(sent), 5, nation=purse.area.nation))
    return project


def let_pass(project: Project, officer: User, now: datetime) -> None:
    """Find every rule of the light check met."""
    review = project.reviews.get()
    Review.objects.filter(pk=review.pk).update(officer=officer, assigned_at=now, began_at=now, ended_at=now)
    Finding.objects.bulk_create(
        Finding(
            review=review, criterion=criterion, met="meets", reason=REASONS[criterion.code][0],
            reason_cy=REASONS[criterion.code][1], found_at=now,
        )
        for criterion in project.round.criteria.all()
    )  # fmt: skip
    Decision.objects.create(
        project=project, review=review, kind="pass", state="made", proposed_by=officer, proposed_at=now
    )
    Project.objects.filter(pk=project.pk).update(state="passed")
    project.refresh_from_db()


def bring(purse: SmallPurse, words: Words, number: int, officer: User, residents: list[Resident], world: World) -> None:
    """An idea that was checked two days after it came, with the support it has had since."""
    project = write_idea(purse, words, number, "small", world)
    checked = world.now - world.days(words.days - 2)
    let_pass(project, officer, checked)
    idea = open_for_support(project=project, now=checked)
    for day, resident in enumerate(residents[: words.supporters]):
        support_idea(
            idea_id=idea.pk, resident_id=resident.pk, area_codes=purse.area.chain_codes,
            now=checked + timedelta(hours=9 * (day + 1)),
        )  # fmt: skip


def to_check(purse: SmallPurse, officer: User, world: World) -> None:
    """One idea that waits for its light check."""
    words = Words(
        "Friends of the River Walk", "A bench by the ferry steps", "Mainc wrth risiau’r fferi",
        "Somewhere to sit and watch the river.", "Rhywle i eistedd a gwylio’r afon.", "places", 480, 0, 2, 0,
    )  # fmt: skip
    write_idea(purse, words, 8, "small", world)


def start_together(purse: SmallPurse, people: dict[str, User], world: World) -> None:
    """A joint start of a social enterprise and a bakery, checked and awarded."""
    then = world.now - world.days(40)
    bakery = Group.objects.create(
        slug="ferry-road-bakery", name="Ferry Road Bakery", legal_form=LegalForm.PRIVATE, area=purse.area,
        aims="Bread for Riverside, and work for people who have been out of work.",
    )  # fmt: skip
    Membership.objects.create(group=bakery, user=people["dev"], role="owner", joined_at=then)
    Evidence.objects.create(
        group=bakery, kind="social_purpose", basis="published", dated_on=london_day(then),
        statement="Half of the profit pays for training. Published each year.", added_by=people["dev"], added_at=then,
    )  # fmt: skip
    words = Words(
        "Riverside Boat Builders", "Bread and boats: a training year", "Bara a chychod: blwyddyn o hyfforddiant",
        "A boatyard and a bakery plan one training year for people out of work.",
        "Iard gychod a becws yn cynllunio un flwyddyn o hyfforddiant i bobl ddi-waith.", "places", 0, 450, 38, 0,
    )  # fmt: skip
    project = write_idea(purse, words, 7, "joint_start", world)
    Partner.objects.create(
        project=project, group=bakery, role="Meets and writes with us", invited_at=then, signed_by=people["dev"],
        signed_at=then + timedelta(days=1),
    )  # fmt: skip
    let_pass(project, people["priya"], world.now - world.days(36))
    award_joint_start(project_id=project.pk, actor=people["priya"], now=world.now - world.days(36))
