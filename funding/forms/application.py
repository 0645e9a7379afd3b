"""The pages of an application. A page is bound to what was typed; only sending it on judges it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.models import Area, Group
from funding.forms.rows import RowsForm
from funding.models import Attachment, Colour, FormQuestion, Priority, Project, ProjectKind, Source, Theme
from renewal.kernel.forms import CountedField, PlainForm, PoundsField, YesNoField
from renewal.kernel.money import Pence

MOST_PENCE = Pence(100_000_000_00)


class PageForm(PlainForm):
    """A page of one project's application; ``start`` gives what stands there before anybody typed."""

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        kwargs.setdefault("initial", self.start(project))
        super().__init__(*args, **kwargs)
        self.prepare()

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        """Fill in choices and wordings that depend on the project."""


class StartProjectForm(PlainForm):
    """Begin a project: which group, what kind, a name."""

    group = forms.ModelChoiceField(
        Group.objects.none(),
        label=_("Which group proposes it?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose your group")},
    )
    kind = forms.ChoiceField(
        label=_("What kind of project is it?"),
        choices=[
            (ProjectKind.PROJECT, ProjectKind.PROJECT.label),
            (ProjectKind.ASSET, ProjectKind.ASSET.label),
            (ProjectKind.TRADE_BACK, ProjectKind.TRADE_BACK.label),
        ],
        widget=forms.RadioSelect,
        initial=ProjectKind.PROJECT,
    )
    title = forms.CharField(
        label=_("What is the project called?"),
        help_text=_("Say what people will get, like “Warm evenings at the library”. You can change it later."),
        max_length=120,
        error_messages={"required": _("Enter a name for the project")},
    )

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class SelfCheckForm(PageForm):
    """Four questions before any work is done; a "no" says what to do instead."""

    here = YesNoField(
        label=_("Do most of the people who gain live in the area of this round?"),
        error_messages={"required": _("Choose yes or no")},
    )
    common = YesNoField(label=_("Is it for the community, and not for private gain?"))
    free = YesNoField(
        label=_("Is your group independent of political parties?"),
        help_text=_("Campaigning and criticism of public bodies are welcome. Party work is not funded."),
    )
    ahead = YesNoField(label=_("Is the work still to begin?"), help_text=_("We cannot pay for work that is done."))

    ADVICE = {
        "here": _("This round is for people here. Find the round for the area where most people gain."),
        "common": _("This fund is for shared things. Ask your council’s business support team about other money."),
        "free": _("A party-political body cannot apply. A separate community group can."),
        "ahead": _("Propose the part of the work that is still to begin."),
    }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, advice in self.ADVICE.items():
            if cleaned.get(name) is False:
                self.add_error(name, advice)
        return cleaned


class NameForm(PageForm):
    """Title and summary, in the language of the group; the other language is asked for in Wales."""

    title = forms.CharField(
        label=_("Name of the project"),
        max_length=120,
        error_messages={"required": _("Enter a name for the project")},
    )
    summary = CountedField(
        label=_("Say in a sentence or two what people will get"),
        help_text=_("This stands on the ballot."),
        most=300,
        rows=3,
        error_messages={"required": _("Enter a summary")},
    )
    title_other = forms.CharField(label="", max_length=120, required=False)
    summary_other = CountedField(label="", most=300, rows=3, required=False)

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        own, other = ("_cy", "") if project.language == "cy" else ("", "_cy")
        return {
            "title": getattr(project, f"title{own}"),
            "summary": getattr(project, f"summary{own}"),
            "title_other": getattr(project, f"title{other}"),
            "summary_other": getattr(project, f"summary{other}"),
        }

    def prepare(self) -> None:
        if self.project.round.area.nation != "wales":
            del self.fields["title_other"], self.fields["summary_other"]
            return
        in_welsh = self.project.language != "cy"
        self.fields["title_other"].label = _now("Name in Welsh") if in_welsh else _now("Name in English")
        self.fields["summary_other"].label = _now("Summary in Welsh") if in_welsh else _now("Summary in English")
        self.fields["title_other"].help_text = _now(
            "Both languages must be there before the vote. We can help you to translate."
        )

    def facts(self) -> dict[str, Any]:
        own, other = ("_cy", "") if self.project.language == "cy" else ("", "_cy")
        facts = {f"title{own}": self.cleaned_data["title"], f"summary{own}": self.cleaned_data["summary"]}
        if "title_other" in self.fields:
            facts |= {
                f"title{other}": self.cleaned_data["title_other"],
                f"summary{other}": self.cleaned_data["summary_other"],
            }
        return facts


