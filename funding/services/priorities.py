"""Suggest, support, join and leave out needs; adopt the order that a poll gave them."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from communities.models import Body, Role, User
from funding.models import (
    LeftOutReason,
    Priority,
    PriorityList,
    Round,
    Step,
    Suggestion,
    SuggestionComment,
    SuggestionMerge,
    SuggestionOrigin,
    SuggestionState,
    Support,
    Theme,
)
from funding.services.mandates import mandates_for_list
from funding.services.officers import role_at
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError
from voting.models import Outcome

SUPPORTS_A_ROUND = 30  # one browser; support is a signal, so a limit needs no appeal
SHORTEST, LONGEST = 8, 160


class NotSuggesting(DomainError):
    """The round does not take needs now."""


class NeedUnclear(DomainError):
    """The sentence is too short, too long, or holds characters that nobody can see."""


class TooMuchSupport(DomainError):
    """This browser has supported as many needs as one browser may in a round."""


class CannotJoin(DomainError):
    """Two needs cannot be joined: the same one, another round's, or one that no longer stands."""


class NotCounted(DomainError):
    """The poll on priorities has no published order yet."""


class AlreadyAdopted(DomainError):
    """This poll's order has been adopted; a correction says why."""


class NotACorrection(DomainError):
    """A corrected list keeps needs that the vote put in order; it adds none and moves none."""


def plain_sentence(text: str) -> str:
    """Return text on one line without control, direction or invisible characters, so that what people see is stored."""
    kept = "".join(
        " " if char in "\t\r\n\u2028\u2029" else char
        for char in unicodedata.normalize("NFC", text)
        if char in "\t\r\n\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
    )
    return " ".join(kept.split())


def is_suggesting(round_: Round, *, now: datetime) -> bool:
    """Tell whether a round takes needs: its first step is open and the order is not being voted on yet."""
    in_step = round_.phases.filter(step=Step.PRIORITIES, starts_at__lte=now, ends_at__gt=now).exists()
    return in_step and (round_.priority_poll is None or round_.priority_poll.state in ("draft", "rehearsal"))


@transaction.atomic
def suggest_need(
    *,
    round_id: int,
    text: str,
    now: datetime,
    why: str = "",
    text_cy: str = "",
    language: str = "en",
    theme: Theme | None = None,
    origin: SuggestionOrigin = SuggestionOrigin.WEB,
    people: int = 0,
    browser: str = "",
    actor: User | None = None,
) -> Suggestion:
    """Add a need to a round; the browser that wrote it supports it. ``people`` counts those who said it offline."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("priority_poll").get(pk=round_id)
    if not is_suggesting(round_, now=now):
        raise NotSuggesting(round_id=round_id)
    text, text_cy = plain_sentence(text), plain_sentence(text_cy)
    if language == "cy" and not text_cy:
        text_cy = text
    if not SHORTEST <= len(text) <= LONGEST or len(text_cy) > LONGEST:
        raise NeedUnclear(length=len(text), shortest=SHORTEST, longest=LONGEST)
    number = (round_.suggestions.aggregate(last=Max("number"))["last"] or 0) + 1
    suggestion = Suggestion.objects.create(
        round=round_,
        number=number,
        ref=f"{round_.prefix}-N{number:02d}",
        text=text,
        text_cy=text_cy,
        why=why.strip(),
        language=language,
        theme=theme,
        origin=origin,
        heard_count=people,
        added_by=actor,
        created_at=now,
    )
    if browser:
        support_need(suggestion_id=suggestion.pk, browser=browser, now=now)
        suggestion.refresh_from_db()
    record(actor=actor, action="need.suggested", subject=suggestion, origin=origin, people=people)
    return suggestion


@transaction.atomic
def support_need(*, suggestion_id: int, browser: str, now: datetime) -> bool:
    """Say "I want this too" from one browser, once; False when this browser had said it already."""
    suggestion = _standing(suggestion_id, now=now)
    if Support.objects.filter(browser=browser, suggestion__round=suggestion.round).count() >= SUPPORTS_A_ROUND:
        raise TooMuchSupport(limit=SUPPORTS_A_ROUND)
    _, is_new = Support.objects.get_or_create(suggestion=suggestion, browser=browser, defaults={"at": now})
    if is_new:
        Suggestion.objects.filter(pk=suggestion.pk).update(support_count=F("support_count") + 1)
    return is_new


@transaction.atomic
def stop_supporting(*, suggestion_id: int, browser: str, now: datetime) -> bool:
    """Take one browser's support back; False when there was none."""
    suggestion = _standing(suggestion_id, now=now)
    gone, _ = Support.objects.filter(suggestion=suggestion, browser=browser).delete()
    if gone:
        Suggestion.objects.filter(pk=suggestion.pk).update(support_count=F("support_count") - 1)
    return bool(gone)


