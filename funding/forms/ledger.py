"""The filters of the ledger."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Cycle, EntryKind
from renewal.kernel.forms import PlainForm


class EntryFilters(PlainForm):
    """Which movements to show; anything unknown is left out, never an error."""

    q = forms.CharField(
        label=_("Key, account or reason"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *EntryKind.choices], required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = Cycle.objects.order_by("-year").values_list("year", flat=True).distinct()
        self.fields["year"].choices = [("", _("All years")), *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]

    def picked(self) -> dict[str, str]:
        """The values that name a known choice; the rest is dropped."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def words_for(self, name: str, value: str) -> str:
        field = self.fields[name]
        text = dict(field.choices).get(value, value) if hasattr(field, "choices") else value
        return f"{field.label}: {text}"
