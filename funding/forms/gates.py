"""Pass one check of an award."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.models import GateKind
from renewal.kernel.forms import CountedField, PlainForm


class GateForm(PlainForm):
    """What the officer has seen that meets the check; the page says which check by the form's prefix."""

    evidence = CountedField(
        label=_("What did you see?"),
        most=300,
        rows=2,
        error_messages={"required": _("Say what you saw")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == GateKind.SUBSIDY:
            self.fields["evidence"].help_text = _(
                "For example: statement of 3 March, no other public money in three years."
            )
