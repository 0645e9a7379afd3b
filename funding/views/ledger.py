"""The ledger for officers: the trial balance, every entry, what others state, the nightly check, and the CSV."""

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from communities.offices import holds_office
from funding.forms.ledger import EntryFilters, StateBalanceForm
from funding.models import Cycle
from funding.queries.ledger import balance_rows, entries, last_check, statements, trial_balance
from funding.services.ledger import assert_balance
from funding.wording import words_for
from renewal.kernel.downloads import csv_response
from renewal.kernel.errors import DomainError
from renewal.kernel.money import decimal_pounds, exact_pounds
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import go_to, render_page

STATING = (Role.FINANCE, Role.AUDITOR)
readers = officer_required(*STATING, Role.STEWARD, Role.LEAD)
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
        "statements": statements(),
        "may_state": holds_office(request.user, *STATING),
    }
    return render_page(request, "funding/staff/ledger.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(*STATING)
def ledger_state(request: SignedInRequest) -> HttpResponse:
    """State what an account held on a day; the ledger says at once whether it says the same."""
    form = StateBalanceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            stated = assert_balance(
                account_id=found["account"].pk, on=found["on"], expected_pence=found["pence"], source=found["source"],
                actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("source", words_for(refusal))
        else:
            if stated.holds:
                messages.success(request, _("The ledger says the same."))
            else:
                held = exact_pounds(stated.found_pence)
                messages.warning(request, _("The ledger says %(held)s. The nightly check shows it.") % {"held": held})
            return go_to(request, "funding:ledger")
    context = {"form": form, "staff_nav": "ledger", "crumbs": [Crumb(_("Ledger"), reverse("funding:ledger"))]}
    return render_page(request, "funding/staff/ledger_state.html", context, status=422 if form.errors else 200)


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
