"""A public body's own project, on one page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Priority, Project, Theme
from renewal.kernel.forms import CountedField, PlainForm


class StartBodyProjectForm(PlainForm):
    """Which body, which round, a name."""

    body = forms.ChoiceField(
        label=_("Which organisation proposes it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the organisation")},
    )
    round = forms.ChoiceField(
        label=_("In which round?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a round")}
    )
    title = forms.CharField(
        label=_("What is the project called?"),
        max_length=120,
        error_messages={"required": _("Enter a name for the project")},
    )

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], rounds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("body", bodies)
        self.offer("round", rounds)
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0][0]


class BodyProjectForm(PlainForm):
    """What the project is; its costs stand below in a form of their own."""

    title = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    title_cy = forms.CharField(label=_("Name in Welsh"), max_length=120, required=False)
    summary = CountedField(label=_("Summary in English"), most=300, rows=3, required=False)
    summary_cy = CountedField(label=_("Summary in Welsh"), most=300, rows=3, required=False)
    description = CountedField(
        label=_("What will happen?"), most=4000, rows=8, error_messages={"required": _("Say what will happen")}
    )
    theme = forms.ChoiceField(label=_("Which theme fits best?"), error_messages={"required": _("Choose a theme")})
    priority = forms.ChoiceField(label=_("Which priority does it answer?"), required=False)
    place = forms.CharField(
        label=_("Where is it?"), max_length=200, error_messages={"required": _("Enter a street or place")}
    )
    timing = forms.CharField(
        label=_("When will it happen?"), max_length=200, error_messages={"required": _("Say when it will happen")}
    )
    builds_on = forms.CharField(
        label=_("What does it build on, and which groups did you ask first?"),
        max_length=300,
        error_messages={"required": _("Say what it builds on, and which groups you asked")},
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self.start(project))
        super().__init__(*args, **kwargs)
        self.by_code = {theme.code: theme for theme in Theme.objects.newest().exclude(kind="tag").order_by("position")}
        self.offer("theme", [(theme.code, theme.label) for theme in self.by_code.values()])
        found = Priority.objects.current().filter(list__round=project.round)
        self.offer("priority", [("", _("None")), *((str(one.pk), f"{one.rank}. {one.label}") for one in found)])

    @staticmethod
    def start(project: Project) -> dict[str, Any]:
        own = "description_cy" if project.language == "cy" else "description"
        return {
            "title": project.title, "title_cy": project.title_cy, "summary": project.summary,
            "summary_cy": project.summary_cy, "description": getattr(project, own),
            "theme": project.theme.code if project.theme else "", "priority": str(project.priority_id or ""),
            "place": project.place, "timing": project.timing, "builds_on": project.builds_on,
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, other, words in (
            ("title", "title_cy", _("Enter a name for the project")),
            ("summary", "summary_cy", _("Enter a summary")),
        ):
            if not self.errors.get(name) and not cleaned.get(name) and not cleaned.get(other):
                self.add_error(name, words)
        return cleaned

    def details(self, project: Project) -> dict[str, Any]:
        """The facts by the names of the project's columns."""
        own = "description_cy" if project.language == "cy" else "description"
        names = ("title", "title_cy", "summary", "summary_cy", "place", "timing", "builds_on")
        chosen = self.cleaned_data["priority"]
        return {name: self.cleaned_data[name] for name in names} | {
            own: self.cleaned_data["description"],
            "theme": self.by_code[self.cleaned_data["theme"]],
            "priority_id": int(chosen) if chosen else None,
        }
