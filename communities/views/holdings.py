"""Fund-holders from the group's side: compare, ask, read, sign, switch, end."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities import holder_pages
from communities.access import SignedInRequest, signed_in
from communities.forms.holders import AskForm
from communities.forms.plain import ReasonForm
from communities.models import AgreementVersion, FundHolder, Side
from communities.services import holding_requests, holdings
from communities.services.helping import is_helper_of
from communities.views.parts import FormPage, answer_form, crumbs_of, for_group, form_for, group_of, press_for_group
from renewal.kernel.web import render_page

FORM = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@require_safe
def choose_fund_holder(request: SignedInRequest, group: str) -> HttpResponse:
    """Compare the fund-holders of the area, and see where requests stand."""
    here = group_of(request, group)
    context = holder_pages.comparison(here) | {"crumbs": crumbs_of(here)}
    return render_page(request, "communities/choose_fund_holder.html", context)


@signed_in
@FORM
def holder_ask(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """Ask one fund-holder, and say who is next."""
    here = group_of(request, group)
    offering = FundHolder.objects.offering().serving(here.area).exclude(group=here).select_related("group")
    holder = get_object_or_404(offering, pk=pk)

    def ask(said: dict[str, Any]) -> None:
        holding_requests.ask_holder(
            group_id=here.pk,
            holder_id=holder.pk,
            purpose=said["purpose"],
            amount_pence=said["amount_pence"],
            next_holder_ids=[other.pk for other in said["next_holders"]],
            actor=request.user,
            now=timezone.now(),
        )

    return answer_form(
        request,
        form_for(request, AskForm, others=offering.exclude(pk=pk)),
        FormPage(
            _("Ask %(holder)s") % {"holder": holder.group.name},
            _("Ask"),
            reverse("communities:choose_fund_holder", args=[here.slug]),
            intro=_("It answers within 10 working days. After that we ask the next one you name."),
        ),
        for_group(request, here, "ask_holder", ask),
        ("communities:choose_fund_holder", here.slug),
        _("We have asked %(holder)s.") % {"holder": holder.group.name},
        context={"crumbs": crumbs_of(here), "group": here, "facts": holder_pages.offer_facts(holder), "count": True},
    )


@signed_in
@require_safe
def agreement(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """Read an agreement from the group's side: terms, signatures, versions, what can be done now."""
    here = group_of(request, group)
    found = get_object_or_404(here.holdings.select_related("holder__group", "group", "moves_to__holder__group"), pk=pk)
    context = holder_pages.agreement_page(found, side=Side.GROUP, user=request.user) | {"crumbs": crumbs_of(here)}
    return render_page(request, "communities/agreement.html", context)


@signed_in
@require_POST
def agreement_sign(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """Sign the newest version for the group; a helper's signature waits for the group's word."""
    here = group_of(request, group)
    found = get_object_or_404(here.holdings, pk=pk)
    version = get_object_or_404(AgreementVersion.objects.filter(agreement=found), pk=request.POST.get("version") or 0)
    back = ("communities:agreement", here.slug, found.pk)
    return press_for_group(
        request,
        here,
        "sign_holder",
        lambda: holdings.sign_agreement(version_id=version.pk, side=Side.GROUP, actor=request.user, now=timezone.now()),
        back,
        _("You have signed for your group."),
        facts={"version_id": version.pk},
    )


@signed_in
@require_POST
def agreement_withdraw(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    here = group_of(request, group)
    get_object_or_404(here.holdings, pk=pk)
    return press_for_group(
        request,
        here,
        "ask_holder",
        lambda: holding_requests.withdraw_request(agreement_id=pk, actor=request.user, now=timezone.now()),
        ("communities:choose_fund_holder", here.slug),
        _("You took your request back."),
    )


@signed_in
@FORM
def agreement_end(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """End an agreement, or move to another fund-holder: first nothing is paid, then the money moves, then it ends."""
    here = group_of(request, group)
    found = get_object_or_404(here.holdings.select_related("holder__group"), pk=pk)
    other = here.holdings.filter(state="active").exclude(pk=pk).select_related("holder__group").first()
    page = FormPage(
        _("End with %(holder)s") % {"holder": found.holder.group.name},
        _("Stop payments and begin to end"),
        reverse("communities:agreement", args=[here.slug, pk]),
        intro=holder_pages.end_intro(other),
    )
    return answer_form(
        request,
        form_for(request, ReasonForm),
        page,
        for_group(
            request,
            here,
            "end_holder",
            lambda said: holdings.freeze_agreement(
                agreement_id=pk,
                reason=said["reason"],
                moves_to_id=other.pk if other else None,
                actor=request.user,
                now=timezone.now(),
            ),
            facts=lambda said: {
                "agreement_id": pk,
                "reason": said["reason"],
                "moves_to_id": other.pk if other else None,
            },
        ),
        ("communities:agreement", here.slug, pk),
        "" if is_helper_of(request.user, here) else _("Payments have stopped. The money moves next."),
        context={"crumbs": crumbs_of(here)},
    )


@signed_in
@require_POST
def agreement_finish(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """End for good, or stay after all."""
    here = group_of(request, group)
    get_object_or_404(here.holdings, pk=pk)
    back, now = ("communities:agreement", here.slug, pk), timezone.now()
    if request.POST.get("answer") == "stay":
        return press_for_group(
            request,
            here,
            "end_holder",
            lambda: holdings.unfreeze_agreement(agreement_id=pk, actor=request.user, now=now),
            back,
            _("The agreement goes on."),
        )
    return press_for_group(
        request,
        here,
        "end_holder",
        lambda: holdings.end_agreement(agreement_id=pk, actor=request.user, now=now),
        back,
        _("The agreement has ended."),
        facts={"agreement_id": pk, "for_good": True},
    )
