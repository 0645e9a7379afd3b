"""Reads of projects for pages: lists with filters and orders, one project with all it shows, search, look-alikes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, NullIf
from django.utils.translation import gettext as _

from communities.models import Area
from funding.models import BeneficiaryShare, Colour, Project, ProjectState, Round, Source
from renewal.kernel.money import Pence, pounds

# Cost bands of the public list: query value -> least and most pence (both included).
COST_BANDS: dict[str, tuple[int, int | None]] = {
    "to-5000": (0, 500_000),
    "to-10000": (500_001, 1_000_000),
    "over-10000": (1_000_001, None),
}
# What a row of a list never shows; sorting thousands of rows carries their width along.
LONG = ("search", "titles", "description", "description_cy")
STATUSES: dict[str, tuple[str, ...]] = {
    "vote": ("passed", "funded", "unfunded"),
    "checking": ("sent", "changes"),
    "refused": ("refused",),
    "withdrawn": ("withdrawn", "combined"),
}


def listed_projects(
    round_: Round,
    *,
    theme: str = "",
    cost: str = "",
    status: str = "",
    area: str = "",
    words: str = "",
    sort: str = "",
    seed: str = "",
) -> QuerySet[Project]:
    """List a round's public projects, filtered and ordered; unknown filter values filter nothing.

    ``sort`` is "cost", "name" or "" (what matches ``words`` best first; without words shuffled by ``seed``, which keeps
    the order over pages).
    """
    found: QuerySet[Project] = (
        Project.objects.filter(round=round_).public().select_related("theme", "group", "body", "round").defer(*LONG)
    )
    if theme:
        found = found.filter(Q(theme__code=theme) | Q(theme__strand__code=theme))
    if cost in COST_BANDS:
        least, most = COST_BANDS[cost]
        found = found.filter(capital_pence__gte=least - F("revenue_pence"))
        found = found if most is None else found.filter(capital_pence__lte=most - F("revenue_pence"))
    if status in STATUSES:
        found = found.filter(state__in=STATUSES[status])
    if area:
        found = found.filter(shares__area__slug=area)
    if words.strip():
        found = matching(found, words)
    if sort == "cost":
        return found.order_by(F("capital_pence") + F("revenue_pence"), "reference")
    if sort == "name":
        return found.order_by(Coalesce(NullIf("title", Value("")), F("title_cy")), "reference")
    if words.strip():
        return found  # best first
    return found.order_by(Func(F("pk"), Value(seed_number(seed)), function="hashint8extended"), "pk")


def seed_number(seed: str) -> int:
    """Turn a seed of any text into the whole number that the database mixes with each key."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:7])


def shuffle_seed(round_: Round, visitor: str, at: datetime) -> str:
    """Make the seed of a visitor's order: their own, another for each round and day, and nobody else's first place."""
    text = f"{round_.pk}:{visitor}:{at:%Y-%m-%d}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def matching(projects: QuerySet[Project], words: str) -> QuerySet[Project]:
    """Keep projects that match words in English or Welsh, best first; where none does, those with a title like them.

    Uses the stored vector ``search`` (English stems, plain Welsh, accents off), then the trigram index on the titles.
    """
    words = words.strip()[:200]
    query = SearchQuery(words, config="funding_english", search_type="websearch") | SearchQuery(
        words, config="funding_plain", search_type="websearch"
    )
    by_words = projects.filter(Q(search=query) | Q(reference=words.upper()))  # references are capitals, and indexed
    if by_words.exists():
        return by_words.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "reference")
    return (
        projects.filter(titles__trigram_word_similar=words)
        .annotate(rank=TrigramWordSimilarity(words, "titles"))
        .order_by("-rank", "reference")
    )


