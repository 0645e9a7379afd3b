"""Reads that shape the result pages: outcomes with their reasons, turnout, votes, the other way of counting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.services.equality import published_totals
from renewal.kernel.languages import local
from renewal.kernel.money import pounds
from renewal.kernel.parts import Bar, Cell, Column, Row, bars
from voting.models import BoxOpening, Count, CountStep, Option, Outcome, Poll
from voting.rules.vocabulary import FUNDED
from voting.services.bundle import tier_of_outcome
from voting.services.retention import occasion_of
from voting.small_votes import Tier, shown_channels, shown_votes
from voting.states import PollState
from voting.wording import CHANNELS, SPOILT, change_for, reason_for, tie_words

HIDDEN_BELOW = 10
COUNTED_OUT = frozenset({Tier.FULL, Tier.TOTALS})  # tiers in which every number may stand


@dataclass(frozen=True)
class OptionResult:
    """One option of a published poll: funded or not, votes, and why in a sentence."""

    option: Option
    title: str
    is_funded: bool
    votes: int
    reason: str
    place: int  # in order of selection; 0 when not funded


@dataclass(frozen=True)
class ResultPage:
    """Everything the page of a result shows."""

    poll: Poll
    outcome: Outcome
    funded: list[OptionResult]
    others: list[OptionResult]
    voters: int
    votes_columns: list[Column]
    votes_rows: list[Row]
    votes_bars: list[Bar]
    turnout_columns: list[Column]
    turnout_rows: list[Row]
    turnout_foot: list[Cell]
    turnout_bars: list[Bar]
    spoilt_words: str
    comparison: dict[str, Any]
    ties: list[str]
    offline_tenths: int
    tier: Tier = Tier.FULL
    scrutineers: tuple[str, ...] = ()
    commitment: str = ""
    has_people: bool = False

    @property
    def is_few(self) -> bool:
        """Whether nothing may be counted out: fewer than 30 people voted."""
        return self.tier == Tier.FEW

    @property
    def voters_words(self) -> str:
        return _("fewer than 30") if self.is_few else f"{self.voters:,}"

    @property
    def left_pence(self) -> int:
        return self.poll.budget_pence - self.outcome.cost_pence

    @property
    def most_chosen(self) -> OptionResult | None:
        return max([*self.funded, *self.others], key=lambda one: one.votes, default=None)

    @property
    def sentence(self) -> str:
        """One sentence to copy into a newsletter or a post."""
        said = self._said()
        return said[:1].upper() + said[1:]

    def _said(self) -> str:
        if not self.poll.has_costs:
            return _("%(voters)s people voted %(within)s. First of %(all)d needs came: %(first)s.") % {
                "voters": self.voters_words,
                "within": self.poll.area.within,
                "all": len(self.funded) + len(self.others),
                "first": self.funded[0].title if self.funded else "–",
            }
        return _("%(voters)s people voted %(within)s. %(funded)d of %(all)d projects were funded, with %(cost)s.") % {
            "voters": self.voters_words,
            "within": self.poll.area.within,
            "funded": len(self.funded),
            "all": len(self.funded) + len(self.others),
            "cost": pounds(self.outcome.cost_pence),
        }


def published_outcome(poll: Poll) -> Outcome:
    """Fetch what a poll decided; a helpful 404 before it is published."""
    if poll.state != PollState.PUBLISHED:
        raise Http404
    return Outcome.objects.select_related("count").get(poll=poll)


def fates(count: Count) -> dict[str, dict[str, Any]]:
    """Return the facts of the last step of each option."""
    return {step.option_ref: step.facts for step in CountStep.objects.filter(count=count).order_by("seq")}


def option_results(poll: Poll, outcome: Outcome) -> list[OptionResult]:
    """List all options, funded first in order of selection, then the others by votes."""
    last, options = fates(outcome.count), list(poll.options.order_by("number"))
    tier = tier_of_outcome(outcome)
    titles = {option.ref: option.label for option in options}
    selected = {ref: place for place, ref in enumerate(outcome.selected, start=1)}
    found = []
    for option in options:
        facts = last.get(option.ref) or {"reason": "withdrawn", "votes": 0, "cost": option.cost_pence}
        found.append(
            OptionResult(
                option,
                titles[option.ref],
                option.ref in selected,
                shown_votes(int(facts["votes"]), tier=tier) or 0,
                reason_for(facts, poll, titles) if tier in COUNTED_OUT else _small_reason(facts, tier),
                selected.get(option.ref, 0),
            )
        )
    return sorted(found, key=lambda one: (not one.is_funded, one.place or -one.votes, one.option.number))


def _small_reason(facts: dict[str, Any], tier: Tier) -> str:
    """Say why without a number that would tell how single people voted."""
    if facts["reason"] == "withdrawn":
        return _("It was withdrawn during the vote, so it could not win.")
    if tier == Tier.FEW:
        return _("Enough people chose it.") if facts["reason"] in FUNDED else _("Other projects had more support.")
    votes = shown_votes(int(facts["votes"]), tier=tier) or 0
    return _("About %(n)s people chose it, to the nearest ten.") % {"n": votes} if votes else _("Few people chose it.")


def result_page(poll: Poll) -> ResultPage:
    outcome = published_outcome(poll)
    results = option_results(poll, outcome)
    turnout = outcome.turnout
    by_votes = sorted(results, key=lambda one: (-one.votes, one.option.number))
    titles = {one.option.ref: one.title for one in results}
    channels = _channels(turnout["channels"])
    total = sum(turnout["channels"].values())
    online = next((count for names, count in shown_channels(turnout["channels"]) if list(names) == ["web"]), total)
    offline = total - online
    return ResultPage(
        poll=poll,
        outcome=outcome,
        funded=[one for one in results if one.is_funded],
        others=[one for one in results if not one.is_funded],
        voters=int(turnout["marked"]),
        votes_columns=[Column(_("Project")), Column(_("People"), numeric=True), Column(_("Outcome"))],
        votes_rows=[
            Row([Cell(one.title), Cell(f"{one.votes:,}", numeric=True), Cell(_outcome_word(one))]) for one in by_votes
        ],
        votes_bars=_vote_bars(by_votes),
        turnout_columns=[Column(_("Channel")), Column(_("Votes"), numeric=True), Column(_("Share"), numeric=True)],
        turnout_rows=[
            Row([Cell(name), Cell(_count_words(count), numeric=True), Cell(_share(count, total), numeric=True)])
            for name, count in channels
        ],
        turnout_foot=[Cell(_("Total")), Cell(f"{total:,}", numeric=True), Cell("100%", numeric=True)],
        turnout_bars=bars(
            [
                (name, 0 if count < HIDDEN_BELOW else count, _count_words(count), series)
                for series, (name, count) in enumerate(channels, start=1)
            ]
        )
        if channels
        else [],
        spoilt_words=_spoilt_words(turnout),
        comparison=_comparison(outcome.count, titles) if tier_of_outcome(outcome) in COUNTED_OUT else {},
        ties=tie_sentences(outcome.count, titles),
        offline_tenths=offline * 10 // total if total else 0,
        tier=tier_of_outcome(outcome),
        scrutineers=tuple(poll.scrutinies.values_list("name", flat=True)),
        commitment=BoxOpening.objects.filter(poll=poll).values_list("commitment", flat=True).first() or "",
        has_people=bool(published_totals(occasion=occasion_of(poll))),
    )


def _outcome_word(one: OptionResult) -> str:
    return _("Funded") if one.is_funded else _("Not funded")


def _vote_bars(by_votes: Sequence[OptionResult]) -> list[Bar]:
    shown = list(by_votes) if len(by_votes) <= 8 else [*by_votes[:4], *by_votes[-4:]]
    rows = []
    for one in shown:
        label = one.title if one.is_funded else _("%(title)s (not funded)") % {"title": one.title}
        rows.append((label, one.votes, f"{one.votes:,}", 1 if one.is_funded else 3))
    return bars(rows)


def _channels(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Name the channels and their votes; those with few votes stand on one line together."""
    ordered = {name: counts[name] for name in CHANNELS if counts.get(name)}
    return [(", ".join(str(CHANNELS[name]) for name in names), count) for names, count in shown_channels(ordered)]


