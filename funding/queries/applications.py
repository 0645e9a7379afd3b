"""An application as its group sees it: the task list, the answers, what was asked to change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import User
from funding.application_pages import SECTIONS, TaskSpec, as_data, pages_by_task, tasks_of
from funding.models import Decision, Partner, Project, ProjectState
from funding.models.application import FITS
from funding.models.project import WRITING
from funding.queries.projects import costs_of
from renewal.kernel.money import pounds
from renewal.kernel.paper_forms import questions_of
from renewal.kernel.parts import Fact, Task


def application_for(user: User, *, group: str, ref: str) -> Project | None:
    """Fetch a project that the person's group leads, with what the task list reads."""
    return (
        Project.objects.of_member(user)
        .filter(group__slug=group, reference=ref)
        .select_related("round__area__parent", "group", "theme", "priority", "question_set", "checked_by", "signed_by")
        .prefetch_related(
            "pages", "question_set__questions", "lines", "tags", "shares__area", "volunteer_roles", "suppliers"
        )
        .first()
    )


@dataclass(frozen=True)
class Section:
    """A part of the task list with its tasks."""

    key: str
    title: str
    tasks: list[Task]


def reopened_tasks(project: Project) -> set[str] | None:
    """Which tasks an officer opened again; None when everything is open (a first draft)."""
    if project.state != ProjectState.CHANGES:
        return None
    decision = asked_changes(project)
    return set(decision.reopened) if decision else set()


def asked_changes(project: Project) -> Decision | None:
    """The newest request for changes."""
    return project.decisions.filter(kind="changes", state="made").order_by("-pk").first()


def task_sections(project: Project) -> list[Section]:
    """Write the task list: what is done, begun, not begun, or open again."""
    kept = pages_by_task(project)
    reopened = reopened_tasks(project)
    sections = []
    for key, title in SECTIONS:
        tasks = [
            _task_row(project, spec, kept.get(spec.key, {}), reopened)
            for spec in tasks_of(project)
            if spec.section == key
        ]
        sections.append(Section(key, str(title), tasks))
    return sections


def _task_row(project: Project, spec: TaskSpec, kept: dict[int, Any], reopened: set[str] | None) -> Task:
    first = next((n for n in range(1, len(spec.pages) + 1) if n not in kept or not kept[n].right), 1)
    url = reverse("funding:application_task", args=[project.lead_group.slug, project.reference, spec.key, first])
    right = all(number in kept and kept[number].right for number in range(1, len(spec.pages) + 1))
    finished = right and kept[len(spec.pages)].finished
    if project.state not in WRITING:
        return Task(spec.key, str(spec.title), _("Completed"), finished=True)
    if reopened is not None:
        if spec.key not in reopened:
            return Task(spec.key, str(spec.title), _("Completed"), finished=True)
        if not finished:
            return Task(spec.key, str(spec.title), _("Changes needed"), url=url, status_kind="wait")
    if finished:
        return Task(spec.key, str(spec.title), _("Completed"), url=url, finished=True)
    if kept:
        return Task(spec.key, str(spec.title), _("In progress"), url=url, status_kind="calm")
    return Task(spec.key, str(spec.title), _("Not yet started"), url=url)


def is_complete(project: Project) -> bool:
    """Tell whether every task is finished, so that the answers can be checked and sent."""
    return all(task.finished for section in task_sections(project) for task in section.tasks)


@dataclass(frozen=True)
class AnswerCard:
    """The answers of one task, for the check page."""

    title: str
    change_url: str
    facts: list[Fact]


def answer_cards(project: Project) -> list[AnswerCard]:
    """Read back every answer by task, with a link to change each."""
    kept = pages_by_task(project)
    cards = []
    for spec in tasks_of(project):
        facts: list[Fact] = []
        for number, page in enumerate(spec.pages, start=1):
            args = [project.lead_group.slug, project.reference, spec.key, number]
            url = reverse("funding:application_task", args=args)
            row = kept.get(spec.key, {}).get(number)
            form = page.form(as_data(row.typed) if row else None, project=project)
            facts += list(_facts(form, url))
        cards.append(AnswerCard(str(spec.title), "", facts))
    return cards


