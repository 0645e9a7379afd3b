"""Forms of the shell: signing in, the second step, updates."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from renewal.kernel.forms import PlainForm, speak_plainly

SIX_NUMBERS = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "class": "short"}


class SignInForm(PlainForm):
    """An e-mail address; where to go afterwards travels along."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send you a code. There is no password."),
        error_messages={"required": _("Enter your e-mail address, like name@example.org")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(PlainForm):
    """The code from the e-mail; spaces are ignored, pasting is welcome."""

    code = forms.CharField(
        label=_("The code from the e-mail"),
        help_text=_("It has 6 numbers and works for 20 minutes."),
        error_messages={"required": _("Enter the 6 numbers from the e-mail")},
        widget=forms.TextInput(attrs=SIX_NUMBERS),
        max_length=20,
    )

    def clean_code(self) -> str:
        return "".join(letter for letter in self.cleaned_data["code"] if letter.isdigit())


class _AppCode(forms.Form):
    """Our words on allauth's forms for the code of an authenticator app."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        field = self.fields["code"]
        field.label = _("The code from your app")
        field.help_text = _("It has 6 numbers and changes every 30 seconds. A recovery code works too.")
        field.widget = forms.TextInput(attrs=SIX_NUMBERS)
        field.error_messages["required"] = _("Enter the 6 numbers your app shows")
        speak_plainly(field)


class SecondStepForm(_AppCode, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class SecondStepAgainForm(_AppCode, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class AddAppForm(_AppCode, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    pass


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Our words on allauth's form for a device; a passkey is enough to sign in, unless one wants less."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["name"].label = _("A name for this device")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this passkey alone, without a code")
        alone.help_text = _("Your device then always asks for your fingerprint, face or PIN.")
        alone.initial = True
