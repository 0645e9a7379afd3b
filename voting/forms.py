"""Forms of the vote."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from renewal.kernel.forms import PlainForm, PostcodeField, YesNoField
from voting.models import Poll, RollKind
from voting.services.roll import Person
from voting.states import CheckMethod

METHOD_WORDS = {
    CheckMethod.CODE.value: _("With the code from my letter"),
    CheckMethod.ADDRESS.value: _("With my name and address"),
    CheckMethod.HELPER.value: _("With help from a person"),
    CheckMethod.NO_ADDRESS.value: _("I have no fixed address"),
}


class MethodForm(PlainForm):
    """How somebody wants to show where they live."""

    method = forms.ChoiceField(
        label=_("How do you want to show where you live?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a way to show where you live")},
    )
    is_shared = forms.BooleanField(
        label=_("Other people use this device"),
        help_text=_("Then nothing stays on it: we show your codes once and clear it when you send."),
        required=False,
    )

    def __init__(self, *args: Any, routes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("method", [(route, METHOD_WORDS[route]) for route in routes])


class PersonForm(PlainForm):
    """Name, house and postcode: what finds the one place on the roll."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your full name")},
    )
    house = forms.CharField(
        label=_("House number or name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1", "class": "middling"}),
        error_messages={"required": _("Enter the number or name of your house or flat")},
    )
    postcode = PostcodeField()

    def person(self) -> Person:
        return Person(**{name: self.cleaned_data[name] for name in ("name", "house", "postcode")})


class AgeForm(PlainForm):
    """Whether somebody is old enough: yes or no, never a date of birth. Asked first: after a "no" we ask no more."""

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_old_enough"] = YesNoField(
            label=_now("Are you %(age)d or over?") % {"age": poll.voting_age},
            error_messages={"required": _now("Say whether you are %(age)d or over") % {"age": poll.voting_age}},
        )


class CodeForm(PlainForm):
    """The code from a letter."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("13 letters and numbers, on your letter. Capitals and spaces do not matter."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", "class": "middling"}
        ),
        error_messages={"required": _("Enter the code from your letter")},
    )

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class HomeForm(PersonForm):
    """Who somebody is and where they live: one question, as on an envelope."""

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ContactForm(PlainForm):
    """Where to send one reminder and word of a vote; nobody has to say."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("For one reminder before closing, and word when a vote in your name arrives. Nothing else."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


QUESTIONS: dict[str, type[AgeForm | CodeForm | HomeForm]] = {"age": AgeForm, "code": CodeForm, "home": HomeForm}


def questions_of(poll: Poll, method: str) -> list[str]:
    """List the questions of a way through the check, one a page: on a list roll the code itself says who it is."""
    if method == CheckMethod.ADDRESS:
        return ["age", "home"]
    return ["age", "code"] if poll.roll_kind == RollKind.LIST else ["age", "code", "home"]


class ReferenceForm(PlainForm):
    """A reference to look up."""

    reference = forms.CharField(
        label=_("Your reference"),
        help_text=_("8 letters and numbers, like K7T4 9MXP"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "middling"}),
        error_messages={"required": _("Enter the reference from your receipt")},
    )


class CanIVoteForm(PlainForm):
    """A postcode, to say whether somebody lives in the area of a vote."""

    postcode = PostcodeField()


class EmailForm(PlainForm):
    """Where to send the reference."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send the reference and nothing else, and do not keep the address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your e-mail address")},
    )


class PaperRequestForm(PersonForm):
    """A paper pack or a letter, by post."""

    kind = forms.ChoiceField(
        label=_("What should we send?"),
        widget=forms.RadioSelect,
        choices=[
            ("code", _("A letter with a code to vote online or by phone")),
            ("paper", _("A paper ballot")),
            ("large", _("A paper ballot in large print")),
        ],
        error_messages={"required": _("Choose what we should send")},
    )
    poll = forms.ModelChoiceField(
        label=_("Which vote?"), queryset=Poll.objects.none(), error_messages={"required": _("Choose a vote")}
    )
    field_order = ["poll", "kind", "name", "house", "postcode"]
