"""Officers call gatherings, and record who came, what was heard and what a yearly table took on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Area, Body, OfficerRole, Role
from funding.answer_wording import words_for_answers
from funding.forms.staff_gatherings import (
    CameForm,
    CancelForm,
    FinishForm,
    GatheringForm,
    PointForm,
    SeatForm,
    TakenForm,
)
from funding.models import Gathering, Round, Sector, Suggestion
from funding.queries.answers import bodies_answering
from funding.services.gatherings import (
    NoRound,
    call_gathering,
    cancel_gathering,
    change_gathering,
    finish_action,
    record_attendance,
    record_heard,
    seat_at_table,
    take_on_action,
)
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.forms import PlainForm
from renewal.kernel.web import go_to, render_page

CALLING = (Role.REVIEWER, Role.LEAD)


def bodies_of(request: SignedInRequest) -> QuerySet[Body]:
    held = OfficerRole.objects.filter(user=request.user, role__in=CALLING).held(on=london_day(timezone.now()))
    return Body.objects.filter(pk__in=held.values("body")).select_related("area")


def areas_of(request: SignedInRequest) -> QuerySet[Area]:
    """Areas of the person's bodies and everything below them."""
    paths = [body.area.path for body in bodies_of(request)]
    found = Area.objects.none()
    for path in paths:
        found = found | Area.objects.filter(path__startswith=path)
    return found.order_by("name")


@require_GET
@officer_required(*CALLING)
def gatherings_staff(request: SignedInRequest) -> HttpResponse:
    context = {
        "gatherings": Gathering.objects.filter(convenor__in=bodies_of(request))
        .select_related("area")
        .order_by("-starts_at", "-id")[:100],
        "areas": areas_of(request)[:300],
        "staff_nav": "gatherings",
    }
    return render_page(request, "funding/gatherings_staff.html", context)


@require_http_methods(["GET", "POST"])
@officer_required(*CALLING)
def gathering_call(request: SignedInRequest, area: str) -> HttpResponse:
    area_ = get_object_or_404(areas_of(request), slug=area)
    convenor = next(body for body in bodies_of(request) if area_.path.startswith(body.area.path))
    form = GatheringForm(request.POST if request.method == "POST" else None, bodies=bodies_answering(area_))
    if request.method == "POST" and form.is_valid():
        try:
            gathering = call_gathering(
                area=area_,
                convenor=convenor,
                facts=form.facts(),
                bodies=list(form.cleaned_data["bodies"]),
                round_=Round.objects.in_turn().filter(area=area_).order_by("-created_at").first(),
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:gathering_record", gathering.pk)
    context = {"area": area_, "form": form, "staff_nav": "gatherings"}
    return render_page(request, "funding/gathering_call.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required(*CALLING)
def gathering_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a gathering that has not begun; those who follow the area hear of it, calendars learn it by the feed."""
    rows = Gathering.objects.filter(convenor__in=bodies_of(request), cancelled_at=None, starts_at__gt=timezone.now())
    gathering = get_object_or_404(rows.select_related("area"), pk=pk)
    form = GatheringForm(
        request.POST if request.method == "POST" else None,
        bodies=bodies_answering(gathering.area),
        initial=GatheringForm.initial_of(gathering),
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_gathering(
                gathering_id=pk,
                facts=form.facts(),
                bodies=list(form.cleaned_data["bodies"]),
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:gathering_record", pk)
    context = {"area": gathering.area, "gathering": gathering, "form": form, "staff_nav": "gatherings"}
    return render_page(request, "funding/gathering_change.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required(*CALLING)
def gathering_record(request: SignedInRequest, pk: int) -> HttpResponse:
    """What happened at a gathering: who came, what was heard, seats and actions of a table."""
    rows = Gathering.objects.filter(convenor__in=bodies_of(request)).select_related("area", "round")
    gathering = get_object_or_404(rows.prefetch_related("heard__suggestion", "seats", "actions"), pk=pk)
    act = request.POST.get("act", "")
    kinds: dict[str, type[PlainForm]] = {
        "came": CameForm,
        "point": PointForm,
        "cancel": CancelForm,
        "seat": SeatForm,
        "taken": TakenForm,
        "finish": FinishForm,
    }
    forms = {name: kind(request.POST if name == act else None, auto_id=f"{name}_%s") for name, kind in kinds.items()}
    form = forms.get(act)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            ACTS[act](request, gathering, form.cleaned_data, timezone.now())
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:gathering_record", pk)
    context = {
        "gathering": gathering,
        "kinds": forms,
        "forms": list(forms.values()),
        "has_begun": gathering.starts_at <= timezone.now(),
        "staff_nav": "gatherings",
    }
    return render_page(request, "funding/gathering_record.html", context, status=422 if form and form.errors else 200)


Act = Callable[[SignedInRequest, Gathering, dict[str, Any], datetime], object]


def _point(request: SignedInRequest, gathering: Gathering, found: dict[str, Any], now: datetime) -> None:
    joins = None
    if found["joins"].strip():
        need = Suggestion.objects.filter(round=gathering.round, ref__iexact=found["joins"].strip()).first()
        if need is None:
            raise NoRound(gathering_id=gathering.pk)
        joins = need.pk
    record_heard(
        gathering_id=gathering.pk, text=found["text"], people=found["people"], joins=joins, actor=request.user, now=now
    )


def _finish(request: SignedInRequest, gathering: Gathering, found: dict[str, Any], now: datetime) -> None:
    action = get_object_or_404(gathering.actions, pk=request.POST.get("action", "0"))
    finish_action(action_id=action.pk, done_on=london_day(now), outcome=found["outcome"], actor=request.user, now=now)


ACTS: dict[str, Act] = {
    "came": lambda request, gathering, found, now: record_attendance(
        gathering_id=gathering.pk, actor=request.user, now=now, **found
    ),
    "point": _point,
    "cancel": lambda request, gathering, found, now: cancel_gathering(
        gathering_id=gathering.pk, actor=request.user, now=now, **found
    ),
    "seat": lambda request, gathering, found, now: seat_at_table(
        gathering_id=gathering.pk, actor=request.user, now=now, **found | {"sector": Sector(found["sector"])}
    ),
    "taken": lambda request, gathering, found, now: take_on_action(
        gathering_id=gathering.pk, actor=request.user, now=now, **found
    ),
    "finish": _finish,
}
