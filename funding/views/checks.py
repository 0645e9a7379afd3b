"""Officers: declare interests, share out the queue, check one project, decide with a second officer, hear appeals."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.application_pages import tasks_of
from funding.forms import checks as forms
from funding.models import Decision, Project, ProjectVersion
from funding.queries import reviews as queries
from funding.queries.applications import differences, fit_of
from funding.queries.projects import costs_of
from funding.services import appeals, checks, saved_views
from funding.services.notices import words_of
from funding.services.presumption import needs_rebuttal
from funding.services.projects import ProjectMoved
from funding.wording import words_for
from renewal.kernel.clock import london_day
from renewal.kernel.downloads import csv_response
from renewal.kernel.errors import DomainError
from renewal.kernel.money import pounds
from renewal.kernel.paging import LeanPaginator
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.templatetags.page import short_day
from renewal.kernel.web import go_to, render_page

checker_required = officer_required(Role.REVIEWER, Role.LEAD)
PAGE_SIZE = 50


@checker_required
def interest_declare(request: SignedInRequest) -> HttpResponse:
    """Name every link to the groups of a round before any of its projects opens."""
    now = timezone.now()
    rounds = list(queries.undeclared_rounds(request.user, at=now))
    round_ = next((r for r in rounds if r.slug == (request.POST.get("round") or request.GET.get("round"))), None)
    round_ = round_ or (rounds[0] if rounds else None)
    form = None
    if round_ is not None:
        listed = list(
            Project.objects.for_officer(request.user, at=now).filter(round=round_).select_related("group", "body")
        )
        form = forms.RoundInterestForm(request.POST if request.method == "POST" else None, projects=listed)
        if form.is_valid():
            checks.declare_for_round(round_id=round_.pk, actor=request.user, links=form.links(), now=now)
            messages.success(request, _("Thank you. The projects of this round are open to you now."))
            return go_to(request, "funding:interest_declare" if len(rounds) > 1 else "funding:review_queue")
    context = {"round": round_, "rounds": rounds, "form": form, "staff_nav": "projects"}
    bound = form is not None and form.is_bound
    return render_page(request, "funding/interest_declare.html", context, status=422 if bound else 200)


@require_safe
@checker_required
def review_queue(request: SignedInRequest) -> HttpResponseBase:
    """Projects waiting for a check, soonest first; filters and order are GET, so any view can be linked."""
    now = timezone.now()
    form = forms.QueueFilters(
        {"status": "open", **request.GET.dict()}, rounds=queries.rounds_of_officer(request.user, at=now)
    )
    picked = form.picked()
    sort = request.GET.get("sort", "due")
    found = queries.queue(
        request.user, at=now, status=picked.get("status", "open"), checker=picked.get("checker", ""),
        words=picked.get("q", ""), round_slug=picked.get("round", ""), sort=sort,
        over_pence=int(picked.get("over", "0")) * 100,
    )  # fmt: skip
    if request.GET.get("format") == "csv":
        return _csv(found)
    page = LeanPaginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    today = london_day(now)
    context = {
        "staff_nav": "projects",
        "filters": form,
        "chosen": form.chosen(request, but=["status"] if picked.get("status") == "open" else []),
        "clear_url": reverse("funding:review_queue"),
        "page": page,
        "rows": [_queue_row(project, today) for project in page.object_list],
        "columns": _columns(sort),
        "count_text": _("Projects: %(count)s") % {"count": page.paginator.count},
        "colleagues": queries.colleagues(request.user, at=now),
        "undeclared": queries.undeclared_rounds(request.user, at=now).count(),
        "barred": queries.barred_count(request.user),
        "forecast": queries.forecast(request.user, at=now),
        "views": request.user.saved_views.all(),
        "view_form": forms.SaveViewForm(),
        "kept_query": request.GET.urlencode(),
    }  # fmt: skip
    return render_page(request, "funding/review_queue.html", context)


@checker_required
def review_views(request: SignedInRequest) -> HttpResponse:
    """Keep the queue's filters under a name, or let go of a kept view."""
    if request.method == "POST" and request.POST.get("drop", "").isdecimal():
        saved_views.drop_view(user=request.user, view_id=int(request.POST["drop"][:12]))
        return go_to(request, "funding:review_queue")
    form = forms.SaveViewForm(request.POST if request.method == "POST" else None)
    query = (request.POST or request.GET).get("query", "")[:500]
    if form.is_valid():
        try:
            view = saved_views.keep_view(
                user=request.user, name=form.cleaned_data["name"], query=query, now=timezone.now()
            )
        except DomainError as refusal:
            form.add_error("name", words_for(refusal))
        else:
            messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
            return HttpResponseRedirect(f"{reverse('funding:review_queue')}?{view.query}", status=303)
    context = {"staff_nav": "projects", "crumbs": _crumbs(), "form": form, "query": query}
    return render_page(request, "funding/review_views.html", context, status=422 if form.is_bound else 200)


def _columns(sort: str) -> list[Column]:
    def column(title: str, key: str, *, numeric: bool = False) -> Column:
        state = "ascending" if sort == key else "descending" if sort == f"-{key}" else ""
        return Column(title, numeric=numeric, sort=f"-{key}" if sort == key else key, sorted=state)

    return [
        Column(_("Reference")), column(_("Project"), "title"), Column(_("Group")),
        column(_("Cost"), "cost", numeric=True), Column(_("Status")), Column(_("Checker")), column(_("Due"), "due"),
        Column(_("Working days left"), numeric=True),
    ]  # fmt: skip


