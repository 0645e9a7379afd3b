"""Forms of a challenge: what is wrong, and the ruling."""

from django import forms
from django.utils.translation import gettext_lazy as _

from renewal.kernel.forms import PlainForm


class ChallengeForm(PlainForm):
    """Why the areas that gain, or who holds the money, are wrong."""

    words = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Say which areas gain, and how you know. Your words are published."),
        max_length=2_000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Say what is wrong")},
    )


class RulingForm(PlainForm):
    """The one ruling on a challenge."""

    upheld = forms.ChoiceField(
        label=_("Is the challenge right?"),
        choices=[("yes", _("Yes, it must be worked out again")), ("no", _("No, it stands"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the challenge is right")},
    )
    ruling = forms.CharField(
        label=_("Your reasons"),
        help_text=_("They are published."),
        max_length=2_000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Give your reasons")},
    )
