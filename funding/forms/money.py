"""Forms about money: the search of pots, the simulator, the drafts of a parameter set, sign-off, runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from funding.models import Cycle, ParameterSet
from funding.queries.shares import level_name
from funding.rules.levels import LEVELS
from renewal.kernel.forms import FilterForm, PlainForm


class PotFilters(FilterForm):
    """Which pots to list; anything unknown is left out, never an error."""

    q = forms.CharField(
        label=_("Name of an area"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    level = forms.ChoiceField(label=_("Kind of area"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(level, level_name(level, many=True).capitalize()) for level in reversed(LEVELS)]
        self.offer("level", [("", _("All kinds")), *names])


class PercentField(forms.DecimalField):
    """A percentage with up to two decimals, given back in basis points."""

    def __init__(self, *, most: int = 100, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(min_value=0, max_value=most, decimal_places=2, max_digits=7, **kwargs)
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
    uk = PercentField(label=_("The whole country"))
    nation = PercentField(label=_("Nations"))
    strategic = PercentField(label=_("Regions and strategic areas"))
    county = PercentField(label=_("Counties"))
    authority = PercentField(label=_("Boroughs, districts and cities"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quiet |= set(self.fields)
        for name, field in self.fields.items():
            now = self.initial.get(name)
            if name != "need" and now not in (None, ""):
                field.help_text = _now("Now %(figure)s") % {"figure": f"{now:,}" if isinstance(now, int) else now}

    def own_fields(self) -> list[forms.BoundField]:
        """The figures of the area itself."""
        return [self["people"], self["need"]]

    def rate_fields(self) -> list[forms.BoundField]:
        """What each level keeps."""
        return [self[name] for name in ("uk", "nation", "strategic", "county", "authority")]


class RunForm(PlainForm):
    """Which cycle to divide, and by which parameter set."""

    cycle = forms.ModelChoiceField(label=_("Which year is divided?"), queryset=Cycle.objects.none(), empty_label=None)
    parameter_set = forms.ModelChoiceField(
        label=_("By which parameter set?"), queryset=ParameterSet.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("cycle", Cycle.objects.order_by("-year"), label=lambda cycle: str(cycle.year))
        self.offer_rows("parameter_set", ParameterSet.objects.order_by("-version"))


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