def _queue_row(project: Any, today: Any) -> Row:
    review = project.open_reviews[0] if project.open_reviews else None
    officer = review.officer if review else None
    left = queries.days_left(project.review_due, today=today, nation=project.round.area.nation or "england")
    if project.second:
        status, kind = _("Second check"), "wait"
    elif project.state == "sent" and review is not None and review.began_at is None:
        status, kind = _("Not started"), "calm"
    elif project.state == "sent":
        status, kind = _("In progress"), "plain"
    else:
        status, kind = project.get_state_display(), "wait" if project.state == "changes" else "plain"
    return Row(
        [
            Cell(project.reference), Cell(project.label, url=reverse("funding:review", args=[project.reference])),
            Cell(project.lead_name), Cell(pounds(project.cost_pence), numeric=True), Cell(status, tag=kind),
            Cell(officer.name if officer else _("Nobody yet")), Cell(short_day(project.review_due)),
            Cell(left.text, numeric=True, late=left.late),
        ],
        key=project.reference,
    )  # fmt: skip


def _csv(found: Any) -> StreamingHttpResponse:
    def rows() -> Iterator[list[object]]:
        yield ["reference", "title", "group", "cost_pence", "state", "checker", "due_on"]
        for project in found[:30_000]:
            review = project.open_reviews[0] if project.open_reviews else None
            officer = review.officer.name if review and review.officer else ""
            yield [project.reference, project.title or project.title_cy, project.lead_name, project.cost_pence,
                   project.state, officer, project.review_due or ""]  # fmt: skip

    return csv_response("projects-to-check.csv", rows())


@checker_required
def review_assign(request: SignedInRequest) -> HttpResponse:
    """Show what giving projects to a colleague would change, then change it."""
    now = timezone.now()
    form = forms.AssignForm(
        request.POST if request.method == "POST" else request.GET,
        projects=queries.projects_to_check(request.user, at=now).filter(state__in=["sent", "changes"]),
        people=queries.colleagues(request.user, at=now),
    )
    if not form.is_valid():
        messages.warning(request, _("Select at least one project and a colleague, then preview the change."))
        return go_to(request, "funding:review_queue")
    chosen, officer = list(form.cleaned_data["ref"]), form.cleaned_data["to"]
    if request.method == "POST":
        try:
            given = checks.assign_reviews(
                project_ids=[project.pk for project in chosen], officer_id=officer.pk, actor=request.user, now=now
            )
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
        else:
            words = _("%(name)s now checks %(count)s of %(all)s projects.")
            messages.success(request, words % {"name": officer.name, "count": len(given), "all": len(chosen)})
        return go_to(request, "funding:review_queue")
    context = {"staff_nav": "projects", "chosen": chosen, "officer": officer}
    return render_page(request, "funding/review_assign.html", context)


def _project(request: SignedInRequest, ref: str, now: datetime) -> Project:
    project = queries.review_project(request.user, ref, at=now)
    if project is None:
        raise Http404
    return project


def _crumbs(project: Project | None = None) -> list[Crumb]:
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
        "staff_nav": "projects", "crumbs": _crumbs(), "project": project, "review": last, "is_open": open_review,
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
        checks.declare_interest(**common, **cleaned)
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
                checks.second_refusal(decision_id=waiting.pk, actor=request.user, now=now)
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
        "staff_nav": "projects", "crumbs": _crumbs(project), "project": project, "review": open_review,
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
        checks.pass_project(**common, **form.cleaned_data)
        messages.success(request, passed_words(project))
    elif what == "changes":
        checks.ask_for_changes(**common, **form.cleaned_data)
        messages.success(request, _("The group has been asked for changes."))
    elif what == "refuse":
        checks.propose_refusal(**common, **form.cleaned_data)
        messages.success(request, _("Proposed. A second officer must agree before the group is told."))
        return go_to(request, "funding:review_decide", project.reference)
    elif waiting is None:
        raise ProjectMoved(state=project.state)
    else:
        checks.turn_back(decision_id=waiting.pk, actor=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("Turned back. The check goes on."))
    return go_to(request, "funding:review_queue")


def passed_words(project: Project) -> str:
    """Say what a passed check led to."""
    if project.kind == "small":
        return _("The idea is open for support. The group has been told.")
    if project.kind == "joint_start":
        return _("The joint start is awarded. The group has been told.")
    return _("The project goes to the vote. The group has been told.")


@require_safe
@checker_required
def change_requests(request: SignedInRequest) -> HttpResponse:
    """What was asked, when it is due, when it came back, and by when we must reply."""
    now = timezone.now()
    asked = (
        Decision.objects.filter(
            kind="changes", state="made", project__in=queries.projects_to_check(request.user, at=now)
        )
        .select_related("project__round__area", "project__group", "project__body", "proposed_by")
        .order_by("group_replies_by", "pk")
    )
    today = london_day(now)
    rows = [
        Row([
            Cell(one.project.reference),
            Cell(one.project.label, url=reverse("funding:review", args=[one.project.reference])),
            Cell(one.words[:120]), Cell(short_day(one.group_replies_by), late=one.project.state == "changes"
                                        and one.group_replies_by is not None and one.group_replies_by < today),
            Cell(one.project.get_state_display()), Cell(short_day(one.we_reply_by)),
        ])
        for one in asked[:200]
    ]  # fmt: skip
    columns = [Column(str(title)) for title in (
        _("Reference"), _("Project"), _("What we asked"), _("Due from the group"), _("Status"), _("Our reply due"),
    )]  # fmt: skip
    context = {"staff_nav": "projects", "crumbs": _crumbs(), "rows": rows, "columns": columns}
    return render_page(request, "funding/change_requests.html", context)


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
    context = {"staff_nav": "projects", "crumbs": _crumbs(), "project": project, "appeal": appeal, "form": form}
    return render_page(request, "funding/review_appeal.html", context, status=422 if form.is_bound else 200)
