"""The election calendar of the officers: import it, and record why a vote goes on before an election."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.access import SignedInRequest
from communities.models import Area, Body, Role
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.web import go_to, render_page
from voting.models import PeriodException, PreElectionPeriod
from voting.services.calendar import confirm_exception, import_calendar, propose_exception
from voting.staff_forms import CalendarForm, ExceptionForm
from voting.views.staff import officers
from voting.wording import words_for


def own_areas(request: SignedInRequest) -> list[Area]:
    """Fetch the areas of the councils whose votes this officer runs today (as Poll.objects.run_by has it)."""
    on = london_day(timezone.now())
    roles = request.user.officer_roles.filter(
        role__in=[Role.COUNTING, Role.LEAD], body__kind__in=["council", "combined_authority"]
    ).held(on=on)
    bodies = Body.objects.filter(pk__in=roles.values("body_id")).select_related("area")
    return [body.area for body in bodies.order_by("pk")]


@officers
def election_calendar(request: SignedInRequest) -> HttpResponse:
    """Coming elections near this officer's areas, and the import of a calendar."""
    now = timezone.now()
    form = CalendarForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            count = import_calendar(
                text=form.cleaned_data["elections"], source=form.cleaned_data["source"], actor=request.user, now=now
            )
        except DomainError as refusal:
            form.add_error("elections", words_for(refusal))
        else:
            messages.success(request, _("Elections in the calendar now: %(count)d more or renewed.") % {"count": count})
            return go_to(request, "voting:election_calendar")
    today = london_day(now)
    rows = []
    for area in own_areas(request):
        periods = PreElectionPeriod.objects.touching(area=area, first=today, last=today.replace(year=today.year + 3))
        made = {one.period_id: one for one in PeriodException.objects.filter(area=area, period__in=periods)}
        rows += [(area, period, made.get(period.pk)) for period in periods.select_related("area")]
    context = {
        "form": form,
        "exception_form": ExceptionForm(),
        "rows": rows,
        "me": request.user.pk,
        "staff_nav": "polls",
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/staff_calendar.html", context, status=status)


@require_POST
@officers
def election_exception(request: SignedInRequest, period: int) -> HttpResponse:
    """Propose that votes go on in a pre-election period, or confirm what another officer proposed."""
    found = get_object_or_404(PreElectionPeriod, pk=period)
    area = get_object_or_404(Area, pk__in=[area.pk for area in own_areas(request)], code=request.POST.get("area", ""))
    made = PeriodException.objects.filter(period=found, area=area).first()
    form = ExceptionForm(request.POST)
    try:
        if made is not None:
            confirm_exception(exception_id=made.pk, actor=request.user, now=timezone.now())
            messages.success(request, _("Confirmed. Votes go on, and the reason is published."))
        elif form.is_valid():
            propose_exception(
                period_id=found.pk, area_id=area.pk, reason=form.cleaned_data["reason"], actor=request.user,
                now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Proposed. A second officer must confirm it."))
        else:
            messages.warning(request, _("Write down why votes must go on."))
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
    return go_to(request, "voting:election_calendar")
