"""What every form of this app starts from: plain text, a line, a reason, just a button."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.rules.names import hidden_characters
from renewal.kernel.forms import PlainForm


def plain_text(value: Any) -> None:
    """Refuse characters that hide or turn text; line breaks and tabs are plain."""
    if hidden_characters(str(value).replace("\n", " ").replace("\r", " ").replace("\t", " ")):
        raise ValidationError(_("Type this again. It holds characters that nobody can see"))


class PlainTextForm(PlainForm):
    """A form whose text fields refuse hidden characters and are kept as typed otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(plain_text)


def line(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **more)


class NothingForm(PlainForm):
    """Just a button."""


class ReasonForm(PlainTextForm):
    reason = line(_("Why?"), 300, error_messages={"required": _("Say why, in a few words")})
