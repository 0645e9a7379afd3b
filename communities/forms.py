"""Forms of groups, fund-holders, helpers and listings, in people's words."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import (
    Area,
    Capacity,
    ChecksLevel,
    DeclineGround,
    EvidenceKind,
    FeeBasis,
    FundHolder,
    GroupRole,
    LegalForm,
    ListingKind,
    MembershipRole,
    PolicyState,
    PurposeBasis,
    Route,
    WorksWith,
)
from communities.rules.identifiers import SCHEMES
from communities.rules.names import hidden_characters
from renewal.kernel.forms import CountedField, DayField, PlainForm, PostcodeField, PoundsField, YesNoField


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
        field = cast(forms.TypedChoiceField, self.fields["area_id"])
        field.choices = [(area.pk, area.name_in(language)) for area in areas]


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


class GovernanceForm(PlainTextForm):
    """Five short questions instead of uploaded papers; seats by sector only for who has them."""

    seats = forms.IntegerField(
        label=_("How many people decide together?"), min_value=1, max_value=500,
        help_text=_("Your committee, board or regular meeting."),
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages={"required": _("Enter how many people decide together")},
    )  # fmt: skip
    local_seats = forms.IntegerField(
        label=_("How many of them live in the area?"), min_value=0, max_value=500,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages={"required": _("Enter how many of them live in the area")},
    )  # fmt: skip
    how_decided = CountedField(
        label=_("How do you decide?"), most=500, rows=3, help_text=_("For example: we meet monthly and vote.")
    )
    how_to_join = line(_("How can somebody join?"), 500, required=False)
    money_kept = line(
        _("Who looks after your money?"), 500, required=False, help_text=_("Your own account, or a fund-holder.")
    )
    civil_seats = forms.IntegerField(
        label=_("Seats held for community groups and charities"), min_value=0, max_value=500, required=False,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )  # fmt: skip
    public_seats = forms.IntegerField(
        label=_("Seats held for public bodies"), min_value=0, max_value=500, required=False,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )  # fmt: skip
    private_seats = forms.IntegerField(
        label=_("Seats held for businesses"), min_value=0, max_value=500, required=False,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )  # fmt: skip


class SafeguardingForm(PlainTextForm):
    works_with = forms.ChoiceField(
        label=_("Do you work with children, or with adults who may need protection?"),
        choices=WorksWith.choices,
        widget=forms.RadioSelect,
    )
    lead_name = line(
        _("Who keeps people safe?"), 150, required=False, help_text=_("The name of one person. Leave empty if neither.")
    )
    policy = forms.ChoiceField(
        label=_("Do you have a safeguarding policy?"),
        choices=PolicyState.choices,
        widget=forms.RadioSelect,
        help_text=_("If you do not, we can help you write one."),
    )
    reviewed_on = DayField(label=_("When did you last review it?"), required=False)
    reporting_route = line(_("How can somebody report a worry?"), 500, required=False)
    checks_level = forms.ChoiceField(
        label=_("What level of criminal-record checks do you hold?"),
        choices=ChecksLevel.choices,
        widget=forms.RadioSelect,
        help_text=_("Only the level. Never send us certificates."),
        initial=ChecksLevel.NONE,
    )
    checks_on = DayField(label=_("When was the last check?"), required=False)


class EvidenceForm(PlainTextForm):
    kind = forms.ChoiceField(label=_("What does it show?"), choices=EvidenceKind.choices)
    basis = forms.ChoiceField(
        label=_("For a social purpose: what is it based on?"),
        choices=[("", "—"), *PurposeBasis.choices],
        required=False,
    )
    statement = line(_("In one sentence"), 500, error_messages={"required": _("Say in one sentence what it is")})
    url = forms.URLField(label=_("Where can people see it?"), required=False, assume_scheme="https")
    dated_on = DayField(label=_("What day is it from?"))
    expires_on = DayField(label=_("When does it end?"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_purpose = said.get("kind") == EvidenceKind.SOCIAL_PURPOSE
        if is_purpose and not said.get("basis"):
            self.add_error("basis", _("Choose what your social purpose is based on"))
        if not is_purpose:
            said["basis"] = ""
        if said.get("dated_on") and said.get("expires_on") and said["expires_on"] <= said["dated_on"]:
            self.add_error("expires_on", _("Enter a day after the day it is from"))
        return said


class NumberForm(PlainTextForm):
    scheme = forms.ChoiceField(label=_("Register"), choices=[(scheme.code, scheme.name) for scheme in SCHEMES.values()])
    number = line(_("Your number there"), 40, error_messages={"required": _("Enter your number in the register")})


class InterestForm(PlainTextForm):
    person = line(_("Who?"), 150, error_messages={"required": _("Enter the person’s name")})
    interest = line(_("What do they have to do with whom?"), 300, help_text=_("For example: works for the builder."))
    handled = line(_("What do you do about it?"), 300, help_text=_("For example: leaves the room and does not vote."))
    since = DayField(label=_("Since when?"))


class NothingForm(PlainForm):
    """Just a button."""


class ReasonForm(PlainTextForm):
    reason = line(_("Why?"), 300, error_messages={"required": _("Say why, in a few words")})


class JoinForm(PlainTextForm):
    into = line(
        _("Which group do you want to become part of?"), 150,
        help_text=_("Type its name as it stands on its page."),
        error_messages={"required": _("Enter the other group’s name")},
    )  # fmt: skip


class HoldersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the types alone
    """Fund-holders by the names of their groups."""

    def label_from_instance(self, obj: FundHolder) -> str:
        return obj.group.name


class AskForm(PlainTextForm):
    """Ask one fund-holder, and name who is asked next."""

    purpose = CountedField(
        label=_("What is the money for?"), most=500, rows=3, error_messages={"required": _("Say what the money is for")}
    )
    amount_pence = PoundsField(label=_("About how much?"))
    next_holders = HoldersField(
        label=_("Who do we ask next if this one does not agree?"),
        queryset=FundHolder.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(HoldersField, self.fields["next_holders"]).queryset = others


class PaperAskForm(AskForm):
    """The same on paper, where no list of fund-holders stands beside it."""

    holder = line(_("Which fund-holder do you ask, and which one next?"), 300)

    field_order = ("holder", "purpose", "amount_pence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, others=FundHolder.objects.none(), **kwargs)
        del self.fields["next_holders"]


class DeclineForm(PlainTextForm):
    ground = forms.ChoiceField(
        label=_("On which ground?"), choices=DeclineGround.choices, widget=forms.RadioSelect,
        help_text=_("These are the only grounds. What a group says or campaigns for is not one."),
    )  # fmt: skip
    words = CountedField(
        label=_("In your own words"), most=500, rows=4,
        help_text=_("Say what the group could do next."),
        error_messages={"required": _("Say in your own words why, so that the group can act on it")},
    )  # fmt: skip


class TermsForm(PlainTextForm):
    """Changes to the terms that both sides will sign."""

    most_award_pence = PoundsField(label=_("The most for one award"))
    pays_in_days = forms.IntegerField(label=_("Pays within this many days"), min_value=1, max_value=90)
    support_pence = PoundsField(label=_("Support each year, as its own line"))
    support_words = line(_("What the support is"), 300, required=False)
    asks_for = CountedField(label=_("What the fund-holder asks for"), most=500, rows=3)


class OfferForm(TermsForm):
    areas = forms.ModelMultipleChoiceField(
        label=_("Where do you work?"), queryset=Area.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    capacity = forms.ChoiceField(
        label=_("How do you hold the money?"), choices=Capacity.choices, widget=forms.RadioSelect
    )
    fee_basis = forms.ChoiceField(label=_("What do you charge on?"), choices=FeeBasis.choices, widget=forms.RadioSelect)
    fee_percent = forms.DecimalField(
        label=_("Fee in percent"), min_value=0, max_value=100, decimal_places=1, required=False,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
    )  # fmt: skip
    fee_pence = PoundsField(label=_("Fixed fee for each award"), required=False)
    most_groups = forms.IntegerField(label=_("How many groups can you take on?"), min_value=1, max_value=500)

    field_order = (
        "areas", "capacity", "fee_basis", "fee_percent", "fee_pence", "support_pence", "support_words",
        "most_award_pence", "most_groups", "pays_in_days", "asks_for",
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelMultipleChoiceField[Area]", self.fields["areas"]).queryset = areas

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        basis = said.get("fee_basis")
        if basis in (FeeBasis.ON_RECEIPT, FeeBasis.ON_SPEND):
            said["fee_pence"] = 0
            if not said.get("fee_percent"):
                self.add_error("fee_percent", _("Enter the fee in percent, like 5"))
        elif basis == FeeBasis.FIXED:
            said["fee_percent"] = 0
            if not said.get("fee_pence"):
                self.add_error("fee_pence", _("Enter the fixed fee in pounds"))
        else:
            said["fee_percent"], said["fee_pence"] = 0, 0
        return said


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


class FindGroupForm(PlainTextForm):
    q = line(_("Name or words"), 80, required=False)
