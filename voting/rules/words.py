"""Say in sentences why a project was or was not funded, ready for translation.

Sentences are English templates marked with `_` and `_n`; give `in_words` the `gettext` and `ngettext` of a language to
have them in that language, and a function that writes money. Every sentence is true of the exact numbers: amounts are
rounded so that nobody is told of more money than there was.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from voting.rules.explanation import Explanation


def _(text: str) -> str:
    """Mark a sentence for the catalogue (xgettext finds the name)."""
    return text


def _n(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence that depends on the number ``count`` for the catalogue."""
    return one, many


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


@dataclass(frozen=True)
class Language:
    """How to say it: the catalogue's gettext and ngettext, and how money, numbers and project names are written."""

    money: Callable[[int], str]
    name: Callable[[str], str] = str
    number: Callable[[int], str] = "{:,}".format
    gettext: Callable[[str], str] = str
    ngettext: Callable[[str, str, int], str] = _english

    def say(self, text: str | tuple[str, str], values: Mapping[str, Any]) -> str:
        """Fill a template; one that depends on a number takes it from ``count``."""
        template = self.gettext(text) if isinstance(text, str) else self.ngettext(*text, values["count"])
        filled = dict(values)
        if "count" in filled:
            filled["count"] = self.number(filled["count"])
        return str(template % filled)


FUNDED = _("This project was funded.")
NOT_FUNDED = _("This project was not funded.")
CHOSE = _n("%(count)s person chose it.", "%(count)s people chose it.")
EACH_GAVE = _("Each gave up to %(most)s of their share, which covered the %(cost)s cost.")
COST_NOTHING = _("It costs nothing.")
SECOND = _("In that round it counted %(mine)s votes. The next project, %(name)s, counted %(second)s.")
BY_VOTES = _n("It came %(place)s by votes, with %(count)s vote.", "It came %(place)s by votes, with %(count)s votes.")
CAME = _n("It came %(place)s, with %(count)s vote.", "It came %(place)s, with %(count)s votes.")
WAS_LEFT = _("After the projects before it %(left)s was left, which covered the %(cost)s cost.")
FLOOR = _("First the money kept for %(tag)s was given out.")
ROOM = _("It costs %(cost)s, and %(left)s was left when its turn came.")
FIRST = _("All of the %(budget)s was there, which covered the %(cost)s cost.")
USED = _(
    "The projects before it used %(used)s of the %(budget)s. This one costs %(cost)s, so there was not enough left."
)
HELD = _("They had %(held)s of their shares left. It costs %(cost)s, so it was %(short)s short.")
LATER = _("Then %(left)s was left for projects in order of votes, which was not enough for this one.")
NOBODY = _("Nobody chose it.")
NOBODY_PAYS = _("Nobody gave it points that pay for it.")
THRESHOLD = _("Each project needed more votes than this to take part.")
TOO_DEAR = _("It costs %(cost)s, which is more than the %(budget)s there was.")
LIMIT = _("It asks for more than was left of the limit on %(limit)s.")
ONE_OF = _("Only one project of its group could be funded, and %(name)s was.")
STOPPED = _("The count had stopped before its turn, when the next project did not fit.")
SEATS = _("All places had been filled before its turn.")
PLACED = _("It has place %(round)s.")
WOULD_COST = _("It would have been funded at a cost of %(cost)s or less.")
WOULD_NEED = _n(
    "It would have been funded if %(count)s more person had chosen it and nothing else.",
    "It would have been funded if %(count)s more people had chosen it and nothing else.",
)
PLACES = {"st": _("%(number)sst"), "nd": _("%(number)snd"), "rd": _("%(number)srd"), "th": _("%(number)sth")}


