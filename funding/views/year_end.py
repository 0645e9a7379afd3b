"""The end of a year: what rolled in and out of an area, the steward's roll-over, and an area's vote on its colours."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Area, Role
from funding.forms.year_end import ToCapitalForm, YearForm
from funding.models import Cycle
from funding.queries.holders import areas_held_for
from funding.queries.pots import parameters_of
from funding.queries.shares import standing_run
from funding.queries.unspent import Moved, colour_name, unspent_of, year_end_of
from funding.services.to_capital import most_to_capital, move_to_capital
from funding.services.year_end import enter_year, returned_so_far
from funding.tasks import roll_over_year
from funding.views.fund import fund_crumbs
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.money import pounds
from renewal.kernel.outbox import send_later
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import go_to, render_page

steward = officer_required(Role.STEWARD)


@require_safe
def unspent(request: HttpRequest, area: str) -> HttpResponse:
    """What rolled into and out of an area's money, in public, with the rules in words."""
    place = get_object_or_404(Area.objects.select_related("parent"), slug=area)
    run = standing_run(place)
    if run is None:
        return render_page(request, "funding/shares_none.html", {"nav": "money", "area": place, "unspent": True})
    found = unspent_of(place, run.cycle)
    context = {
        "nav": "money",
        "area": place,
        "year": run.cycle.year,
        "rules": parameters_of(run),
        "most_percent": parameters_of(run).rollover_cap_bp // 100,
        "found": found,
        "columns": [Column(_("What")), Column(_("For")), Column(_("Sum"), numeric=True)],
        "in_rows": _rows(found.came_in),
        "out_rows": _rows(found.went_out),
        "in_foot": [Cell(_("All that came in")), Cell(""), Cell(pounds(found.into_pence), numeric=True)],
        "out_foot": [Cell(_("All that went out")), Cell(""), Cell(pounds(found.out_pence), numeric=True)],
        "crumbs": [
            Crumb(_("How the money is shared"), reverse("funding:shares")),
            Crumb(place.label, reverse("funding:share_detail", args=[place.slug])),
        ],
    }
    return render_page(request, "funding/unspent.html", context)


def _rows(moved: list[Moved]) -> list[Row]:
    return [
        Row(
            [
                Cell(row.what, url=reverse("funding:share_detail", args=[row.other]) if row.other else ""),
                Cell(colour_name(row.colour)),
                Cell(pounds(row.pence), numeric=True),
            ]
        )
        for row in moved
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@steward
def year_new(request: SignedInRequest) -> HttpResponse:
    """Enter the next year: new money, to which what earlier years gave back is added."""
    form = YearForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            cycle = enter_year(fund_id=data.pop("fund").pk, actor=request.user, now=timezone.now(), **data)
        except DomainError as refusal:
            form.add_error("year", words_for(refusal))
        else:
            messages.success(request, _("The year is entered. Divide it next."))
            return go_to(request, "funding:year_detail", cycle.pk)
    context = {"form": form, "staff_nav": "fund", "crumbs": fund_crumbs()}
    return render_page(request, "funding/staff/year_new.html", context, status=422 if form.errors else 200)


@require_safe
@steward
def year_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """A year: its money, what came back into it, and what the year before still has to roll."""
    cycle = get_object_or_404(Cycle.objects.select_related("fund"), pk=pk)
    found = year_end_of(cycle, now=timezone.now())
    context = {
        "cycle": cycle,
        "found": found,
        "carries": parameters_of(found.run).carry_forward if found.run else True,
        "back": returned_so_far(cycle.fund),
        "staff_nav": "fund",
        "crumbs": fund_crumbs(),
    }
    return render_page(request, "funding/staff/year_detail.html", context)


@require_POST
@steward
def year_roll(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have the worker roll over what the year before left; pressed twice, it moves nothing twice."""
    cycle = get_object_or_404(Cycle, pk=pk)
    with transaction.atomic():
        key = f"roll:{cycle.pk}:{timezone.now().isoformat()}"  # money that comes free later rolls another time
        send_later(roll_over_year, key=key, cycle_id=cycle.pk, actor_id=request.user.pk)
    messages.success(request, _("The worker rolls the money over. Look again in a moment."))
    return go_to(request, "funding:year_detail", cycle.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.LEAD)
def to_capital(request: SignedInRequest, area: str) -> HttpResponse:
    """Record an area's vote to move running costs to buildings, before its round begins."""
    place = get_object_or_404(areas_held_for(request.user, now=timezone.now()), slug=area)
    run = standing_run(place)
    if run is None:
        raise Http404
    form = ToCapitalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            move_to_capital(
                area_id=place.pk,
                cycle_id=run.cycle_id,
                pence=form.cleaned_data["pence"],
                vote=form.vote(),
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("pence", words_for(refusal))
        else:
            messages.success(request, _("Moved, and published with the vote."))
            return go_to(request, "funding:unspent", place.slug)
    context = {
        "area": place,
        "year": run.cycle.year,
        "most": most_to_capital(area_id=place.pk, cycle_id=run.cycle_id),
        "form": form,
        "staff_nav": "holders",
        "crumbs": [
            Crumb(_("Who holds the money"), reverse("funding:holders_staff")),
            Crumb(place.label, reverse("funding:holder_choose", args=[place.slug])),
        ],
    }
    return render_page(request, "funding/staff/to_capital.html", context, status=422 if form.errors else 200)
