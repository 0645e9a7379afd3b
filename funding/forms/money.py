"""Forms about money: the search of pots, the simulator, the drafts of a parameter set, sign-off, runs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Cycle, ParameterSet
from funding.queries.shares import level_name
from funding.rules.levels import LEVELS
from funding.rules.parameters import NATIONS, default_nation
from renewal.kernel.forms import PlainForm


class PotFilters(PlainForm):
    """Which pots to list; anything unknown is left out, never an error."""

    q = forms.CharField(
        label=_("Name of an area"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    level = forms.ChoiceField(label=_("Kind of area"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(level, level_name(level, many=True).capitalize()) for level in reversed(LEVELS)]
        self.fields["level"].choices = [("", _("All kinds")), *names]  # type: ignore[attr-defined]

    def picked(self) -> dict[str, str]:
        """The values that name a known choice; the rest is dropped."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def words_for(self, name: str, value: str) -> str:
        field = self.fields[name]
        text = dict(field.choices).get(value, value) if hasattr(field, "choices") else value
        return f"{field.label}: {text}"


class PercentField(forms.DecimalField):
    """A percentage with up to two decimals, given back in basis points."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(min_value=0, max_value=100, decimal_places=2, max_digits=5, **kwargs)
        self.widget.attrs.setdefault("class", "short")
        self.widget.attrs.setdefault("inputmode", "decimal")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        return None if cleaned is None else int(cleaned * 100)


def percent_text(basis_points: int) -> str:
    """Write basis points as the percentage that PercentField reads: ``2.5``."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


class SimulatorForm(PlainForm):
    """Other figures for one area and other rates for its nation and the country; what is empty stays as it is."""

    people = forms.IntegerField(
        label=_("People who live here"), required=False, min_value=1, max_value=100_000_000,
        widget=forms.NumberInput({"class": "short"}),
    )  # fmt: skip
    need = PercentField(
        label=_("Need"), help_text=_("0 is the least need in its nation, 100 the most. Leave empty if it is not known.")
    )
    uk = PercentField(label=_("Kept for the whole country, per cent"))
    nation = PercentField(label=_("Kept by nations, per cent"))
    strategic = PercentField(label=_("Kept by regions and strategic areas, per cent"))
    county = PercentField(label=_("Kept by counties, per cent"))
    authority = PercentField(label=_("Kept by boroughs, districts and cities, per cent"))


class RunForm(PlainForm):
    """Which cycle to divide, and by which parameter set."""

    cycle = forms.ModelChoiceField(label=_("Which year is divided?"), queryset=Cycle.objects.none(), empty_label=None)
    parameter_set = forms.ModelChoiceField(
        label=_("By which parameter set?"), queryset=ParameterSet.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].queryset = Cycle.objects.order_by("-year")  # type: ignore[attr-defined]
        self.fields["cycle"].label_from_instance = lambda cycle: str(cycle.year)  # type: ignore[attr-defined]
        self.fields["parameter_set"].queryset = ParameterSet.objects.order_by("-version")  # type: ignore[attr-defined]


