"""What officers type when their body answers: the answer, a pledge beside another's, reports, replies, a panel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from funding.answer_states import AnswerKind, MandateKind
from funding.models import ActionEvent, AnswerAppeal, Instrument, Pledge, ReadsIn
from funding.services.answers import KINDS_FOR, PlannedAction, PlannedPledge, Wording, grounds_for
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
        self.offer("kind", [(kind.value, kind.label) for kind in kinds])
        grounds = [ground for kind in kinds for ground in grounds_for(kind)]
        self.offer(
            "ground",
            [
                ("", _("I say yes, at least in part")),
                *((ground.value, ground.label) for ground in grounds),
            ],
        )
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


LETTERS_IN = [("", _("Not said: English, and both languages in Wales")), *ReadsIn.choices]


class CharterForm(PlainForm):
    """What binds a body to answer, and who watches that it does."""

    body = forms.ModelChoiceField(
        label=_("Which body?"),
        queryset=Body.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a body")},
    )
    instrument = forms.ChoiceField(
        label=_("What binds it?"),
        choices=Instrument.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what binds it")},
    )
    title = forms.CharField(
        label=_("Its name"),
        required=False,
        max_length=200,
        help_text=_("For example: Council resolution 14 of 2026. Leave it empty for a promise alone."),
    )
    url = forms.URLField(label=_("Where people can read it"), required=False, assume_scheme="https")
    starts_on = DayField(label=_("From which day?"))
    scrutiny_name = forms.CharField(
        label=_("Who watches that it answers"),
        required=False,
        max_length=150,
        help_text=_("For example: Scrutiny committee. They hear of every answer that is late."),
    )
    scrutiny_email = forms.EmailField(label=_("Their e-mail address"), required=False, max_length=254)
    scrutiny_language = forms.ChoiceField(
        label=_("Language of our e-mails to them"), required=False, choices=LETTERS_IN, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=_("Language of our e-mails to the body"), required=False, choices=LETTERS_IN, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("body", bodies)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("instrument") not in (None, Instrument.NONE) and not found.get("title"):
            self.add_error("title", _("Enter the name of what binds it"))
        return found