def _standing(suggestion_id: int, *, now: datetime) -> Suggestion:
    """Lock a need that can be supported now, following it to the one it joined."""
    suggestion = (
        Suggestion.objects.select_for_update(of=("self",)).select_related("round__priority_poll").get(pk=suggestion_id)
    )
    if suggestion.merged_into_id is not None:
        return _standing(suggestion.merged_into_id, now=now)
    if suggestion.state != SuggestionState.OPEN or not is_suggesting(suggestion.round, now=now):
        raise NotSuggesting(round_id=suggestion.round_id)
    return suggestion


@transaction.atomic
def add_heard(*, suggestion_id: int, people: int, actor: User, now: datetime) -> Suggestion:
    """Count people who asked for a need offline: to a connector, by phone, at a gathering."""
    suggestion = _standing(suggestion_id, now=now)
    Suggestion.objects.filter(pk=suggestion.pk).update(heard_count=F("heard_count") + people)
    record(actor=actor, action="need.heard", subject=suggestion, people=people)
    suggestion.refresh_from_db()
    return suggestion


@transaction.atomic
def comment_on_need(
    *,
    suggestion_id: int,
    text: str,
    name: str,
    language: str,
    now: datetime,
    browser: str = "",
    route: str = "web",
    actor: User | None = None,
) -> SuggestionComment:
    """Add what somebody says about a need, under the name they choose; a helper who wrote it down is on record."""
    suggestion = _standing(suggestion_id, now=now)
    comment = SuggestionComment.objects.create(
        suggestion=suggestion,
        name=plain_sentence(name),
        text="\n".join(filter(None, (plain_sentence(line) for line in text.splitlines()))),
        language=language,
        browser=browser,
        route=route,
        at=now,
    )
    record(actor=actor, action="need.commented", subject=comment, route=route)
    return comment


@transaction.atomic
def join_needs(*, source_id: int, target_id: int, words: str, actor: User, now: datetime) -> SuggestionMerge:
    """Let one need join another that says the same, with a trace; support is counted once per browser."""
    rows = {
        row.pk: row
        for row in Suggestion.objects.select_for_update(of=("self",))
        .select_related("round__priority_poll", "round__convenor")
        .filter(pk__in=[source_id, target_id])
        .order_by("pk")
    }
    source, target = rows.get(source_id), rows.get(target_id)
    if (
        source is None
        or target is None
        or source == target
        or source.round_id != target.round_id
        or {source.state, target.state} != {SuggestionState.OPEN}
        or not words.strip()
    ):
        raise CannotJoin(source_id=source_id, target_id=target_id)
    role_at(body=source.round.convenor, actor=actor, now=now)
    if not is_suggesting(source.round, now=now):
        raise NotSuggesting(round_id=source.round_id)
    known = set(target.supports.values_list("browser", flat=True))
    brought = [
        Support(suggestion=target, browser=support.browser, at=support.at)
        for support in source.supports.order_by("id")
        if support.browser not in known
    ]
    Support.objects.bulk_create(brought)
    merge = SuggestionMerge.objects.create(
        source=source,
        target=target,
        words=plain_sentence(words)[:300],
        support_brought=len(brought),
        heard_brought=source.heard_count,
        by=actor,
        at=now,
    )
    Suggestion.objects.filter(pk=target.pk).update(
        support_count=F("support_count") + len(brought), heard_count=F("heard_count") + source.heard_count
    )
    Suggestion.objects.filter(pk=source.pk).update(state=SuggestionState.MERGED, merged_into=target)
    record(actor=actor, action="need.joined", subject=source, target_id=target.pk, brought=len(brought))
    return merge


@transaction.atomic
def leave_out_need(
    *, suggestion_id: int, reason: LeftOutReason, words: str, actor: User, now: datetime, body: Body | None = None
) -> None:
    """Take a need out of the vote, for a coded reason and in words; the body whose officer did it is shown."""
    suggestion = Suggestion.objects.select_related("round__convenor").get(pk=suggestion_id)
    body = body or suggestion.round.convenor
    role_at(body=body, actor=actor, now=now)
    if not words.strip():
        raise NeedUnclear(length=0, shortest=1, longest=1000)
    moved = Suggestion.objects.filter(pk=suggestion_id, state=SuggestionState.OPEN).update(
        state=SuggestionState.LEFT_OUT, left_out_reason=reason, left_out_words=words.strip(), left_out_by=body
    )
    if not moved:
        raise CannotJoin(source_id=suggestion_id, target_id=None)
    record(actor=actor, action="need.left_out", subject=suggestion, reason=reason)


@transaction.atomic
def describe_need(*, suggestion_id: int, theme: Theme | None, text_cy: str, actor: User, now: datetime) -> None:
    """Set what a need is about and its Welsh wording; the sentence that people wrote stays as it is."""
    suggestion = Suggestion.objects.select_related("round__convenor").get(pk=suggestion_id)
    role_at(body=suggestion.round.convenor, actor=actor, now=now)
    text_cy = plain_sentence(text_cy)
    if len(text_cy) > LONGEST:
        raise NeedUnclear(length=len(text_cy), shortest=SHORTEST, longest=LONGEST)
    Suggestion.objects.filter(pk=suggestion_id).update(theme=theme, text_cy=text_cy)
    record(actor=actor, action="need.described", subject=suggestion, theme=theme.code if theme else "")


