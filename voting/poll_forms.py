"""Forms that set a vote up, from nothing, from a preset or from an earlier one, and change it before it opens."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.models import Area
from renewal.kernel.clock import at, london_day
from renewal.kernel.forms import DayField, PlainForm, PoundsField, YesNoField
from renewal.kernel.money import Pence
from voting.models import Poll
from voting.services.polls import OptionDraft, drafts_of

RULES = [
    ("equal-shares", _("Equal shares: everybody’s share of the money counts")),
    ("greedy", _("By number of votes")),
    ("phragmen", _("In proportion, one after another")),
    ("priorities", _("An order of needs, in proportion")),
]
KINDS = [
    ("approve", _("Tick as many as you like, or up to a number")),
    ("budget", _("Tick within the money")),
    ("rank", _("Number the projects")),
    ("priorities", _("Tick needs, without costs")),
]


class PollForm(PlainForm):
    """Set a vote up from nothing, or from an earlier one whose projects are copied."""

    title = forms.CharField(label=_("Title"), max_length=200)
    title_cy = forms.CharField(label=_("Title in Welsh"), max_length=200, required=False)
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none())
    kind = forms.ChoiceField(label=_("How people mark the ballot"), choices=KINDS, widget=forms.RadioSelect)
    rule = forms.ChoiceField(label=_("How votes are counted"), choices=RULES, widget=forms.RadioSelect)
    roll_kind = forms.ChoiceField(
        label=_("Who is on the roll"),
        choices=[("open", _("Everybody who shows where they live")), ("list", _("People of a list made beforehand"))],
        widget=forms.RadioSelect,
    )
    opens_on = DayField(label=_("Opens at 9am on"))
    closes_on = DayField(label=_("Closes at 5pm on"))
    paper_by = DayField(
        label=_("Paper must be back by 5pm on"), required=False, help_text=_("If you leave it empty, by closing")
    )
    result_on = DayField(label=_("Result expected on"), required=False, help_text=_("Shown to voters"))
    budget = PoundsField(label=_("Money there is"), required=False)
    most_choices = forms.IntegerField(
        label=_("Most choices"),
        min_value=1,
        max_value=200,
        required=False,
        widget=forms.NumberInput({"class": "short"}),
    )
    voting_age = forms.IntegerField(
        label=_("Voting age"), min_value=11, max_value=18, initial=16, widget=forms.NumberInput({"class": "short"})
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages besides English"),
        choices=[("cy", "Cymraeg")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("In Wales every vote is in both. A vote opens only when all its texts are there."),
    )
    forecast = forms.IntegerField(
        label=_("How many votes do you expect?"),
        min_value=1,
        max_value=100_000_000,
        widget=forms.NumberInput({"class": "short"}),
        help_text=_("With fewer than 100, ballots are not published one by one."),
    )
    recomputable = YesNoField(label=_("Will everybody be able to repeat the count?"))
    copy_from = forms.ModelChoiceField(
        label=_("Copy the projects of"),
        queryset=Poll.objects.none(),
        required=False,
        empty_label=_("None: I type them"),
    )
    options = forms.CharField(
        label=_("Projects"),
        help_text=_(
            "One on each line: reference; title; title in Welsh; cost in pounds. "
            "You can add: summary; summary in Welsh."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], polls: QuerySet[Poll], **kwargs: Any) -> None:
        """Ask for a new vote; ``initial`` comes from a preset or an earlier vote (start_from)."""
        super().__init__(*args, **kwargs)
        self.offer_rows("area", areas, label=lambda area: str(area.label))
        self.offer_rows("copy_from", polls)

    def clean_options(self) -> list[OptionDraft]:
        return read_options(self.cleaned_data["options"])

    def facts(self) -> dict[str, Any]:
        """Shape the answers as set_up_poll takes them."""
        clean = self.cleaned_data
        return {
            "area_id": clean["area"].pk,
            "title": clean["title"],
            "title_cy": clean["title_cy"],
            "kind": clean["kind"],
            "rule": clean["rule"],
            "roll_kind": clean["roll_kind"],
            "opens_at": at(clean["opens_on"], 9),
            "closes_at": at(clean["closes_on"], 17),
            "paper_returned_by": at(clean["paper_by"], 17) if clean["paper_by"] else None,
            "result_expected_at": at(clean["result_on"], 17) if clean["result_on"] else None,
            "budget_pence": clean["budget"] or Pence(0),
            "most_choices": clean["most_choices"],
            "voting_age": clean["voting_age"],
            "languages": clean["languages"],
            "forecast_ballots": clean["forecast"],
            "recomputable": clean["recomputable"],
            "parameters": {"completion": "add1u"} if clean["rule"] == "equal-shares" else {},
            **_copied(clean["options"], clean.get("copy_from")),
        }

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if clean.get("opens_on") and clean.get("closes_on") and clean["closes_on"] <= clean["opens_on"]:
            self.add_error("closes_on", _("Closing must come after opening"))
        if clean.get("opens_on") and clean.get("paper_by") and clean["paper_by"] <= clean["opens_on"]:
            self.add_error("paper_by", _("Paper must come back after opening"))
        if clean.get("closes_on") and clean.get("result_on") and clean["result_on"] < clean["closes_on"]:
            self.add_error("result_on", _("The result must come after closing"))
        return clean


def read_options(text: str, *, known: Mapping[str, OptionDraft] = MappingProxyType({})) -> list[OptionDraft]:
    """Read one option from each line; a known one keeps what its line does not say. Raises ValidationError."""
    drafts: dict[str, OptionDraft] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip(" ;"):
            continue
        parts = [part.strip().replace("\\;", ";") for part in re.split(r"(?<!\\);", line)]
        if not 4 <= len(parts) <= 6:
            raise forms.ValidationError(
                _("Line %(line)d needs four parts: reference; title; title in Welsh; cost in pounds"),
                params={"line": number},
            )
        ref, title, title_cy, typed, summary, summary_cy = (*parts, "", "")[:6]
        before = known.get(ref)
        if before is not None and line.strip() == line_of(before):
            draft = before
        else:
            facts: dict[str, Any] = {"title": title, "title_cy": title_cy, "cost_pence": _pence(typed, number)}
            if len(parts) > 4:
                facts |= {"summary": summary, "summary_cy": summary_cy}
            draft = OptionDraft(ref, **facts) if before is None else replace(before, **facts)
        if not ref or not title or len(ref) > 32 or max(len(title), len(title_cy)) > 200:
            raise forms.ValidationError(
                _("Line %(line)d needs a reference of up to 32 characters and a title of up to 200"),
                params={"line": number},
            )
        if ref in drafts:
            raise forms.ValidationError(
                _("Line %(line)d has the reference %(ref)s of another line"), params={"line": number, "ref": ref}
            )
        drafts[ref] = draft
    return list(drafts.values())


def _pence(typed: str, line: int) -> Pence:
    """Read a cost in pounds; an empty one is none, as for needs."""
    try:
        return PoundsField(required=False).clean(typed) or Pence(0)
    except forms.ValidationError as wrong:
        raise forms.ValidationError(
            _("Line %(line)d: enter the cost in pounds, like 1,250"), params={"line": line}
        ) from wrong


def line_of(option: OptionDraft) -> str:
    """Write an option as one line of the form; a semicolon inside a text has a backslash before it."""
    cost = PoundsField().prepare_value(option.cost_pence) if option.cost_pence else ""
    parts = [option.ref, option.title, option.title_cy, cost]
    if option.summary or option.summary_cy:
        parts += [option.summary, option.summary_cy]
    return "; ".join(" ".join(part.split()).replace(";", "\\;") for part in parts).strip()


COMPLETIONS = [
    ("add1u", _("Raise everybody’s share step by step, then go by votes")),
    ("add1", _("Raise everybody’s share step by step")),
    ("u", _("Go by votes")),
    ("none", _("Leave it for the next round")),
]


class DraftForm(PollForm):
    """Change a vote that has not opened: everything that set it up, and what came with copied projects."""

    completion = forms.ChoiceField(
        label=_("What happens to money that equal shares leave over"), choices=COMPLETIONS, widget=forms.RadioSelect
    )
    limits = forms.CharField(
        label=_("Limits besides the money"),
        help_text=_("One on each line: name; most in pounds"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    floors = forms.CharField(
        label=_("Money kept for a theme"),
        help_text=_("One on each line: theme; pounds; votes it needs, in thousandths of all voters"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def __init__(self, *args: Any, poll: Poll, areas: QuerySet[Area], **kwargs: Any) -> None:
        self.poll = poll
        self.known = {option.ref: option for option in drafts_of(poll)}
        super().__init__(*args, areas=areas, polls=Poll.objects.none(), initial=self._now(), **kwargs)
        del self.fields["copy_from"]
        self.order_fields([name for name in self.fields if name != "options"] + ["options"])

    def _now(self) -> dict[str, Any]:
        """Return the answers as the poll has them."""
        poll, pounds = self.poll, PoundsField()
        return start_from(preset="", poll=poll) | {
            "opens_on": london_day(poll.opens_at),
            "closes_on": london_day(poll.closes_at),
            "paper_by": poll.paper_returned_by and london_day(poll.paper_returned_by),
            "result_on": poll.result_expected_at and london_day(poll.result_expected_at),
            "completion": poll.parameters.get("completion", "none"),
            "limits": "\n".join(f"{name}; {pounds.prepare_value(most)}" for name, most in sorted(poll.limits.items())),
            "floors": "\n".join(
                f"{floor['tag']}; {pounds.prepare_value(floor['amount'])}; {floor.get('support_permille', 0)}"
                for floor in poll.floors
            ),
            "options": "\n".join(line_of(option) for option in self.known.values()),
        }

    def clean_options(self) -> list[OptionDraft]:
        return read_options(self.cleaned_data["options"], known=self.known)

    def clean_limits(self) -> dict[str, int]:
        lines = self._lines("limits", 2)
        return {name: int(_pence(most, number)) for number, (name, most) in lines}

    def clean_floors(self) -> list[dict[str, Any]]:
        floors = []
        for number, (tag, amount, votes) in self._lines("floors", 3):
            if not votes.isascii() or not votes.isdigit() or int(votes) > 1_000:
                raise forms.ValidationError(
                    _("Line %(line)d: enter thousandths from 0 to 1,000"), params={"line": number}
                )
            floors.append({"tag": tag, "amount": int(_pence(amount, number)), "support_permille": int(votes)})
        return floors

    def _lines(self, name: str, parts: int) -> list[tuple[int, list[str]]]:
        """Read lines of so many parts, each with its number."""
        found = []
        for number, line in enumerate(self.cleaned_data[name].splitlines(), start=1):
            read = [part.strip() for part in line.split(";")]
            if not any(read):
                continue
            if len(read) != parts or not all(read):
                raise forms.ValidationError(
                    ngettext_lazy(
                        "Line %(line)d needs %(parts)d part", "Line %(line)d needs %(parts)d parts", parts
                    ), params={"line": number, "parts": parts},
                )  # fmt: skip
            found.append((number, read))
        return found

    def facts(self) -> dict[str, Any]:
        """Shape the answers as change_draft takes them; hours that another page chose stay with their day."""
        clean, poll = self.cleaned_data, self.poll
        completion = {"completion": clean["completion"]} if clean["rule"] == "equal-shares" else {}
        others = {name: value for name, value in poll.parameters.items() if name != "completion"}
        days = {
            "opens_at": "opens_on", "closes_at": "closes_on", "paper_returned_by": "paper_by",
            "result_expected_at": "result_on",
        }  # fmt: skip
        moments = {name: getattr(poll, name) for name in days}
        kept = {name: moment for name, moment in moments.items() if moment and clean[days[name]] == london_day(moment)}
        return super().facts() | kept | {
            "parameters": (others if clean["rule"] == poll.rule else {}) | completion,
            "limits": clean["limits"],
            "floors": clean["floors"],
            "options": clean["options"],
        }  # fmt: skip


PRESETS: dict[str, tuple[Any, dict[str, Any]]] = {
    "projects": (
        _("Projects, counted by equal shares"),
        {"kind": "approve", "rule": "equal-shares", "roll_kind": "open", "voting_age": 16, "recomputable": "yes"},
    ),
    "budget": (
        _("Projects within the money, counted by votes"),
        {"kind": "budget", "rule": "greedy", "roll_kind": "open", "voting_age": 16, "recomputable": "yes"},
    ),
    "needs": (
        _("Needs, put in order"),
        {"kind": "priorities", "rule": "priorities", "roll_kind": "open", "voting_age": 16, "recomputable": "yes"},
    ),
    "small": (
        _("A small vote, checked by two named people"),
        {"kind": "approve", "rule": "equal-shares", "roll_kind": "open", "recomputable": "no", "forecast": 60},
    ),
}


def start_from(*, preset: str, poll: Poll | None) -> dict[str, Any]:
    """Return the first answers of a new vote: those of an earlier vote, or of a preset; dates are always new."""
    if poll is None:
        return dict(PRESETS.get(preset, ("", {}))[1])
    return {
        "title": poll.title,
        "title_cy": poll.title_cy,
        "area": poll.area_id,
        "kind": poll.kind,
        "rule": poll.rule,
        "roll_kind": poll.roll_kind,
        "budget": Pence(poll.budget_pence),
        "most_choices": poll.most_choices,
        "voting_age": poll.voting_age,
        "languages": poll.languages,
        "forecast": poll.forecast_ballots or None,
        "recomputable": "yes" if poll.recomputable else "no",
        "copy_from": poll.pk,
    }


def _copied(typed: list[OptionDraft], poll: Poll | None) -> dict[str, Any]:
    """Take typed options as they are; an earlier vote's come with the limits and floors they draw on."""
    if typed or poll is None:
        return {"options": typed}
    return {"options": drafts_of(poll), "limits": poll.limits, "floors": poll.floors}
