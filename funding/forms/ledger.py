"""The filters of the ledger, and what somebody states an account held."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models import Account, Cycle, EntryKind
from renewal.kernel.clock import london_day
from renewal.kernel.forms import DayField, FilterForm, PlainForm, PoundsField


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


class StateBalanceForm(PlainForm):
    """What a bank, an auditor or another book says that an account held at the end of a day."""

    account = forms.ModelChoiceField(
        label=_("Account"),
        queryset=Account.objects.filter(restricted=True),
        to_field_name="code",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Its code, as it stands beside a movement"),
        error_messages={
            "required": _("Enter the code of an account"),
            "invalid_choice": _("There is no such account. Look for its code beside a movement"),
        },
    )
    on = DayField(label=_("On which day, at its end?"))
    pence = PoundsField(label=_("What did it hold?"), error_messages={"required": _("Enter the sum, like 1,250")})
    source = forms.CharField(
        label=_("Who says so?"), max_length=200, help_text=_("For example, the bank statement of that day"),
        error_messages={"required": _("Write where the sum comes from")},
    )  # fmt: skip

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > london_day(timezone.now()):
            raise forms.ValidationError(_("Enter a day that has ended"))
        return day
