"""`manage.py count FILE.pb`: count a published election by any rule and explain the result; needs no database."""

import json
import shutil
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voting.rules import pabulib
from voting.rules.dispatch import count
from voting.rules.explain import explain
from voting.rules.explanation import Explanation
from voting.rules.measures import measure
from voting.rules.vocabulary import COMPLETIONS, RULES, UTILITIES, Options, Selection
from voting.rules.words import Language, in_words, otherwise, reasons

MEASURES = {
    "voters_with_a_winner": "Voters with at least one winner",
    "winners_per_voter": "Chosen winners per voter",
    "budget_used": "Share of the budget used",
    "gini": "Gini of what people's winners cost",
    "final_share_ratio": "Final share over budget / ballots",
    "ejr_plus_violations": "Projects a group could claim (EJR+)",
}
COMPARED = {
    "kept": "Comparison: no more voters have more winners by votes alone, so this result stands.",
    "replaced": "Comparison: more voters have more winners by votes alone, so the projects are those.",
}


class Command(BaseCommand):
    help = "Count a Pabulib file by any rule, with reasons. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", metavar="FILE.pb[.gz]")
        add("--rule", choices=RULES, default="equal-shares")
        add("--completion", choices=COMPLETIONS, help="equal-shares: how to go on; add1u unless you say otherwise")
        add("--utility", choices=UTILITIES, default="cost", help="equal-shares: what a project is worth to a voter")
        add("--threshold", type=int, help="greedy-threshold: votes or points a project needs; else as the file says")
        add("--skip", action="store_true", help="phragmen: pass over what does not fit, in place of stopping")
        add("--comparison", action="store_true", help="equal-shares: greedy's winners if more voters have more there")
        add("--stop-when-exhaustive", action="store_true", help="add1: stop as soon as no other project fits")
        add("--whole-start", action="store_true", help="equal-shares: start from whole units of money")
        add("--step", help="add1: how much each share grows, in the file's money")
        add("--seats", type=int, help="priorities: how many places")
        add("--seed", default="", help="the seed of the lot that decides last ties")
        add("--compare", metavar="RULES", help="rules separated by commas, side by side with their measures")
        add("--explain", metavar="ID", help="explain one project in sentences")
        add("--json", action="store_true", help="write everything as JSON")

    def handle(self, *args: object, **flags: Any) -> None:
        try:
            file = pabulib.read(flags["file"])
        except OSError as fault:
            raise CommandError(f"{flags['file']} could not be read: {fault.strerror or fault}") from fault
        except ValueError as fault:
            raise CommandError(str(fault)) from fault
        if flags["explain"] is not None and flags["explain"] not in file.names:
            known = ", ".join(list(file.names)[:5])
            raise CommandError(f"{flags['file']} has no project {flags['explain']!r}; its ids begin {known}")
        rules = [name.strip() for name in flags["compare"].split(",")] if flags["compare"] else [flags["rule"]]
        progress = Progress(self.stderr.write if sys.stderr.isatty() and not flags["json"] else None)
        try:
            results = [Result(file, rule, flags, progress) for rule in rules]
        except ValueError as fault:
            raise CommandError(str(fault)) from fault
        finally:
            progress.end()
        if flags["json"]:
            shown = [result.as_json() for result in results]
            self.stdout.write(json.dumps({"compare": shown} if flags["compare"] else shown[0], ensure_ascii=False))
        elif flags["compare"]:
            self.stdout.write("\n".join(side_by_side(file, results)))
        elif flags["explain"] is not None:
            self.stdout.write("\n".join(results[0].sentences(flags["explain"])))
        else:
            self.stdout.write("\n".join(results[0].table()))


