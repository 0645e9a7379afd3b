"""Forms of the officers' pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import Area
from renewal.kernel.clock import at
from renewal.kernel.forms import CountedField, DayField, PlainForm, PostcodeField, YesNoField
from voting.forms import PersonForm
from voting.models import HelpPlace, Poll, SpoiltReason
from voting.services.roll import Person
from voting.wording import SPOILT


class CalendarForm(PlainForm):
    """An election calendar, pasted from the published one."""

    source = forms.CharField(label=_("Where the calendar comes from"), max_length=200)
    elections = CountedField(
        label=_("Elections"),
        most=20_000,
        rows=6,
        help_text=_("One on each line: election; area code; first day; polling day. Days like 2027-05-06."),
    )


class ExceptionForm(PlainForm):
    """Why votes go on before an election."""

    reason = forms.CharField(
        label=_("Why must votes go on?"), max_length=300, help_text=_("Published"), widget=forms.Textarea({"rows": 2})
    )


class ChangeForm(PlainForm):
    """Propose a pause, an extension or a cancellation."""

    what = forms.ChoiceField(
        label=_("What should happen?"),
        widget=forms.RadioSelect,
        choices=[
            ("pause", _("Pause voting")),
            ("resume", _("Go on with voting")),
            ("extend", _("Close later")),
            ("cancel", _("Cancel the vote for good")),
        ],
    )
    closes_on = DayField(label=_("New closing day (5pm)"), required=False)
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("Published in the log of this vote"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if clean.get("what") == "extend" and not clean.get("closes_on"):
            self.add_error("closes_on", _("Enter the new closing day"))
        return clean

    def closes_at(self) -> datetime | None:
        day = self.cleaned_data.get("closes_on")
        return at(day, 17) if day and self.cleaned_data["what"] == "extend" else None


class BatchForm(PlainForm):
    """Begin a paper batch."""

    poll = forms.ModelChoiceField(label=_("Vote"), queryset=Poll.objects.none())
    label = forms.CharField(label=_("Name of the batch"), max_length=32, help_text=_("Like A12, as on the tray"))


class DeclarationForm(PlainForm):
    """One envelope: the code on its declaration, and who signed where the code is new."""

    code = forms.CharField(
        label=_("Code on the declaration"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    house = forms.CharField(label=_("House number or name"), max_length=100, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)


class PaperForm(PlainForm):
    """What stands on one paper."""

    version = forms.CharField(label=_("Version letter"), max_length=1, required=False)
    numbers = forms.CharField(
        label=_("Project numbers, as printed"),
        help_text=_("With spaces between them. Empty for an empty ballot."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    spoilt = forms.ChoiceField(
        label=_("If it cannot count, why"),
        required=False,
        choices=[("", _("It counts")), *[(reason.value, SPOILT[reason.value]) for reason in SpoiltReason]],
    )

    def __init__(self, *args: Any, refs: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refs = refs

    def clean_numbers(self) -> list[str]:
        numbers = self.cleaned_data["numbers"].replace(",", " ").split()
        unknown = [number for number in numbers if not number.isdigit() or int(number) not in self.refs]
        if unknown:
            raise forms.ValidationError(_("%(number)s is not a number on this ballot"), params={"number": unknown[0]})
        return list(dict.fromkeys(self.refs[int(number)] for number in numbers))


class AssistedForm(PersonForm):
    """Who is voting with help, and how."""

    poll = forms.ModelChoiceField(label=_("Vote"), queryset=Poll.objects.none())
    channel = forms.ChoiceField(
        label=_("How are you with the person?"),
        choices=[("phone", _("On the phone")), ("assisted", _("Beside them"))],
        widget=forms.RadioSelect,
    )
    place = forms.ModelChoiceField(
        label=_("Where"), queryset=HelpPlace.objects.none(), required=False, empty_label=_("At the council")
    )
    no_address = forms.BooleanField(label=_("The person has no fixed address, and our place vouches"), required=False)
    is_old_enough = YesNoField(label=_("Is the person old enough for this vote?"))
    field_order = ["poll", "channel", "place", "name", "house", "postcode", "no_address", "is_old_enough"]

    def __init__(self, *args: Any, polls: QuerySet[Poll], places: QuerySet[HelpPlace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("poll", polls)
        self.offer_rows("place", places)
        if self.is_bound and self.data.get("no_address"):
            self.fields["house"].required = self.fields["postcode"].required = False


PLACE_KINDS = {
    "library": _("Library"),
    "group": _("Group"),
    "service": _("Local service"),
    "care_home": _("Care home"),
    "hospital": _("Hospital"),
}


class PlaceForm(PlainForm):
    """A place whose people help others vote."""

    name = forms.CharField(label=_("Name of the place"), max_length=200)
    kind = forms.ChoiceField(label=_("What kind of place is it?"), choices=PLACE_KINDS.items, widget=forms.RadioSelect)
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none())
    postcode = PostcodeField(label=_("Postcode of the place"))
    lead_name = forms.CharField(
        label=_("Named lead"), max_length=150, required=False, help_text=_("Care homes and hospitals need one.")
    )
    may_vouch = forms.BooleanField(label=_("May vouch for people with no fixed address"), required=False)

    def __init__(self, *args: Any, within: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Q(pk__in=[])
        for area in within:
            inside |= Q(path__startswith=area.path)
        self.offer_rows("area", Area.objects.filter(inside).order_by("name", "pk"), label=lambda area: str(area.label))

    def facts(self) -> dict[str, Any]:
        """Shape the answers as add_place takes them."""
        clean = dict(self.cleaned_data)
        return clean | {"area_id": clean.pop("area").pk, "postcode": clean["postcode"][:8]}


class LettersForm(PlainForm):
    """Print a batch of letters with new codes."""

    count = forms.IntegerField(
        label=_("How many letters?"), min_value=1, max_value=20_000, widget=forms.NumberInput({"class": "short"})
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("en", "English"), ("cy", "Cymraeg")], widget=forms.RadioSelect, initial="en"
    )


class SettleForm(PlainForm):
    """Whether two entries are one person."""

    same = YesNoField(
        label=_("Are these two one person?"), error_messages={"required": _("Choose one person or two people")}
    )


class ListForm(PlainForm):
    """A list of names and addresses, with the law that allows its use."""

    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, help_text=_("The law, with its section"))
    dpia_reference = forms.CharField(label=_("Reference of the data protection assessment"), max_length=100)
    source = forms.CharField(label=_("Where the list comes from"), max_length=200)
    with_letters = forms.BooleanField(
        label=_("Make a letter with a code for each person"),
        required=False,
        help_text=_("Only for a list made beforehand, and only now: the addresses are not kept. 20,000 at most."),
    )
    people = forms.CharField(
        label=_("People"),
        max_length=2_000_000,
        help_text=_("One on each line: name; house; postcode. Not kept."),
        widget=forms.Textarea({"rows": 8}),
    )

    def clean_people(self) -> list[Person]:
        """Read a person from each line; a line without its three parts is named."""
        people = []
        for number, line in enumerate(self.cleaned_data["people"].splitlines(), start=1):
            parts = [part.strip() for part in line.split(";")]
            if not any(parts):
                continue
            if len(parts) != 3:
                raise forms.ValidationError(
                    _("Line %(line)d needs three parts: name; house; postcode"), params={"line": number}
                )
            people.append(Person(*parts))
        return people

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if clean.get("with_letters") and len(clean.get("people") or ()) > 20_000:
            self.add_error("people", _("Import 20,000 people at a time when you want letters"))
        return clean
