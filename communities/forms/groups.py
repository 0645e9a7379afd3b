"""Forms of a group's registration, its details, its people and contacts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.forms.plain import PlainTextForm, line
from communities.models import (
    Area,
    GroupRole,
    LegalForm,
    MembershipRole,
    Route,
)
from renewal.kernel.forms import CountedField, PlainForm, PostcodeField, YesNoField


class StartForm(PlainForm):
    """Is this for us? Four questions; a "no" gives a route, not a dead end."""

    together = YesNoField(label=_("Are you at least 3 people who do something together?"))
    here = YesNoField(label=_("Do you do it for people in this area?"))
    not_profit = YesNoField(label=_("Is it for the good of the place, and not for private profit?"))
    not_party = YesNoField(
        label=_("Are you free of any political party?"),
        help_text=_("You may campaign and criticise. You may not be a body of a party."),
    )


class NameForm(PlainTextForm):
    name = line(_("What is your group called?"), 150, error_messages={"required": _("Enter your group’s name")})
    different = line(
        _("What tells you apart from a group with the same name?"), 300, required=False,
        help_text=_("Only if we tell you that the name is taken."),
    )  # fmt: skip


class KindForm(PlainForm):
    legal_form = forms.ChoiceField(
        label=_("What kind of group are you?"),
        choices=LegalForm.choices,
        widget=forms.RadioSelect,
        help_text=_("Informal groups are welcome. A fund-holder looks after their money."),
    )
    roles = forms.MultipleChoiceField(
        label=_("What do you do for your place?"),
        choices=GroupRole.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class PlaceForm(PlainForm):
    postcode = PostcodeField(
        label=_("What is the postcode of the place where you mostly meet or work?"),
        help_text=_("We use it to find your area. We do not keep it."),
    )


class ReachForm(PlainForm):
    area_id = forms.TypedChoiceField(label=_("Which area is your group for?"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, areas: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self.offer("area_id", [(area.pk, area.name_in(language)) for area in areas])


class AimsForm(PlainTextForm):
    aims = CountedField(
        label=_("What is your group for?"),
        most=500,
        help_text=_("Two or three sentences. They are public."),
        error_messages={"required": _("Say what your group is for")},
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class ContactsForm(PlainTextForm):
    """Two people who are not related; one of them may be who registers."""

    first_name = line(_("First contact: name"), 150, error_messages={"required": _("Enter the first contact’s name")})
    first_email = forms.EmailField(label=_("First contact: e-mail"), required=False)
    first_phone = line(_("First contact: phone"), 32, required=False)
    second_name = line(
        _("Second contact: name"), 150, error_messages={"required": _("Enter the second contact’s name")}
    )
    second_email = forms.EmailField(label=_("Second contact: e-mail"), required=False)
    second_phone = line(_("Second contact: phone"), 32, required=False)
    unrelated = forms.BooleanField(
        label=_("These two people are not related and do not live together"),
        error_messages={"required": _("Name two people who are not related and do not live together")},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for which, text in (
            ("first", _("Enter an e-mail or phone for the first contact")),
            ("second", _("Enter an e-mail or phone for the second contact")),
        ):
            if not self.has_reach(which, said):
                self.add_error(f"{which}_email", text)
        return said

    def has_reach(self, which: str, said: dict[str, Any]) -> bool:
        if f"{which}_email" in self.errors:
            return True
        return bool(said.get(f"{which}_email") or said.get(f"{which}_phone"))


class HelpedContactsForm(ContactsForm):
    """The contacts of a group that a helper writes down: a postal address reaches people without e-mail."""

    first_postal = line(
        _("First contact: postal address"), 300, required=False, help_text=_("We send a letter with a code there.")
    )

    def has_reach(self, which: str, said: dict[str, Any]) -> bool:
        return super().has_reach(which, said) or bool(said.get(f"{which}_postal"))


class RegisterForm(PlainForm):
    not_a_party = forms.BooleanField(
        label=_("We are not a body of a political party"),
        error_messages={"required": _("Bodies of political parties cannot register")},
    )
    is_true = forms.BooleanField(
        label=_("What we say here is true, as far as we know"),
        error_messages={"required": _("Check your answers and tick this")},
    )


class HelpedRegisterForm(RegisterForm):
    route = forms.ChoiceField(label=_("How did you do this together?"), choices=Route.choices, widget=forms.RadioSelect)


class DetailsForm(PlainTextForm):
    name = line(_("Name"), 150, error_messages={"required": _("Enter your group’s name")})
    different = NameForm.base_fields["different"]
    legal_form = forms.ChoiceField(label=_("Kind of group"), choices=LegalForm.choices)
    roles = forms.MultipleChoiceField(
        label=_("What you do for your place"), choices=GroupRole.choices,
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    aims = CountedField(label=_("What your group is for"), most=500)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    language = forms.ChoiceField(label=_("Language we write to you in"), choices=[("en", "English"), ("cy", "Cymraeg")])


class InviteForm(PlainTextForm):
    email = forms.EmailField(label=_("E-mail address"), error_messages={"required": _("Enter an e-mail address")})
    role = forms.ChoiceField(
        label=_("What can this person do?"),
        choices=[(role.value, role.label) for role in (MembershipRole.EDITOR, MembershipRole.OWNER)],
        widget=forms.RadioSelect,
        initial=MembershipRole.EDITOR,
    )


class JoinForm(PlainTextForm):
    into = line(
        _("Which group do you want to become part of?"), 150,
        help_text=_("Type its name as it stands on its page."),
        error_messages={"required": _("Enter the other group’s name")},
    )  # fmt: skip


class FindGroupForm(PlainTextForm):
    q = line(_("Name or words"), 80, required=False)
