"""How a place is spoken of in a sentence: "the United Kingdom", "in the United Kingdom", "ym Mro Hafren".

English: which names of areas take an article. Welsh: the article in small letters, and "yn" (in) with the nasal
mutation of the name after it (Thorne, A Comprehensive Welsh Grammar, 1993, section 2.5). A name that has no Welsh form
is not mutated, as is usual for names from English.
"""

import re

_WHOLE = {"North East", "North West", "South East", "South West", "New Forest", "Wirral"}
_FIRST = ("Isle of ", "Isles of ", "Vale of ", "Forest of ", "City of ", "County of ", "East of ", "West of ")
_LAST = (" Kingdom", " Midlands", " Valley", " Borders", " Islands", " Isles", " Region", " Authority", " Committee")
_NASAL = {"p": "mh", "t": "nh", "c": "ngh", "b": "m", "d": "n", "g": "ng"}
_UNTOUCHED = ("ch", "dd", "ph", "th")
_BEFORE = {"m": "ym", "ng": "yng"}


def in_english(name: str) -> str:
    """Write a name as it stands inside an English sentence: "Isle of Wight" gives "the Isle of Wight"."""
    turned = re.fullmatch(r"(.+), ((?:City|County) of)", name)
    if turned:
        return f"the {turned[2]} {turned[1]}"
    if name.startswith("Rest of "):
        return f"the rest of {in_english(name.removeprefix('Rest of '))}"
    takes_article = name in _WHOLE or name.startswith(_FIRST) or name.endswith(_LAST)
    return f"the {name}" if takes_article else name


def borrowed(name: str) -> str:
    """Write an English name as Welsh borrows it: "Bristol, City of" gives "Bristol"."""
    return re.sub(r", (?:City|County) of$", "", name)


def in_welsh(name: str) -> str:
    """Write a Welsh name as it stands inside a sentence: "Y Deyrnas Unedig" gives "y Deyrnas Unedig"."""
    return name[0].lower() + name[1:] if name.startswith(("Y ", "Yr ")) else name


def within_english(name: str) -> str:
    """Write where something is: "in the United Kingdom"."""
    return f"in {in_english(name)}"


def within_welsh(name: str) -> str:
    """Write where something is, by a Welsh name: "Cymru" gives "yng Nghymru", "Yr Alban" "yn yr Alban"."""
    spoken = in_welsh(name)
    first = spoken[:1].lower()
    if spoken != name or first not in _NASAL or spoken[:2].lower() in _UNTOUCHED:
        return f"{'ym' if first == 'm' else 'yn'} {spoken}"
    changed = _NASAL[first]
    before = next((word for start, word in _BEFORE.items() if changed.startswith(start)), "yn")
    return f"{before} {changed.capitalize()}{spoken[1:]}"
