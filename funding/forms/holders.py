"""Forms about who holds a pot: choose from the list, decline, confirm as the second person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import HolderCandidate
from renewal.kernel.forms import PlainForm


class ChooseHolderForm(PlainForm):
    """Which body of the list holds the money; a later one takes a reason."""

    candidate = forms.ModelChoiceField(
        label=_("Who holds the money?"),
        queryset=HolderCandidate.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a body from the list")},
    )
    reason = forms.CharField(
        label=_("Why not an earlier one?"),
        help_text=_("Needed for a later choice. It is published, with both names, and can be challenged for 10 days."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("candidate", candidates, label=lambda row: f"{row.label} ({row.get_kind_display()})")


class ConfirmHolderForm(PlainForm):
    """The second person's word on a proposed holder."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("confirm", _("I confirm this choice and its reason")), ("back", _("Send it back"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you confirm")},
    )
    words = forms.CharField(
        label=_("Why you send it back"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("decision") == "back" and not found.get("words", "").strip():
            self.add_error("words", _("Say why you send it back"))
        return found


class DeclineForm(PlainForm):
    """A body does not want to hold a pot."""

    candidate = forms.ModelChoiceField(
        label=_("Which body?"), queryset=HolderCandidate.objects.none(), empty_label=None
    )
    words = forms.CharField(
        label=_("How do you know?"),
        help_text=_("For example, a letter and its date. It is published."),
        max_length=300,
        error_messages={"required": _("Say how you know")},
    )

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("candidate", candidates, label=lambda row: str(row.label))
