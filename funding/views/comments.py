"""Comments under a project, and the officers' page for what was reported."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.access import SignedInRequest, signed_in
from funding.forms.comments import CommentForm
from funding.models import HiddenReason, Project, ProjectComment
from funding.queries.reviews import projects_to_check
from funding.services import comments
from funding.views.checks import checker_required
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.web import go_to, render_page


@signed_in
def project_comment(request: SignedInRequest, slug: str, ref: str) -> HttpResponse:
    """Write a comment or a reply; the page works alone, and the project's page leads here."""
    project = get_object_or_404(
        Project.objects.public().filter(round__slug=slug).select_related("round__area", "group", "body"), reference=ref
    )
    form = CommentForm(
        request.POST if request.method == "POST" else None, initial={"reply_to": request.GET.get("reply_to", "")[:18]}
    )
    if form.is_valid():
        try:
            comments.say(
                project_id=project.pk, actor=request.user, text=form.cleaned_data["text"],
                language=get_language() or "en", reply_to_id=form.cleaned_data["reply_to"], now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("text", words_for(refusal))
        else:
            messages.success(request, _("Your comment is there."))
            return go_to(request, "funding:project_detail", slug, ref)
    context = {"project": project, "form": form, "nav": "rounds"}
    return render_page(request, "funding/project_comment.html", context, status=422 if form.is_bound else 200)


@signed_in
def comment_report(request: SignedInRequest, comment: int) -> HttpResponse:
    """Ask an officer to look at a comment, naming a reason from the closed list."""
    found = get_object_or_404(ProjectComment.objects.shown().select_related("project__round"), pk=comment)
    if request.method == "POST" and request.POST.get("reason") in HiddenReason.values:
        comments.report(comment_id=found.pk, actor=request.user, reason=request.POST["reason"], now=timezone.now())
        messages.success(request, _("Thank you. An officer will look at it."))
        return go_to(request, "funding:project_detail", found.project.round.slug, found.project.reference)
    context = {"comment": found, "project": found.project, "reasons": HiddenReason.choices, "nav": "rounds",
               "missing": request.method == "POST"}  # fmt: skip
    return render_page(request, "funding/comment_report.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@checker_required
def comment_queue(request: SignedInRequest) -> HttpResponse:
    """Reported comments, oldest report first."""
    waiting = (
        ProjectComment.objects.filter(
            reports__answered_at__isnull=True, reports__isnull=False,
            project__in=projects_to_check(request.user, at=timezone.now()),
        )
        .select_related("project__round", "author")
        .prefetch_related("reports")
        .distinct()
        .order_by("at", "pk")
    )  # fmt: skip
    page = Paginator(waiting, 25).get_page(request.GET.get("page"))
    context = {"staff_nav": "projects", "page": page, "reasons": HiddenReason.choices}
    return render_page(request, "funding/comment_queue.html", context)


@require_POST
@checker_required
def comment_answer(request: SignedInRequest, comment: int) -> HttpResponse:
    """Hide a comment with a reason, or leave it as it is."""
    now = timezone.now()
    found = ProjectComment.objects.filter(pk=comment, project__in=projects_to_check(request.user, at=now)).first()
    if found is None:
        raise Http404
    reason = request.POST.get("reason", "")
    hide = request.POST.get("what") == "hide"
    if hide and reason not in HiddenReason.values:
        messages.warning(request, _("Choose a reason to hide it."))
    else:
        try:
            comments.answer_reports(comment_id=found.pk, actor=request.user, hide=hide, reason=reason, now=now)
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
    return go_to(request, "funding:comment_queue")
