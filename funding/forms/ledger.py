"""The filters of the ledger."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Cycle, EntryKind
from renewal.kernel.forms import FilterForm


class EntryFilters(FilterForm):
    """Which movements to show; anything unknown is left out, never an error."""

    q = forms.CharField(
        label=_("Key, account or reason"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *EntryKind.choices], required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = Cycle.objects.order_by("-year").values_list("year", flat=True).distinct()
        self.offer("year", [("", _("All years")), *((str(year), str(year)) for year in years)])
