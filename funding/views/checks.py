"""Officers check one project, decide with a second officer, and hear appeals."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.application_pages import tasks_of
from funding.forms import checks as forms
from funding.models import Decision, Project, ProjectVersion
from funding.queries import reviews as queries
from funding.queries.applications import differences, fit_of
from funding.queries.projects import costs_of
from funding.services import appeals, checks, decisions, declarations
from funding.services.notices import words_of
from funding.services.presumption import needs_rebuttal
from funding.services.projects import ProjectMoved
from funding.wording import words_for
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.money import pounds
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import go_to, render_page

checker_required = officer_required(Role.REVIEWER, Role.LEAD)


def _project(request: SignedInRequest, ref: str, now: datetime) -> Project:
    project = queries.review_project(request.user, ref, at=now)
    if project is None:
        raise Http404
    return project


def review_crumbs(project: Project | None = None) -> list[Crumb]:
    """What stands above an officer's page: the queue, and the project where the page is about one."""
    crumbs = [Crumb(_("Projects to check"), reverse("funding:review_queue"))]
    if project is not None:
        crumbs.append(Crumb(project.reference, reverse("funding:review", args=[project.reference])))
    return crumbs


@checker_required
def review(request: SignedInRequest, ref: str) -> HttpResponse:
    """One project under check: facts, costs beside our estimate, notes, help, history; small forms post here."""
    now = timezone.now()
    project = _project(request, ref, now)
    small: dict[str, Any] = {
        "note": forms.NoteForm, "help": forms.HelpForm, "estimate": forms.EstimateForm,
        "interest": forms.OneInterestForm,
    }  # fmt: skip
    what = request.POST.get("what", "")
    bound = {name: form(request.POST if what == name else None, prefix=name) for name, form in small.items()}
    if request.method == "POST":
        if what == "begin":
            checks.begin_review(project_id=project.pk, actor=request.user, now=now)
            return go_to(request, "funding:review", ref)
        if what in bound and bound[what].is_valid():
            try:
                return _small_post(request, project, what, bound[what].cleaned_data, now)
            except DomainError as refusal:
                bound[what].add_error(None, words_for(refusal))
    open_review = project.reviews.filter(ended_at__isnull=True).select_related("officer", "costed_by").first()
    last = open_review or project.reviews.select_related("officer", "costed_by").order_by("-pk").first()
    costs = costs_of(project)
    context = {
        "staff_nav": "projects", "crumbs": review_crumbs(), "project": project, "review": last, "is_open": open_review,
        "left": queries.days_left(last.due_on if last else None, today=london_day(now),
                                  nation=project.round.area.nation or "england"),
        "findings": queries.findings_of(last, request.user),
        "fit": fit_of(project),
        "columns": [Column(_("Item")), Column(_("Kind")), Column(_("Cost"), numeric=True)],
        "rows": [Row([Cell(c.item), Cell(c.kind), Cell(pounds(c.amount), numeric=True)]) for c in costs.asked],
        "total": [Cell(_("Total asked for")), Cell(""), Cell(pounds(costs.total), numeric=True)],
        "costs": costs,
        "files": [file for file in project.attachments.all() if file.removed_at is None],
        "notes": project.notes.select_related("written_by"),
        "help_given": project.help_given.select_related("officer"),
        "decisions": project.decisions.select_related("proposed_by", "seconded_by"),
        "waiting": project.decisions.filter(state="proposed").first(),
        "differences": differences(project), "versions": ProjectVersion.objects.filter(project=project).count(),
        "note_form": bound["note"], "help_form": bound["help"], "estimate_form": bound["estimate"],
        "interest_form": bound["interest"], "forms": list(bound.values()),
    }  # fmt: skip
    return render_page(request, "funding/review.html", context, status=422 if what in bound else 200)


def _small_post(
    request: SignedInRequest, project: Project, what: str, cleaned: dict[str, Any], now: datetime
) -> HttpResponse:
    common: dict[str, Any] = {"project_id": project.pk, "actor": request.user, "now": now}
    if what == "note":
        checks.write_note(**common, **cleaned)
    elif what == "help":
        checks.give_help(**common, **cleaned)
    elif what == "estimate":
        checks.estimate_cost(
            **common, low_pence=cleaned["low"], pence=cleaned["cost"], high_pence=cleaned["high"],
            running_pence=cleaned["running"],
        )  # fmt: skip
    else:
        declarations.declare_interest(**common, **cleaned)
        if cleaned["kind"] != "known":
            messages.success(request, _("Thank you. A colleague will check this project. You cannot open it now."))
            return go_to(request, "funding:review_queue")
    messages.success(request, _("Saved."))
    return go_to(request, "funding:review", project.reference)


