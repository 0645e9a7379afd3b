"""Officers write their own body's project; a second officer declares it; another body checks it."""

from datetime import datetime
from typing import TypedDict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Role, User
from funding.forms.body_projects import BodyProjectForm, StartBodyProjectForm
from funding.forms.costs import CostsForm
from funding.models import Project
from funding.models.project import WRITING
from funding.queries.applications import asked_changes
from funding.queries.body_projects import bodies_proposing, body_projects, rounds_for_bodies
from funding.services import applications, projects
from funding.services import body_projects as services
from funding.wording import words_for, words_for_problem
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page

proposers = officer_required(Role.REVIEWER, Role.LEAD)


@require_http_methods(["GET", "HEAD", "POST"])
@proposers
def own_projects(request: SignedInRequest) -> HttpResponse:
    """The projects of this officer's bodies, and a form to begin one."""
    now = timezone.now()
    bodies, rounds = bodies_proposing(request.user, at=now), rounds_for_bodies(request.user, at=now)
    form = StartBodyProjectForm(
        request.POST if request.method == "POST" else None,
        bodies=[(body.slug, body.label) for body in bodies],
        rounds=[(round_.slug, round_.label) for round_ in rounds],
    )
    if form.is_valid():
        try:
            project = services.start_body_project(
                round_id=next(one.pk for one in rounds if one.slug == form.cleaned_data["round"]),
                body_id=next(one.pk for one in bodies if one.slug == form.cleaned_data["body"]),
                title=form.cleaned_data["title"],
                language=get_language() or "en",
                actor=request.user,
                now=now,
            )
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:own_project", project.reference)
    context = {
        "projects": body_projects(request.user, at=now)[:200],
        "form": form,
        "has_rounds": bool(rounds),
        "crumbs": [Crumb(_("Projects to check"), reverse("funding:review_queue"))],
        "staff_nav": "projects",
    }
    return render_page(request, "funding/own_projects.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@proposers
def own_project(request: SignedInRequest, ref: str) -> HttpResponse:
    """Write it, sign it, or (a second officer) declare it; what the checkers asked for stands on top."""
    now = timezone.now()
    project = get_object_or_404(body_projects(request.user, at=now), reference=ref)
    what = request.POST.get("what", "")
    bound = request.POST if request.method == "POST" and what == "write" else None
    form, costs = BodyProjectForm(bound, project=project), CostsForm(bound, project=project)
    missing: list[str] = []
    if request.method == "POST":
        try:
            if what != "write":
                return _move(request, project, what)
            if form.is_valid() & costs.is_valid():
                services.write_body_project(
                    project_id=project.pk, details=form.details(project), lines=costs.lines(), actor=request.user,
                    now=now,
                )  # fmt: skip
                messages.success(request, _("Saved."))
                return go_to(request, "funding:own_project", ref)
        except applications.NotReady as refusal:
            missing = [words_for_problem(code) for code in refusal.facts["problems"]]
        except DomainError as refusal:
            missing = [words_for(refusal)]
    context = {
        "project": project,
        "form": form,
        "costs": costs,
        "forms": [form, costs],
        "missing": missing,
        "is_writing": project.state in WRITING,
        "may_declare": project.state == "declaring" and project.signed_by_id != request.user.pk,
        "changes": asked_changes(project) if project.state == "changes" else None,
        "decisions": project.decisions.filter(state="made"),
        "crumbs": [
            Crumb(_("Projects to check"), reverse("funding:review_queue")),
            Crumb(_("Our own projects"), reverse("funding:own_projects")),
        ],
        "staff_nav": "projects",
    }
    failed = bool(missing) or bool(form.errors) or bool(costs.errors)
    return render_page(request, "funding/own_project.html", context, status=422 if failed else 200)


class _Step(TypedDict):
    """What every step of a body's own project takes."""

    project_id: int
    actor: User
    now: datetime


def _move(request: SignedInRequest, project: Project, what: str) -> HttpResponse:
    common = _Step(project_id=project.pk, actor=request.user, now=timezone.now())
    if what == "declare":
        services.declare_body_project(**common)
        messages.success(request, _("Sent. Another body’s officers check it now."))
    elif what == "back":
        services.reopen_body_project(**common)
    elif what == "withdraw":
        projects.withdraw_project(**common)
        messages.success(request, _("The project is withdrawn."))
    else:
        services.sign_body_project(**common)
        messages.success(request, _("Signed. A second officer must read it and declare that it is true."))
    return go_to(request, "funding:own_project", project.reference)
