"""Panels: seats, meetings, minutes as people read them and as data."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.access import SignedInRequest, officer_required, signed_in
from communities.models import Body, OfficerRole, Role, User
from funding.forms import panels as forms
from funding.models import MeetingState, Panel, PanelMeeting
from funding.queries import panels as queries
from funding.services import panels as services
from funding.wording import words_for
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page

FORM = require_http_methods(["GET", "HEAD", "POST"])


def _bodies(request: SignedInRequest, now: datetime) -> QuerySet[Body]:
    held = OfficerRole.objects.filter(user=request.user, role=Role.LEAD).held(on=london_day(now))
    return Body.objects.filter(pk__in=held.values("body")).order_by("name")


@FORM
@officer_required(Role.REVIEWER, Role.LEAD)
def panel_list(request: SignedInRequest) -> HttpResponse:
    """The panels of the officer's bodies; a lead makes one."""
    now = timezone.now()
    bodies = _bodies(request, now)
    form = forms.PanelForm(request.POST if request.method == "POST" else None, bodies=bodies)
    if form.is_valid():
        said = form.cleaned_data
        try:
            panel = services.make_panel(
                body_id=said["body"].pk, name=said["name"], name_cy=said["name_cy"], quorum=said["quorum"],
                reserve_id=said["reserve"].pk if said["reserve"] else None, actor=request.user, now=now,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:panel", panel.pk)
    context = {
        "staff_nav": "panels",
        "panels": queries.panels_of(request.user, at=now),
        "form": form,
        "may_make": bodies.exists(),
    }
    return render_page(request, "funding/panels.html", context, status=422 if form.is_bound else 200)


@FORM
@signed_in
def panel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who sits on a panel, what waits for it, its meetings; small forms post here."""
    now = timezone.now()
    here = get_object_or_404(queries.panels_of(request.user, at=now), pk=pk)
    what = request.POST.get("what", "")
    waiting = queries.reviews_for_panel(here, request.user, at=now)
    seat_form = forms.SeatForm(request.POST if what == "seat" else None, prefix="seat")
    meeting_form = forms.MeetingForm(request.POST if what == "meeting" else None, prefix="meeting", reviews=waiting)
    common: dict[str, Any] = {"actor": request.user, "now": now}
    try:
        if what == "seat" and seat_form.is_valid():
            services.seat(panel_id=pk, **seat_form.cleaned_data, **common)
            messages.success(request, _("The person sits on the panel now."))
            return go_to(request, "funding:panel", pk)
        if what == "unseat" and request.POST.get("seat", "").isdecimal():
            row = get_object_or_404(here.seats.filter(until=None), pk=int(request.POST["seat"][:12]))
            services.unseat(seat_id=row.pk, **common)
            return go_to(request, "funding:panel", pk)
        if what == "meeting" and meeting_form.is_valid():
            said = meeting_form.cleaned_data
            ids = [review.pk for review in said["reviews"]]
            meeting = services.call_meeting(panel_id=pk, on=said["on"], place=said["place"], review_ids=ids, **common)
            return go_to(request, "funding:panel_meeting", meeting.pk)
    except DomainError as refusal:
        bound = seat_form if seat_form.is_bound else meeting_form
        if bound.is_bound:
            bound.add_error(None, words_for(refusal))
        else:
            messages.warning(request, words_for(refusal))
    context = {
        "staff_nav": "panels", "crumbs": _crumbs(), "panel": here,
        "seats": here.seats.filter(until=None).select_related("user"),
        "meetings": here.meetings.all()[:50], "waiting": waiting,
        "is_lead": _bodies(request, now).filter(pk=here.body_id).exists(),
        "is_officer": services.serves(request.user, here, on=london_day(now)),
        "seat_form": seat_form, "meeting_form": meeting_form, "forms": [seat_form, meeting_form],
    }  # fmt: skip
    failed = seat_form.errors or meeting_form.errors
    return render_page(request, "funding/panel.html", context, status=422 if failed else 200)


def _crumbs(panel: Panel | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("Panels"), reverse("funding:panels"))]
    if panel is not None:
        crumbs.append(Crumb(panel.label, reverse("funding:panel", args=[panel.pk])))
    return crumbs


@FORM
@signed_in
def panel_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """One meeting: links first, then each project with who did what and why, then a second signature."""
    now = timezone.now()
    meeting = get_object_or_404(
        PanelMeeting.objects.filter(panel__in=queries.panels_of(request.user, at=now)).select_related(
            "panel__body", "panel__reserve", "minuted_by", "signed_by"
        ),
        pk=pk,
    )
    items = queries.minutes(meeting, reader=request.user)
    seats = list(meeting.panel.seats.filter(until=None).select_related("user"))
    what = request.POST.get("what", "")
    links_form = forms.LinksForm(request.POST if what == "hold" else None)
    is_writing = meeting.state == MeetingState.HELD
    linked = services.linked_users_of(items) if is_writing else {}
    item_forms = [
        forms.ItemForm(
            request.POST if what == str(item.pk) else None,
            item=item,
            seats=seats,
            linked=linked[item.pk],
        )
        for item in items
        if is_writing
    ]
    bound = links_form if links_form.is_bound else next((form for form in item_forms if form.is_bound), None)
    if request.method == "POST":
        try:
            if _act(request, meeting, what, bound, now):
                return go_to(request, "funding:panel_meeting", pk)
        except DomainError as refusal:
            if bound is not None:
                bound.add_error(None, words_for(refusal))
            else:
                messages.warning(request, words_for(refusal))
                return go_to(request, "funding:panel_meeting", pk)
    context = {
        "staff_nav": "panels", "crumbs": _crumbs(meeting.panel), "meeting": meeting, "items": items,
        "links_form": links_form, "pairs": list(zip(items, item_forms, strict=False)), "forms": item_forms,
        "is_officer": services.serves(request.user, meeting.panel, on=london_day(now)),
        "may_sign": is_writing and meeting.minuted_by_id != request.user.pk
        and any(seat.user_id == request.user.pk for seat in seats),
    }  # fmt: skip
    failed = bound is not None and bound.errors
    return render_page(request, "funding/panel_meeting.html", context, status=422 if failed else 200)


def _act(request: SignedInRequest, meeting: PanelMeeting, what: str, bound: Any, now: datetime) -> bool:
    """Do what a form of the meeting's page asks; True when it was done."""
    common: dict[str, Any] = {"actor": request.user, "now": now}
    if what == "hold" and bound.is_valid():
        services.hold_meeting(meeting_id=meeting.pk, links_asked=True, **common)
    elif what == "cancel":
        services.cancel_meeting(meeting_id=meeting.pk, **common)
    elif what == "sign":
        services.sign_minutes(meeting_id=meeting.pk, **common)
        messages.success(request, _("Signed. The minutes are public and never change."))
    elif isinstance(bound, forms.ItemForm) and bound.is_valid():
        said = bound.cleaned_data
        services.decide_item(
            item_id=bound.item.pk, parts=bound.parts(), words=said["words"], words_cy=said["words_cy"], **common
        )
        messages.success(request, _("Written down."))
    else:
        return what == ""
    return True


def _signed(pk: int) -> PanelMeeting:
    meetings = PanelMeeting.objects.filter(state=MeetingState.SIGNED)
    return get_object_or_404(meetings.select_related("panel__body", "minuted_by", "signed_by"), pk=pk)


def _reader(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


@require_safe
def panel_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed minutes, for everybody."""
    meeting = _signed(pk)
    items = queries.minutes(meeting, reader=_reader(request))
    if not items and meeting.items.exists():
        raise Http404
    seats = meeting.panel.seats.filter(until=None).select_related("user")
    context = {"meeting": meeting, "items": items, "seats": seats, "nav": "rounds"}
    return render_page(request, "funding/panel_minutes.html", context)


@require_safe
def panel_minutes_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as data."""
    data = queries.minutes_as_data(_signed(pk), reader=_reader(request))
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
