"""The sections, tasks and pages of an application, in order: one registry for list, pages and check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import User
from funding.forms import about, costs, small, together
from funding.forms.set_questions import QuestionForm
from funding.forms.suppliers import SuppliersForm
from funding.models import ApplicationPage, FormQuestion, Project
from funding.services import applications as services
from funding.services.application_facts import supplier_limit

Writer = Callable[[Project, Any, User, datetime], None]


@dataclass(frozen=True)
class PageSpec:
    """One page: its form, how a right one is written to the project, and how its answers read."""

    form: Callable[..., Form]
    write: Writer
    minutes: int
    template: str = "funding/application_page.html"


@dataclass(frozen=True)
class TaskSpec:
    """One line of the task list."""

    key: str
    section: str
    title: str | Promise
    pages: tuple[PageSpec, ...]


SECTIONS: list[tuple[str, str | Promise]] = [
    ("before", _("Before you start")),
    ("project", _("Your project")),
    ("money", _("Money")),
    ("people", _("People and safety")),
]


def nothing(project: Project, form: Any, actor: User, now: datetime) -> None:
    """Pages whose answers stay as they were typed."""


def facts(project: Project, form: Any, actor: User, now: datetime) -> None:
    services.write_details(project_id=project.pk, actor=actor, details=form.facts())


def lines(project: Project, form: Any, actor: User, now: datetime) -> None:
    services.write_lines(project_id=project.pk, actor=actor, lines=form.lines())
    project.refresh_from_db()
    band = "up_to_1000" if project.is_small else services.band_of(project.cost_pence)
    services.pin_questions(project_id=project.pk, band=band, actor=actor, now=now)


def shares(project: Project, form: Any, actor: User, now: datetime) -> None:
    services.write_shares(project_id=project.pk, actor=actor, shares=form.shares())


def partners(project: Project, form: Any, actor: User, now: datetime) -> None:
    services.write_partners(project_id=project.pk, actor=actor, partners=form.found, now=now)


def volunteers(project: Project, form: Any, actor: User, now: datetime) -> None:
    services.write_volunteers(project_id=project.pk, actor=actor, roles=form.roles())


def suppliers(project: Project, form: Any, actor: User, now: datetime) -> None:
    services.write_suppliers(project_id=project.pk, actor=actor, suppliers=form.suppliers())


def joint(project: Project, form: Any, actor: User, now: datetime) -> None:
    services.write_details(project_id=project.pk, actor=actor, details=form.facts())
    services.write_lines(project_id=project.pk, actor=actor, lines=form.lines())
    services.write_partners(project_id=project.pk, actor=actor, partners=form.found, now=now)


ROWS = "funding/application_rows.html"
FIXED: tuple[TaskSpec, ...] = (
    TaskSpec("start", "before", _("Check this is for you"), (PageSpec(about.SelfCheckForm, nothing, 2),)),
    TaskSpec(
        "about",
        "project",
        _("Say what it is"),
        (
            PageSpec(about.NameForm, facts, 5, "funding/application_name.html"),
            PageSpec(about.DescriptionForm, facts, 10),
            PageSpec(about.ThemeForm, facts, 2),
            PageSpec(about.PriorityForm, facts, 2),
        ),
    ),
    TaskSpec(
        "place",
        "project",
        _("Say where and when"),
        (PageSpec(about.PlaceForm, facts, 3), PageSpec(about.SharesForm, shares, 2)),
    ),
    TaskSpec(
        "existing",
        "project",
        _("Say what it builds on"),
        (PageSpec(about.ExistingForm, facts, 5, "funding/application_existing.html"),),
    ),
    TaskSpec(
        "costs",
        "money",
        _("Say what it costs"),
        (PageSpec(costs.CostsForm, lines, 10, ROWS), PageSpec(costs.RunningForm, facts, 5)),
    ),
    TaskSpec("partners", "people", _("Name your partners"), (PageSpec(together.PartnersForm, partners, 3, ROWS),)),
    TaskSpec(
        "volunteers", "people", _("Name volunteer roles"), (PageSpec(together.VolunteersForm, volunteers, 3, ROWS),)
    ),
)
QUESTIONS = "questions"


# A small award of up to £1,000 has eight questions in all (G§3L): four pages here, four of its set.
SHORT: tuple[TaskSpec, ...] = (
    FIXED[0],
    TaskSpec("about", "project", _("Say what it is"), FIXED[1].pages[:1]),
    TaskSpec("place", "project", _("Say where and when"), FIXED[2].pages[:1]),
    TaskSpec("costs", "money", _("Say what it costs"), FIXED[4].pages[:1]),
)


# A joint start is one page.
ONE_PAGE: tuple[TaskSpec, ...] = (
    TaskSpec(
        "joint", "project", _("Say what you want to write together"), (PageSpec(small.JointStartForm, joint, 10),)
    ),
)


# Only where a supplier could be paid more than the set amount.
SUPPLIERS = TaskSpec("suppliers", "money", _("Name large suppliers"), (PageSpec(SuppliersForm, suppliers, 5, ROWS),))


def fixed_tasks(kind: str) -> tuple[TaskSpec, ...]:
    """The tasks that every application of a kind has, whatever its question set asks."""
    return {"small": SHORT, "joint_start": ONE_PAGE}.get(kind, FIXED)


def tasks_of(project: Project) -> list[TaskSpec]:
    """The tasks of one application: the fixed ones, and the questions its pinned set asks for its kind."""
    asked = questions_of(project)
    fixed = fixed_tasks(project.kind)
    if project.cost_pence > supplier_limit():
        place = next(number for number, task in enumerate(fixed, start=1) if task.key in ("costs", "joint"))
        fixed = (*fixed[:place], SUPPLIERS, *fixed[place:])
    if not asked:
        return list(fixed)
    pages = tuple(PageSpec(_question_form(question), nothing, question.minutes) for question in asked)
    extra = TaskSpec(QUESTIONS, "project", _("Answer the questions for this sum"), pages)
    before = [task for task in fixed if task.section in ("before", "project")]
    return [*before, extra, *(task for task in fixed if task not in before)]


def _question_form(question: FormQuestion) -> Callable[..., Form]:
    def make(*args: Any, **kwargs: Any) -> Form:
        return QuestionForm(*args, question=question, **kwargs)

    return make


def questions_of(project: Project) -> list[FormQuestion]:
    """The questions of the pinned set that apply: for this kind, and where an earlier answer asks for them."""
    pinned = project.question_set
    if pinned is None:
        return []
    asked = [question for question in pinned.questions.all() if question.for_kind in ("", project.kind)]
    numbers = {question.key: number for number, question in enumerate(asked, start=1)}
    typed = {page.page: page.typed for page in project.pages.all() if page.task == QUESTIONS}

    def applies(question: FormQuestion) -> bool:
        if not question.only_if:
            return True
        earlier = typed.get(numbers.get(question.only_if, 0), {}).get("answer", [])
        return question.only_if_is in earlier

    return [question for question in asked if applies(question)]


def find_page(project: Project, task: str, page: int) -> tuple[TaskSpec, PageSpec] | None:
    """Find a page of an application by its address; None when there is none."""
    spec = next((spec for spec in tasks_of(project) if spec.key == task), None)
    if spec is None or not 1 <= page <= len(spec.pages):
        return None
    return spec, spec.pages[page - 1]


def as_data(typed: Mapping[str, list[str]]) -> QueryDict:
    """Make what was typed into data that a form can be bound to."""
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, list(values))
    return data


def wrong_pages(project: Project) -> list[tuple[str, int]]:
    """Read every page again by its own rules, whatever was said before, and list those that do not pass."""
    kept = {(row.task, row.page): row for row in project.pages.all()}
    wrong = []
    for spec in tasks_of(project):
        for number, page in enumerate(spec.pages, start=1):
            row = kept.get((spec.key, number))
            if row is None or not page.form(as_data(row.typed), project=project).is_valid():
                wrong.append((spec.key, number))
    return wrong


def minutes_of(project: Project) -> int:
    """How long the whole application is meant to take, shown before anybody begins."""
    return sum(page.minutes for spec in tasks_of(project) for page in spec.pages)


def pages_by_task(project: Project) -> dict[str, dict[int, ApplicationPage]]:
    """The kept pages of an application by task and number."""
    found: dict[str, dict[int, ApplicationPage]] = {}
    for row in project.pages.all():
        found.setdefault(row.task, {})[row.page] = row
    return found
