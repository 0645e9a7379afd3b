"""What a project is: the check before it, name, description, theme, priority, place, and what it builds on."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.models import Area
from funding.forms.pages import PageForm
from funding.models import Priority, Project, Theme
from funding.models.application import FITS
from funding.queries.catchments import proposed_shares
from renewal.kernel.forms import CountedField, YesNoField


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
        self.offer("theme", [(t.code, t.label) for t in themes if t.kind != "tag"])
        self.offer("tags", [(t.code, t.label) for t in themes if t.kind == "tag"])

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
        self.offer("priority", [(str(p.pk), f"{p.rank}. {p.label}") for p in found])
        if found and self.project.emergencies.standing().exists():
            self.fields["priority"].required = False
            self.fields["priority"].help_text = _now(
                "It is on record that this project cannot wait for the priorities. Choose one only if it answers it."
            )
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
    """Where the people who gain live, in whole percents; until the group says so, from its place and its theme."""

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        shares = {share.area_id: share.percent for share in project.shares.all()}
        if not shares:
            shares = proposed_shares(project, areas_to_share(project), on=timezone.localdate())
        return {f"area_{area_id}": percent for area_id, percent in shares.items()}

    def prepare(self) -> None:
        self.areas = areas_to_share(self.project)
        for place in self.areas:
            self.fields[f"area_{place.pk}"] = forms.IntegerField(
                label=_now("Percent who live %(within)s") % {"within": place.within},
                min_value=0,
                max_value=100,
                required=False,
                widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
            )
        self.fields[f"area_{self.areas[0].pk}"].help_text = _now(
            "We filled in these numbers from where it is and what it is. Change them where other people gain."
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


def areas_to_share(project: Project) -> list[Area]:
    """The areas among which a page shares who gains: that of the round, then those beside it under one parent."""
    area = project.round.area
    near = Area.objects.filter(parent=area.parent_id, level=area.level, valid_to__isnull=True).exclude(pk=area.pk)
    return [area, *near.order_by("name")[:11]]


class ExistingForm(PageForm):
    """What is already here: use it, join it, or say why this is different (G-4.8-A1)."""

    choice = forms.ChoiceField(
        label=_("How does your project fit with what is already here?"),
        choices=FITS,
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
