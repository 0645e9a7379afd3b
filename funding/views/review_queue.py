"""Officers' lists: interests of a round, what waits to be checked, kept views, sharing work out, changes asked for."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest
from funding.forms import checks as forms
from funding.models import Decision, Project
from funding.queries import reviews as queries
from funding.services import checks, declarations, saved_views
from funding.views.checks import checker_required, review_crumbs
from funding.wording import words_for
from renewal.kernel.clock import london_day
from renewal.kernel.downloads import csv_response
from renewal.kernel.errors import DomainError
from renewal.kernel.money import pounds
from renewal.kernel.paging import LeanPaginator
from renewal.kernel.parts import Cell, Column, Row
from renewal.kernel.templatetags.page import short_day
from renewal.kernel.web import go_to, render_page

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
            declarations.declare_for_round(round_id=round_.pk, actor=request.user, links=form.links(), now=now)
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
    work = queries.open_work(request.user, at=now)
    is_whole = set(picked.items()) <= {("status", "open")}
    page = LeanPaginator(found, PAGE_SIZE, known_count=work.count if is_whole else None).get_page(
        request.GET.get("page")
    )
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
        "forecast": work.weeks,
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
    context = {"staff_nav": "projects", "crumbs": review_crumbs(), "form": form, "query": query}
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


def _queue_row(project: Any, today: date) -> Row:
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
    context = {"staff_nav": "projects", "crumbs": review_crumbs(), "rows": rows, "columns": columns}
    return render_page(request, "funding/change_requests.html", context)
