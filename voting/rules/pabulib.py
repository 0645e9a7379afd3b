"""Read and write elections in the Pabulib format (Faliszewski et al., IJCAI 2023), exactly or not at all.

A file has three sections, META, PROJECTS and VOTES, of rows separated by semicolons. Money is read as decimals into
whole numbers of the smallest unit the file needs (`Election.unit` of them make one of its currency), never as floats.
Our own additions, which other readers pass over: in META `limit <name>`, `floor <tag>` (amount and permille of support)
and `ballot_kind`; in PROJECTS the columns `at_most_one_of` and `demand <limit>`.
"""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from pathlib import Path
from typing import Any

from voting.rules import reference
from voting.rules.vocabulary import Election, Floor, Project

KIND_OF_VOTE_TYPE = {
    "approval": "approval",
    "choose-1": "choose-one",
    "ordinal": "ordinal",
    "cumulative": "cumulative",
    "scoring": "cumulative",
}
VOTE_TYPE_OF_KIND = {
    "approval": "approval",
    "choose-one": "choose-1",
    "knapsack": "approval",
    "ordinal": "ordinal",
    "cumulative": "cumulative",
}


class PabulibError(ValueError):
    """A file that cannot be read; says where, and what was expected there."""

    def __init__(self, name: str, line: int, place: str, expected: str) -> None:
        super().__init__(f"{name}, line {line}, {place}: expected {expected}")
        self.name, self.line, self.place, self.expected = name, line, place, expected


@dataclass(frozen=True)
class PabulibFile:
    """One file: the election, META as it stands, project names, and who won officially (None where it is not said)."""

    election: Election
    meta: Mapping[str, str]
    names: Mapping[str, str]
    official: Mapping[str, str] = field(default_factory=dict)  # the column `selected`, where the file has it

    @property
    def official_winners(self) -> frozenset[str] | None:
        """The projects the file itself marks as funded; None where it marks none."""
        return frozenset(c for c, mark in self.official.items() if mark == "1") or None

    def money(self, amount: int) -> str:
        """Return money in the file's own unit, as the file would write it."""
        return money_text(amount, self.election.unit)


def money_text(amount: int, unit: int) -> str:
    """Return whole smallest units as currency: 1050 at 100 to the unit is "10.50"; whole amounts have no decimals."""
    whole, part = divmod(amount, unit)
    return f"{whole}.{str(part).zfill(len(str(unit)) - 1)}" if part else str(whole)


def read(path: Path | str) -> PabulibFile:
    """Read a .pb or .pb.gz file; PabulibError names file, line, field and what was expected."""
    path = Path(path)
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as fault:
            raise PabulibError(path.name, 1, "the whole file", "a complete gzip file") from fault
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise PabulibError(path.name, line, f"byte {data[fault.start]:#x}", "text in UTF-8") from fault
    return parse(text, path.name)


def parse(text: str, name: str = "text") -> PabulibFile:
    """Read an election from the text of a file; ``name`` is what errors call it."""
    return _Parser(text, name).file()


