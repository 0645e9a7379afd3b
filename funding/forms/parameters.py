"""The draft of a parameter set as a form: the figures for all, and a block for each nation that takes part."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.money import PercentField, percent_text
from funding.power_words import power_words
from funding.problem_words import problem_words
from funding.queries.shares import level_name
from funding.rules.levels import LEVELS, OWN_POWERS
from funding.rules.parameters import NATIONS, default_nation
from funding.rules.problems import Problem
from renewal.kernel.forms import NO, YES, DayField, PlainForm, PoundsField, speak_plainly
from renewal.kernel.money import pounds

WEIGHTS = [
    ("people", _("By people")),
    ("ukspf-2022-25", _("As in the UK Shared Prosperity Fund, 2022 to 2025")),
    ("custom", _("By the weights typed for each nation")),
]
SHARING = {
    "reserve_bp": (_("Reserve for emergencies, per cent"), "percent"),
    "participation_bp": (_("Set aside for taking part, per cent of running costs"), "percent"),
    "uk_keep_bp": (_("Kept for the whole country, per cent"), "percent"),
}
VOTING = {
    "civil_society_bp": (_("Led by civil society, at least, per cent"), "percent"),
    "theme_floors_bp.connecting": (_("Connecting people and groups, at least, per cent"), "percent"),
    "theme_floors_bp.getting_online": (_("Getting online, at least, per cent"), "percent"),
    "theme_floors_bp.mental_health": (_("Mental health, at least, per cent"), "percent"),
    "theme_least_pot_pence": (_("Smallest money for a vote to which these apply"), "pounds"),
    "theme_support_bp": (_("Votes that a project needs for this, per cent of ballots"), "percent"),
}
YEAR_END = {
    "carry_forward": (_("Carry unspent money forward"), "switch"),
    "rollover_rounds": (_("Years that money may stay"), "number"),
    "rollover_cap_bp": (_("Most that may stay, per cent of the next year's money"), "percent"),
}
SCALARS = SHARING | VOTING | YEAR_END
CHANGE = {
    "change_floor": _("Least, per cent of the year before"),
    "change_cap": _("Most, per cent of the year before"),
}
NATION_FIELDS = {
    "adopted_by": (_("Adopted by"), "text"),
    "adopted_on": (_("Adopted on"), "day"),
    "keep_bp.nation": (_("Kept by the nation, per cent"), "percent"),
    "keep_bp.strategic": (_("Kept by regions and strategic areas, per cent"), "percent"),
    "keep_bp.county": (_("Kept by counties, per cent"), "percent"),
    "keep_bp.authority": (_("Kept by boroughs, districts and cities, per cent"), "percent"),
    "need.lo_permille": (_("Weight of a person where need is least, in thousandths"), "number"),
    "need.hi_permille": (_("Weight of a person where need is most, in thousandths"), "number"),
    "need.deprivation": (_("Parts of the need figure: deprivation"), "number"),
    "need.social": (_("Parts of the need figure: missing social infrastructure"), "number"),
    "need.digital": (_("Parts of the need figure: not online"), "number"),
    "floor_pence": (_("Least for a neighbourhood"), "pounds"),
    "cap_pence_per_head": (_("Most for each person"), "optional pounds"),
}
POWERS = [power for level in reversed(LEVELS) for power in OWN_POWERS[level]]


def _get(document: Mapping[str, Any], path: str) -> Any:
    here: Any = document
    for step in path.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def _set(document: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    here = document
    for step in way:
        here = here.setdefault(step, {})
    here[last] = value


def general_facts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Read the figures for all nations in words, under the labels of the form."""
    found = [(str(_("How nations share")), str(dict(WEIGHTS)[document["nation_weights"]["preset"]]))]
    for path, (label, kind) in SCALARS.items():
        value = _get(document, path) or 0
        if kind == "switch":
            text = str(YES if value else NO)
        elif kind == "pounds":
            text = pounds(value)
        else:
            text = percent_text(value) if kind == "percent" else str(value)
        found.append((str(label), text))
    return found