class DescriptionForm(PageForm):
    description = CountedField(
        label=_("What will happen?"),
        help_text=_("Who does what, where and when. Use everyday words."),
        most=4000,
        rows=10,
        error_messages={"required": _("Say what will happen")},
    )

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        return {"description": project.description_cy if project.language == "cy" else project.description}

    def facts(self) -> dict[str, Any]:
        own = "description_cy" if self.project.language == "cy" else "description"
        return {own: self.cleaned_data["description"]}


class ThemeForm(PageForm):
    theme = forms.ChoiceField(
        label=_("Which theme fits best?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a theme")},
    )
    tags = forms.MultipleChoiceField(
        label=_("Does it also help with any of these?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        return {
            "theme": project.theme.code if project.theme else "",
            "tags": [tag.code for tag in project.tags.all()],
        }

    def prepare(self) -> None:
        themes = list(Theme.objects.newest().order_by("position"))
        self.by_code = {theme.code: theme for theme in themes}
        self.fields["theme"].choices = [(t.code, t.label) for t in themes if t.kind != "tag"]  # type: ignore[attr-defined]
        self.fields["tags"].choices = [(t.code, t.label) for t in themes if t.kind == "tag"]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {
            "theme": self.by_code[self.cleaned_data["theme"]],
            "tags": [self.by_code[code] for code in self.cleaned_data["tags"]],
        }


class PriorityForm(PageForm):
    priority = forms.ChoiceField(
        label=_("Which priority does it answer?"),
        help_text=_("Residents chose these priorities, in this order."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a priority")},
    )

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        return {"priority": str(project.priority_id or "")}

    def prepare(self) -> None:
        found = Priority.objects.current().filter(list__round=self.project.round)
        self.fields["priority"].choices = [(str(p.pk), f"{p.rank}. {p.label}") for p in found]  # type: ignore[attr-defined]
        if not found:
            self.fields["priority"].required = False
            self.fields["priority"].help_text = _now(
                "This round has no adopted priorities yet. Go on to the next page."
            )

    def facts(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("priority")
        return {"priority_id": int(chosen)} if chosen else {}


class PlaceForm(PageForm):
    place = forms.CharField(
        label=_("Where is it?"),
        help_text=_("A street or place name, like “St Aldhelm’s Hall, Church Road”."),
        max_length=200,
        error_messages={"required": _("Enter a street or place")},
    )
    timing = forms.CharField(
        label=_("When will it happen?"), help_text=_("For example, “Work from September, open by January”."),
        max_length=200, error_messages={"required": _("Say when it will happen")},
    )  # fmt: skip
    who_benefits = forms.CharField(
        label=_("Who gains from it?"), help_text=_("This helps people find it. It is never scored."),
        max_length=300, required=False,
    )  # fmt: skip

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        return {"place": project.place, "timing": project.timing, "who_benefits": project.who_benefits}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("place", "timing", "who_benefits")}


class SharesForm(PageForm):
    """Where the people who gain live, in whole percents; by default all in the area of the round."""

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        shares = {f"area_{share.area_id}": share.percent for share in project.shares.all()}
        return shares or {f"area_{project.round.area_id}": 100}

    def prepare(self) -> None:
        area = self.project.round.area
        near = Area.objects.filter(parent=area.parent_id, level=area.level, valid_to__isnull=True).exclude(pk=area.pk)
        self.areas = [area, *near.order_by("name")[:11]]
        for place in self.areas:
            self.fields[f"area_{place.pk}"] = forms.IntegerField(
                label=_now("Percent who live in %(area)s") % {"area": place.label},
                min_value=0,
                max_value=100,
                required=False,
                widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        total = sum(value or 0 for value in cleaned.values())
        if not self.errors and total != 100:
            message = _now("The shares add up to %(total)s. Make them add up to 100.") % {"total": total}
            self.add_error(f"area_{self.areas[0].pk}", message)
        return cleaned

    def shares(self) -> dict[int, int]:
        return {
            place.pk: self.cleaned_data[f"area_{place.pk}"]
            for place in self.areas
            if self.cleaned_data.get(f"area_{place.pk}")
        }


class ExistingForm(PageForm):
    """What is already here: use it, join it, or say why this is different (G-4.8-A1)."""

    choice = forms.ChoiceField(
        label=_("How does your project fit with what is already here?"),
        choices=[
            ("use", _("We use or extend something that is here")),
            ("join", _("We join a project like ours")),
            ("different", _("There is something like it, and ours is different")),
            ("none", _("We found nothing like it")),
        ],
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label=_("What does it build on, or how is it different?"),
        max_length=300,
        error_messages={"required": _("Say what it builds on, or how it is different")},
    )

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        return {"because": project.builds_on}

    def facts(self) -> dict[str, Any]:
        return {"builds_on": self.cleaned_data["because"]}


class CostsForm(RowsForm):
    """Every cost in a row: what, which kind of money, which year, who pays it."""

    marks = ("item", "amount")
    extra = 3

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        start: list[Mapping[str, Any]] = [
            {
                "item": line.item,
                "colour": line.colour,
                "source": line.source,
                "year": line.year,
                "amount": line.amount_pence,
                "duty": line.replaces_duty,
            }
            for line in project.lines.all()
        ]
        super().__init__(*args, start=start, **kwargs)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        return {
            "item": forms.CharField(label=_now("What"), max_length=120),
            "colour": forms.ChoiceField(label=_now("Kind"), choices=Colour.choices),
            "source": forms.ChoiceField(label=_now("Who pays"), choices=Source.choices),
            "year": forms.ChoiceField(label=_now("Year"), choices=[(str(year), str(year)) for year in range(1, 6)]),
            "amount": PoundsField(label=_now("Cost"), most=MOST_PENCE),
            "duty": forms.BooleanField(label=_now("A public body must pay for this by law")),
        }

    def legend(self, number: int) -> str:
        return _now("Cost %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        rows = list(self.filled())
        for number, row in rows:
            self.need(number, row, "item", _now("Say what this cost is for"))
            self.need(number, row, "amount", _now("Enter the cost in pounds, like 1,250"))
            if row["amount"] == 0:
                self.add_error(f"amount_{number}", _now("Enter a cost above £0, or empty the row"))
        if not rows:
            self.add_error("item_1", _now("Enter at least one cost"))
        elif not any(row["source"] == Source.ASKED for _number, row in rows):
            self.add_error("source_1", _now("Choose “Asked for” for at least one cost"))
        return cleaned

    def lines(self) -> list[dict[str, Any]]:
        return [
            {
                "item": row["item"],
                "colour": row["colour"] or Colour.REVENUE,
                "source": row["source"] or Source.ASKED,
                "year": int(row["year"] or 1),
                "amount_pence": row["amount"],
                "replaces_duty": bool(row["duty"]),
            }
            for _number, row in self.filled()
        ]


class RunningForm(PageForm):
    """What it costs to keep going for five years, and the permissions it needs."""

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        years = {f"year_{number}": pence for number, pence in enumerate(project.running_pence, start=1)}
        return {"powers": project.powers, **years}

    def prepare(self) -> None:
        for year in range(1, 6):
            self.fields[f"year_{year}"] = PoundsField(
                label=_now("Running cost in year %(year)s") % {"year": year}, most=MOST_PENCE, required=True,
                error_messages={"required": _now("Enter a sum in pounds. Enter 0 if there is none")},
            )  # fmt: skip
        self.fields["powers"] = forms.CharField(
            label=_now("Which permissions does it need, and who gives them?"),
            help_text=_now("For example planning, a licence, or the owner’s consent. Write “none” if there are none."),
            max_length=300,
        )

    def facts(self) -> dict[str, Any]:
        return {
            "running_pence": [self.cleaned_data[f"year_{year}"] for year in range(1, 6)],
            "powers": self.cleaned_data["powers"],
        }


class PartnersForm(RowsForm):
    """Other groups that take part: role and share of the money. Each signs in its own account."""

    marks = ("group", "role", "share")
    extra = 2

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        partners = project.partners.filter(left_at__isnull=True).select_related("group")
        start: list[Mapping[str, Any]] = [
            {"group": partner.group.name, "role": partner.role, "share": partner.share_pence} for partner in partners
        ]
        super().__init__(*args, start=start, **kwargs)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        return {
            "group": forms.CharField(label=_now("Name of the group, as it registered"), max_length=150),
            "role": forms.CharField(label=_now("What it will do"), max_length=120),
            "share": PoundsField(label=_now("Its share of the money"), most=MOST_PENCE),
        }

    def legend(self, number: int) -> str:
        return _now("Partner %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.found: dict[int, tuple[str, int]] = {}
        for number, row in self.filled():
            self.need(number, row, "group", _now("Enter the name of the group"))
            self.need(number, row, "role", _now("Say what this group will do"))
            if not row["group"]:
                continue
            group = Group.objects.filter(name__iexact=row["group"].strip(), state="active").first()
            if group is None:
                words = _now("We know no group called “%(name)s”. Ask it to register, or check the spelling.")
                self.add_error(f"group_{number}", words % {"name": row["group"]})
            elif group.pk == self.project.group_id:
                self.add_error(f"group_{number}", _now("Your own group leads. Name other groups here."))
            elif group.pk in self.found:
                self.add_error(f"group_{number}", _now("This group is named twice. Keep one row for it."))
            else:
                self.found[group.pk] = (row["role"] or "", row["share"] or 0)
        asked = self.project.cost_pence
        if not self.errors and sum(share for _role, share in self.found.values()) > asked:
            self.add_error("share_1", _now("The partners’ shares come to more than the project asks for."))
        return cleaned


class VolunteersForm(RowsForm):
    """What volunteers would do, beside paid staff and never in their place (G§3K)."""

    marks = ("title", "hours", "complements")
    extra = 2

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        start: list[Mapping[str, Any]] = [
            {
                "title": role.title,
                "hours": role.hours,
                "complements": role.complements,
                "expenses": role.expenses_pence,
                "cut": role.paid_hours_cut,
            }
            for role in project.volunteer_roles.all()
        ]
        super().__init__(*args, start=start, **kwargs)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        return {
            "title": forms.CharField(label=_now("What volunteers do"), max_length=120),
            "hours": forms.IntegerField(
                label=_now("Hours a year"),
                min_value=1,
                max_value=100_000,
                widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
            ),
            "complements": forms.CharField(label=_now("Which paid role it stands beside"), max_length=200),
            "expenses": PoundsField(label=_now("Expenses a year"), most=MOST_PENCE),
            "cut": forms.BooleanField(label=_now("Paid hours for this were cut in the last 12 months")),
        }

    def legend(self, number: int) -> str:
        return _now("Volunteer role %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number, row in self.filled():
            self.need(number, row, "title", _now("Say what volunteers do"))
            self.need(number, row, "hours", _now("Enter the hours a year"))
            self.need(
                number,
                row,
                "complements",
                _now("Say which paid role it stands beside. Volunteers never replace staff."),
            )
            if not row["expenses"] and f"expenses_{number}" not in self.errors:
                self.add_error(f"expenses_{number}", _now("Enter a sum for expenses. Volunteers must not lose money."))
        return cleaned

    def roles(self) -> list[dict[str, Any]]:
        return [
            {
                "title": row["title"],
                "hours": row["hours"],
                "complements": row["complements"],
                "expenses_pence": row["expenses"],
                "paid_hours_cut": bool(row["cut"]),
            }
            for _number, row in self.filled()
        ]


class QuestionForm(PageForm):
    """One question of the pinned set, as staff wrote it."""

    def __init__(self, *args: Any, question: FormQuestion, **kwargs: Any) -> None:
        self.question = question
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        self.fields["answer"] = field_of(self.question)


def field_of(question: FormQuestion) -> forms.Field:
    """Make the form field of a question; preview and application use the same one."""
    common: dict[str, Any] = {
        "label": question.words, "help_text": question.hint_words, "required": question.required,
    }  # fmt: skip
    if question.kind == "long":
        return CountedField(most=question.most, rows=6, **common)
    if question.kind == "yes_no":
        return YesNoField(**common)
    if question.kind == "choice":
        return forms.ChoiceField(
            choices=[(str(choice["value"]), choice_words(choice)) for choice in question.choices],
            widget=forms.RadioSelect,
            **common,
        )
    if question.kind == "number":
        return forms.IntegerField(
            min_value=0, max_value=question.most, widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
            **common,
        )  # fmt: skip
    if question.kind == "money":
        return PoundsField(most=MOST_PENCE, **common)
    return forms.CharField(max_length=min(question.most, 300), **common)


def choice_words(choice: Mapping[str, str]) -> str:
    """A choice's words in the reader's language."""
    from django.utils.translation import get_language

    return (choice.get("label_cy", "") if get_language() == "cy" else choice["label"]) or choice["label"]


class FileForm(PlainForm):
    purpose = forms.ChoiceField(
        label=_("What is it?"), choices=Attachment.Purpose.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the file is")},
    )  # fmt: skip
    file = forms.FileField(
        label=_("Choose a file"), help_text=_("PDF, JPEG, PNG or WebP, 8 MB at most."), allow_empty_file=False,
        max_length=200, error_messages={"required": _("Choose a file")},
    )  # fmt: skip


class CommentForm(PlainForm):
    text = CountedField(
        label=_("Your comment"), help_text=_("Write as you would in the village hall. Your name stands beside it."),
        most=1500, rows=4, error_messages={"required": _("Write your comment")},
    )  # fmt: skip
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)