@transaction.atomic
def adopt_priorities(*, round_id: int, now: datetime, actor: User | None = None) -> PriorityList:
    """Adopt the order that the round's counted poll of kind ``priorities`` gave; done twice, it is the same list.

    ``Outcome.selected`` holds the references in proportional order; its published turnout says how many people voted.
    """
    round_ = Round.objects.select_for_update(of=("self",)).select_related("priority_poll").get(pk=round_id)
    outcome = getattr(round_.priority_poll, "outcome", None)
    if outcome is None or outcome.published_at is None:
        raise NotCounted(round_id=round_id)
    adopted = round_.priority_lists.order_by("-version").first()
    if adopted is not None:
        return adopted
    return adopt_list(
        round_id=round_id,
        refs=outcome.selected,
        voters=outcome.turnout["published"] + outcome.turnout["withheld"],
        votes=votes_by_ref(outcome),
        actor=actor,
        now=now,
    )


def adopt_due(*, now: datetime) -> int:
    """Adopt every order whose count is published and not adopted yet; repeats do nothing."""
    due = Round.objects.filter(priority_poll__outcome__published_at__lte=now, priority_lists=None).order_by("pk")
    ids = list(due.values_list("pk", flat=True))
    for round_id in ids:
        adopt_priorities(round_id=round_id, now=now)
    return len(ids)


def votes_by_ref(outcome: Outcome) -> dict[str, int]:
    """Read how many voters ticked each need from the count's stored result."""
    return {str(ref): int(votes) for ref, votes in outcome.count.result["votes"].items()}


def counted_refs(round_id: int) -> list[str]:
    """References of the needs in the order that the vote gave: those of the first version."""
    first = Priority.objects.filter(list__round_id=round_id, list__version=1)
    return list(first.order_by("rank").values_list("ref", flat=True))


@transaction.atomic
def correct_list(*, round_id: int, refs: Sequence[str], why: str, actor: User, now: datetime) -> PriorityList:
    """Write a corrected version: needs can leave the list or come back to their counted place; none can be moved.

    Titles, Welsh and themes are read again from the needs. Duties that an earlier version made stay (G-4.2-A3).
    Only a lead of the convening body corrects, and the reason is public.
    """
    round_ = Round.objects.select_related("convenor").get(pk=round_id)
    role_at(body=round_.convenor, actor=actor, now=now, roles=(Role.LEAD,))
    counted = counted_refs(round_id)
    if not refs or not set(refs) <= set(counted):
        raise NotACorrection(round_id=round_id, refs=sorted(set(refs) - set(counted)))
    newest = round_.priority_lists.order_by("-version")[0]
    return adopt_list(
        round_id=round_id,
        refs=[ref for ref in counted if ref in set(refs)],
        voters=newest.voters,
        votes=dict(Priority.objects.filter(list__round_id=round_id, list__version=1).values_list("ref", "votes")),
        why_changed=why,
        actor=actor,
        now=now,
    )


@transaction.atomic
def adopt_list(
    *,
    round_id: int,
    refs: Sequence[str],
    voters: int,
    now: datetime,
    votes: Mapping[str, int | None] | None = None,
    why_changed: str = "",
    actor: User | None = None,
) -> PriorityList:
    """Write the next version of a round's adopted list, in this order, and make the bodies' duties of it.

    The first version needs no reason; every later one does, and never touches an earlier one (G-4.2-A3).
    """
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    version = (round_.priority_lists.aggregate(last=Max("version"))["last"] or 0) + 1
    if version > 1 and not why_changed.strip():
        raise AlreadyAdopted(round_id=round_id, version=version - 1)
    needs = {need.ref: need for need in round_.suggestions.select_related("theme").filter(ref__in=refs)}
    missing = [ref for ref in refs if ref not in needs]
    if missing or len(set(refs)) != len(refs):
        raise CannotJoin(source_id=None, target_id=None, refs=missing)
    votes = votes or {}
    document = {"round": round_.slug, "version": version, "order": list(refs), "voters": voters}
    list_ = PriorityList.objects.create(
        round=round_,
        version=version,
        poll=round_.priority_poll,
        voters=voters,
        why_changed=why_changed.strip(),
        digest=digest(document),
        adopted_at=now,
        adopted_by=actor,
    )
    Priority.objects.bulk_create(
        Priority(
            list=list_,
            suggestion=needs[ref],
            ref=ref,
            rank=rank,
            title=needs[ref].text,
            title_cy=needs[ref].text_cy,
            theme=needs[ref].theme,
            power=needs[ref].power,
            votes=votes.get(ref),
        )
        for rank, ref in enumerate(refs, start=1)
    )
    record(actor=actor, action="priorities.adopted", subject=list_, version=version, count=len(refs))
    mandates_for_list(list_=list_, actor=actor, now=now)
    return list_
