"""What officers type: answers, what came of actions, needs heard offline, gatherings."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from funding.answer_states import AnswerKind, MandateKind
from funding.forms.needs import theme_choices
from funding.models import ActionEvent, AnswerAppeal, GatheringKind, LeftOutReason, Pledge, Sector, SuggestionOrigin
from funding.services.answers import KINDS_FOR, PlannedAction, PlannedPledge, Wording, grounds_for
from funding.services.gatherings import GatheringFacts
from renewal.kernel.clock import at
from renewal.kernel.forms import CountedField, DayField, PlainForm, PoundsField


class AnswerForm(PlainForm):
    """One answer. A chosen project can be accepted or rejected, on four grounds; nothing here sets a place or a sum."""

    kind = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect, error_messages={"required": _("Choose your answer")}
    )
    ground = forms.ChoiceField(
        label=_("The ground, if you say no"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("There are no other grounds. Cost, place in the list and preference are not among them."),
    )
    provision = forms.CharField(
        label=_("The law, rule or figures behind it"),
        required=False,
        max_length=300,
        help_text=_("For example: Highways Act 1980, section 278. Leave out names of private people."),
    )
    words = CountedField(
        label=_("Your answer in plain words"),
        most=4000,
        rows=6,
        required=False,
        help_text=_("People who voted read this. Say what will happen, or why it cannot."),
    )
    words_cy = CountedField(label=_("The same in Welsh"), most=4000, rows=4, required=False)

    def __init__(self, *args: Any, subject: MandateKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = KINDS_FOR[subject]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        grounds = [ground for kind in kinds for ground in grounds_for(kind)]
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("", _("I say yes, at least in part")),
            *((ground.value, ground.label) for ground in grounds),
        ]
        if subject == MandateKind.PROJECT:
            return
        for number in (1, 2, 3):
            self.fields[f"action_{number}"] = forms.CharField(
                label=_("Action %(number)d: what will happen") % {"number": number}, required=False, max_length=300
            )
            self.fields[f"due_{number}"] = DayField(
                label=_("Action %(number)d: done by") % {"number": number}, required=False
            )
        self.fields["money"] = PoundsField(label=_("Money you pledge"), required=False)
        self.fields["hours"] = forms.IntegerField(
            label=_("Hours of staff you pledge"), required=False, min_value=1, max_value=100_000
        )
        self.fields["pledge_words"] = forms.CharField(label=_("What the pledge is for"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for number in (1, 2, 3):
            words, day = found.get(f"action_{number}"), found.get(f"due_{number}")
            if words and not day and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", _("Say by which day this action will be done"))
            if day and not words:
                self.add_error(f"action_{number}", _("Say what will happen by this day"))
        if (found.get("money") or found.get("hours")) and not found.get("pledge_words"):
            self.add_error("pledge_words", _("Say what the pledge is for"))
        return found

    def wording(self) -> Wording:
        """Shape what was typed for the service."""
        found = self.cleaned_data
        pledges = []
        if found.get("money"):
            pledges.append(PlannedPledge("money", found["pledge_words"], amount_pence=found["money"]))
        if found.get("hours"):
            pledges.append(PlannedPledge("staff", found["pledge_words"], staff_hours=found["hours"]))
        return Wording(
            kind=AnswerKind(found["kind"]),
            words=found["words"],
            words_cy=found["words_cy"],
            ground=found["ground"],
            provision=found["provision"],
            actions=tuple(
                PlannedAction(found[f"action_{number}"], found[f"due_{number}"])
                for number in (1, 2, 3)
                if found.get(f"action_{number}")
            ),
            pledges=tuple(pledges),
        )


class JoinForm(PlainForm):
    """What a second body brings to another body's answer."""

    kind = forms.ChoiceField(label=_("What do you bring?"), choices=Pledge.Kind.choices, widget=forms.RadioSelect)
    money = PoundsField(label=_("How much money"), required=False)
    hours = forms.IntegerField(label=_("How many hours"), required=False, min_value=1, max_value=100_000)
    words = forms.CharField(
        label=_("What it is for"), max_length=300, error_messages={"required": _("Say what it is for")}
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("kind") == Pledge.Kind.MONEY and not found.get("money") and "money" not in self.errors:
            self.add_error("money", _("Enter the sum you pledge"))
        if found.get("kind") == Pledge.Kind.STAFF and not found.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("Enter the hours you pledge"))
        return found

    def pledge(self) -> PlannedPledge:
        found = self.cleaned_data
        return PlannedPledge(
            found["kind"],
            found["words"],
            amount_pence=found["money"] if found["kind"] == Pledge.Kind.MONEY else None,
            staff_hours=found["hours"] if found["kind"] == Pledge.Kind.STAFF else None,
        )