def similar_projects(*, round_: Round, title: str, besides: int | None = None, most: int = 5) -> list[Project]:
    """Find public projects with a title like one being typed: in this round first, then in areas of the same parent."""
    title = title.strip()[:120]
    if len(title) < 4:
        return []
    near = Project.objects.public().filter(
        Q(round=round_) | Q(round__area__parent=round_.area.parent_id), titles__trigram_word_similar=title
    )
    if besides is not None:
        near = near.exclude(pk=besides)
    return list(
        near.annotate(
            likeness=Greatest(TrigramSimilarity("titles", title), TrigramWordSimilarity(title, "titles")),
            here=Q(round=round_),
        )
        .select_related("round__area", "group", "body")
        .defer(*LONG)
        .order_by("-here", "-likeness", "reference")[:most]
    )


@dataclass(frozen=True)
class CostLine:
    """One line of a project's cost table."""

    item: str
    kind: str
    amount: Pence


@dataclass(frozen=True)
class Costs:
    """What a project costs, and who pays what."""

    asked: list[CostLine]
    total: Pence
    others: list[str]


def areas_that_gain(round_: Round) -> list[tuple[Area, int]]:
    """List the areas where a round's public projects do good, by name, each with how many."""
    public = Project.objects.public().filter(round=round_)
    counts = dict(
        BeneficiaryShare.objects.filter(project__in=public)
        .order_by("area")
        .values_list("area")
        .annotate(count=Count("project", distinct=True))
    )
    areas = Area.objects.filter(pk__in=counts).select_related("outline").order_by("name", "pk")
    return [(area, counts[area.pk]) for area in areas]


def projects_to_join(project: Project, *, most: int = 20) -> list[Project]:
    """List other groups' projects of the round that could take this one in, those with a title like it first."""
    title = (project.title or project.title_cy)[:120]
    return list(
        Project.objects.public()
        .filter(round=project.round_id, state__in=["sent", "changes"], group__isnull=False)
        .exclude(pk=project.pk)
        .annotate(likeness=TrigramSimilarity("titles", title))
        .select_related("round__area", "group")
        .defer(*LONG)
        .order_by("-likeness", "reference")[:most]
    )


def sizes_of(project: Project) -> list[Project]:
    """List the other sizes of a project, the first one among them."""
    first = project.size_of_id or project.pk
    found = Project.objects.filter(Q(pk=first) | Q(size_of=first)).exclude(pk=project.pk)
    return list(found.exclude(state__in=["withdrawn", "combined"]).select_related("group").order_by("reference"))


def nearby_projects(project: Project, *, most: int = 4) -> list[Project]:
    """Find ideas like a project's in the neighbouring areas, for groups to find each other."""
    found = similar_projects(round_=project.round, title=project.title or project.title_cy, besides=project.pk, most=12)
    return [one for one in found if one.round.area_id != project.round.area_id][:most]


def costs_of(project: Project) -> Costs:
    """Gather a project's cost table: lines asked of the fund, their total, and other money in sentences."""
    lines = list(project.lines.all())
    years = {line.year for line in lines}
    asked = [
        CostLine(line.item, _kind_words(line.colour, line.year if len(years) > 1 else 0), Pence(line.amount_pence))
        for line in lines
        if line.source == Source.ASKED
    ]
    others = []
    for source, words in (
        (Source.MATCH, _("Other money that is agreed: %(sum)s.")),
        (Source.MATCH_HOPED, _("Other money that is not agreed yet: %(sum)s.")),
        (Source.IN_KIND, _("Things and places given free, worth %(sum)s.")),
    ):
        total = sum(line.amount_pence for line in lines if line.source == source)
        if total:
            others.append(words % {"sum": pounds(total)})
    return Costs(asked, Pence(sum(line.amount for line in asked)), others)


def _kind_words(colour: str, year: int) -> str:
    kind = str(Colour(colour).label)
    return _("%(kind)s, year %(year)s") % {"kind": kind, "year": year} if year else kind


TAG_KINDS = {
    ProjectState.PASSED: "calm",
    ProjectState.FUNDED: "good",
    ProjectState.SENT: "plain",
    ProjectState.CHANGES: "wait",
}