@checker_required
def review_decide(request: SignedInRequest, ref: str) -> HttpResponse:
    """Answer each rule, then pass, ask for changes, or propose a "no" that a second officer agrees to."""
    now = timezone.now()
    project = _project(request, ref, now)
    open_review = project.reviews.filter(ended_at__isnull=True).first()
    waiting = project.decisions.filter(state="proposed").select_related("proposed_by").first()
    what = request.POST.get("what", "")
    found = queries.findings_of(open_review, request.user)
    tasks = [(task.key, str(task.title)) for task in tasks_of(project)]
    made: dict[str, Any] = {
        "findings": forms.FindingsForm(
            request.POST if what == "findings" else None, criteria=list(project.round.criteria.all()), found=found
        ),
        "pass": forms.PassForm(
            request.POST if what == "pass" else None, prefix="pass", with_rebuttal=needs_rebuttal(project)
        ),
        "changes": forms.ChangesForm(request.POST if what == "changes" else None, prefix="changes", tasks=tasks),
        "refuse": forms.RefusalForm(request.POST if what == "refuse" else None, prefix="refuse"),
        "back": forms.TurnBackForm(request.POST if what == "back" else None, prefix="back"),
    }
    if request.method == "POST":
        try:
            if what == "agree" and waiting is not None:
                decisions.second_refusal(decision_id=waiting.pk, actor=request.user, now=now)
                messages.success(request, _("Decided by two officers. The group has been told, with the reason."))
                return go_to(request, "funding:review_queue")
            if what in made and made[what].is_valid():
                return _decide(request, project, waiting, what, made[what], now)
        except DomainError as refusal:
            if what in made:
                made[what].add_error(None, words_for(refusal))
            else:
                messages.warning(request, words_for(refusal))
    context = {
        "staff_nav": "projects", "crumbs": review_crumbs(project), "project": project, "review": open_review,
        "waiting": waiting, "may_second": waiting is not None and waiting.proposed_by_id != request.user.pk,
        "findings_form": made["findings"], "pass_form": made["pass"], "changes_form": made["changes"],
        "refuse_form": made["refuse"], "back_form": made["back"], "forms": list(made.values()),
        "preview": {language: words_of(kind="refused", language=language, project=project, decision=waiting)
                    for language in ("en", "cy")} if waiting else None,
        "help_minutes": sum(given.minutes for given in project.help_given.all()),
    }  # fmt: skip
    failed = what in made and made[what].is_bound and bool(made[what].errors)
    return render_page(request, "funding/review_decide.html", context, status=422 if failed else 200)


def _decide(
    request: SignedInRequest, project: Project, waiting: Decision | None, what: str, form: Any, now: datetime
) -> HttpResponse:
    common: dict[str, Any] = {"project_id": project.pk, "actor": request.user, "now": now}
    if what == "findings":
        checks.note_findings(**common, findings=form.findings())
        messages.success(request, _("Your findings are saved."))
        return go_to(request, "funding:review_decide", project.reference)
    if what == "pass":
        decisions.pass_project(**common, **form.cleaned_data)
        messages.success(request, passed_words(project))
    elif what == "changes":
        decisions.ask_for_changes(**common, **form.cleaned_data)
        messages.success(request, _("The group has been asked for changes."))
    elif what == "refuse":
        decisions.propose_refusal(**common, **form.cleaned_data)
        messages.success(request, _("Proposed. A second officer must agree before the group is told."))
        return go_to(request, "funding:review_decide", project.reference)
    elif waiting is None:
        raise ProjectMoved(state=project.state)
    else:
        decisions.turn_back(decision_id=waiting.pk, actor=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("Turned back. The check goes on."))
    return go_to(request, "funding:review_queue")


def passed_words(project: Project) -> str:
    """Say what a passed check led to."""
    if project.kind == "small":
        return _("The idea is open for support. The group has been told.")
    if project.kind == "joint_start":
        return _("The joint start is awarded. The group has been told.")
    return _("The project goes to the vote. The group has been told.")


@checker_required
def review_appeal(request: SignedInRequest, ref: str) -> HttpResponse:
    """Different people read the refusal and the appeal, and answer."""
    now = timezone.now()
    project = _project(request, ref, now)
    appeal = queries.appeals_to_hear(request.user, at=now).filter(decision__project=project).first()
    if appeal is None:
        raise Http404
    form = forms.HearForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            appeals.hear_appeal(appeal_id=appeal.pk, actor=request.user, now=now, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("Answered. The group has been told."))
            return go_to(request, "funding:review_queue")
    context = {"staff_nav": "projects", "crumbs": review_crumbs(), "project": project, "appeal": appeal, "form": form}
    return render_page(request, "funding/review_appeal.html", context, status=422 if form.is_bound else 200)