class ReportForm(PlainForm):
    """What came of a promised action."""

    kind = forms.ChoiceField(
        label=_("How far is it?"),
        choices=ActionEvent.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far it is")},
    )
    words = CountedField(
        label=_("What people should know"),
        most=2000,
        rows=4,
        error_messages={"required": _("Write what people should know")},
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=300,
        help_text=_("Needed when it is done. For example: photo of the open door, 1 October 2027."),
    )
    evidence_url = forms.URLField(label=_("Web address of the evidence"), required=False, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("kind") == ActionEvent.Kind.DONE and not (found.get("evidence") or found.get("evidence_url")):
            self.add_error("evidence", _("Say how people can see that it is done"))
        return found


class ReplyForm(PlainForm):
    words = CountedField(label=_("Your reply"), most=4000, rows=8, error_messages={"required": _("Write your reply")})
    words_cy = CountedField(label=_("The same in Welsh"), most=4000, rows=4, required=False)


class PanelForm(PlainForm):
    """What an independent panel decided about a rejection."""

    outcome = forms.ChoiceField(
        label=_("What did the panel decide?"),
        choices=AnswerAppeal.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the panel decided")},
    )
    reasons = CountedField(
        label=_("Its reasons"), most=4000, rows=6, error_messages={"required": _("Write the panel's reasons")}
    )
    panel = forms.CharField(
        label=_("Who sat on the panel"),
        help_text=_("One person a line: name, then a comma and where they come from. At least three."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter the people of the panel, one a line")},
    )

    def clean_panel(self) -> list[dict[str, str]]:
        members = []
        for line in self.cleaned_data["panel"].splitlines():
            name, _comma, place = line.partition(",")
            if name.strip():
                members.append({"name": name.strip()[:150], "from": place.strip()[:150]})
        if len(members) < 3:
            raise forms.ValidationError(_("Enter at least three people, one a line"))
        return members


class HeardForm(PlainForm):
    """A need that people told an officer or a helper, offline."""

    text = forms.CharField(
        label=_("What did people ask for?"),
        min_length=8,
        max_length=160,
        error_messages={"required": _("Write what people asked for, in one sentence")},
    )
    text_cy = forms.CharField(label=_("The same in Welsh"), max_length=160, required=False)
    people = forms.IntegerField(
        label=_("How many people said it?"),
        min_value=1,
        max_value=10_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages={"required": _("Enter how many people said it")},
    )
    origin = forms.ChoiceField(
        label=_("How did you hear it?"),
        choices=[choice for choice in SuggestionOrigin.choices if choice[0] not in ("web", "gathering")],
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = theme_choices(empty=_("I am not sure"))  # type: ignore[attr-defined]


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


class JoinNeedsForm(PlainForm):
    """Which need this one joins, and why."""

    target = forms.CharField(
        label=_("Number of the need it joins"),
        max_length=32,
        help_text=_("For example ASH-N04."),
        error_messages={"required": _("Enter the number of the need it joins")},
        widget=forms.TextInput(attrs={"class": "middling"}),
    )
    words = forms.CharField(
        label=_("Why they are the same"),
        max_length=300,
        help_text=_("Shown on both pages."),
        error_messages={"required": _("Write why they are the same")},
    )


class LeaveOutForm(PlainForm):
    """Why a need cannot stand on the ballot."""

    reason = forms.ChoiceField(
        label=_("Why must it be left out?"),
        choices=LeftOutReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it must be left out")},
    )
    words = CountedField(
        label=_("Say it in words"),
        most=1000,
        rows=4,
        error_messages={"required": _("Write the reason in words")},
    )


class ThemeForm(PlainForm):
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)
    text_cy = forms.CharField(label=_("The need in Welsh"), max_length=160, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = theme_choices(empty=_("I am not sure"))  # type: ignore[attr-defined]


class PollForm(PlainForm):
    """When people put the needs in order."""

    opens_on = DayField(label=_("First day of the vote"))
    closes_on = DayField(label=_("Last day of the vote"), help_text=_("A working day. The vote closes at 5pm."))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("opens_on") and found.get("closes_on") and found["closes_on"] <= found["opens_on"]:
            self.add_error("closes_on", _("Choose a last day after the first day"))
        return found


class RaiseForm(PlainForm):
    """Send a need to the level that has the power."""

    power = forms.ChoiceField(label=_("Which power does it need?"), widget=forms.RadioSelect)
    body = forms.ModelChoiceField(
        label=_("Who must answer there?"), queryset=Body.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("Why no body of this area can do it"),
        max_length=300,
        error_messages={"required": _("Write why no body of this area can do it")},
    )
    joins = forms.ChoiceField(label=_("Does it join the same need of other areas?"), required=False)

    def __init__(self, *args: Any, powers: Any, bodies: Any, raised: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["power"].choices = powers  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["joins"].choices = [("", _("No, it is the first")), *raised]  # type: ignore[attr-defined]


class NameBodyForm(PlainForm):
    body = forms.ModelChoiceField(
        label=_("Which other body must answer too?"),
        queryset=Body.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a body")},
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


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
        self.fields["bodies"].queryset = bodies  # type: ignore[attr-defined]

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
