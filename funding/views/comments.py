"""Comments under a project."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.access import SignedInRequest, signed_in
from funding.forms.comments import CommentForm
from funding.models import Project
from funding.services import comments
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
