"""What the ballot box keeps of people, why, and until when: the table that the daily job works by."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from renewal.kernel.parts import Cell, Column, Row
from renewal.kernel.web import render_page
from voting.services.retention import PERSONAL_FIELDS


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """List every personal field with its purpose and its end."""
    columns = [Column(_("We keep")), Column(_("Why")), Column(_("Until"))]
    rows = [Row([Cell(str(one.what)), Cell(str(one.purpose)), Cell(str(one.ends))]) for one in PERSONAL_FIELDS]
    context = {"columns": columns, "rows": rows, "nav": "help"}
    return render_page(request, "voting/records.html", context)
