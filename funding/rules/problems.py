"""What is wrong with a parameter set or an area tree: a code, where it stands, and a sentence for each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document or a tree: a code, where it stands, and the figure found there."""

    code: str
    where: str
    found: str = ""

    def __str__(self) -> str:
        return MESSAGES[self.code].format(where=self.where, found=self.found)


MESSAGES = {
    "missing": "{where} is missing.",
    "unknown": "{where} is not a setting we know.",
    "not_whole": "{where} must be a whole number, not {found}.",
    "not_table": "{where} must be a table of names and values.",
    "not_text": "{where} must be words.",
    "not_switch": "{where} must be true or false.",
    "not_date": "{where} must be a date like 2027-03-05, not {found}.",
    "rate_above_one": "{where} is {found} basis points. A share cannot be more than 10,000, the whole.",
    "negative": "{where} is {found}. It must not be negative.",
    "negative_floor": "{where} is {found}. A floor must not be negative.",
    "cap_below_floor": "{where} is {found}, which is less than the floor.",
    "hi_below_lo": "{where}: hi is less than lo ({found}).",
    "below_one": "{where} is {found}. It must be at least 1.",
    "unknown_power": "{where}: nobody knows the power “{found}”.",
    "unknown_level": "{where}: there is no level called “{found}”.",
    "unknown_preset": "{where}: there is no preset called “{found}”.",
    "unknown_theme": "{where}: there is no theme called “{found}”.",
    "no_nation": "{where} is empty. At least one nation must take part.",
    "weights_missing": "{where}: the table of weights has no entry for {found}.",
    "themes_above_whole": "{where} come to {found} basis points, more than the whole.",
    "no_need_weight": "{where} are all zero. At least one must count.",
    "spill_each_above_total": "{where} is {found}, more than the total that may be left out.",
    # The tree and the sum to share: found when the document meets an area tree (funding.rules.tree and split).
    "empty_tree": "The area tree is empty.",
    "two_roots": "The tree must have one top; we found {found}.",
    "orphan": "{where} has no place in the tree: its parent {found} is not there.",
    "cycle": "{where} is its own ancestor: the parents run in a circle.",
    "level_order": "{where} ({found}) does not stand below a higher level.",
    "twice": "{where} stands in the tree twice.",
    "no_people": "{where} has {found} people. An area that shares money needs at least one.",
    "bad_need": "{where}: the need figure {found} is not between 0 and 1.",
    "leaf_without_body": "{where} has no body and no area below it, so nobody could hold its money.",
    "floors_above_total": "The floors come to {found}, more than the {where} there is to share.",
    "no_money": "The sum to share is {found}. It must be more than nothing.",
    "nobody_left": "No area of the tree belongs to a nation that takes part.",
    "shares_not_whole": "{where}: the shares come to {found} millionths. They must come to 1,000,000.",
    "unknown_area": "{where}: there is no area {found} in the tree.",
}


class ParameterError(ValueError):
    """A document or a tree that cannot be used; carries every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(str(problem) for problem in problems))
