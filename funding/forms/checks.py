"""Officers' forms: declare, filter, share out, find, help, estimate, decide, answer an appeal."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.models import User
from funding.models import (
    AppealGround,
    Audience,
    Criterion,
    Finding,
    HelpGiven,
    Interest,
    Met,
    Project,
    RefusalReason,
    Round,
)
from renewal.kernel.forms import CountedField, DayField, FilterForm, PlainForm, PoundsField
from renewal.kernel.money import Pence

MOST = Pence(100_000_000_00)


class RoundInterestForm(PlainForm):
    """Every group of a round, with the officer's link to it: none unless said otherwise."""

    read = forms.BooleanField(
        label=_("I have read the list, and I have named every link I have"),
        error_messages={"required": _("Read the list, then tick this")},
    )

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = projects
        links = [("", _now("No link")), *Interest.choices]
        for project in projects:
            self.fields[f"link_{project.pk}"] = forms.ChoiceField(
                label=f"{project.reference} {project.lead_name}", choices=links, required=False
            )
            self.quiet.add(f"link_{project.pk}")  # "No link" is an answer, and the page asks for every one
        self.order_fields([*(f"link_{project.pk}" for project in projects), "read"])

    def links(self) -> dict[int, tuple[str, str]]:
        return {
            project.pk: (self.cleaned_data[f"link_{project.pk}"], "")
            for project in self.projects
            if self.cleaned_data.get(f"link_{project.pk}")
        }


class OneInterestForm(PlainForm):
    kind = forms.ChoiceField(label=_("What is your link?"), choices=Interest.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("Say more, if you want to"), max_length=300, required=False)


