"""Who did what and when: read by auditors and stewards, exported as CSV, never changed by anybody."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Role, User
from renewal.kernel import parts
from renewal.kernel.clock import LONDON, end_of, start_of
from renewal.kernel.downloads import csv_response
from renewal.kernel.forms import PlainForm
from renewal.kernel.models import AuditEvent
from renewal.kernel.templatetags.page import clock, number, short_day
from renewal.kernel.web import render_page

PER_PAGE = 50


class AuditFilter(PlainForm):
    """What to look for; everything is optional, and what cannot be read is left out."""

    action = forms.CharField(label=_("What was done"), required=False, max_length=64)
    subject = forms.CharField(label=_("Kind of thing"), required=False, max_length=64)
    id = forms.CharField(label=_("Its number"), required=False, max_length=64)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}), input_formats=["%Y-%m-%d"]
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}), input_formats=["%Y-%m-%d"]
    )

    def events(self) -> QuerySet[AuditEvent]:
        """Find the events, newest first."""
        self.full_clean()
        wanted: dict[str, Any] = getattr(self, "cleaned_data", {})
        found = AuditEvent.objects.order_by("-at", "-pk")
        if wanted.get("action"):
            found = found.filter(action__icontains=wanted["action"].strip())
        if wanted.get("subject"):
            found = found.filter(subject_kind__icontains=wanted["subject"].strip())
        if wanted.get("id"):
            found = found.filter(subject_id=wanted["id"].strip())
        if isinstance(wanted.get("since"), date):
            found = found.filter(at__gte=start_of(wanted["since"]))
        if isinstance(wanted.get("until"), date):
            found = found.filter(at__lt=end_of(wanted["until"]))
        return found


@require_safe
@officer_required(Role.AUDITOR, Role.STEWARD)
def audit(request: SignedInRequest) -> HttpResponse:
    """Show the audit trail in pages; the filters are in the address, so a view can be kept and printed."""
    form = AuditFilter(request.GET)
    events = form.events()
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    people = User.objects.in_bulk({event.actor_id for event in page if event.actor_id is not None})
    count = page.paginator.count
    context = {
        "form": form,
        "page": page,
        "count_text": ngettext("%(count)s entry.", "%(count)s entries.", count) % {"count": number(count)},
        "columns": [
            parts.Column(_t("When")),
            parts.Column(_t("Who")),
            parts.Column(_t("What")),
            parts.Column(_t("To")),
        ],
        "rows": [parts.Row(_cells(event, people)) for event in page],
        "staff_nav": "audit",
    }
    return render_page(request, "site/audit.html", context)


def _cells(event: AuditEvent, people: dict[int, User]) -> list[parts.Cell]:
    who = str(people.get(event.actor_id, event.actor_id)) if event.actor_id is not None else _t("A job of the service")
    facts = ", ".join(f"{name} {value}" for name, value in sorted(event.facts.items()))
    return [
        parts.Cell(f"{short_day(event.at)} {event.at.astimezone(LONDON).year}, {clock(event.at)}"),
        parts.Cell(who),
        parts.Cell(f"{event.action} {facts}".strip()),
        parts.Cell(f"{event.subject_kind} {event.subject_id}"),
    ]


@require_safe
@officer_required(Role.AUDITOR, Role.STEWARD)
def audit_download(request: SignedInRequest) -> StreamingHttpResponse:
    """Stream the same selection as CSV, every event of it, without keeping it in memory."""
    events = AuditFilter(request.GET).events()

    def rows() -> Iterator[Sequence[object]]:
        yield ["at", "actor_id", "action", "subject_kind", "subject_id", "facts"]
        for event in events.iterator(chunk_size=1000):
            at, facts = event.at.isoformat(), str(event.facts)
            yield [at, event.actor_id, event.action, event.subject_kind, event.subject_id, facts]

    return csv_response("audit.csv", rows())
