"""Officers set an area's money for small awards aside: one proposes, another signs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.forms.small import PurseForm
from funding.models import Round, SmallPurse
from funding.queries.small_awards import areas_to_set_aside, money_of_purse
from funding.services.purses import bodies_setting_aside, open_purse, propose_purse, send_purse_back
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.money import pounds
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page

setters = officer_required(Role.LEAD, Role.FINANCE)


@require_http_methods(["GET", "HEAD", "POST"])
@setters
def purses(request: SignedInRequest) -> HttpResponse:
    """The money set aside in the areas of this officer's bodies, and a form to propose more."""
    now = timezone.now()
    choices = areas_to_set_aside(request.user, at=now)
    form = PurseForm(
        request.POST if request.method == "POST" else None,
        areas=[(one.area.slug, f"{one.area.label}, {pounds(one.pence)}") for one in choices],
    )
    if form.is_valid():
        chosen = next(one for one in choices if one.area.slug == form.cleaned_data["area"])
        bodies = [body.pk for body in bodies_setting_aside(request.user, at=now)]
        round_ = Round.objects.in_turn().filter(area=chosen.area, convenor__in=bodies).latest("created_at")
        try:
            purse = propose_purse(
                area_id=chosen.area.pk, cycle_id=chosen.cycle.pk, body_id=round_.convenor_id,
                percent=form.cleaned_data["percent"], actor=request.user, now=now,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("Proposed. A second person must sign before any money moves."))
            return go_to(request, "funding:purse", purse.pk)
    found = SmallPurse.objects.of_officer(request.user, at=now).select_related("area", "cycle", "proposed_by")
    context = {
        "purses": found[:200],
        "form": form,
        "has_choices": bool(choices),
        "staff_nav": "awards",
        "crumbs": [Crumb(_("Awards"), reverse("funding:awards"))],
    }
    return render_page(request, "funding/purses.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@setters
def purse(request: SignedInRequest, pk: int) -> HttpResponse:
    """One proposal: what it would move, and the second signature."""
    now = timezone.now()
    found = get_object_or_404(
        SmallPurse.objects.of_officer(request.user, at=now)
        .select_related("area", "cycle", "body", "round", "proposed_by", "signed_by")
        .prefetch_related("parts"),
        pk=pk,
    )
    refused = ""
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "back":
                send_purse_back(purse_id=pk, actor=request.user, now=now)
                messages.success(request, _("Sent back. No money has moved."))
            else:
                open_purse(purse_id=pk, actor=request.user, now=now)
                messages.success(request, _("Signed by two people. Groups can bring ideas now."))
        except DomainError as refusal:
            refused = words_for(refusal)
        else:
            return go_to(request, "funding:purse", pk)
    pots = list(found.area.pots.filter(cycle=found.cycle).order_by("colour"))
    context = {
        "purse": found,
        "money": money_of_purse(found),
        "would": [(pot.get_colour_display(), pot.for_projects_pence, pot.for_projects_pence * found.percent // 100)
                  for pot in pots],
        "mine": found.proposed_by_id == request.user.pk,
        "refused": refused,
        "staff_nav": "awards",
        "crumbs": [
            Crumb(_("Awards"), reverse("funding:awards")),
            Crumb(_("Small awards"), reverse("funding:purses")),
        ],
    }  # fmt: skip
    return render_page(request, "funding/purse.html", context, status=422 if refused else 200)
