"""Reads of needs: the list of a round, what sounds alike, and one need with its trace."""

from datetime import datetime

from django.contrib.postgres.search import TrigramDistance
from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Upper

from funding.models import Heard, Round, Suggestion, SuggestionComment, SuggestionMerge, SuggestionState
from funding.services.priorities import plain_sentence

MOST_ALIKE = 5
FARTHEST = 0.7  # a trigram similarity of 0.3 or more


def listed_needs(round_: Round, *, words: str = "", theme: str = "", sort: str = "") -> QuerySet[Suggestion]:
    """Needs of a round that stand, filtered and in the reader's order; uses the index of each order."""
    needs = Suggestion.objects.standing().filter(round=round_).select_related("theme")
    if words.strip():
        needs = needs.filter(Q(text__icontains=words.strip()) | Q(text_cy__icontains=words.strip()))
    if theme:
        needs = needs.filter(theme__code=theme)
    if sort == "new":
        return needs.order_by("-number")
    return needs.order_by("number") if sort == "old" else needs.most_supported()


def needs_alike(round_: Round, text: str, *, but: int | None = None) -> list[Suggestion]:
    """Needs of a round that sound like a sentence, most alike first; at most five, none for a very short sentence.

    Alike is a trigram similarity of 0.3 or more in either language (pg_trgm); people decide whether they are one.
    """
    text = plain_sentence(text)
    if len(text) < 4:
        return []
    near: dict[int, tuple[float, Suggestion]] = {}
    for column in ("text", "text_cy"):
        for need in _nearest(round_, column, text, but=but):
            distance = min(need.distance, near[need.pk][0] if need.pk in near else 1.0)  # type: ignore[attr-defined]  # of the query
            if distance <= FARTHEST and need.pk != but:
                near[need.pk] = (distance, need)
    found = sorted(near.values(), key=lambda pair: (pair[0], pair[1].number))
    return [need for _distance, need in found[:MOST_ALIKE]]


def _nearest(round_: Round, column: str, text: str, *, but: int | None) -> QuerySet[Suggestion]:
    """Ask an index of distances for the nearest few: its work does not grow with what sounds a little alike."""
    return (
        Suggestion.objects.standing()
        .filter(round=round_, **{f"{column}__gt": ""})
        .annotate(distance=TrigramDistance(Upper(column), text.upper()))
        .order_by("distance")[: MOST_ALIKE + (but is not None)]
    )


def need_with_trace(round_: Round, ref: str) -> QuerySet[Suggestion]:
    """One need with what joined it, where it was heard, and its comments, in a constant number of queries."""
    return (
        Suggestion.objects.filter(round=round_, ref=ref)
        .select_related("theme", "merged_into", "left_out_by", "merge", "round__area")
        .prefetch_related(
            Prefetch("merges", SuggestionMerge.objects.select_related("source").order_by("at")),
            Prefetch("heard_at", Heard.objects.select_related("gathering").order_by("at")),
            Prefetch("comments", SuggestionComment.objects.order_by("at", "id")),
        )
    )


def needs_to_sort_out(round_: Round) -> QuerySet[Suggestion]:
    """All needs of a round for its officers: standing first, then joined and left out."""
    return (
        Suggestion.objects.filter(round=round_)
        .select_related("theme", "merged_into", "left_out_by")
        .order_by("-state", "-support_count", "number")
    )


def supported_by(round_: Round, browser: str) -> set[int]:
    """Ids of the needs that a browser supports."""
    if not browser:
        return set()
    return set(Suggestion.objects.filter(round=round_, supports__browser=browser).values_list("id", flat=True))


def suggestion_figures(round_: Round, *, now: datetime) -> dict[str, int]:
    """How many needs were suggested, joined, left out, and stand."""
    states = dict(round_.suggestions.values_list("state").annotate(found=Count("*")).order_by())
    return {
        "suggested": sum(states.values()),
        "joined": states.get(SuggestionState.MERGED, 0),
        "left_out": states.get(SuggestionState.LEFT_OUT, 0),
        "standing": states.get(SuggestionState.OPEN, 0),
    }