class _Parser:
    """Reads a text from its beginning to its end, and knows at which line it is."""

    def __init__(self, text: str, name: str) -> None:
        self.name, self.text = name, text.removeprefix("\ufeff")
        self.rows = csv.reader(io.StringIO(self.text, newline=""), delimiter=";")

    def fault(self, place: str, expected: str, line: int | None = None) -> PabulibError:
        return PabulibError(self.name, self.rows.line_num if line is None else line, place, expected)

    def read_rows(self) -> Iterator[list[str]]:
        try:
            yield from self.rows
        except csv.Error as fault:
            raise self.fault("the row", f"fields separated by semicolons ({fault})") from fault

    def file(self) -> PabulibFile:
        self.meta: dict[str, str] = {}
        self.meta_lines: dict[str, int] = {}
        rows = self.read_rows()
        self.section(rows, "META")
        self.header(rows, ("key", "value"))
        for row in self.until(rows, "PROJECTS"):
            if len(row) < 2:
                raise self.fault("META", "a key and a value")
            self.meta[row[0].strip()] = row[1].strip()
            self.meta_lines[row[0].strip()] = self.rows.line_num
        self.kind = self.vote_kind()
        projects, names, official = self.projects(rows)
        self.ids = set(names)
        ballots = self.ballots(rows)
        try:
            election = Election(
                tuple(projects), self.whole(self.budget), {}, self.kind, self.limits(), self.floors(), self.unit
            )
            object.__setattr__(election, "ballots", ballots)  # each has been checked where it was read
        except ValueError as fault:
            raise self.fault("the election as a whole", f"parts that fit together ({fault})") from fault
        self.check_number("num_votes", election.voters)
        return PabulibFile(election, self.meta, names, official)

    def section(self, rows: Iterator[list[str]], name: str) -> None:
        row = next((row for row in rows if any(cell.strip() for cell in row)), [])
        if [cell.strip().upper() for cell in row] != [name]:
            raise self.fault("the section's name", name)

    def header(self, rows: Iterator[list[str]], needed: tuple[str, ...]) -> list[str]:
        header = [cell.strip() for cell in next(rows, [])]
        for column in needed:
            if column not in header:
                raise self.fault("the header", f"a column {column!r}")
        return header

    def until(self, rows: Iterator[list[str]], name: str) -> Iterator[list[str]]:
        for row in rows:
            if len(row) == 1 and row[0].strip().upper() == name:
                return
            if any(cell.strip() for cell in row):
                yield row
        raise self.fault("the end of the file", f"a section {name}")

    def vote_kind(self) -> str:
        vote_type = self.meta.get("vote_type", "")
        if vote_type not in KIND_OF_VOTE_TYPE:
            raise self.fault(
                "META vote_type", f"one of {', '.join(KIND_OF_VOTE_TYPE)}", self.meta_lines.get("vote_type")
            )
        kind = KIND_OF_VOTE_TYPE[vote_type]
        return "knapsack" if kind == "approval" and self.meta.get("ballot_kind") == "knapsack" else kind

    def amount(self, text: str, place: str, line: int | None = None) -> Decimal:
        """Read money: digits with a decimal point or comma; not below zero."""
        try:
            amount = Decimal(text.strip().replace(",", "."))
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or amount < 0 or abs(amount.adjusted()) > 60 or len(text) > 60:
            raise self.fault(place, f"an amount of money, 0 or more, not {text!r}", line)
        return amount

    def whole(self, amount: Decimal) -> int:
        return int(amount.scaleb(len(str(self.unit)) - 1))

    def projects(self, rows: Iterator[list[str]]) -> tuple[list[Project], dict[str, str], dict[str, str]]:
        header = self.header(rows, ("project_id", "cost"))
        at = {column: place for place, column in enumerate(header)}
        demands = {column.removeprefix("demand "): column for column in header if column.startswith("demand ")}
        found: list[tuple[str, Decimal, dict[str, Decimal], dict[str, str]]] = []
        ids = set()
        for row in self.until(rows, "VOTES"):
            if len(row) != len(header):
                raise self.fault("PROJECTS", f"{len(header)} fields, not {len(row)}")
            cells = {c: row[i].strip() for c, i in at.items() if i < len(row) and row[i].strip().lower() != "none"}
            c = cells.get("project_id", "")
            if not c or c in ids or "," in c:
                raise self.fault("project_id", f"an id of its own without commas, not {c!r}")
            ids.add(c)
            wanted = {limit: self.amount(cells.get(column) or "0", column) for limit, column in demands.items()}
            found.append((c, self.amount(cells.get("cost", ""), "cost"), wanted, cells))
        self.budget = self.amount(self.meta.get("budget", ""), "META budget", self.meta_lines.get("budget"))
        self.check_number("num_projects", len(found))
        caps = [self.amount(value, f"META {key}") for key, value in self.meta.items() if key.startswith("limit ")]
        caps += [amount for amount, _ in self.floor_cells()]
        self.unit = 10 ** _decimals(
            [self.budget, *caps, *(n for _, cost, more, _ in found for n in (cost, *more.values()))]
        )
        projects = [
            Project(
                c,
                self.whole(cost),
                tuple(tag.strip() for tag in cells.get("category", "").split(",") if tag.strip()),
                {limit: self.whole(demand) for limit, demand in wanted.items() if demand},
                cells.get("at_most_one_of", ""),
            )
            for c, cost, wanted, cells in found
        ]
        names = {c: cells.get("name", "") for c, _, _, cells in found}
        return projects, names, {c: cells["selected"] for c, _, _, cells in found if cells.get("selected")}

    def limits(self) -> dict[str, int]:
        return {
            key.removeprefix("limit "): self.whole(self.amount(value, f"META {key}"))
            for key, value in self.meta.items()
            if key.startswith("limit ")
        }

    def floor_cells(self) -> list[tuple[Decimal, tuple[str, int]]]:
        found = []
        for key, value in self.meta.items():
            if key.startswith("floor "):
                amount, _, permille = value.partition(",")
                if not permille.strip().isdigit():
                    raise self.fault(f"META {key}", "an amount and a permille, like 200,30", self.meta_lines[key])
                found.append((self.amount(amount, f"META {key}"), (key.removeprefix("floor "), int(permille))))
        return found

    def floors(self) -> tuple[Floor, ...]:
        return tuple(Floor(tag, self.whole(amount), permille) for amount, (tag, permille) in self.floor_cells())

    def ballots(self, rows: Iterator[list[str]]) -> dict[tuple[Any, ...], int]:
        """Merge equal rows before looking into them: most cities have far fewer ballots than voters."""
        header = self.header(
            rows, ("voter_id", "vote", "points") if self.kind == "cumulative" else ("voter_id", "vote")
        )
        columns = [header.index("vote")] + ([header.index("points")] if self.kind == "cumulative" else [])
        cells, width, raw = itemgetter(*columns), len(header), Counter[Any]()
        for row in rows:
            if len(row) == width:
                raw[cells(row)] += 1
            elif any(cell.strip() for cell in row):
                raise self.fault("VOTES", f"{width} fields, not {len(row)}")
        merged: dict[tuple[Any, ...], int] = {}
        known, plain = {c: c for c in self.ids}.__getitem__, self.kind in ("approval", "knapsack")
        for cell, people in raw.items():
            try:
                named = sorted(map(known, cell.split(","))) if plain else []
            except KeyError:
                named = []
            quick = named and len(set(named)) == len(named)
            ballot = tuple(named) if quick else self.ballot(cell, columns)
            merged[ballot] = merged.get(ballot, 0) + people
        return merged

    def ballot(self, cell: Any, columns: list[int]) -> tuple[Any, ...]:
        """Read the cells of one vote; a project named twice counts once, where it stands first."""
        text, *points = [cell] if len(columns) == 1 else cell
        named = text.split(",")
        if len(set(named)) < len(named) or not self.ids.issuperset(named):  # rare: spaces, repeats, nothing, a mistake
            named = [] if text.strip().lower() in ("", "none") else [c.strip() for c in named]
            if unknown := [c for c in named if c not in self.ids]:
                raise self.fault("vote", f"ids of projects, not {unknown[0]!r}", self.line_of_vote(columns, cell))
        if points:
            given = [part.strip().removesuffix(".0") for part in points[0].split(",")] if named else []
            if len(given) != len(named) or not all(part.isdecimal() for part in given):
                expected = f"{len(named)} whole numbers, 0 or more, not {points[0]!r}"
                raise self.fault("points", expected, self.line_of_vote(columns, cell))
            first = dict(reversed(list(zip(named, map(int, given), strict=True))))
            return tuple(sorted(first.items()))
        named = list(dict.fromkeys(named))
        if self.kind == "choose-one" and len(named) > 1:
            raise self.fault("vote", f"one project, not {len(named)}", self.line_of_vote(columns, cell))
        return tuple(named if self.kind == "ordinal" else sorted(named))

    def line_of_vote(self, columns: list[int], cell: Any) -> int:
        """Find the line of the first vote with these cells; only needed once a vote cannot be read."""
        rows = csv.reader(io.StringIO(self.text, newline=""), delimiter=";")
        votes, cells = False, itemgetter(*columns)
        for row in rows:
            if votes and len(row) > max(columns) and cells(row) == cell:
                break
            votes = votes or [part.strip().upper() for part in row] == ["VOTES"]
        return rows.line_num

    def check_number(self, key: str, found: int) -> None:
        if key in self.meta and self.meta[key] != str(found):
            raise self.fault(f"META {key}", f"the number in the file, {found}", self.meta_lines[key])