def ordinal(number: int, language: Language) -> str:
    """Return "7th" as the language writes it; Welsh says "safle" before the place and writes the bare number."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return language.gettext(PLACES[ending]) % {"number": number}


def in_words(known: Explanation, *, budget: int, language: Language, rule: str = "equal-shares") -> list[str]:
    """Return the sentences for one project, the first saying whether it was funded."""
    said = [language.say(FUNDED if known.is_funded else NOT_FUNDED, {})] if rule != "priorities" else []
    return said + reasons(known, budget=budget, language=language, rule=rule) + otherwise(known, language=language)


def reasons(known: Explanation, *, budget: int, language: Language, rule: str = "equal-shares") -> list[str]:
    """Say why a project was or was not funded."""
    say, money, said = language.say, language.money, list[str]()
    values: dict[str, Any] = {
        "count": known.votes,
        "cost": money(known.cost),
        "budget": money(budget),
        "place": ordinal(known.place, language),
        "round": known.round,
    }
    if known.phase.startswith("floor:"):
        said.append(say(FLOOR, {"tag": known.phase.removeprefix("floor:")}))
    if known.reason == "no-support":
        return [*said, say(NOBODY_PAYS if known.votes else NOBODY, values)]
    if rule == "priorities":
        return [say(CHOSE, values), say(PLACED if known.is_funded else SEATS, values)]
    if known.reason == "bought":
        return said + _bought(known, values, language)
    if said and known.reason in ("ranked", "completed"):
        return [*said, say(CAME, values)]
    if said and known.reason == "no-room":
        return [*said, say(CHOSE, values), say(ROOM, values | {"left": money(int(known.detail))})]
    if known.reason in ("ranked", "completed"):
        if not known.cost:
            return [say(CHOSE, values), say(COST_NOTHING, values)]
        values["left"] = money(budget - known.used_before)
        enough = say(WAS_LEFT if known.used_before else FIRST, values)
        return [say(BY_VOTES if known.reason == "completed" else CAME, values), enough]
    if known.reason in ("short", "no-room") and known.held is not None:
        held = math.floor(known.held)
        values |= {"held": money(held), "short": money(known.cost - held)}
        said += [say(CHOSE, values), say(HELD, values)]
        if known.reason == "no-room":
            said.append(say(LATER, values | {"left": money(int(known.detail))}))
    elif known.reason == "no-room" and known.cost > budget:
        said.append(say(TOO_DEAR, values))
    elif known.reason == "no-room":
        said += [say(CAME, values), say(USED, values | {"used": money(known.used_before)})]
    elif known.reason == "over-limit":
        said += [say(CHOSE, values), say(LIMIT, {"limit": known.detail})]
    elif known.reason == "one-of":
        said += [say(CHOSE, values), say(ONE_OF, {"name": language.name(known.detail)})]
    else:
        said += [say(CAME, values), say(THRESHOLD if known.reason == "below-threshold" else STOPPED, values)]
    return said


def _bought(known: Explanation, values: Mapping[str, Any], language: Language) -> list[str]:
    if known.most_paid is None:
        return [language.say(CHOSE, values)] + ([] if known.cost else [language.say(COST_NOTHING, values)])
    said = [
        language.say(CHOSE, values),
        language.say(EACH_GAVE, {"most": language.money(math.ceil(known.most_paid)), "cost": values["cost"]}),
    ]
    if known.runner_up and known.effective is not None and known.runner_up_effective is not None:
        mine, second = _votes(known.effective, language), _votes(known.runner_up_effective, language)
        if mine != second:
            said.append(language.say(SECOND, {"mine": mine, "name": language.name(known.runner_up), "second": second}))
    return said


def _votes(votes: Fraction, language: Language) -> str:
    """Write votes with one decimal where they are not whole; rounded down."""
    whole, tenth = divmod(math.floor(votes * 10), 10)
    return language.number(whole) + (f".{tenth}" if tenth else "")


def otherwise(known: Explanation, *, language: Language) -> list[str]:
    """Say what would have got a project funded that was not, all else being equal."""
    if known.is_funded:
        return []
    said = []
    if known.largest_cost is not None and known.largest_cost < known.cost:
        said.append(language.say(WOULD_COST, {"cost": language.money(known.largest_cost)}))
    if known.extra_supporters:
        said.append(language.say(WOULD_NEED, {"count": known.extra_supporters}))
    return said