class QueueFilters(FilterForm):
    q = forms.CharField(label=_("Name or reference"), required=False, max_length=200)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("open", _("Open")),
            ("waiting", _("Waiting for the group")),
            ("decided", _("Decided")),
            ("all", _("All")),
        ],
    )
    checker = forms.ChoiceField(
        label=_("Checker"), required=False, choices=[("", _("Anyone")), ("me", _("Me")), ("nobody", _("Nobody yet"))]
    )
    round = forms.ChoiceField(label=_("Round"), required=False)
    over = forms.ChoiceField(
        label=_("Cost"), required=False, choices=[("", _("Any cost")), ("10000", _("Over £10,000"))]
    )

    def __init__(self, *args: Any, rounds: Iterable[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("round", [("", _now("Any round")), *((r.slug, r.label) for r in rounds)])


class SaveViewForm(PlainForm):
    name = forms.CharField(
        label=_("Keep these filters as"), max_length=60, error_messages={"required": _("Enter a name for this view")}
    )


class AssignForm(PlainForm):
    ref = forms.ModelMultipleChoiceField(
        Project.objects.none(), to_field_name="reference", error_messages={"required": _("Select at least one project")}
    )
    to = forms.ModelChoiceField(User.objects.none(), error_messages={"required": _("Choose who checks them")})

    def __init__(self, *args: Any, projects: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("ref", projects)
        self.offer_rows("to", people)


class FindingsForm(PlainForm):
    """Each fixed rule: meets, does not meet, not sure, with a reason the group reads."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], found: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        known = {finding.criterion_id: finding for finding in found}
        for criterion in criteria:
            finding = known.get(criterion.pk)
            self.quiet |= {f"met_{criterion.code}", f"reason_{criterion.code}"}  # saved in parts, needed to decide
            self.fields[f"met_{criterion.code}"] = forms.ChoiceField(
                label=criterion.label, help_text=criterion.guidance_label, choices=Met.choices,
                widget=forms.RadioSelect, required=False, initial=finding.met if finding else None,
            )  # fmt: skip
            self.fields[f"reason_{criterion.code}"] = forms.CharField(
                label=_now("Reason, which the group can read"), max_length=500, required=False,
                initial=finding.reason if finding else "",
            )  # fmt: skip
            self.fields[f"reason_cy_{criterion.code}"] = forms.CharField(
                label=_now("The same in Welsh"), max_length=500, required=False,
                initial=finding.reason_cy if finding else "",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for criterion in self.criteria:
            met, reason = cleaned.get(f"met_{criterion.code}"), cleaned.get(f"reason_{criterion.code}")
            if met and not reason:
                self.add_error(f"reason_{criterion.code}", _now("Give a reason for this rule"))
            if reason and not met:
                self.add_error(f"met_{criterion.code}", _now("Choose an answer for this rule"))
        return cleaned

    def findings(self) -> dict[str, tuple[str, str, str]]:
        return {
            criterion.code: (
                self.cleaned_data[f"met_{criterion.code}"],
                self.cleaned_data[f"reason_{criterion.code}"],
                self.cleaned_data[f"reason_cy_{criterion.code}"],
            )
            for criterion in self.criteria
            if self.cleaned_data.get(f"met_{criterion.code}")
        }


class NoteForm(PlainForm):
    words = CountedField(label=_("Note"), most=2000, rows=3, error_messages={"required": _("Write the note")})
    audience = forms.ChoiceField(label=_("Who can see it?"), choices=Audience.choices, widget=forms.RadioSelect)


class HelpForm(PlainForm):
    kind = forms.ChoiceField(label=_("What did you do?"), choices=HelpGiven.Kind.choices, widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=_("How many minutes?"), min_value=1, max_value=2400,
        widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
    )  # fmt: skip


class EstimateForm(PlainForm):
    low = PoundsField(label=_("Lowest likely cost"), most=MOST)
    cost = PoundsField(label=_("Your estimate"), most=MOST)
    high = PoundsField(label=_("Highest likely cost"), most=MOST)
    running = PoundsField(label=_("Running cost a year"), most=MOST)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned["low"] <= cleaned["cost"] <= cleaned["high"]:
            self.add_error("cost", _now("Enter an estimate between the lowest and the highest cost"))
        return cleaned


class PassForm(PlainForm):
    words = CountedField(label=_("Words to the group"), most=1000, rows=3, required=False)
    words_cy = CountedField(label=_("The same in Welsh"), most=1000, rows=3, required=False)
    rebuttal = CountedField(
        label=_("Why should a public body lead this, when a local group applied for the same?"),
        help_text=_("Everybody can read this."),
        most=500,
        rows=3,
        error_messages={"required": _("Say why a public body should lead")},
    )
    rebuttal_cy = CountedField(label=_("The same in Welsh"), most=500, rows=3, required=False)

    def __init__(self, *args: Any, with_rebuttal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_rebuttal:
            del self.fields["rebuttal"], self.fields["rebuttal_cy"]


class ChangesForm(PlainForm):
    words = CountedField(
        label=_("What must change, and why"), most=2000, rows=4, error_messages={"required": _("Say what must change")}
    )
    words_cy = CountedField(label=_("The same in Welsh"), most=2000, rows=4, required=False)
    tasks = forms.MultipleChoiceField(
        label=_("Which sections are open again?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one section")},
    )  # fmt: skip
    group_replies_by = DayField(label=_("When must the group have made the changes?"))

    def __init__(self, *args: Any, tasks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("tasks", tasks)


class RefusalForm(PlainForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=RefusalReason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason")},
    )  # fmt: skip
    words = CountedField(
        label=_("Plain words that the group can act on"), most=2000, rows=4,
        error_messages={"required": _("Say why, in plain words")},
    )  # fmt: skip
    words_cy = CountedField(
        label=_("The same in Welsh"), most=2000, rows=4, error_messages={"required": _("Say why, in Welsh")}
    )
    next_step = forms.CharField(
        label=_("What the group can do next"), max_length=300,
        error_messages={"required": _("Say what the group can do next")},
    )  # fmt: skip
    next_step_cy = forms.CharField(label=_("The same in Welsh"), max_length=300, required=False)


class TurnBackForm(PlainForm):
    words = CountedField(
        label=_("Why do you not agree?"), most=1000, rows=3, error_messages={"required": _("Say why you do not agree")}
    )


class AppealForm(PlainForm):
    ground = forms.ChoiceField(
        label=_("Why should different people look again?"), choices=AppealGround.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose a ground")},
    )  # fmt: skip
    words = CountedField(
        label=_("What went wrong?"), most=3000, rows=6, error_messages={"required": _("Say what went wrong")}
    )


class HearForm(PlainForm):
    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("upheld", _("Uphold: the refusal falls and the project is checked again")),
            ("remitted", _("Send back: the officers decide again")),
            ("dismissed", _("Dismiss: the decision stands")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an outcome")},
    )
    answer = CountedField(
        label=_("Your answer"), most=3000, rows=6, error_messages={"required": _("Write your answer")}
    )
    answer_cy = CountedField(label=_("The same in Welsh"), most=3000, rows=6, required=False)
