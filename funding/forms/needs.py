"""What residents type about needs: a sentence, a comment, what to look for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Theme
from funding.services.priorities import LONGEST, SHORTEST
from renewal.kernel.forms import CountedField, FilterForm, PlainForm, Words


def theme_choices(*, empty: Words) -> list[tuple[str, Words]]:
    """Themes of the newest list, in the reader's language, after a first empty line."""
    return [("", empty), *((theme.code, theme.label) for theme in Theme.objects.newest().order_by("position"))]


class SuggestForm(PlainForm):
    """A need in one sentence, and why; ``is_different`` says that the writer has seen the needs that sound alike."""

    text = forms.CharField(
        label=_("What does this place need?"),
        help_text=_("One sentence, up to 160 characters. For example: somewhere warm to meet in winter."),
        min_length=SHORTEST,
        max_length=LONGEST,
        error_messages={"required": _("Write what this place needs, in one sentence")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why = CountedField(label=_("Why does it matter?"), most=1000, rows=4, required=False)
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)
    is_different = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("theme", theme_choices(empty=_("I am not sure")))


class NeedFilter(FilterForm):
    """What to look for in the list of needs."""

    q = forms.CharField(label=_("Words in the need"), required=False, max_length=100, widget=forms.SearchInput)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("Most people first")), ("new", _("Newest first")), ("old", _("Oldest first"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("theme", theme_choices(empty=_("All themes")))


class CommentForm(PlainForm):
    text = CountedField(
        label=_("What do you want to say about it?"),
        most=1000,
        rows=4,
        error_messages={"required": _("Write what you want to say")},
    )
    name = forms.CharField(
        label=_("A name to show"),
        required=False,
        max_length=60,
        help_text=_("Any name you like. It is public."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "class": "middling"}),
    )
