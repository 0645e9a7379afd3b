"""Forms of a year's beginning and end: enter it, and move running costs to buildings by an area's vote."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Fund
from renewal.kernel.forms import DayField, PlainForm, PoundsField


class YearForm(PlainForm):
    """The next year of a fund: its new money, by colour."""

    fund = forms.ModelChoiceField(label=_("Which fund?"), queryset=Fund.objects.none(), empty_label=None)
    year = forms.IntegerField(
        label=_("Year"), min_value=2020, max_value=2100, widget=forms.NumberInput({"class": "short"})
    )
    capital_pence = PoundsField(label=_("New money for buildings and equipment"))
    revenue_pence = PoundsField(label=_("New money for running costs"))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("First day of the year after"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("fund", Fund.objects.order_by("name", "pk"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        starts, ends = found.get("starts_on"), found.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", _("Choose a day after the first day"))
        if found.get("capital_pence") == 0 and found.get("revenue_pence") == 0:
            self.add_error("capital_pence", _("Enter the money of at least one kind"))
        return found


class ToCapitalForm(PlainForm):
    """How people of an area voted to move running costs to buildings."""

    pence = PoundsField(label=_("How much moves to buildings and equipment?"))
    votes_for = forms.IntegerField(label=_("Votes for"), min_value=1, widget=forms.NumberInput({"class": "short"}))
    votes_against = forms.IntegerField(
        label=_("Votes against"), min_value=0, widget=forms.NumberInput({"class": "short"})
    )
    where = forms.CharField(
        label=_("When and where did people vote?"),
        help_text=_("For example: public meeting, Ashcombe Library, 5 March 2027. It is published."),
        max_length=200,
        error_messages={"required": _("Say when and where people voted")},
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("votes_for", 0) <= found.get("votes_against", 0) and not self.errors:
            self.add_error("votes_for", _("More people must be for it than against it"))
        return found

    def vote(self) -> str:
        """The vote in words, as it is published."""
        return f"{self.cleaned_data['where']}: {self.cleaned_data['votes_for']}–{self.cleaned_data['votes_against']}"
