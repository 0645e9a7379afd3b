"""What residents say to public bodies: about delivery, in questions, and where to send updates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from funding.models import DeliveryVoice
from renewal.kernel.forms import CountedField, PlainForm, PostcodeField


class DeliveryForm(PlainForm):
    """Is it there, or is it not?"""

    verdict = forms.ChoiceField(
        label=_("Is it there, as promised?"),
        choices=DeliveryVoice.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found")},
    )
    words = forms.CharField(
        label=_("What did you find?"),
        required=False,
        max_length=500,
        help_text=_("If it is not as promised, say what is missing. Your words are public."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("verdict") == DeliveryVoice.Verdict.DISPUTE and not found.get("words", "").strip():
            self.add_error("words", _("Say what is missing, so that the body can put it right"))
        return found


class QuestionForm(PlainForm):
    """A question or a petition to one of the bodies that answer for an area."""

    body = forms.ModelChoiceField(
        label=_("Who should answer?"),
        queryset=Body.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who should answer")},
    )
    is_petition = forms.TypedChoiceField(
        label=_("What is it?"),
        choices=[
            ("no", _("A question: the answer is public")),
            ("yes", _("A petition: 25 residents oblige a reply")),
        ],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Your question or demand, in one sentence"),
        min_length=8,
        max_length=300,
        error_messages={"required": _("Write your question in one sentence")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    more = CountedField(label=_("What else should they know?"), most=2000, rows=4, required=False)
    name = forms.CharField(
        label=_("A name to show"),
        required=False,
        max_length=60,
        help_text=_("Any name you like. It is public."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "class": "middling"}),
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("body", bodies)


class SignForm(PlainForm):
    """Where somebody lives, as for a vote; kept as a keyed code alone."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=100,
        error_messages={"required": _("Enter your full name")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    house = forms.CharField(
        label=_("House number or name"),
        max_length=60,
        error_messages={"required": _("Enter the number or name of your house or flat")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1", "class": "middling"}),
    )
    postcode = PostcodeField()


class LetterCodeForm(PlainForm):
    code = forms.CharField(
        label=_("The code in the letter"),
        max_length=20,
        help_text=_("8 letters and numbers, for example K7T4 9MXP."),
        error_messages={"required": _("Enter the code in the letter")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short", "spellcheck": "false"}),
    )


class ToldForm(PlainForm):
    """What a resident said about delivery by phone, on paper or in person."""

    route = forms.ChoiceField(
        label=_("How did they tell you?"),
        choices=[("phone", _("By phone")), ("paper", _("On paper")), ("beside", _("In person"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how they told you")},
    )
    verdict = forms.ChoiceField(
        label=_("What did they find?"),
        choices=DeliveryVoice.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they found")},
    )
    words = forms.CharField(
        label=_("Their words"), max_length=500, error_messages={"required": _("Write down their words")}
    )


class UpdatesForm(PlainForm):
    """Where to send updates, and in which language."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We use it for these updates alone. You can stop in one step."),
        max_length=254,
        error_messages={"required": _("Enter your e-mail address")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the e-mails"),
        choices=[("en", "English"), ("cy", "Cymraeg")],
        widget=forms.RadioSelect,
    )


class CodeForm(PlainForm):
    code = forms.CharField(
        label=_("The code we sent you"),
        max_length=20,
        error_messages={"required": _("Enter the 6 numbers of the code")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short", "spellcheck": "false"}
        ),
    )


class RightingForm(PlainForm):
    """How a proposer puts a rejection right, or why a panel should look at it."""

    way = forms.ChoiceField(
        label=_("What do you want to do?"),
        widget=forms.RadioSelect,
        choices=[
            ("cure", _("Put it right and send it again")),
            ("appeal", _("Ask an independent panel to look at it")),
        ],
        error_messages={"required": _("Choose what you want to do")},
    )
    words = CountedField(
        label=_("What have you changed, or what is wrong with the rejection?"),
        most=4000,
        rows=8,
        error_messages={"required": _("Write what you have changed, or what is wrong with the rejection")},
    )
