"""Gatherings of an area: the list, one with what was heard, its notice to print, and the calendar feed."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from communities.models import Area
from funding.models import Gathering, Heard, TableAction, TableSeat
from funding.queries.sheets import gathering_notice
from renewal.kernel.downloads import calendar_file, calendar_moment, calendar_response
from renewal.kernel.parts import Crumb
from renewal.kernel.web import render_page


def area_crumbs(area: Area) -> list[Crumb]:
    """The pages above an area's pages."""
    return [
        Crumb(_("Home"), reverse("renewal:home")),
        Crumb(area.label, reverse("communities:area_detail", args=[area.slug])),
    ]


@require_GET
def gathering_list(request: HttpRequest, area: str) -> HttpResponse:
    area_ = get_object_or_404(Area, slug=area)
    now = timezone.now()
    rows = Gathering.objects.filter(area__code__in=area_.chain_codes).select_related("area", "convenor")
    context = {
        "area": area_,
        "to_come": rows.to_come(at=now)[:50],
        "past": rows.past(at=now)[:50],
        "crumbs": area_crumbs(area_),
        "nav": "area",
    }
    return render_page(request, "funding/gathering_list.html", context)


@require_GET
def gathering_detail(request: HttpRequest, pk: int) -> HttpResponse:
    gathering = get_object_or_404(
        Gathering.objects.select_related("area", "convenor", "round").prefetch_related(
            "bodies",
            Prefetch("heard", Heard.objects.select_related("suggestion__round").order_by("-people", "id")),
            Prefetch("seats", TableSeat.objects.order_by("sector", "organisation")),
            Prefetch("actions", TableAction.objects.order_by("due_on", "id")),
        ),
        pk=pk,
    )
    now = timezone.now()
    context = {
        "gathering": gathering,
        "is_past": gathering.ends_at <= now,
        "seats_total": sum(seat.people for seat in gathering.seats.all()),
        "crumbs": area_crumbs(gathering.area),
        "nav": "area",
    }
    return render_page(request, "funding/gathering_detail.html", context)


@require_GET
def gathering_feed(request: HttpRequest, area: str) -> HttpResponse:
    """The calendar of an area (RFC 5545): gatherings of the last year and all to come, cancelled ones marked so."""
    area_ = get_object_or_404(Area, slug=area)
    site = settings.SITE_ADDRESS
    rows = (
        Gathering.objects.filter(area__code__in=area_.chain_codes, starts_at__gte=timezone.now() - timedelta(days=365))
        .select_related("area", "convenor")
        .order_by("starts_at", "id")
    )
    events = []
    for row in rows:
        words = [row.access_words, _("Languages: %(list)s") % {"list": row.languages}]
        if row.has_childcare:
            words.append(_("There is childcare"))
        if row.cancelled_at:
            words.insert(0, _("Cancelled: %(why)s") % {"why": row.cancelled_words})
        events.append(
            [
                ("UID", f"gathering-{row.pk}@{settings.SITE_ADDRESS.partition('//')[2] or 'localhost'}"),
                ("DTSTAMP", calendar_moment(row.created_at)),
                ("SEQUENCE", str(row.sequence)),
                ("STATUS", "CANCELLED" if row.cancelled_at else "CONFIRMED"),
                ("DTSTART", calendar_moment(row.starts_at)),
                ("DTEND", calendar_moment(row.ends_at)),
                ("SUMMARY", row.label),
                ("LOCATION", row.where),
                ("DESCRIPTION", "\n".join(words)),
                ("URL", f"{site}{reverse('funding:gathering_detail', args=[row.pk])}"),
            ]
        )
    name = _("Gatherings %(within)s") % {"within": area_.within}
    return calendar_response(f"gatherings-{area_.slug}.ics", calendar_file(name, events))


@require_GET
def gathering_notice_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice to print: one A4 in two languages with a QR code and the phone number."""
    gathering = get_object_or_404(Gathering.objects.select_related("area", "convenor"), pk=pk)
    return pdf_response(f"gathering-{pk}.pdf", gathering_notice(gathering))


def pdf_response(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