class Progress:
    """A line on the terminal that says how far a long count is; silent for the first half second."""

    def __init__(self, write: Callable[..., None] | None) -> None:
        self.write, self.began, self.shown = write, time.monotonic(), False

    def __call__(self, level: int, cost: int, budget: int) -> None:
        if self.write is None or time.monotonic() - self.began < 0.5:
            return
        done = min(30, 30 * cost // max(budget, 1))
        bar = "#" * done + "." * (30 - done)
        self.write(f"\r[{bar}] step {level:,}, {100 * cost / max(budget, 1):.1f} % of the budget ", ending="")
        self.shown = True

    def end(self) -> None:
        if self.write is not None and self.shown:
            self.write("\r" + " " * 78 + "\r", ending="")


class Result:
    """One rule's count of a file, ready to show."""

    def __init__(self, file: pabulib.PabulibFile, rule: str, flags: dict[str, Any], progress: Progress) -> None:
        self.file, self.rule, election = file, rule, file.election
        self.options = options_of(file, rule, flags)
        self.selection: Selection = count(
            election,
            rule=rule,
            options=self.options,
            seed=flags["seed"],
            progress=lambda level, cost: progress(level, cost, election.budget),
        )
        self.explained = explain(election, self.selection)
        self.measures = measure(election, self.selection)
        currency = file.meta.get("currency", "")
        self.language = Language(
            money=lambda amount: f"{self.thousands(amount)} {currency}".strip(),
            name=lambda c: f"{c} {file.names[c]}".strip(),
        )

    def thousands(self, amount: int) -> str:
        whole, _, part = self.file.money(amount).partition(".")
        return f"{int(whole):,}" + (f".{part}" if part else "")

    def amount(self, value: Fraction | int | None) -> str | None:
        """Write money for JSON in the file's own unit; parts of the smallest unit are dropped."""
        return None if value is None else self.file.money(int(value))

    def as_json(self) -> dict[str, Any]:
        options = asdict(self.options) | {"step": self.amount(self.step)}
        return {
            "rule": self.rule,
            "completion": self.options.completion if self.rule == "equal-shares" else "none",
            "options": options | {"seed": self.selection.seed},
            "voters": self.file.election.voters,
            "budget": self.amount(self.file.election.budget),
            "cost": self.amount(self.selection.cost) if self.rule != "priorities" else str(len(self.selection.winners)),
            "selected": list(self.selection.winners),
            "ties": [{"round": t.round, "tied": list(t.tied), "decided_by": t.decided_by} for t in self.selection.ties],
            "compared": self.selection.compared,
            "shares": {
                phase: decimal(share, self.file.election.unit) for phase, share in self.selection.shares.items()
            },
            "projects": {c: self.project(known) for c, known in self.explained.items()},
            "measures": self.measures.as_numbers(),
        }

    @property
    def step(self) -> int:
        """The step as it was used; 0 stands for the default (see `reference.Options`)."""
        election = self.file.election
        default = max(election.unit, election.budget // (1000 * election.voters)) if election.voters else election.unit
        return self.options.step or default

    def project(self, known: Explanation) -> dict[str, Any]:
        cost = next(p.cost for p in self.file.election.projects if p.id == known.project)
        shown: dict[str, Any] = {
            "name": self.file.names[known.project],
            "votes": known.votes,
            "cost": self.amount(cost),
            "selected": known.is_funded,
            "round": known.round,
            "phase": known.phase,
            "reason": known.reason,
            "detail": known.detail,
            "place": known.place,
        }
        if known.share is not None:
            number = float
            shown |= {
                "effective_votes": None if known.effective is None else round(number(known.effective), 6),
                "runner_up": known.runner_up,
                "runner_up_votes": known.runner_up_effective and round(number(known.runner_up_effective), 6),
                "cost_per_supporter": decimal(known.cost_per_supporter, self.file.election.unit),
                "short_since_round": known.short_since or None,
                "most_paid": decimal(known.most_paid, self.file.election.unit),
                "paid_in_full": known.paid_full,
                "paid_in_part": known.paid_part,
                "paid_nothing": known.paid_nothing,
                "held": decimal(known.held, self.file.election.unit),
                "shortfall": decimal(known.shortfall, self.file.election.unit),
                "went_to": {c: decimal(paid, self.file.election.unit) for c, paid in known.bars.items()},
                "left": decimal(known.left, self.file.election.unit),
                "effective_support_percent": None if known.support_permyriad is None else known.support_permyriad / 100,
                "largest_cost": self.amount(known.largest_cost),
                "extra_supporters": known.extra_supporters,
            }
        return shown

    def sentences(self, c: str) -> list[str]:
        return [
            self.language.name(c),
            *in_words(self.explained[c], budget=self.file.election.budget, language=self.language, rule=self.rule),
        ]

    def table(self) -> list[str]:
        """Winners in the order of the count, then losers by votes, each with its reasons."""
        selection = self.selection
        losers = [known for known in self.explained.values() if not known.is_funded]
        losers.sort(key=lambda known: (-known.votes, known.place))
        lines = [*self.summary(), "", f"{'':>4} {'votes':>9}{'' if self.is_order else 'cost':>16}  project"]
        for title, several in (
            ("In this order" if self.is_order else "Funded", [self.explained[c] for c in selection.winners]),
            ("Without a place" if self.is_order else "Not funded", losers),
        ):
            lines += ["", title] if several else []
            for known in several:
                mark = f"{selection.winners.index(known.project) + 1}." if known.is_funded else "-"
                lines += self.row(known, mark)
        ties = [
            f"Tie in round {t.round} between {', '.join(t.tied)}, decided by {t.decided_by}." for t in selection.ties
        ]
        return [*lines, *([""] if ties else []), *ties, "", *measure_lines([self])[1:]]

    @property
    def is_order(self) -> bool:
        """Whether the rule makes an order of priorities, which have no cost."""
        return self.rule == "priorities"

    def summary(self) -> list[str]:
        election, selection, money = self.file.election, self.selection, self.language.money
        lines = [f"{self.file.meta['description']}"] if self.file.meta.get("description") else []
        lines.append(f"Rule: {rule_name(self.rule, self.options)}. Voters: {election.voters:,}.")
        if selection.compared:
            lines.append(COMPARED[selection.compared])
        won = f"{len(selection.winners)} of {len(election.projects)} projects"
        if self.is_order:
            return [*lines, f"{won} have a place."]
        left = election.budget - selection.cost
        return [
            *lines,
            f"{won} are funded, with {money(selection.cost)} of {money(election.budget)}; {money(left)} is left.",
        ]

    def row(self, known: Explanation, mark: str) -> list[str]:
        cost = "" if self.is_order else self.thousands(known.cost)
        budget, language = self.file.election.budget, self.language
        said = reasons(known, budget=budget, language=language, rule=self.rule) + otherwise(known, language=language)
        if self.is_order and known.is_funded:
            said = []  # the place says it
        width = max(80, min(120, shutil.get_terminal_size((110, 24)).columns))
        told = textwrap.wrap(" ".join(said), width, initial_indent=" " * 32, subsequent_indent=" " * 32)
        return [f"{mark:>4} {known.votes:>9,}{cost:>16}  {self.language.name(known.project)}", *told]


def options_of(file: pabulib.PabulibFile, rule: str, flags: dict[str, Any]) -> Options:
    """Turn flags into options; what the file says about a threshold holds unless a flag says otherwise."""
    threshold = flags["threshold"]
    if threshold is None:
        stated = file.meta.get("min_project_score_threshold", "0") or "0"
        threshold = int(stated) if stated.isdigit() else 0
    return Options(
        completion=flags["completion"] or "add1u" if rule == "equal-shares" else "none",
        utility=flags["utility"] if rule == "equal-shares" else "cost",
        step=0 if flags["step"] is None else smallest_units(flags["step"], file.election.unit),
        stop_when_exhaustive=flags["stop_when_exhaustive"],
        whole_start=flags["whole_start"],
        comparison=flags["comparison"] and rule == "equal-shares",
        threshold=threshold if rule == "greedy-threshold" else 0,
        skip=flags["skip"],
        seats=flags["seats"],
    )


def smallest_units(text: str, unit: int) -> int:
    """Read money from the command line into whole smallest units of the file."""
    try:
        amount = Decimal(text) * unit
    except InvalidOperation as fault:
        raise ValueError(f"--step is {text!r}; expected an amount of money") from fault
    if not amount.is_finite() or amount <= 0 or amount != amount.to_integral_value():
        raise ValueError(f"--step is {text!r}; expected money above zero, in steps of {decimal(Fraction(1), unit)}")
    return int(amount)


def decimal(value: Fraction | None, unit: int) -> str | None:
    """Write an exact amount with six decimals, rounded down, without needless zeros."""
    if value is None:
        return None
    whole, part = divmod(value * 10**6 // unit, 10**6)
    return f"{whole}.{part:06}".rstrip("0").rstrip(".")


def rule_name(rule: str, options: Options) -> str:
    return f"{rule}, {options.utility} utility, completion {options.completion}" if rule == "equal-shares" else rule


def measure_lines(results: list[Result]) -> list[str]:
    rows = [[""] + [result.rule for result in results]]
    for key, label in MEASURES.items():
        values = [result.measures.as_numbers()[key] for result in results]
        voters = results[0].measures.voters or 1
        shown = [
            "-"
            if value is None
            else f"{value:,} ({100 * value / voters:.1f} %)"
            if key == "voters_with_a_winner"
            else f"{100 * value:.1f} %"
            if key == "budget_used"
            else f"{value:,}"
            if isinstance(value, int)
            else f"{value:.3f}"
            for value in values
        ]
        rows.append([label, *shown])
    return [f"{row[0]:<38}" + "".join(f"{cell:>22}" for cell in row[1:]) for row in rows]


def side_by_side(file: pabulib.PabulibFile, results: list[Result]) -> list[str]:
    """Show which rule funds which project, and the measures of each."""
    known = results[0].explained
    winners = [set(result.selection.winners) for result in results]
    order = sorted(known.values(), key=lambda one: (-sum(one.project in won for won in winners), -one.votes))
    lines = [f"{'project':<38}{'votes':>10}{'cost':>14}" + "".join(f"{result.rule:>22}" for result in results)]
    for one in order:
        name = f"{one.project} {file.names[one.project]}"[:36]
        marks = "".join(f"{'funded' if one.project in won else '-':>22}" for won in winners)
        lines.append(f"{name:<38}{one.votes:>10,}{results[0].thousands(one.cost):>14}{marks}")
    totals = [f"{len(won)} funded" for won in winners]
    lines.append(f"{'':<62}" + "".join(f"{total:>22}" for total in totals))
    return [*lines, "", *(f"{line[:38]}{'':<24}{line[38:]}" for line in measure_lines(results))]
