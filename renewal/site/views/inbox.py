"""One inbox for each person: what waits for them in every part they have, by date, and what we wrote to them."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest, signed_in
from renewal.kernel.clock import london_day
from renewal.kernel.models import Notice
from renewal.kernel.staff import waiting_for
from renewal.kernel.web import render_page
from renewal.site.views.staff import grouped

SHOWN = 20


@require_safe
@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show what waits, soonest first, and the last notices."""
    now = timezone.now()
    items = waiting_for(request.user, now)
    total = sum(item.count for item in items)
    summary = ngettext("%(count)d thing is waiting for you.", "%(count)d things are waiting for you.", total)
    context = {
        "groups": grouped(items, today=london_day(now)),
        "summary": summary % {"count": total},
        "notices": Notice.objects.filter(person_id=request.user.pk).order_by("-created_at", "-id")[:SHOWN],
    }
    return render_page(request, "site/inbox.html", context)
