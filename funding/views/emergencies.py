"""Officers of a round record that a project cannot wait for the area's priorities, and a second one agrees."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.answer_wording import words_for_answers
from funding.forms.emergencies import EmergencyForm
from funding.models import EmergencyReason, EmergencyRoute, Project
from funding.services.emergencies import decide_emergency, propose_emergency
from funding.views.staff_needs import round_of_officer
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.REVIEWER, Role.LEAD)
def emergencies(request: SignedInRequest, slug: str) -> HttpResponse:
    """What is on record in a round, what waits for a second officer, and a new one."""
    round_ = round_of_officer(request, slug)
    act = request.POST.get("act", "")
    form = EmergencyForm(request.POST if request.method == "POST" and not act else None)
    try:
        if act:
            waiting = EmergencyRoute.objects.filter(project__round=round_)
            route = get_object_or_404(waiting, pk=request.POST.get("route") if _is_number(request) else 0)
            decide_emergency(route_id=route.pk, agree=act == "agree", actor=request.user, now=timezone.now())
            return go_to(request, "funding:emergencies", slug)
        if form.is_valid():
            found = form.cleaned_data
            project = Project.objects.filter(round=round_, reference__iexact=found.pop("ref").strip()).first()
            if project is None:
                form.add_error("ref", _("No project of this round has that number. Ask the group for it."))
            else:
                found["reason"] = EmergencyReason(found["reason"])
                propose_emergency(project_id=project.pk, actor=request.user, now=timezone.now(), **found)
                return go_to(request, "funding:emergencies", slug)
    except DomainError as refusal:
        if not form.is_bound:
            form = EmergencyForm({})
            form.errors.clear()
        form.add_error(None, words_for_answers(refusal))
    routes = EmergencyRoute.objects.filter(project__round=round_).select_related("project", "proposed_by", "second")
    context = {
        "round": round_,
        "form": form,
        "routes": routes.order_by("-proposed_at", "-id")[:200],
        "user_id": request.user.pk,
        "crumbs": [Crumb(round_.label, reverse("funding:staff_round", args=[slug]))],
        "staff_nav": "rounds",
    }
    status = 422 if form.errors else 200
    return render_page(request, "funding/staff/emergencies.html", context, status=status)


def _is_number(request: SignedInRequest) -> bool:
    route = request.POST.get("route", "")
    return route.isascii() and route.isdigit() and len(route) < 18