def _count_words(count: int) -> str:
    return f"{count:,}" if count >= HIDDEN_BELOW else _("fewer than 10")


def _share(count: int, total: int) -> str:
    return f"{(count * 200 + total) // (2 * total)}%" if total and count >= HIDDEN_BELOW else "–"


def _spoilt_words(turnout: dict[str, Any]) -> str:
    """List how many papers were not counted, and why."""
    reasons = {**turnout["spoilt"]}
    for reason, count in turnout["returned"].items():
        reasons[reason] = reasons.get(reason, 0) + count
    words = [f"{count} ({SPOILT[reason]})" for reason, count in sorted(reasons.items()) if count]
    return ", ".join(words)


def _comparison(count: Count, titles: dict[str, str]) -> dict[str, Any]:
    """Say what counting by votes alone would have chosen, beside the result."""
    found = count.comparison
    if not found:
        return {}
    mine, theirs = set(count.result["selected"]), set(found["selected"])
    return {
        "gained": found["gained"],
        "lost": found["lost"],
        "here_without": found["without"]["here"],
        "votes_without": found["without"]["by_votes"],
        "only_here": [titles.get(ref, ref) for ref in count.result["selected"] if ref not in theirs],
        "only_by_votes": [titles.get(ref, ref) for ref in found["selected"] if ref not in mine],
        "is_same": mine == theirs,
    }


