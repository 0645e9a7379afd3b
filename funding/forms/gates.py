"""Pass one check of an award."""

from django.utils.translation import gettext_lazy as _

from renewal.kernel.forms import CountedField, PlainForm


class GateForm(PlainForm):
    """What the officer has seen that meets the check; the page says which check by the form's prefix."""

    evidence = CountedField(
        label=_("What did you see?"),
        help_text=_("For example: statement of 3 March, no other public money in three years."),
        most=300,
        rows=2,
        error_messages={"required": _("Say what you saw")},
    )
