"""What must be true of an application before it can be sent in (G§3, G§4). Pure: facts in, problems out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Why an application cannot be sent yet; the web edge has a sentence for each."""

    NOTHING_ASKED = "nothing_asked"
    DUTY_WITHOUT_STATEMENT = "duty_without_statement"
    NOT_ENOUGH_MATCH = "not_enough_match"
    NO_EXPENSES = "no_expenses"
    PARTS_DO_NOT_ADD_UP = "parts_do_not_add_up"
    PARTNER_NOT_SIGNED = "partner_not_signed"
    SHARES_NOT_100 = "shares_not_100"
    NO_PRIORITY = "no_priority"
    NO_HOLDER = "no_holder"
    NO_PURPOSE = "no_purpose"
    OVER_LIMIT = "over_limit"
    OVER_HOLDER = "over_holder"
    OVER_INFORMAL = "over_informal"
    TOO_MANY_AWARDS = "too_many_awards"
    ONE_SECTOR = "one_sector"
    SUPPLIER_WITHOUT_PURPOSE = "supplier_without_purpose"


@dataclass(frozen=True)
class Line:
    """A cost line: who pays it (asked, match, match_hoped, in_kind, volunteers), pence, whether it replaces a duty."""

    source: str
    pence: int
    replaces_duty: bool = False


@dataclass(frozen=True)
class Split:
    """A partner's share of the money asked, and whether it has signed in its own account."""

    pence: int
    signed: bool


@dataclass(frozen=True)
class Volunteering:
    """A volunteer role: hours, expenses in pence, and whether equivalent paid hours were cut in the last 12 months."""

    hours: int
    expenses_pence: int
    paid_hours_cut: bool = False


@dataclass(frozen=True)
class MatchRule:
    """How much of the whole cost must come from elsewhere, and how much of that volunteer time may fill."""

    required_percent: int = 0
    volunteers_percent: int = 0


@dataclass(frozen=True)
class Supplied:
    """What a named supplier would be paid, in pence, and whether it shows its social purpose."""

    pence: int
    has_purpose: bool


@dataclass(frozen=True)
class Limits:
    """The most there may be, in pence, None where nothing is said.

    ``most_pence`` for the whole award; ``holder_pence`` and ``informal_pence`` for what the leading group would hold
    (its fund-holder's signed terms, the rule for informal groups); ``informal_awards`` at the same time. A supplier
    paid more than ``supplier_pence`` shows its social purpose.
    """

    most_pence: int | None = None
    holder_pence: int | None = None
    informal_pence: int | None = None
    informal_awards: int | None = None
    supplier_pence: int | None = None


@dataclass(frozen=True)
class Application:
    """All facts that decide whether an application can be sent."""

    lines: Sequence[Line]
    has_duty_statement: bool = False
    partners: Sequence[Split] = ()
    volunteers: Sequence[Volunteering] = ()
    shares: Mapping[str, int] | None = None
    has_priority: bool = True
    needs_holder: bool = False
    has_holder: bool = False
    has_purpose: bool = True
    match_rule: MatchRule = MatchRule()
    limits: Limits = Limits()
    lead_pence: int = 0
    live_awards: int = 0
    suppliers: Sequence[Supplied] = ()
    sectors: int | None = None  # how many sectors take part, where that matters


def sum_of(lines: Sequence[Line], *sources: str) -> int:
    """Add up, in pence, the lines that are paid from any of these sources."""
    return sum(line.pence for line in lines if line.source in sources)


def has_enough_match(lines: Sequence[Line], rule: MatchRule) -> bool:
    """Tell whether money from elsewhere covers the required part of the whole cost.

    Agreed and hoped-for cash and things given in kind count in full. Volunteer time counts for at most
    ``volunteers_percent`` of what is required, by default nothing (G§3K): valued, never a way to buy work for free.
    """
    asked = sum_of(lines, "asked")
    elsewhere = sum_of(lines, "match", "match_hoped", "in_kind")
    time = sum_of(lines, "volunteers")
    # required is a percentage of asked + all match; compare without fractions
    whole = asked + elsewhere
    required_hundredths = rule.required_percent * whole
    time_hundredths = min(time * 100, required_hundredths * rule.volunteers_percent // 100)
    return elsewhere * 100 + time_hundredths >= required_hundredths


def problems_of(application: Application) -> list[Problem]:
    """List all that stops an application from being sent, in the order people meet it in the form."""
    found = []
    asked = sum_of(application.lines, "asked")
    if asked <= 0:
        found.append(Problem.NOTHING_ASKED)
    if any(line.replaces_duty for line in application.lines) and not application.has_duty_statement:
        found.append(Problem.DUTY_WITHOUT_STATEMENT)
    if not has_enough_match(application.lines, application.match_rule):
        found.append(Problem.NOT_ENOUGH_MATCH)
    if any(role.hours > 0 and role.expenses_pence == 0 for role in application.volunteers):
        found.append(Problem.NO_EXPENSES)
    if application.partners and not sum(split.pence for split in application.partners) <= asked:
        found.append(Problem.PARTS_DO_NOT_ADD_UP)
    if any(not split.signed for split in application.partners):
        found.append(Problem.PARTNER_NOT_SIGNED)
    if application.shares is not None and sum(application.shares.values()) != 100:
        found.append(Problem.SHARES_NOT_100)
    if not application.has_priority:
        found.append(Problem.NO_PRIORITY)
    if application.needs_holder and not application.has_holder:
        found.append(Problem.NO_HOLDER)
    if not application.has_purpose:
        found.append(Problem.NO_PURPOSE)
    return found + _over_limits(application, asked)


def _over_limits(application: Application, asked: int) -> list[Problem]:
    limits = application.limits
    found = []
    if limits.most_pence is not None and asked > limits.most_pence:
        found.append(Problem.OVER_LIMIT)
    if limits.holder_pence is not None and application.lead_pence > limits.holder_pence:
        found.append(Problem.OVER_HOLDER)
    if limits.informal_pence is not None and application.lead_pence > limits.informal_pence:
        found.append(Problem.OVER_INFORMAL)
    if limits.informal_awards is not None and application.live_awards >= limits.informal_awards:
        found.append(Problem.TOO_MANY_AWARDS)
    if application.sectors is not None and application.sectors < 2:
        found.append(Problem.ONE_SECTOR)
    most = limits.supplier_pence
    if most is not None and any(one.pence > most and not one.has_purpose for one in application.suppliers):
        found.append(Problem.SUPPLIER_WITHOUT_PURPOSE)
    return found


def needs_panel(volunteers: Sequence[Volunteering]) -> bool:
    """Tell whether a panel must look: paid hours were cut like the ones volunteers would give (G-4.14-A3)."""
    return any(role.paid_hours_cut for role in volunteers)


def lead_part(asked_pence: int, partners: Sequence[Split]) -> int:
    """What is left for the lead after its partners' shares; with them it sums to what is asked, to the penny."""
    return asked_pence - sum(split.pence for split in partners)
