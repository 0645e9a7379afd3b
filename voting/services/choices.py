"""Whether choices keep to a poll's frozen rules. The same check for every channel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from voting.models import Option, Poll, PollKind
from voting.services.errors import ChoicesRefused


@dataclass(frozen=True, slots=True)
class Offered:
    """What decides whether an option may be chosen; every cast reads these few facts in place of whole options."""

    ref: str
    cost_pence: int
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Total:
    """What some choices add up to: how many, what they cost, what is left or over, how many too many."""

    chosen: int
    cost_pence: int
    budget_pence: int
    most_choices: int | None
    money_limits: bool

    @property
    def left_pence(self) -> int:
        return self.budget_pence - self.cost_pence

    @property
    def over_pence(self) -> int:
        return max(0, self.cost_pence - self.budget_pence) if self.money_limits else 0

    @property
    def too_many(self) -> int:
        return max(0, self.chosen - self.most_choices) if self.most_choices else 0

    @property
    def is_over(self) -> bool:
        return bool(self.over_pence or self.too_many)

    @property
    def used_pence(self) -> int:
        return min(self.cost_pence, self.budget_pence)


def total_of(poll: Poll, options: Iterable[Option | Offered], refs: Iterable[str]) -> Total:
    """Add up the chosen options of a poll."""
    costs = {option.ref: option.cost_pence for option in options}
    chosen = [ref for ref in refs if ref in costs]
    return Total(
        chosen=len(chosen),
        cost_pence=sum(costs[ref] for ref in chosen),
        budget_pence=poll.budget_pence,
        most_choices=poll.most_choices,
        money_limits=poll.kind == PollKind.BUDGET,
    )


def refuse_bad_choices(poll: Poll, options: Sequence[Option | Offered], refs: Sequence[str]) -> None:
    """Raise ChoicesRefused unless the refs are known, not repeated or withdrawn, not too many, within the money."""
    known = {option.ref: option for option in options}
    if len(set(refs)) != len(refs):
        raise ChoicesRefused(why="repeated")
    if any(ref not in known for ref in refs):
        raise ChoicesRefused(why="unknown")
    if any(known[ref].withdrawn_at for ref in refs):
        raise ChoicesRefused(why="withdrawn")
    total = total_of(poll, options, refs)
    if total.too_many:
        raise ChoicesRefused(why="too_many", most=poll.most_choices)
    if total.over_pence:
        raise ChoicesRefused(why="over_budget", over_pence=total.over_pence)
