"""What stands between a draft poll and its opening, in one list for officers."""

from dataclasses import dataclass
from datetime import datetime

from communities.models.area import Nation
from renewal.kernel.clock import LONDON, is_working_day, london_day
from voting.models import ListPart, Option, Poll, PollKind, PreElectionPeriod
from voting.services.printing import ballot_is_accessible

RULES = frozenset({"greedy", "greedy-no-skip", "greedy-threshold", "equal-shares", "phragmen", "priorities"})
COMPLETIONS = frozenset({"none", "u", "add1", "add1u"})
SMALLEST_FORECAST = 100
SMALLEST_ELECTORATE = 500


@dataclass(frozen=True)
class Problem:
    """One thing the validator found; ``stops`` keeps the poll from opening, otherwise it is advice."""

    code: str
    stops: bool = True
    ref: str = ""


def problems_of(poll: Poll, *, now: datetime) -> list[Problem]:
    """Check window, elections, kind, rule, limits, floors, size, languages and printed formats of a draft poll."""
    options = list(poll.options.all())
    return [
        *_window(poll, now),
        *_elections(poll, now),
        *_rule(poll),
        *_money(poll, options),
        *_size(poll),
        *(
            [Problem("list_is_being_read")]
            if ListPart.objects.waiting().filter(address_list__poll=poll).exists()
            else []
        ),
        *(languages := _languages(poll, options)),
        *(_formats(poll) if options and not languages else []),
    ]


def _window(poll: Poll, now: datetime) -> list[Problem]:
    found = []
    if poll.closes_at <= now:
        found.append(Problem("closes_in_the_past"))
    nation = poll.area.nation or Nation.ENGLAND
    if not is_working_day(london_day(poll.closes_at), nation=nation):
        found.append(Problem("closes_on_a_day_off", stops=False))
    if (poll.closes_at.astimezone(LONDON).hour, poll.closes_at.astimezone(LONDON).minute) != (17, 0):
        found.append(Problem("closes_at_another_hour", stops=False))
    if (poll.closes_at - poll.opens_at).days < 14:
        found.append(Problem("short_window", stops=False))
    return found


def _rule(poll: Poll) -> list[Problem]:
    found = []
    if poll.rule not in RULES:
        found.append(Problem("unknown_rule"))
    if poll.parameters.get("completion", "none") not in COMPLETIONS:
        found.append(Problem("unknown_completion"))
    if (poll.rule == "priorities") != (poll.kind == PollKind.PRIORITIES):
        found.append(Problem("rule_and_kind_differ"))
    return found


def _money(poll: Poll, options: list[Option]) -> list[Problem]:
    found = []
    if not options:
        return [Problem("no_options")]
    if poll.has_costs:
        if poll.budget_pence <= 0:
            found.append(Problem("no_money"))
        found += [Problem("option_without_cost", ref=option.ref) for option in options if option.cost_pence <= 0]
        found += [
            Problem("option_over_budget", ref=option.ref, stops=False)
            for option in options
            if option.cost_pence > poll.budget_pence
        ]
        unknown = {name for option in options for name in option.demands} - set(poll.limits)
        found += [Problem("demand_without_limit", ref=name) for name in sorted(unknown)]
    if poll.most_choices is not None and not 1 <= poll.most_choices <= len(options):
        found.append(Problem("most_choices_out_of_range"))
    tags = {tag for option in options for tag in option.tags}
    found += [Problem("floor_without_options", ref=floor["tag"]) for floor in poll.floors if floor["tag"] not in tags]
    if sum(int(floor.get("amount", 0)) for floor in poll.floors) > poll.budget_pence:
        found.append(Problem("floors_over_budget"))
    return found


def _size(poll: Poll) -> list[Problem]:
    found = []
    if poll.recomputable and poll.forecast_ballots < SMALLEST_FORECAST and not poll.imported_from:
        found.append(Problem("too_few_to_publish"))
    if poll.area.population < SMALLEST_ELECTORATE:
        found.append(Problem("merge_with_neighbours", stops=False))
    return found


def _languages(poll: Poll, options: list[Option]) -> list[Problem]:
    if "cy" not in poll.offered_languages():
        return []
    found = [] if poll.title_cy else [Problem("no_welsh_title")]
    missing = [option for option in options if not option.title_cy or (option.summary and not option.summary_cy)]
    return found + [Problem("option_without_welsh", ref=option.ref) for option in missing]


def _elections(poll: Poll, now: datetime) -> list[Problem]:
    """Find pre-election periods that the window touches from today on, where two officers have not said why."""
    first = london_day(max(poll.opens_at, now))
    periods = PreElectionPeriod.objects.touching(area=poll.area, first=first, last=london_day(poll.closes_at))
    return [Problem("pre_election", ref=period.name) for period in periods.without_exception(area=poll.area)]


def _formats(poll: Poll) -> list[Problem]:
    """Make the ballot in large print, in every language it is offered in: what cannot be set cannot be promised."""
    return [
        Problem("not_accessible", ref=language)
        for language in poll.offered_languages()
        if not ballot_is_accessible(poll=poll, language=language)
    ]
