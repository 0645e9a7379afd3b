"""Forms of helpers: whom they help, how, and how the group confirmed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.plain import PlainTextForm, line
from communities.models import Route
from renewal.kernel.forms import PlainForm


class ConfirmForm(PlainTextForm):
    how = forms.ChoiceField(
        label=_("How did the group confirm?"),
        choices=[
            ("code", _("With the code from its letter")),
            ("signature", _("I saw its signature")),
            ("call", _("I called the number it gave us, and it agreed")),
        ],
        widget=forms.RadioSelect,
    )
    code = line(_("Code"), 20, required=False)


class HelpForm(PlainTextForm):
    group = line(_("Which group asked for your help?"), 150, error_messages={"required": _("Enter the group’s name")})
    route = forms.ChoiceField(label=_("How do you help it?"), choices=Route.choices, widget=forms.RadioSelect)


class RouteForm(PlainForm):
    """How a helper works with a group today; each step that is noted says so."""

    route = forms.ChoiceField(
        label=_("How are you doing this together today?"), choices=Route.choices, widget=forms.RadioSelect
    )
