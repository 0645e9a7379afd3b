"""What officers type about gatherings: the call, who came, what was heard, what a table took on."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from funding.models import Gathering, GatheringKind, Sector
from funding.services.gatherings import GatheringFacts
from renewal.kernel.clock import LONDON, at
from renewal.kernel.forms import DayField, PlainForm

HOURS = [(f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}") for hour in range(7, 23) for minute in (0, 30)]


class GatheringForm(PlainForm):
    """What people need to know before they come."""

    kind = forms.ChoiceField(label=_("What kind of gathering is it?"), choices=GatheringKind.choices)
    title = forms.CharField(label=_("Name"), max_length=150, error_messages={"required": _("Enter a name for it")})
    title_cy = forms.CharField(label=_("Name in Welsh"), max_length=150, required=False)
    day = DayField(label=_("Day"))
    starts = forms.ChoiceField(label=_("From"), choices=HOURS, initial="18:30")
    ends = forms.ChoiceField(label=_("Until"), choices=HOURS, initial="20:00")
    place = forms.CharField(label=_("Place"), max_length=200, error_messages={"required": _("Enter the place")})
    place_cy = forms.CharField(label=_("Place in Welsh"), max_length=200, required=False)
    access = forms.CharField(
        label=_("Getting in and taking part"),
        max_length=300,
        help_text=_("Steps, toilets, hearing loop, parking, buses."),
        error_messages={"required": _("Say how people get in and take part")},
    )
    access_cy = forms.CharField(label=_("Getting in, in Welsh"), max_length=300, required=False)
    languages = forms.CharField(
        label=_("Languages spoken or interpreted"),
        max_length=150,
        error_messages={"required": _("Enter the languages")},
    )
    has_childcare = forms.BooleanField(label=_("There is childcare"), required=False)
    phone = forms.CharField(label=_("Phone for questions"), max_length=32, required=False)
    bodies = forms.ModelMultipleChoiceField(
        label=_("Public bodies that come"),
        queryset=Body.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("bodies", bodies)

        for name in ("starts", "ends"):  # a gathering called elsewhere may begin at a quarter past
            own = self.initial.get(name)
            if own and own not in dict(HOURS):
                self.offer(name, sorted([*HOURS, (own, own.lstrip("0"))]))

    @classmethod
    def initial_of(cls, gathering: Gathering) -> dict[str, object]:
        """Show a gathering again in the form."""
        starts, ends = (moment.astimezone(LONDON) for moment in (gathering.starts_at, gathering.ends_at))
        plain = ("kind", "title", "title_cy", "place", "place_cy", "access", "access_cy", "languages", "phone")
        return {
            **{name: getattr(gathering, name) for name in plain},
            "has_childcare": gathering.has_childcare,
            "day": starts.date(),
            "starts": f"{starts:%H:%M}",
            "ends": f"{ends:%H:%M}",
            "bodies": [body.pk for body in gathering.bodies.all()],
        }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("starts", "") >= found.get("ends", "~"):
            self.add_error("ends", _("Choose a time after the start"))
        return found

    def facts(self) -> GatheringFacts:
        found = self.cleaned_data
        return GatheringFacts(
            kind=GatheringKind(found["kind"]),
            title=found["title"],
            title_cy=found["title_cy"],
            starts_at=moment(found["day"], found["starts"]),
            ends_at=moment(found["day"], found["ends"]),
            place=found["place"],
            place_cy=found["place_cy"],
            access=found["access"],
            access_cy=found["access_cy"],
            languages=found["languages"],
            has_childcare=found["has_childcare"],
            phone=found["phone"],
        )


def moment(day: date, clock: str) -> datetime:
    """Join a day and a time like ``18:30`` in London."""
    hour, _colon, minute = clock.partition(":")
    return at(day, int(hour), int(minute))


class CameForm(PlainForm):
    came_count = forms.IntegerField(
        label=_("How many people came?"),
        min_value=0,
        max_value=100_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages={"required": _("Enter how many people came")},
    )


class PointForm(PlainForm):
    """A point heard at a gathering: a new need, or one that stands already."""

    text = forms.CharField(
        label=_("What did people say?"),
        min_length=8,
        max_length=160,
        error_messages={"required": _("Write what people said, in one sentence")},
    )
    people = forms.IntegerField(
        label=_("How many people said it?"),
        min_value=1,
        max_value=10_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages={"required": _("Enter how many people said it")},
    )
    joins = forms.CharField(
        label=_("It says the same as need number"),
        required=False,
        max_length=32,
        help_text=_("For example ASH-N04. Leave it empty to add a new need."),
        widget=forms.TextInput(attrs={"class": "middling"}),
    )


class CancelForm(PlainForm):
    words = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=300,
        error_messages={"required": _("Write why it is cancelled")},
    )


class SeatForm(PlainForm):
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector.choices)
    organisation = forms.CharField(
        label=_("Organisation or group"), max_length=150, error_messages={"required": _("Enter who they came from")}
    )
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500, initial=1)


class TakenForm(PlainForm):
    words = forms.CharField(
        label=_("What will be done"), max_length=300, error_messages={"required": _("Write what will be done")}
    )
    taken_by = forms.CharField(
        label=_("Who took it on"), max_length=150, error_messages={"required": _("Enter who took it on")}
    )
    due_on = DayField(label=_("Done by"))


class FinishForm(PlainForm):
    outcome = forms.CharField(
        label=_("What came of it"), max_length=300, error_messages={"required": _("Write what came of it")}
    )
