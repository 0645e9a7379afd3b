"""What an insider has in hand, and how well it joins people to ballots (V3).

A *carrier* is one place where something is written down: a table, the log lines, the arguments of tasks. From each come
orders of the people it mentions (by every system column and key), and words that stand in a row about one person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

import psycopg

PEOPLE = {
    "roll": "SELECT id FROM voting_rollentry WHERE channel <> '' ORDER BY {}",
    "check": "SELECT roll_entry_id FROM voting_residencycheck ORDER BY {}",
    "help": "SELECT roll_entry_id FROM voting_helpevent ORDER BY {}",
    "code": "SELECT roll_entry_id FROM voting_votingcode WHERE roll_entry_id IS NOT NULL ORDER BY {}",
}
BALLOTS = {
    "published": "SELECT check_code FROM voting_publishedballot ORDER BY {}",
    "sealed": "SELECT content_hash FROM voting_sealedballot ORDER BY {}",
    "box": "SELECT id::text FROM voting_boxballot ORDER BY {}",
    "log": "SELECT content_hash FROM voting_logentry WHERE kind = 'ballot' ORDER BY {}",
}
SYSTEM = ("id", "xmin::text::bigint, ctid", "ctid", "xmin::text::bigint, id")
OWN = {
    "roll": ("resident_id", "marked_on, ctid", "current_ballot_id", "contact_email, ctid"),
    "published": ("check_code",),
    "sealed": ("content_hash", "idempotency_key"),
    "log": ("seq",),
}


@dataclass
class Haul:
    """Orders of people and of ballots, and every text that stands in one row."""

    people: dict[str, list[int]] = field(default_factory=dict)
    ballots: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)

    def order(self, name: str, entries: Iterable[int]) -> None:
        """Add an order of people from outside the database: log lines, sessions, arguments of tasks."""
        self.people[name] = list(entries)


def take(owner: psycopg.Connection, tables: Iterable[str]) -> Haul:
    """Copy everything that the database shows somebody who may read all of it."""
    haul = Haul()
    for kind, statements in ((haul.people, PEOPLE), (haul.ballots, BALLOTS)):
        for name, statement in statements.items():
            for order in (*SYSTEM, *OWN.get(name, ())):
                found = [value for (value,) in owner.execute(statement.format(order)).fetchall()]
                if found:
                    kind[f"{name} by {order}"] = found
    for table in tables:
        haul.rows[table] = [text for (text,) in owner.execute(f'SELECT t::text FROM "{table}" t').fetchall()]
    return haul


def hits(people: Haul, ballots: Haul, truth: dict[int, set[str]]) -> dict[str, int]:
    """Pair each order of people with each order of ballots, place by place; returns how many pairs are right."""
    return {
        f"{one} / {other}": sum(
            code in truth.get(entry, ())
            for entry, code in zip(people.people[one], ballots.ballots[other], strict=False)
        )
        for one, other in product(people.people, ballots.ballots)
    }


def rows_that_name_both(haul: Haul, people: dict[int, set[str]], ballots: dict[int, set[str]]) -> list[str]:
    """Name the tables with a row in which something of a person stands beside something of their ballot."""
    return [
        f"{table}: {entry}"
        for table, rows in haul.rows.items()
        for row in rows
        for entry, words in people.items()
        if any(word in row for word in words) and any(word in row for word in ballots[entry])
    ]
