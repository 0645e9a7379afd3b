"""Forms of the pages that compose every app."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import Area
from renewal.kernel.forms import PlainForm, PostcodeField

NOT_SURE = "not-sure"


class FindAreaForm(PlainForm):
    """The postcode box; it is posted to the area finder, which answers."""

    postcode = PostcodeField(help_text=_("We use it to find your neighbourhood. We do not keep it."))


class ChooseAreaForm(PlainForm):
    """Which of the neighbourhoods that a postcode may lie in."""

    area = forms.ChoiceField(
        label=_("Which neighbourhood do you live in?"),
        help_text=_("Your postcode may lie in more than one."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your neighbourhood, or “I am not sure”")},
    )

    def __init__(self, *args: Any, areas: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self.offer(
            "area",
            [
                *((area.slug, _described(area, language)) for area in areas),
                (NOT_SURE, _("I am not sure")),
            ],
        )


def _described(area: Area, language: str) -> str:
    where = area.whereabouts_in(language)
    return f"{area.name_in(language)}: {where[:1].lower()}{where[1:]}" if where else area.name_in(language)