def tie_sentences(count: Count, titles: dict[str, str]) -> list[str]:
    """Say how each tie that mattered was decided."""
    return [tie_words(tie, titles) for tie in count.result["ties"] if len(tie["tied"]) > 1]


@dataclass(frozen=True)
class Sheet:
    """One language of the noticeboard sheet, every word in it."""

    tag: str
    title: str
    sentence: str
    funded_words: str
    funded: list[str]
    others_words: str
    others: list[str]
    more: str


def sheets_of(poll: Poll, *, phone: str) -> list[Sheet]:
    """Write the sheet for the noticeboard in both languages, that of the page first."""
    first = get_language() or "en"
    found = []
    for language in sorted(["en", "cy"], key=lambda one: one != first):
        with translation.override(language):
            page = result_page(poll)
            found.append(
                Sheet(
                    tag={"en": "en-GB", "cy": "cy"}[language],
                    title=poll.label,
                    sentence=page.sentence,
                    funded_words=_("Funded") if poll.has_costs else _("In order"),
                    funded=_sheet_lines(poll, page.funded),
                    others_words=_("Not funded") if poll.has_costs else _("Not on the list"),
                    others=_sheet_lines(poll, page.others) or [_("None")],
                    more=_(
                        "Why each was or was not chosen is on the page of the result. "
                        "Call %(phone)s if you want it on paper."
                    )
                    % {"phone": phone},
                )
            )
    return found


def _sheet_lines(poll: Poll, results: Sequence[OptionResult]) -> list[str]:
    return [f"{one.title}, {pounds(one.option.cost_pence)}" if poll.has_costs else one.title for one in results]


@dataclass(frozen=True)
class PeopleTable:
    """The totals of one optional question."""

    key: str
    heading: str
    rows: list[Row]


def people_tables(poll: Poll) -> list[PeopleTable]:
    """Put the totals of the equality questions into words; hidden ones say so."""
    tables = []
    for one in published_totals(occasion=occasion_of(poll)):
        words = {a["code"]: local(a["text"], a["text_cy"]) for a in one.question["answers"]}
        rows = [
            Row(
                [
                    Cell(words.get(name, _("Prefer not to say"))),
                    Cell(_("hidden") if people is None else f"{people:,}", numeric=True),
                ]
            )
            for name, people in one.totals.items()
        ]
        heading = local(one.question["question"], one.question["question_cy"])
        tables.append(PeopleTable(one.question["code"], heading, rows))
    return tables


@dataclass(frozen=True)
class Why:
    """The page of one option: its steps in words, its fate last, and what would have changed it."""

    result: OptionResult
    steps: list[str]
    would_change: str
    is_few: bool = False


def why(poll: Poll, ref: str) -> Why:
    """Explain one option step by step; a stranger's ref is a 404."""
    outcome = published_outcome(poll)
    results = {one.option.ref: one for one in option_results(poll, outcome)}
    if ref not in results:
        raise Http404
    titles = {one.option.ref: one.title for one in results.values()}
    steps = []
    for step in CountStep.objects.filter(count=outcome.count, option_ref=ref).order_by("seq"):
        steps.append(tie_words(step.facts, titles) if step.kind == "tie" else reason_for(step.facts, poll, titles))
    if tier_of_outcome(outcome) not in COUNTED_OUT:
        return Why(results[ref], [results[ref].reason], "", tier_of_outcome(outcome) == Tier.FEW)
    last = fates(outcome.count).get(ref, {"reason": "withdrawn", "votes": 0, "cost": 0})
    return Why(results[ref], steps or [results[ref].reason], change_for(last, titles))
