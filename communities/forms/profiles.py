"""Forms of a group's profile: how it decides, keeps people safe, and what it can show."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.plain import PlainTextForm, line
from communities.models import (
    ChecksLevel,
    EvidenceKind,
    PolicyState,
    PurposeBasis,
    WorksWith,
)
from communities.rules.identifiers import SCHEMES
from renewal.kernel.forms import CountedField, DayField


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
