"""Letters that wait for an office's printer: how many, since when, one print run, the last run again."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Body, OfficerRole
from renewal.kernel.clock import london_day
from renewal.kernel.letters import NothingToPrint, print_letters, waiting_letters
from renewal.kernel.models import LetterRun
from renewal.kernel.web import go_to, render_page


def _bodies(request: SignedInRequest) -> list[Body]:
    held = OfficerRole.objects.filter(user=request.user).held(on=london_day(timezone.now()))
    return list(Body.objects.filter(pk__in=held.values("body")).order_by("name"))


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required()
def letters(request: SignedInRequest) -> HttpResponse:
    """What waits for the printers of the officer's bodies; print it in one run."""
    bodies = {body.pk: body for body in _bodies(request)}
    if request.method == "POST":
        body = bodies.get(int(request.POST["office"][:12])) if request.POST.get("office", "").isdecimal() else None
        if body is None:
            raise Http404
        try:
            run = print_letters(office_id=body.pk, office=body.label, actor=request.user, now=timezone.now())
        except NothingToPrint:
            messages.info(request, _("No letter waits."))
        else:
            messages.success(request, _("%(count)d letters are set. Print the file.") % {"count": run.count})
        return go_to(request, "renewal:letters")
    waiting = list(waiting_letters(list(bodies)).values("office_id", "subject", "created_at", "language")[:500])
    runs = {run.office_id: run for run in LetterRun.objects.filter(office_id__in=bodies).exclude(file="")}
    rows = [
        (body, [row for row in waiting if row["office_id"] == body.pk], runs.get(body.pk)) for body in bodies.values()
    ]
    return render_page(request, "site/letters.html", {"rows": rows, "staff_nav": "letters"})


@require_safe
@officer_required()
def letters_download(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file of an office's last run."""
    bodies = [body.pk for body in _bodies(request)]
    run = get_object_or_404(LetterRun.objects.filter(office_id__in=bodies).exclude(file=""), pk=pk)
    if not default_storage.exists(run.file):
        raise Http404
    return FileResponse(
        default_storage.open(run.file), content_type="application/pdf", filename=f"letters-{run.pk}.pdf"
    )
