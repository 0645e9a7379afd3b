"""Leads put on record what binds their body to answer."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Body, OfficerRole, Role
from funding.answer_wording import words_for_answers
from funding.forms.staff_answers import CharterForm
from funding.models import Charter, Instrument
from funding.services.charters import record_charter
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.web import go_to, render_page


@require_http_methods(["GET", "POST"])
@officer_required(Role.LEAD)
def charters(request: SignedInRequest) -> HttpResponse:
    """What binds the bodies that this person leads; each record stays, a new one begins on its day."""
    held = OfficerRole.objects.filter(user=request.user, role=Role.LEAD).held(on=london_day(timezone.now()))
    bodies = Body.objects.filter(pk__in=held.values("body")).order_by("name", "id")
    form = CharterForm(
        request.POST if request.method == "POST" else None, bodies=bodies, initial={"body": bodies.first()}
    )
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data | {"instrument": Instrument(form.cleaned_data["instrument"])}
        try:
            record_charter(actor=request.user, now=timezone.now(), **found)
        except DomainError as refusal:
            form.add_error("starts_on", words_for_answers(refusal))
        else:
            return go_to(request, "funding:charters")
    rows = Charter.objects.filter(body__in=bodies).select_related("body").order_by("body__name", "-starts_on")
    context = {"form": form, "charters": rows, "today": london_day(timezone.now()), "staff_nav": "answers"}
    return render_page(request, "funding/charters.html", context, status=422 if form.errors else 200)
