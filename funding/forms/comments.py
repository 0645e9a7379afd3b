"""What people say about a project."""

from django import forms
from django.utils.translation import gettext_lazy as _

from renewal.kernel.forms import CountedField, PlainForm


class CommentForm(PlainForm):
    text = CountedField(
        label=_("Your comment"), help_text=_("Write as you would in the village hall. Your name stands beside it."),
        most=1500, rows=4, error_messages={"required": _("Write your comment")},
    )  # fmt: skip
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)
