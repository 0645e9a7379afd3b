"""The ledger for officers: the trial balance, every entry, the nightly check, and the CSV."""

from collections.abc import Iterator, Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.access import officer_required
from communities.models import Role
from funding.forms.ledger import EntryFilters
from funding.models import Cycle
from funding.queries.ledger import balance_rows, entries, last_check, trial_balance
from renewal.kernel.downloads import csv_response
from renewal.kernel.money import decimal_pounds, exact_pounds
from renewal.kernel.parts import Cell, Column, Row
from renewal.kernel.web import render_page

readers = officer_required(Role.FINANCE, Role.AUDITOR, Role.STEWARD, Role.LEAD)
PAGE_SIZE = 30


@require_safe
@readers
def ledger(request: HttpRequest) -> HttpResponse:
    """Money in, promised, paid, left; every movement with both its sides."""
    form = EntryFilters(request.GET)
    picked = form.picked()
    cycle = Cycle.objects.filter(year=int(picked["year"])).first() if picked.get("year") else None
    lines = trial_balance(cycle)
    page = Paginator(entries(words=picked.get("q", ""), kind=picked.get("kind", ""), cycle=cycle), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "staff_nav": "ledger",
        "lines": lines,
        "columns": [
            Column(_("Kind of account")),
            Column(_("Accounts"), numeric=True),
            Column(_("Buildings and equipment"), numeric=True),
            Column(_("Running costs"), numeric=True),
        ],
        "rows": [
            Row(
                [
                    Cell(line.name),
                    Cell(f"{line.accounts:,}", numeric=True),
                    Cell(exact_pounds(line.capital), numeric=True),
                    Cell(exact_pounds(line.revenue), numeric=True),
                ]
            )
            for line in lines
        ],
        "foot": [
            Cell(_("All together")),
            Cell(""),
            Cell(exact_pounds(sum(line.capital for line in lines)), numeric=True),
            Cell(exact_pounds(sum(line.revenue for line in lines)), numeric=True),
        ],
        "balances": all(sum(getattr(line, colour) for line in lines) == 0 for colour in ("capital", "revenue")),
        "filters": form,
        "chosen": form.chosen(request),
        "clear_url": request.path,
        "page": page,
        "count_text": ngettext("%(count)s movement.", "%(count)s movements.", page.paginator.count)
        % {"count": f"{page.paginator.count:,}"},
        "check": last_check(),
    }
    return render_page(request, "funding/staff/ledger.html", context)


@require_safe
@readers
def ledger_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The trial balance account by account."""

    def rows() -> Iterator[Sequence[object]]:
        yield ["account", "kind", "colour", "area", "balance"]
        total = 0
        for code, kind, colour, area, pence in balance_rows(None):
            total += pence
            yield [code, kind, colour, area, decimal_pounds(pence)]
        yield ["total", "", "", "", decimal_pounds(total)]

    return csv_response("trial-balance.csv", rows())
