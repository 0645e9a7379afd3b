"""Forms about words of residents: what is wrong with them, why they should be shown, and what an officer decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import HiddenReason
from renewal.kernel.forms import CountedField, PlainForm


def reason_field(*, required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=HiddenReason.choices,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason")},
    )


class ReportForm(PlainForm):
    """Ask an officer to look at words that are shown."""

    reason = reason_field(required=True)
    words = CountedField(label=_("What should the officer know?"), most=500, rows=3, required=False)


class ShowAgainForm(PlainForm):
    """Ask for a second look at words that are hidden."""

    words = CountedField(
        label=_("Why should they be shown?"),
        most=500,
        rows=4,
        error_messages={"required": _("Write why they should be shown")},
    )


class AnswerReportForm(PlainForm):
    """Decide on one report; hiding and every second look are explained in public."""

    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide")},
    )
    reason = reason_field(required=False)
    words = forms.CharField(
        label=_("Your reason, in words"),
        help_text=_("Everybody can read it. Do not repeat what was wrong."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_second: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_second = is_second
        choices = (
            [("yes", _("Show it again")), ("no", _("It stays hidden"))]
            if is_second
            else [("yes", _("Hide it")), ("no", _("Leave it as it is"))]
        )
        self.offer("decision", choices)
        self.quiet = {"reason", "words"}  # needed or not by what is decided
        if is_second:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        hides = not self.is_second and found.get("decision") == "yes"
        if hides and not found.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Choose a reason"))
        if (hides or self.is_second) and not found.get("words", "").strip() and "words" not in self.errors:
            self.add_error("words", _("Write your reason in words"))
        return found
