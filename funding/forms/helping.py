"""What a helper writes down for somebody without the internet: by phone, on paper, or side by side."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Route
from funding.forms.needs import CommentForm, theme_choices
from funding.forms.voices import DeliveryForm, QuestionForm, SignForm, ToldForm
from funding.models import Suggestion, SuggestionOrigin
from funding.services.priorities import LONGEST, SHORTEST
from renewal.kernel.forms import CountedField, PlainForm

ORIGINS = {
    Route.PHONE: SuggestionOrigin.PHONE,
    Route.PAPER: SuggestionOrigin.PAPER,
    Route.BESIDE: SuggestionOrigin.CONNECTOR,
}


def route_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("How did they tell you?"),
        choices=Route.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how they told you")},
    )


class HelpedNeedForm(PlainForm):
    """A need in somebody's own words, or one that stands already and that more people want."""

    text = forms.CharField(
        label=_("What did they ask for?"),
        help_text=_("Use their words, in one sentence of up to 160 characters."),
        min_length=SHORTEST,
        max_length=LONGEST,
        error_messages={"required": _("Write what they asked for, in one sentence")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text_cy = forms.CharField(
        label=_("The same in Welsh, if they said it in Welsh"), max_length=LONGEST, required=False
    )
    people = forms.IntegerField(
        label=_("How many people said it?"),
        min_value=1,
        max_value=10_000,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages={"required": _("Enter how many people said it")},
    )
    route = route_field()
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)
    joins = forms.ChoiceField(
        label=_("Is it one of these?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Then it counts there. Ask the person if you are not sure."),
        error_messages={"required": _("Choose one, or say that it is new")},
    )

    def __init__(self, *args: Any, alike: Sequence[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("theme", theme_choices(empty=_("I am not sure")))
        if alike:
            self.offer(
                "joins",
                [
                    *((str(need.pk), f"{need.ref} {need.label}") for need in alike),
                    ("new", _("None of these: it is new")),
                ],
            )
            self.fields["joins"].required = True
            self.order_fields(["joins"])
        else:
            del self.fields["joins"]

    @property
    def origin(self) -> SuggestionOrigin:
        return ORIGINS[Route(self.cleaned_data["route"])]


class HelpedCommentForm(CommentForm):
    """What somebody says about a need that stands."""

    need = forms.CharField(
        label=_("Number of the need"),
        max_length=32,
        help_text=_("It stands on the page of the need. For example ASH-N04."),
        error_messages={"required": _("Enter the number of the need")},
        widget=forms.TextInput(attrs={"class": "middling", "autocomplete": "off"}),
    )
    route = route_field()
    field_order = ["need", "text", "name"]


class HelpedQuestionForm(QuestionForm):
    """A question or petition that somebody asks through a helper."""

    route = route_field()


class HelpedSignForm(SignForm):
    """Somebody signs a petition beside a helper, who knows where they live."""

    route = route_field()
    is_known = forms.BooleanField(
        label=_("I know that they live there, or I have seen it in writing"),
        error_messages={"required": _("Say that you know where they live, or let them sign by letter")},
    )


class HelpedVoiceForm(ToldForm):
    """What somebody found where a body says that something is done."""


class PostUpdatesForm(PlainForm):
    """News by letter, for somebody without e-mail."""

    postal = forms.CharField(
        label=_("Name and address"),
        max_length=400,
        help_text=_("As on an envelope, a line each, with the postcode last."),
        error_messages={"required": _("Enter the name and address")},
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the letters"),
        choices=[("en", "English"), ("cy", "Cymraeg")],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language")},
    )


class StopLettersForm(PlainForm):
    """Somebody called to stop letters."""

    number = forms.IntegerField(
        label=_("Number on the letter"),
        min_value=1,
        max_value=2_000_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
        error_messages={"required": _("Enter the number on the letter")},
    )


class PaperQuestionForm(PlainForm):
    """A question on paper: who should answer is written, not chosen."""

    where = forms.CharField(label=_("Which place is it about?"), max_length=100)
    who = forms.CharField(label=_("Who should answer?"), required=False, max_length=200)
    text = forms.CharField(label=_("Your question or demand, in one sentence"), max_length=300)
    more = CountedField(label=_("What else should they know?"), most=2000, rows=4, required=False)
    name = forms.CharField(label=_("A name to show"), required=False, max_length=60)


class PaperCommentForm(CommentForm):
    """What somebody says about a need, on paper."""

    which = forms.CharField(label=_("Which need is it about?"), max_length=300)
    field_order = ["which"]


class PaperSignForm(SignForm):
    """A signature on paper: which petition, and where the person lives."""

    which = forms.CharField(label=_("Which petition do you sign?"), max_length=300)
    field_order = ["which"]


class PaperFoundForm(DeliveryForm):
    """What somebody found, on paper."""

    which = forms.CharField(label=_("What did the body promise?"), max_length=300)
    field_order = ["which"]
