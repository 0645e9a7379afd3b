"""Fund-holders from their own side: home, offer, requests, agreements."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities import holder_pages
from communities.access import SignedInRequest, signed_in
from communities.forms.holders import DeclineForm, OfferForm, TermsForm
from communities.forms.plain import NothingForm, ReasonForm
from communities.models import AgreementVersion, FundHolder, HoldingAgreement, Side
from communities.services import holders, holding_requests, holdings
from communities.views.parts import FormPage, answer_form, answer_press, crumbs_of, form_for, own_group
from renewal.kernel.parts import Crumb
from renewal.kernel.templatetags.page import route
from renewal.kernel.web import render_page

FORM = require_http_methods(["GET", "HEAD", "POST"])


def _agreement(request: SignedInRequest, pk: int) -> HoldingAgreement:
    """Return an agreement of a fund-holder the person acts for."""
    found = HoldingAgreement.objects.of_holder_member(request.user)
    return get_object_or_404(found.select_related("group__area", "holder__group", "moves_to__holder__group"), pk=pk)


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Fund-holder"), route("communities:holder_home"))]


@signed_in
@require_safe
def holder_home(request: SignedInRequest) -> HttpResponse:
    """Groups we hold for, requests to answer, agreements that end; or how to become a fund-holder."""
    return render_page(request, "communities/holder_home.html", holder_pages.home(request.user, now=timezone.now()))


@signed_in
@FORM
def holder_offer(request: SignedInRequest, group: str) -> HttpResponse:
    """Offer one's organisation as fund-holder, or change what it offers."""
    here, now = own_group(request, group), timezone.now()
    holder = FundHolder.objects.filter(group=here).first()

    def offer(said: dict[str, Any]) -> None:
        areas = said.pop("areas")
        permille = int((said.pop("fee_percent") or 0) * 10)
        terms = holders.HolderTerms(fee_permille=permille, **said)
        holders.offer_to_hold(
            group_id=here.pk, terms=terms, area_ids=[area.pk for area in areas], actor=request.user, now=now
        )

    return answer_form(
        request,
        form_for(request, OfferForm, areas=holder_pages.areas_to_serve(here), initial=holder_pages.offered(holder)),
        FormPage(
            _("Offer to look after groups’ money"),
            _("Save the offer"),
            reverse("communities:holder_home"),
            intro=_("Groups compare offers and choose. Standing agreements keep the terms that were signed."),
        ),
        offer,
        ("communities:holder_home",),
        _("Your offer is saved."),
        context={
            "crumbs": [*_crumbs(), *crumbs_of(here)],
            "missing": holders.what_is_missing(here, now=now),
            "count": True,
        },
    )


@signed_in
@require_POST
def holder_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Pause taking on groups, or go on."""
    holder = get_object_or_404(FundHolder.objects.of_member(request.user), pk=pk)
    new = "paused" if holder.state == "offering" else "offering"
    return answer_press(
        request,
        lambda: holders.move_holder(holder_id=pk, new=new, actor=request.user, now=timezone.now()),
        ("communities:holder_home",),
        _("You take on no new groups for now.") if new == "paused" else _("You take on groups again."),
    )


@signed_in
@require_safe
def holder_group(request: SignedInRequest, pk: int) -> HttpResponse:
    """One group's agreement, limits, contacts and balance, and what can be done now."""
    found = _agreement(request, pk)
    context = holder_pages.agreement_page(found, side=Side.HOLDER, user=request.user) | {"crumbs": _crumbs()}
    context["contacts"] = list(found.group.contacts.filter(until=None))
    return render_page(request, "communities/agreement.html", context)


@signed_in
@FORM
def holder_agree(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree: the offer becomes terms, signed by this side."""
    found = _agreement(request, pk)
    return answer_form(
        request,
        form_for(request, NothingForm),
        FormPage(
            _("Look after the money of %(group)s?") % {"group": found.group.name},
            _("Agree and sign"),
            reverse("communities:holder_group", args=[pk]),
            intro=_("The terms are those of your offer. You sign now; the group signs next."),
        ),
        lambda said: holding_requests.agree_to_hold(agreement_id=pk, actor=request.user, now=timezone.now()),
        ("communities:holder_group", pk),
        _("You have signed. The group has the terms."),
        context={"crumbs": _crumbs(), "facts": holder_pages.terms_facts(holdings.terms_of(found))},
    )


@signed_in
@FORM
def holder_decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decline on a coded ground, with words."""
    found = _agreement(request, pk)
    return answer_form(
        request,
        form_for(request, DeclineForm),
        FormPage(
            _("Decline to look after the money of %(group)s") % {"group": found.group.name},
            _("Send the answer"),
            reverse("communities:holder_group", args=[pk]),
        ),
        lambda said: holding_requests.decline_to_hold(agreement_id=pk, actor=request.user, now=timezone.now(), **said),
        ("communities:holder_home",),
        _("The group has your answer."),
        context={"crumbs": _crumbs(), "count": True},
    )


@signed_in
@FORM
def holder_terms(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put changed terms to the group; what was signed stands until both sides sign."""
    found = _agreement(request, pk)
    newest = found.versions.first()
    initial = newest.terms if newest else holdings.terms_of(found)
    return answer_form(
        request,
        form_for(request, TermsForm, initial=initial),
        FormPage(
            _("Change the terms with %(group)s") % {"group": found.group.name},
            _("Sign and send to the group"),
            reverse("communities:holder_group", args=[pk]),
            intro=_("The terms that both sides signed stand until both sign the new ones."),
        ),
        lambda said: holdings.propose_terms(
            agreement_id=pk, side=Side.HOLDER, changes=said, actor=request.user, now=timezone.now()
        ),
        ("communities:holder_group", pk),
        _("The group has the new terms."),
        context={"crumbs": _crumbs(), "count": True},
    )


@signed_in
@require_POST
def holder_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _agreement(request, pk)
    version = get_object_or_404(AgreementVersion.objects.filter(agreement=found), pk=request.POST.get("version") or 0)
    return answer_press(
        request,
        lambda: holdings.sign_agreement(
            version_id=version.pk, side=Side.HOLDER, actor=request.user, now=timezone.now()
        ),
        ("communities:holder_group", pk),
        _("You have signed for the fund-holder."),
    )


@signed_in
@FORM
def holder_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop payments and begin to end."""
    found = _agreement(request, pk)
    return answer_form(
        request,
        form_for(request, ReasonForm),
        FormPage(
            _("End with %(group)s") % {"group": found.group.name},
            _("Stop payments and begin to end"),
            reverse("communities:holder_group", args=[pk]),
            intro=holder_pages.end_intro(None),
        ),
        lambda said: holdings.freeze_agreement(
            agreement_id=pk, reason=said["reason"], actor=request.user, now=timezone.now()
        ),
        ("communities:holder_group", pk),
        _("Payments have stopped. The money moves next."),
        context={"crumbs": _crumbs()},
    )


@signed_in
@require_POST
def holder_finish(request: SignedInRequest, pk: int) -> HttpResponse:
    _agreement(request, pk)
    now = timezone.now()
    if request.POST.get("answer") == "stay":
        return answer_press(
            request,
            lambda: holdings.unfreeze_agreement(agreement_id=pk, actor=request.user, now=now),
            ("communities:holder_group", pk),
            _("The agreement goes on."),
        )
    return answer_press(
        request,
        lambda: holdings.end_agreement(agreement_id=pk, actor=request.user, now=now),
        ("communities:holder_group", pk),
        _("The agreement has ended."),
    )
