"""Taking part without the internet: every journey by phone and on paper, and forms to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from renewal.kernel.context import HELP_PHONE
from renewal.kernel.offline import OfflineWay, offline_ways, sheet_of
from renewal.kernel.paper_forms import paper_form, questions_of
from renewal.kernel.parts import Cell, Column, Row
from renewal.kernel.web import render_page


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say for each journey how it is made on the phone and on paper, and who has the last word."""
    columns = [Column(_("What you want to do")), Column(_("On paper")), Column(_("How you have the last word"))]
    context = {
        "nav": "help",
        "columns": columns,
        "resident_rows": [_row(way) for way in offline_ways("resident")],
        "group_rows": [_row(way) for way in offline_ways("group")],
    }
    return render_page(request, "site/offline.html", context)


def _row(way: OfflineWay) -> Row:
    if way.sheet:
        paper = Cell(_("Print the form (PDF)"), url=reverse("renewal:sheet_download", args=[way.sheet]))
    else:
        paper = Cell(_("Ask us for it by post"))
    return Row([Cell(str(way.title)), paper, Cell(str(way.confirmed))], key=way.key)


@require_safe
def sheet_download(request: HttpRequest, key: str) -> HttpResponse:
    """One paper form as a PDF, in the language of the page."""
    sheet = sheet_of(key)
    if sheet is None:
        raise Http404
    parts = [(heading, questions_of(form)) for heading, form in sheet.parts()]
    pdf = paper_form(title=str(sheet.title), lead=str(sheet.lead), parts=parts, phone=HELP_PHONE)
    disposition = content_disposition_header(False, f"{key}.pdf")
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition or ""})
