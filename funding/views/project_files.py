"""Files of a project: add and remove them, and give them to who may read them."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest, signed_in
from funding.forms.start import FileForm
from funding.models import Attachment, Project
from funding.models.project import WRITING
from funding.queries.reviews import projects_to_check
from funding.services import files
from funding.views.applications import crumbs_above, own_application
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.web import go_to, render_page


@signed_in
def application_files(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """Files of a project: what is allowed is said first; a refused file leaves the others as they are."""
    project = own_application(request, group, ref)
    now = timezone.now()
    form = FileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and request.POST.get("remove", "").isdecimal():
        gone = get_object_or_404(
            project.attachments.filter(removed_at__isnull=True), pk=int(request.POST["remove"][:12])
        )
        try:
            files.remove_file(attachment_id=gone.pk, actor=request.user, now=now)
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
        return go_to(request, "funding:application_files", group, ref)
    if form.is_valid():
        try:
            files.add_file(
                project_id=project.pk, actor=request.user, purpose=form.cleaned_data["purpose"],
                upload=form.cleaned_data["file"], now=now,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("file", words_for(refusal))
        else:
            return go_to(request, "funding:application_files", group, ref)
    context = {
        "project": project, "crumbs": crumbs_above(project), "form": form, "is_writing": project.state in WRITING,
        "attachments": project.attachments.filter(removed_at__isnull=True),
    }  # fmt: skip
    return render_page(request, "funding/application_files.html", context, status=422 if form.is_bound else 200)


@require_safe
@signed_in
def project_file(request: SignedInRequest, attachment: int) -> HttpResponseBase:
    """Give a file to its group and to officers who may check the project; always as a download, never run."""
    now = timezone.now()
    mine = Project.objects.of_member(request.user)
    found = get_object_or_404(
        Attachment.objects.filter(
            Q(project__in=mine) | Q(project__in=projects_to_check(request.user, at=now)), removed_at__isnull=True
        ),
        pk=attachment,
    )
    with found.file.open("rb") as file:
        response = HttpResponse(file.read(), content_type=found.kind)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
