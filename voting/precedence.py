"""Which vote stands when one person votes twice; fixed before opening, published with the poll. Pure.

Paper and in person stand over the web and the phone, whenever they arrive; between those that do not stand, the last
before closing counts. Of two that stand, the first does, except that an in-person vote may be sent again in person.
"""

from enum import StrEnum

from voting.states import Channel

STANDING = frozenset({Channel.PAPER, Channel.ASSISTED})


class Ruling(StrEnum):
    """What an arriving vote does to the one before it."""

    FIRST = "first"  # nothing was there
    REPLACES = "replaces"  # same channel: silent
    OVERRIDES = "overrides"  # another channel: the voter is told so, not how
    STANDS = "stands"  # the earlier one stays; the arriving one is refused


def ruling(*, earlier: str, arriving: str) -> Ruling:
    """Say what becomes of two votes of one person; ``earlier`` is empty when there is none."""
    if not earlier:
        return Ruling.FIRST
    if earlier in STANDING:
        again = earlier == arriving == Channel.ASSISTED
        return Ruling.REPLACES if again else Ruling.STANDS
    return Ruling.REPLACES if earlier == arriving else Ruling.OVERRIDES
