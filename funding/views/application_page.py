"""One page of an application: save and go on, save for later, an automatic save, two members at once."""

from datetime import datetime

from django.contrib import messages
from django.core import signing
from django.forms import Form
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.access import SignedInRequest, signed_in
from funding.application_pages import PageSpec, TaskSpec, as_data, find_page, tasks_of
from funding.models import Project
from funding.models.project import WRITING
from funding.queries import applications as queries
from funding.queries.projects import similar_projects
from funding.services import applications
from funding.views.applications import crumbs_above, own_application
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.web import go_to, render_page

OPENED = "funding.page-opened"


@signed_in
def application_task(request: SignedInRequest, group: str, ref: str, task: str, page: int) -> HttpResponse:
    """One page: save and go on (judged), save and come back later (never judged), or an automatic save."""
    project = own_application(request, group, ref)
    found = find_page(project, task, page)
    if found is None:
        raise Http404
    spec, page_spec = found
    reopened = queries.reopened_tasks(project)
    if project.state not in WRITING or (reopened is not None and task not in reopened):
        return go_to(request, "funding:application_tasks", group, ref)
    row = project.pages.filter(task=task, page=page).first()
    if request.method == "POST":
        return _save(request, project, spec, page_spec, page)
    form = page_spec.form(
        as_data(row.typed) if row and not row.right else None, project=project,
        **({"initial": _untyped(row.typed)} if row and row.right and not hasattr(page_spec.form, "marks") else {}),
    ) if row else page_spec.form(project=project)  # fmt: skip
    if form.is_bound:
        form.errors.clear()  # what was kept is shown back without judging it
        form.cleaned_data = {}
    return _page(request, project, spec, page_spec, page, form, revision=row.revision if row else 0,
                 finished=row.finished if row else False)  # fmt: skip


def _untyped(typed: dict[str, list[str]]) -> dict[str, object]:
    return {
        name: values if len(values) > 1 or name == "tags" else values[0] for name, values in typed.items() if values
    }


CONTROLS = {"csrfmiddlewaretoken", "save", "revision", "opened", "finished", "pick"}


def _save(request: SignedInRequest, project: Project, spec: TaskSpec, page_spec: PageSpec, page: int) -> HttpResponse:
    now = timezone.now()
    typed = {name: values for name, values in request.POST.lists() if name not in CONTROLS}
    how = request.POST.get("save", "on")
    form = page_spec.form(request.POST, project=project)
    right = how != "auto" and form.is_valid()
    finished = right and page == len(spec.pages) and request.POST.get("finished") == "yes"
    revision = request.POST.get("revision", "0")
    try:
        row = applications.save_page(
            project_id=project.pk, task=spec.key, page=page, typed=typed,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0, actor=request.user, now=now,
            seconds=_seconds_since(request.POST.get("opened", ""), now), right=right, finished=finished,
            pick=request.POST.get("pick", ""),
        )  # fmt: skip
        if right and row.typed == typed:
            page_spec.write(project, form, request.user, now)
    except applications.PageChanged as changed:
        return _two_texts(request, project, spec, page_spec, page, form, changed)
    except DomainError as refusal:
        form.add_error(None, words_for(refusal))
        return _page(request, project, spec, page_spec, page, form, revision=0, finished=False, status=422)
    if how == "auto":
        return HttpResponse(status=204, headers={"X-Revision": str(row.revision)})
    if how == "later":
        messages.success(request, _("We have saved what you typed. You can come back to it until the round closes."))
        return go_to(request, "funding:application_tasks", project.lead_group.slug, project.reference)
    if how == "rows":
        return go_to(request, "funding:application_task", project.lead_group.slug, project.reference, spec.key, page)
    if not right:
        return _page(request, project, spec, page_spec, page, form, revision=row.revision, finished=False, status=422)
    project = own_application(request, project.lead_group.slug, project.reference)
    here = next((one for one in tasks_of(project) if one.key == spec.key), None)
    if here is not None and page < len(here.pages):
        return go_to(
            request, "funding:application_task", project.lead_group.slug, project.reference, spec.key, page + 1
        )
    return go_to(request, "funding:application_tasks", project.lead_group.slug, project.reference)


def _seconds_since(opened: str, now: datetime) -> int:
    try:
        return int(now.timestamp()) - int(signing.loads(opened, salt=OPENED))
    except (signing.BadSignature, ValueError, TypeError):
        return 0


def _page(
    request: SignedInRequest,
    project: Project,
    spec: TaskSpec,
    page_spec: PageSpec,
    page: int,
    form: Form,
    *,
    revision: int,
    finished: bool,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {
        "project": project,
        "crumbs": crumbs_above(project),
        "task": spec,
        "page_number": page,
        "page_count": len(spec.pages),
        "is_last": page == len(spec.pages),
        "form": form,
        "revision": revision,
        "finished": finished,
        "opened": signing.dumps(int(timezone.now().timestamp()), salt=OPENED),
        "similar": _similar(request, project, spec, page),
        **more,
    }
    partial = "similar" if request.headers.get("HX-Target") == "similar" else ""
    return render_page(request, page_spec.template, context, partial=partial, status=status)


def _similar(request: SignedInRequest, project: Project, spec: TaskSpec, page: int) -> list[Project]:
    if (spec.key, page) not in (("about", 1), ("existing", 1)):
        return []
    title = request.GET.get("title") or request.POST.get("title") or project.title or project.title_cy
    return similar_projects(round_=project.round, title=title, besides=project.pk)


def _two_texts(
    request: SignedInRequest,
    project: Project,
    spec: TaskSpec,
    page_spec: PageSpec,
    page: int,
    form: Form,
    changed: applications.PageChanged,
) -> HttpResponse:
    """Two members edited the page: show both, pick one; the other is kept aside."""
    if request.POST.get("save") == "auto":
        return HttpResponse(status=409)
    theirs = page_spec.form(as_data(changed.facts["theirs"]), project=project)
    other = project.pages.get(task=spec.key, page=page)
    return _page(
        request, project, spec, page_spec, page, form, revision=changed.facts["revision"],
        finished=False, status=422, theirs=theirs, other=other,
        pairs=[(mine.label, queries.read_back(mine), queries.read_back(theirs[mine.name]))
               for mine in form.visible_fields() if mine.name in theirs.fields],
    )  # fmt: skip
