"""What became of a round, what communities chose, and the sheet for a noticeboard."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from communities.models import Nation
from funding.models import Gathering, Mandate, RaisedPriority
from funding.queries.sheets import round_sheet
from funding.queries.story import chosen_by_nation, chosen_by_theme, round_story
from funding.views.gatherings import pdf_response
from funding.views.needs import crumbs_of, round_or_404
from renewal.kernel.parts import Cell, Column, Row
from renewal.kernel.templatetags.page import money, number
from renewal.kernel.web import render_page


@require_GET
def round_story_page(request: HttpRequest, round: str) -> HttpResponse:
    round_ = round_or_404(round)
    now = timezone.now()
    context = {
        "round": round_,
        "story": round_story(round_, now=now),
        "gatherings": Gathering.objects.filter(round=round_, recorded_at__isnull=False).order_by("starts_at"),
        "crumbs": crumbs_of(round_),
        "nav": "rounds",
    }
    return render_page(request, "funding/round_story.html", context)


@require_GET
def sheet_download(request: HttpRequest, round: str) -> HttpResponse:
    """One A4 for the noticeboard about the step that is open, in two languages, with a QR code and the phone number."""
    round_ = round_or_404(round)
    return pdf_response(f"noticeboard-{round_.slug}.pdf", round_sheet(round_, now=timezone.now()))


@require_GET
def chosen(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    nation = request.GET.get("nation", "")
    nation = nation if nation in Nation.values else ""
    themes = chosen_by_theme(now=now, nation=nation)
    nations = chosen_by_nation(now=now)
    context = {
        "nation": nation,
        "nation_name": str(Nation(nation).label) if nation else "",
        "nations": [(one.value, one.label) for one in Nation],
        "theme_columns": [Column(_("Theme")), Column(_("Needs"), numeric=True), Column(_("Answered"), numeric=True)],
        "theme_rows": [
            Row(
                [
                    Cell(line.theme or _("No theme")),
                    Cell(number(line.needs), numeric=True),
                    Cell(number(line.answered), numeric=True),
                ]
            )
            for line in themes
        ],
        "nation_columns": [Column(_("Nation")), Column(_("Projects"), numeric=True), Column(_("Money"), numeric=True)],
        "nation_rows": [
            Row(
                [
                    Cell(line.nation),
                    Cell(number(line.projects), numeric=True),
                    Cell(money(line.cost_pence), numeric=True),
                ]
            )
            for line in nations
        ],
        "needs_total": sum(line.needs for line in nations),
        "overdue_total": sum(line.overdue for line in nations),
        "raised": RaisedPriority.objects.select_related("area").prefetch_related("mandates__body", "sources")[:25],
        "newest": Mandate.objects.filter(answered_at__isnull=False)
        .select_related("body", "area")
        .order_by("-answered_at", "-id")[:10],
        "nav": "money",
    }
    return render_page(request, "funding/chosen.html", context)
