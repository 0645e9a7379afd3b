"""Officers look at the partners of one project: a partner's share may wait while the project goes on."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.forms.partners import PartnerFindingForm
from funding.models import PartnerCheck
from funding.queries.partners import lines_today, waiting_pence
from funding.queries.reviews import review_project
from funding.services.partner_checks import check_partner
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.REVIEWER, Role.LEAD)
def review_partners(request: SignedInRequest, ref: str) -> HttpResponse:
    """Each partner with its share and what stands against it; an officer lets one share wait, or go on."""
    now = timezone.now()
    project = review_project(request.user, ref, at=now)
    if project is None:
        raise Http404
    lines = lines_today(project, now=now)
    form = PartnerFindingForm(
        request.POST if request.method == "POST" else None, partners=[line.partner for line in lines]
    )
    if form.is_valid():
        found = form.cleaned_data
        try:
            check_partner(partner_id=int(found.pop("partner")), actor=request.user, now=now, **found)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("Saved."))
            return go_to(request, "funding:review_partners", ref)
    context = {
        "project": project,
        "lines": lines,
        "waiting": waiting_pence(lines),
        "form": form,
        "checks": PartnerCheck.objects.filter(partner__project=project)
        .select_related("partner__group", "officer")
        .order_by("-at", "-pk"),
        "staff_nav": "projects",
        "crumbs": [
            Crumb(_("Projects to check"), reverse("funding:review_queue")),
            Crumb(project.reference, reverse("funding:review", args=[ref])),
        ],
    }
    return render_page(request, "funding/review_partners.html", context, status=422 if form.is_bound else 200)
