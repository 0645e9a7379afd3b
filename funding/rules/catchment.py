"""Where the people live who gain from a project, before its group says so: from where it is and what it is.

How far people come depends on what there is: a home serves its street, a library its side of town. The group may change
every number; level decisions rest on what it said (R7), and residents may challenge it (R9).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from funding.rules.apportion import bounded_webster

# How far people come for the things of each strand of the theme list, in metres; another theme reaches no further.
REACH = {"homes": 0, "places": 1_500, "connecting": 1_500, "online": 2_500, "services": 3_000}
LEAST_HERE = 50  # percent: a project is first of all for the area where it is


@dataclass(frozen=True, slots=True)
class Near:
    """An area beside the one where a project is: how many live there, and how far its middle is."""

    code: str
    people: int
    metres: int


def default_catchment(strand: str, here: str, people: int, others: Iterable[Near]) -> dict[str, int]:
    """Share 100 percent between the area of a project and those within reach of what it is, by people.

    The area itself has at least LEAST_HERE. Areas that would have less than one percent are left out.

    >>> default_catchment("services", "N", 8_000, [Near("S", 4_000, 2_000), Near("far", 9_000, 8_000)])
    {'N': 67, 'S': 33}
    """
    reach = REACH.get(strand, 0)
    weights = {near.code: near.people for near in others if near.metres <= reach and near.people > 0}
    weights[here] = max(people, 1)
    shares = bounded_webster(100, weights, {here: LEAST_HERE}).pence
    return {code: percent for code, percent in sorted(shares.items()) if percent}