def _decimals(amounts: Iterable[Decimal]) -> int:
    """Return how many decimals money needs here: none, or two and more."""
    least = min((int(amount.normalize().as_tuple().exponent) for amount in amounts if amount), default=0)
    return max(2, -least) if least < 0 else 0


def write(
    election: reference.Election,
    *,
    meta: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    selected: Iterable[str] | None = None,
    voters: Iterable[tuple[str, tuple[Any, ...]]] | None = None,
) -> str:
    """Write an election as the text of a Pabulib file.

    ``voters`` gives (voter id, ballot) in the order wanted, and must hold the election's ballots; without it voters are
    numbered. ``selected`` fills the column of that name. ``meta`` adds to META or replaces what it says by default.
    """
    out = io.StringIO(newline="")
    line = csv.writer(out, delimiter=";", lineterminator="\n").writerow
    votes, scores = _totals(election)
    described = {
        "description": "", "country": "", "unit": "", "instance": "", "num_projects": str(len(election.projects)),
        "num_votes": str(sum(election.ballots.values())), "budget": money_text(election.budget, election.unit),
        "vote_type": VOTE_TYPE_OF_KIND[election.kind], "rule": "unknown",
    }  # fmt: skip
    described |= {"ballot_kind": election.kind} if election.kind == "knapsack" else {}
    described |= {f"limit {name}": money_text(cap, election.unit) for name, cap in sorted(election.limits.items())}
    for floor in election.floors:
        described[f"floor {floor.tag}"] = f"{money_text(floor.amount, election.unit)},{floor.support_permille}"
    for row in [["META"], ["key", "value"], *(described | dict(meta or {})).items(), ["PROJECTS"]]:
        line(row)
    groups = any(project.at_most_one_of for project in election.projects)
    won = None if selected is None else set(selected)
    header = ["project_id", "cost", "votes", *(["score"] if election.kind in ("ordinal", "cumulative") else [])]
    header += [
        "name",
        "category",
        *(["at_most_one_of"] if groups else []),
        *(f"demand {n}" for n in sorted(election.limits)),
    ]
    line(header + ([] if won is None else ["selected"]))
    for project in election.projects:
        c = project.id
        cells = {
            "project_id": c,
            "cost": money_text(project.cost, election.unit),
            "votes": votes[c],
            "score": scores[c],
        }
        cells |= {"name": (names or {}).get(c, ""), "category": ",".join(project.tags)}
        cells |= {f"demand {name}": money_text(project.demands.get(name, 0), election.unit) for name in election.limits}
        cells |= {"at_most_one_of": project.at_most_one_of, "selected": int(c in (won or ()))}
        line([cells[column] for column in header + ([] if won is None else ["selected"])])
    points = election.kind == "cumulative"
    line(["VOTES"])
    line(["voter_id", "vote", "points"] if points else ["voter_id", "vote"])
    if voters is None:
        each = (ballot for ballot, people in election.ballots.items() for _ in range(people))
        voters = ((str(number), ballot) for number, ballot in enumerate(each, 1))
    for voter, ballot in voters:
        if points:
            line([voter, ",".join(c for c, _ in ballot), ",".join(str(given) for _, given in ballot)])
        else:
            line([voter, ",".join(ballot)])
    return out.getvalue()


def _totals(election: reference.Election) -> tuple[Counter[str], Counter[str]]:
    votes, scores = Counter[str](), Counter[str]()
    for ballot, people in election.ballots.items():
        for place, choice in enumerate(ballot):
            c, points = choice if election.kind == "cumulative" else (choice, len(ballot) - place)
            if points:
                votes[c] += people
                scores[c] += people * points
    return votes, scores
