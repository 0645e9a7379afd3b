"""What an officer writes when a project cannot wait for its area's priorities."""

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import EmergencyReason
from renewal.kernel.forms import CountedField, PlainForm


class EmergencyForm(PlainForm):
    """Which project, why it cannot wait, and what shows it; all of it is public."""

    ref = forms.CharField(
        label=_("Number of the project"),
        max_length=32,
        help_text=_("The group knows it, also while it still writes. For example ASH-014."),
        error_messages={"required": _("Enter the number of the project")},
        widget=forms.TextInput(attrs={"class": "middling", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Why can it not wait?"),
        choices=EmergencyReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it cannot wait")},
    )
    words = CountedField(
        label=_("Say it in words"),
        most=500,
        rows=4,
        error_messages={"required": _("Write why it cannot wait")},
    )
    words_cy = CountedField(label=_("The same in Welsh"), most=500, rows=4, required=False)
    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=300,
        help_text=_("For example: report of the fire service, 3 March 2027."),
        error_messages={"required": _("Enter what shows it")},
    )