class SignForm(PlainForm):
    """A signature on figures by their hash, or sending them back with a reason."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("sign", _("The figures match the count")), ("back", _("Send back"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the figures match")},
    )
    reason = forms.CharField(
        label=_("Your reason"),
        help_text=_("Needed if you send it back. It goes in the audit trail."),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("decision") == "back" and not found.get("reason", "").strip():
            self.add_error("reason", _("Say why you send the figures back"))
        return found


WEIGHTS = [
    ("people", _("By people")),
    ("ukspf-2022-25", _("As in the UK Shared Prosperity Fund, 2022 to 2025")),
    ("custom", _("By the table written into this set")),
]
SCALARS = {
    "reserve_bp": (_("Reserve for emergencies"), "percent"),
    "participation_bp": (_("Set aside for taking part, of running costs"), "percent"),
    "uk_keep_bp": (_("Kept for the whole country"), "percent"),
    "civil_society_bp": (_("At least this much led by civil society"), "percent"),
    "rollover_cap_bp": (_("Most that may stay from earlier rounds, of the next pot"), "percent"),
    "rollover_rounds": (_("Rounds that money may stay"), "number"),
    "carry_forward": (_("Carry unspent money forward"), "switch"),
}
NATION_FIELDS = {
    "adopted_by": (_("Adopted by"), "text"),
    "adopted_on": (_("Adopted on"), "text"),
    "keep_bp.nation": (_("Kept by the nation"), "percent"),
    "keep_bp.strategic": (_("Kept by strategic areas"), "percent"),
    "keep_bp.county": (_("Kept by counties"), "percent"),
    "keep_bp.authority": (_("Kept by boroughs, districts and cities"), "percent"),
    "floor_pence": (_("Least for a neighbourhood, in pence"), "number"),
    "cap_pence_per_head": (_("Most for each person, in pence"), "optional"),
    "need.lo_permille": (_("Weight at the least need, in thousandths"), "number"),
    "need.hi_permille": (_("Weight at the most need, in thousandths"), "number"),
}


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


class ParameterForm(PlainForm):
    """A draft of a parameter set: the sums for all, and a block for each nation that takes part."""

    name = forms.CharField(label=_("Name of this set"), max_length=120)

    def __init__(self, *args: Any, document: Mapping[str, Any], **kwargs: Any) -> None:
        self.document = document
        self.codes = sorted(set(NATIONS) | set(document["nations"]))
        super().__init__(*args, initial=self._initial(document), **kwargs)
        self.fields["nation_weights"] = forms.ChoiceField(
            label=_("How nations share"),
            choices=WEIGHTS,
        )
        for path, (label, kind) in SCALARS.items():
            self.fields[path] = _field(kind, label)
        for code in self.codes:
            self.fields[f"{code}.in"] = forms.BooleanField(label=_("Takes part"), required=False)
            for path, (label, kind) in NATION_FIELDS.items():
                self.fields[f"{code}.{path}"] = _field(kind, label, required=False)

    def _initial(self, document: Mapping[str, Any]) -> dict[str, Any]:
        found = {"name": document["name"], "nation_weights": document["nation_weights"]["preset"]}
        for path, (_label, kind) in SCALARS.items():
            found[path] = _shown(kind, document[path])
        for code in self.codes:
            block = document["nations"].get(code)
            found[f"{code}.in"] = block is not None
            for path, (_label, kind) in NATION_FIELDS.items():
                found[f"{code}.{path}"] = _shown(kind, _get(block or default_nation(), path))
        return found

    def blocks(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields of each nation, with its code and name, for the template."""
        return [
            (code, NATIONS.get(code, code), [self[f"{code}.in"], *(self[f"{code}.{path}"] for path in NATION_FIELDS)])
            for code in self.codes
        ]

    def general(self) -> list[forms.BoundField]:
        return [self["name"], self["nation_weights"], *(self[path] for path in SCALARS)]

    def as_document(self) -> dict[str, Any]:
        """Write the typed figures into a copy of the document; the checks of the rules follow."""
        import copy

        document = copy.deepcopy(dict(self.document))
        data = self.cleaned_data
        document["name"] = data["name"]
        document["nation_weights"] = {**document["nation_weights"], "preset": data["nation_weights"]}
        for path in SCALARS:
            document[path] = data[path]
        nations = {}
        for code in self.codes:
            if data[f"{code}.in"]:
                block = copy.deepcopy(dict(document["nations"].get(code) or default_nation()))
                for path, (_label, kind) in NATION_FIELDS.items():
                    value = data[f"{code}.{path}"]
                    if value not in (None, "") or kind == "optional":
                        _set(block, path, value)
                nations[code] = block
        document["nations"] = nations
        return document

    def add_problems(self, problems: list[Any]) -> None:
        """Put each problem of the rules beside the field it is about, or above all."""
        for problem in problems:
            field = problem.where.removeprefix("nations.")
            self.add_error(field if field in self.fields else None, str(problem))


def _field(kind: str, label: Any, *, required: bool = True) -> forms.Field:
    if kind == "percent":
        return PercentField(label=label, required=required)
    if kind == "switch":
        return forms.BooleanField(label=label, required=False)
    if kind == "text":
        return forms.CharField(label=label, required=False, max_length=120)
    return forms.IntegerField(
        label=label, required=required and kind == "number", min_value=0, widget=forms.NumberInput({"class": "short"})
    )


def _shown(kind: str, value: Any) -> Any:
    return percent_text(value) if kind == "percent" and value is not None else value
