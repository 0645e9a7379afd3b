"""What officers type about needs: what they heard, what joins, what is left out, the vote, who must answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from funding.forms.needs import theme_choices
from funding.models import LeftOutReason, SuggestionOrigin
from renewal.kernel.forms import CountedField, DayField, PlainForm


class HeardForm(PlainForm):
    """A need that people told an officer or a helper, offline."""

    text = forms.CharField(
        label=_("What did people ask for?"),
        min_length=8,
        max_length=160,
        error_messages={"required": _("Write what people asked for, in one sentence")},
    )
    text_cy = forms.CharField(label=_("The same in Welsh"), max_length=160, required=False)
    people = forms.IntegerField(
        label=_("How many people said it?"),
        min_value=1,
        max_value=10_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages={"required": _("Enter how many people said it")},
    )
    origin = forms.ChoiceField(
        label=_("How did you hear it?"),
        choices=[choice for choice in SuggestionOrigin.choices if choice[0] not in ("web", "gathering")],
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("theme", theme_choices(empty=_("I am not sure")))


class JoinNeedsForm(PlainForm):
    """Which need this one joins, and why."""

    target = forms.CharField(
        label=_("Number of the need it joins"),
        max_length=32,
        help_text=_("For example ASH-N04."),
        error_messages={"required": _("Enter the number of the need it joins")},
        widget=forms.TextInput(attrs={"class": "middling"}),
    )
    words = forms.CharField(
        label=_("Why they are the same"),
        max_length=300,
        help_text=_("Shown on both pages."),
        error_messages={"required": _("Write why they are the same")},
    )


class LeaveOutForm(PlainForm):
    """Why a need cannot stand on the ballot."""

    reason = forms.ChoiceField(
        label=_("Why must it be left out?"),
        choices=LeftOutReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it must be left out")},
    )
    words = CountedField(
        label=_("Say it in words"),
        most=1000,
        rows=4,
        error_messages={"required": _("Write the reason in words")},
    )


class ThemeForm(PlainForm):
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)
    text_cy = forms.CharField(label=_("The need in Welsh"), max_length=160, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("theme", theme_choices(empty=_("I am not sure")))


class PollForm(PlainForm):
    """When people put the needs in order."""

    opens_on = DayField(label=_("First day of the vote"))
    closes_on = DayField(label=_("Last day of the vote"), help_text=_("A working day. The vote closes at 5pm."))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("opens_on") and found.get("closes_on") and found["closes_on"] <= found["opens_on"]:
            self.add_error("closes_on", _("Choose a last day after the first day"))
        return found


class RaiseForm(PlainForm):
    """Send a need to the level that has the power."""

    power = forms.ChoiceField(label=_("Which power does it need?"), widget=forms.RadioSelect)
    body = forms.ModelChoiceField(
        label=_("Who must answer there?"), queryset=Body.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("Why no body of this area can do it"),
        max_length=300,
        error_messages={"required": _("Write why no body of this area can do it")},
    )
    joins = forms.ChoiceField(label=_("Does it join the same need of other areas?"), required=False)

    def __init__(self, *args: Any, powers: Any, bodies: Any, raised: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("power", powers)
        self.offer_rows("body", bodies)
        self.offer("joins", [("", _("No, it is the first")), *raised])


class NameBodyForm(PlainForm):
    body = forms.ModelChoiceField(
        label=_("Which other body must answer too?"),
        queryset=Body.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a body")},
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("body", bodies)


class CorrectForm(PlainForm):
    """Which needs of the counted order stay on the list; their order is the vote's."""

    refs = forms.MultipleChoiceField(
        label=_("Needs on the list"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Untick a need to take it off. The order comes from the vote and cannot be changed."),
        error_messages={"required": _("Keep at least one need on the list")},
    )
    why = CountedField(
        label=_("Why the list changes"),
        most=1000,
        rows=4,
        help_text=_("Everybody can read this, beside the new version."),
        error_messages={"required": _("Write why the list changes")},
    )

    def __init__(self, *args: Any, counted: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("refs", counted)