def paper_parts(project: Project) -> list[tuple[object, list[dict[str, Any]]]]:
    """Write the questions of an application for paper, by task, with the answers there are."""
    kept = pages_by_task(project)
    parts: list[tuple[object, list[dict[str, Any]]]] = []
    for spec in tasks_of(project):
        questions: list[dict[str, Any]] = []
        for number, page in enumerate(spec.pages, start=1):
            row = kept.get(spec.key, {}).get(number)
            form = page.form(as_data(row.typed) if row else None, project=project)
            asked = questions_of(form, answer=read_back if row else None)
            questions += _with_rows(form, asked) if hasattr(form, "drawn_rows") else asked
        parts.append((spec.title, questions))
    return parts


def _with_rows(form: Any, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say before each question of a repeated row which row it is of; rows left blank keep their lines."""
    names = [row.legend for row in form.drawn_rows() for _field in row.fields]
    return [
        {**question, "label": f"{name}: {question['label']}"} for name, question in zip(names, questions, strict=False)
    ] + questions[len(names) :]


def _facts(form: Any, url: str) -> Iterable[Fact]:
    form.is_valid()
    if hasattr(form, "filled"):
        rows = [", ".join(_row_words(form, number, row)) for number, row in form.filled()] if form.is_bound else []
        return [Fact(form.legend(number), text, url) for number, text in enumerate(rows, start=1)] or [
            Fact(form.legend(1), _("None") if form.is_bound else "", url)
        ]
    return [Fact(str(field.label), read_back(field), url) for field in form.visible_fields()]


def _row_words(form: Any, number: int, row: dict[str, Any]) -> Iterable[str]:
    for name, value in row.items():
        if value not in (None, "", False):
            yield read_back(form[f"{name}_{number}"])


def read_back(field: forms.BoundField) -> str:
    """Write an answer as people read it: choices in words, money in pounds, yes and no."""
    value = field.form.cleaned_data.get(field.name) if field.form.is_bound and field.form.is_valid() else field.value()
    inner = field.field
    if value in (None, ""):
        return ""
    if isinstance(inner, forms.BooleanField):
        return str(field.label) if value else ""
    if hasattr(inner, "least"):
        return pounds(value) if isinstance(value, int) else str(value)
    if value is True or value is False:
        return _("Yes") if value else _("No")
    if hasattr(inner, "choices"):
        words = {str(key): str(text) for key, text in inner.choices}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(words.get(str(one), str(one)) for one in values)
    return str(value)


def partnerships_to_sign(user: User) -> list[Partner]:
    """Partnerships of the person's groups that wait for a signature."""
    return list(
        Partner.objects.filter(
            group__memberships__user=user,
            group__memberships__left_at__isnull=True,
            left_at__isnull=True,
            signed_at__isnull=True,
            project__state__in=["draft", "declaring", "changes"],
        )
        .select_related("project__round", "project__group", "group")
        .distinct()
        .order_by("invited_at")
    )


def fit_of(project: Project) -> str:
    """Say how a project fits with what is already here, as its group answered: use, join or different (G-4.8-A2)."""
    row = project.pages.filter(task="existing", page=1).first()
    chosen = row.typed.get("choice", [""])[0] if row else ""
    return str(dict(FITS).get(chosen, ""))


@dataclass(frozen=True)
class Difference:
    """One part of a project, old and new, for reading side by side."""

    part: str
    old: str
    new: str


def differences(project: Project) -> list[Difference]:
    """Compare the last two versions that were sent, part by part."""
    versions = list(project.versions.order_by("-number")[:2])
    if len(versions) < 2:
        return []
    new, old = versions[0].content, versions[1].content
    return [
        Difference(part, _plain(old.get(part)), _plain(new.get(part))) for part in new if old.get(part) != new.get(part)
    ]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_plain(inner)}" for key, inner in value.items() if inner not in ("", None, [], {}))
    if isinstance(value, list):
        return "\n".join(_plain(inner) for inner in value)
    return "" if value is None else str(value)


__all__ = ["answer_cards", "application_for", "asked_changes", "costs_of", "differences", "is_complete"]
