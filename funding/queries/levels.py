"""A project's deciding level in one sentence, and its tests as a table."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Area
from funding.models import Challenge, ChallengeState, LevelDecision, LevelForm, Pot, Project
from funding.queries.shares import level_name
from funding.services.levels import CHALLENGE_RESIDENTS, support_count
from renewal.kernel.money import pounds


def current_level(project: Project) -> LevelDecision | None:
    """Return the decision that stands for a project, with its area."""
    return project.level_decisions.current().select_related("area", "project__round").first()


def level_sentence(decision: LevelDecision) -> str:
    """Tell in one sentence who decides and why: by the first test that failed below, or because it fits."""
    if decision.form == LevelForm.OUT_OF_SCOPE or decision.area is None:
        return _("No level can decide this project. Each test it failed is on record.")
    place = {"area": decision.area.spoken, "within": decision.area.within, "level": level_name(decision.level)}
    if decision.form == LevelForm.JOINT:
        return ngettext(
            "Decided by %(count)s area %(within)s together, because it costs more than the money for %(area)s.",
            "Decided by %(count)s areas %(within)s together, because it costs more than the money for %(area)s.",
            len(decision.payers),
        ) % {**place, "count": len(decision.payers)}
    if decision.form == LevelForm.MATCH:
        return (
            _("Decided by %(area)s and the area above it together, because it costs more than one of them has.") % place
        )
    return _("Decided by %(area)s, %(why)s") % {**place, "why": _why(decision)}


def _why(decision: LevelDecision) -> str:
    here = decision.area.code if decision.area else ""
    failed = {test["test"].partition(":")[0] for test in decision.tests if not test["passed"] and test["area"] != here}
    kept = {"count": len(decision.kept)}
    if "T2" in failed:
        return _("because it needs powers that no smaller area has.")
    if failed & {"T3", "sideways"}:
        return _("because it costs more than any smaller area has.")
    if len(decision.kept) == 1:
        return _("because it serves this neighbourhood and its money is enough.")
    if _costs_more_than_any(decision):
        return (
            ngettext(
                "because it serves %(count)s neighbourhood and costs more than its money.",
                "because it serves %(count)s neighbourhoods and costs more than any of them has.",
                kept["count"],
            )
            % kept
        )
    return (
        ngettext(
            "because it serves %(count)s neighbourhood.", "because it serves %(count)s neighbourhoods.", kept["count"]
        )
        % kept
    )


def _costs_more_than_any(decision: LevelDecision) -> bool:
    """Tell whether the project costs more, colours together, than each area that gains has."""
    rows = Pot.objects.filter(area__code__in=decision.kept, cycle=decision.project.round.cycle_id)
    pots: dict[int, int] = {}
    for area_id, pence in rows.values_list("area_id", "amount_pence"):
        pots[area_id] = pots.get(area_id, 0) + pence
    return bool(pots) and sum(decision.facts["cost"].values()) > max(pots.values())


@dataclass(frozen=True)
class TestedLine:
    """One test as people read it."""

    area: str
    what: str
    found: str
    passed: bool


def lines_of_tests(decision: LevelDecision) -> list[TestedLine]:
    """Write every test of a decision in words, in the order they were made."""
    names = {area.code: area.label for area in Area.objects.filter(code__in={test["area"] for test in decision.tests})}
    return [
        TestedLine(names.get(test["area"], test["area"]), *_in_words(test), test["passed"]) for test in decision.tests
    ]


def _in_words(test: dict[str, str]) -> tuple[str, str]:
    kind, _colon, colour = test["test"].partition(":")
    value, threshold = test["value"], test["threshold"]
    if kind == "T1":
        return _("It holds every area that gains"), ngettext("%(n)s area", "%(n)s areas", int(value)) % {"n": value}
    if kind == "T2":
        return _("It has the powers needed"), _("Lacking: %(powers)s") % {"powers": value} if value else _(
            "None lacking"
        )
    if kind == "T3":
        words = (
            _("Its money for buildings is enough")
            if colour == "capital"
            else _("Its money for running costs is enough")
        )
        return words, _("Costs %(cost)s, has %(money)s") % {"cost": pounds(int(value)), "money": pounds(int(threshold))}
    if kind == "sideways":
        return _("The areas in it can pay together"), _("Yes") if test["passed"] else _("No")
    if value == "no_body":
        return _("It has a body that can hold money"), _("No body")
    state, _comma, people = value.partition(",")
    words = _("A body of its own") if state == "accredited" else _("No accredited body of its own; another hosts it")
    return _("It can hold the money"), _("%(body)s, %(people)s people") % {"body": words, "people": f"{int(people):,}"}


@dataclass(frozen=True)
class ChallengeLine:
    """A challenge as people read it: how many support it, how many more it takes, whether it still gathers."""

    challenge: Challenge
    supporters: int
    missing: int
    gathers: bool


def line_of_challenge(challenge: Challenge) -> ChallengeLine:
    """Count the residents behind a challenge and those it still lacks."""
    count = support_count(challenge)
    return ChallengeLine(
        challenge, count, max(0, CHALLENGE_RESIDENTS - count), challenge.state == ChallengeState.GATHERING
    )


def lines_of_challenges(challenges: Iterable[Challenge]) -> list[ChallengeLine]:
    """Read challenges, newest first."""
    return [line_of_challenge(challenge) for challenge in challenges]


def challenge_place(challenge: Challenge) -> Area:
    """Return the area whose residents may support a challenge: the pot's, or that of the project's round."""
    return challenge.holder.area if challenge.holder else challenge.disputed_project.round.area


def areas_for_shares(decision: LevelDecision) -> list[Area]:
    """List the areas among which a ruling may share the benefit out: those named, and their neighbours."""
    named = Area.objects.filter(code__in=[*decision.facts["shares"], decision.project.round.area.code])
    parents = set(named.exclude(parent=None).values_list("parent_id", flat=True))
    beside = Area.objects.filter(parent__in=parents, level__in=set(named.values_list("level", flat=True)))
    day = decision.decided_at.date()
    return list((named | beside.current(on=day)).distinct().order_by("parent__name", "name", "code")[:60])
