"""Forms of a challenge: what is wrong, and the ruling."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.models import Area
from funding.forms.voices import SignForm
from funding.models import LevelDecision
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


class ResidentChallengeForm(SignForm, ChallengeForm):
    """The same, from somebody who lives there; name and address are kept as a keyed code alone."""

    field_order = ["words", "name", "house", "postcode"]


class RulingForm(PlainForm):
    """The one ruling on a challenge; about a level it says who benefits instead, in whole percents."""

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

    def __init__(
        self, *args: Any, decision: LevelDecision | None = None, areas: Sequence[Area] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.areas = areas
        shares = decision.facts["shares"] if decision else {}
        for area in areas:
            self.fields[f"share-{area.pk}"] = forms.IntegerField(
                label=area.label,
                required=False,
                min_value=0,
                max_value=100,
                initial=shares.get(area.code, 0) // 10_000 or None,
                widget=forms.NumberInput({"class": "short", "inputmode": "numeric"}),
            )
            self.quiet.add(f"share-{area.pk}")

    def plain_fields(self) -> list[forms.BoundField]:
        """The ruling and its reasons."""
        return [self["upheld"], self["ruling"]]

    def share_fields(self) -> list[forms.BoundField]:
        """One box for each area among which the benefit may be shared out."""
        return [self[f"share-{area.pk}"] for area in self.areas]

    def shares(self) -> dict[int, int] | None:
        """Whole percents by area id as the ruling sets them; None where there is nothing to share out."""
        if not self.areas:
            return None
        return {area.pk: found for area in self.areas if (found := self.cleaned_data.get(f"share-{area.pk}"))}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.areas and found.get("upheld") == "yes" and not self.errors:
            whole = sum((self.shares() or {}).values())
            if whole != 100:
                words = _now("The shares come to %(sum)s per cent. They must come to 100.") % {"sum": whole}
                self.add_error(f"share-{self.areas[0].pk}", words)
        return found
