"""Postcodes as people type them, and as ranges hold them."""

import re
from typing import NamedTuple

_INWARD = re.compile(r"\d[A-Z]{2}")
_OUTWARD = re.compile(r"(?:[A-Z]{1,2}\d[A-Z\d]?|[A-Z]{3})")
_SPACE = re.compile(r"[\s\-.\u200b\u200c\u200d\u2060\ufeff]+")


class Postcode(NamedTuple):
    """A whole postcode in its two halves: ``ZZ1`` and ``2CD``. Ranges run over the inward half, in text order."""

    outward: str
    inward: str

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}"


def read_postcode(typed: str) -> Postcode | None:
    """Read a postcode in any spacing or case; None when it is not a whole UK postcode.

    A letter O typed for the figure that begins the inward half is read as 0, and there alone.
    """
    text = _SPACE.sub("", typed[:40]).upper()
    outward, inward = text[:-3], text[-3:]
    if inward[:1] == "O":
        inward = "0" + inward[1:]
    if not (_OUTWARD.fullmatch(outward) and _INWARD.fullmatch(inward) and text.isascii()):
        return None
    return Postcode(outward, inward)


def is_outward(text: str) -> bool:
    """Tell whether a text has the form of an outward code, such as ``ZZ1``, ``W1A`` or ``NPT``."""
    return bool(_OUTWARD.fullmatch(text)) and text.isascii()


def is_inward(text: str) -> bool:
    """Tell whether a text has the form of an inward code, such as ``2CD``."""
    return bool(_INWARD.fullmatch(text)) and text.isascii()