def lowest_levels(powers: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return for each power the lowest level that has it; every level above has it too."""
    return {power: level for level in LEVELS for power in powers.get(level, ())}


@dataclass(frozen=True)
class NationBlockFields:
    """The fields of one nation's block as the page lays them out."""

    code: str
    name: str
    takes_part: forms.BoundField
    is_in: bool
    adopted: list[forms.BoundField]
    figures: list[forms.BoundField]
    powers: list[forms.BoundField]


class ParameterForm(PlainForm):
    """A draft of a parameter set; the checks of the rules follow once it is written as a document."""

    name = forms.CharField(label=_("Name of this set"), max_length=120)

    def __init__(self, *args: Any, document: Mapping[str, Any], **kwargs: Any) -> None:
        self.document = document
        self.codes = sorted(set(NATIONS) | set(document["nations"]))
        super().__init__(*args, initial=self._initial(document), **kwargs)
        self.fields["nation_weights"] = forms.ChoiceField(label=_("How nations share"), choices=WEIGHTS)
        for path, (label, kind) in SCALARS.items():
            self.fields[path] = _field(kind, label)
        for name, label in CHANGE.items():
            self.fields[name] = PercentField(label=label, required=False, most=1_000)
        for code in self.codes:
            self._nation_fields(code)
        for field in self.fields.values():  # PlainForm saw the name alone: the others came after it
            speak_plainly(field)

    def _nation_fields(self, code: str) -> None:
        self.fields[f"{code}.in"] = forms.BooleanField(label=_("Takes part this year"), required=False)
        self.fields[f"{code}.weight"] = forms.IntegerField(
            label=_("Weight, if nations share by typed weights"),
            required=False,
            min_value=0,
            widget=forms.NumberInput({"class": "short"}),
        )
        for path, (label, kind) in NATION_FIELDS.items():
            self.fields[f"{code}.{path}"] = _field(kind, label, required=False)
        levels = [(level, level_name(level).capitalize()) for level in reversed(LEVELS)]
        for power in POWERS:
            self.fields[f"{code}.powers.{power}"] = forms.ChoiceField(
                label=power_words(power), choices=[("", _("Nobody")), *levels], required=False
            )
        self.quiet |= {name for name in self.fields if name.startswith(f"{code}.")}

    def _initial(self, document: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"name": document["name"], "nation_weights": document["nation_weights"]["preset"]}
        for path, (_label, kind) in SCALARS.items():
            found[path] = _shown(kind, _get(document, path) or 0)
        limits = document["change_limits"]
        if limits:
            found["change_floor"] = percent_text(limits["floor_bp"])
            found["change_cap"] = percent_text(limits["cap_bp"])
        for code in self.codes:
            block = document["nations"].get(code)
            found[f"{code}.in"] = block is not None
            found[f"{code}.weight"] = document["nation_weights"].get("weights", {}).get(code)
            full = block or default_nation()
            for path, (_label, kind) in NATION_FIELDS.items():
                found[f"{code}.{path}"] = _shown(kind, _get(full, path))
            lowest = lowest_levels(full["powers"])
            for power in POWERS:
                found[f"{code}.powers.{power}"] = lowest.get(power, "")
        return found

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields for all nations, under their headings."""
        return [
            (_("Name and nations"), [self["name"], self["nation_weights"]]),
            (_("How the money is shared"), [self[path] for path in SHARING]),
            (_("What a vote must leave room for"), [self[path] for path in VOTING]),
            (_("Unspent money"), [self[path] for path in YEAR_END]),
            (_("How far an area's money may move in a year (empty: no limit)"), [self[name] for name in CHANGE]),
        ]

    def blocks(self) -> list[NationBlockFields]:
        """Each nation's fields, for the template; a nation that takes no part stands folded up."""
        return [
            NationBlockFields(
                code=code,
                name=NATIONS.get(code, code),
                takes_part=self[f"{code}.in"],
                is_in=bool(self[f"{code}.in"].value()),
                adopted=[self[f"{code}.adopted_by"], self[f"{code}.adopted_on"]],
                figures=[
                    self[f"{code}.weight"],
                    *(self[f"{code}.{path}"] for path in NATION_FIELDS if not path.startswith("adopted")),
                ],
                powers=[self[f"{code}.powers.{power}"] for power in POWERS],
            )
            for code in self.codes
        ]

    def as_document(self) -> dict[str, Any]:
        """Write the typed figures into a copy of the document; the checks of the rules follow."""
        document = copy.deepcopy(dict(self.document))
        data = self.cleaned_data
        document["name"] = data["name"]
        weights = {code: data[f"{code}.weight"] for code in self.codes if data[f"{code}.weight"] is not None}
        document["nation_weights"] = {"preset": data["nation_weights"], **({"weights": weights} if weights else {})}
        for path in SCALARS:
            _set(document, path, data[path])
        floor, cap = data["change_floor"], data["change_cap"]
        document["change_limits"] = (
            None
            if floor is None and cap is None
            else {"floor_bp": floor or 0, "cap_bp": 100_000 if cap is None else cap}
        )
        document["nations"] = {code: self._block(code, data) for code in self.codes if data[f"{code}.in"]}
        return document

    def _block(self, code: str, data: Mapping[str, Any]) -> dict[str, Any]:
        block: dict[str, Any] = copy.deepcopy(dict(self.document["nations"].get(code) or default_nation()))
        for path, (_label, kind) in NATION_FIELDS.items():
            value = data[f"{code}.{path}"]
            _set(
                block,
                path,
                value.isoformat() if isinstance(value, date) else value if value is not None else _none(kind),
            )
        block["powers"] = {
            level: [power for power in POWERS if data[f"{code}.powers.{power}"] == level] for level in reversed(LEVELS)
        }
        return block

    def add_problems(self, problems: list[Problem]) -> None:
        """Put each problem of the rules beside the field it is about, in words, or above all."""
        for problem in problems:
            field = problem.where.removeprefix("nations.").removeprefix("change_limits.")
            field = {"floor_bp": "change_floor", "cap_bp": "change_cap"}.get(field, field)
            if field.startswith("nation_weights."):
                field = f"{field.removeprefix('nation_weights.')}.weight"
            name = field if field in self.fields else None
            code, _dot, _rest = field.partition(".")
            label = str(self.fields[name].label) if name else NATIONS.get(code, "")
            self.add_error(name, problem_words(problem, label))


def _none(kind: str) -> Any:
    """Return what an empty box means in a document: no cap, or nothing typed, which the rules then refuse."""
    return None if kind == "optional pounds" else ""


def _field(kind: str, label: Any, *, required: bool = True) -> forms.Field:
    if kind == "percent":
        return PercentField(label=label, required=required)
    if kind == "switch":
        return forms.BooleanField(label=label, required=False)
    if kind == "text":
        return forms.CharField(label=label, required=False, max_length=120)
    if kind == "day":
        return DayField(label=label, required=False)
    if kind.endswith("pounds"):
        return PoundsField(label=label, required=required and kind == "pounds")
    return forms.IntegerField(label=label, required=required, min_value=0, widget=forms.NumberInput({"class": "short"}))


def _shown(kind: str, value: Any) -> Any:
    if kind == "percent" and value is not None:
        return percent_text(value)
    return date.fromisoformat(value) if kind == "day" and value else value
