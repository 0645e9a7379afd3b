"""Forms of what groups offer and need, and of the messages about it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.plain import PlainTextForm, line
from communities.models import ListingKind
from renewal.kernel.forms import CountedField


class ListingForm(PlainTextForm):
    kind = forms.ChoiceField(label=_("What is it?"), choices=ListingKind.choices, widget=forms.RadioSelect)
    title = line(_("In a few words"), 120, error_messages={"required": _("Say in a few words what it is")})
    text = CountedField(label=_("Tell people more"), most=1000, rows=4)
    hours = line(_("Lend a hand: when, and for how long?"), 200, required=False)
    place = line(_("Lend a hand: where?"), 200, required=False)
    expenses = line(_("Lend a hand: which expenses do you pay?"), 200, required=False)
    access = line(
        _("Lend a hand: what can people expect?"), 300, required=False, help_text=_("Steps, toilets, language.")
    )
    complements = line(
        _("Lend a hand: which paid role does this help?"), 300, required=False,
        help_text=_("Volunteers never replace paid work."),
    )  # fmt: skip


class MessageForm(PlainTextForm):
    text = CountedField(
        label=_("Your message"), most=2000, rows=5, error_messages={"required": _("Write a message")},
        help_text=_("We pass it on. Nobody sees your e-mail address."),
    )  # fmt: skip


class ThanksForm(PlainTextForm):
    words = line(_("What do you want to thank them for?"), 300, error_messages={"required": _("Say what for")})
