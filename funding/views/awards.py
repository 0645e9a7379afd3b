"""Officers' review of a round's awards, and its two signatures. Nothing here can add, drop or reorder a project."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.access import SignedInRequest, has_fresh_step, officer_required
from communities.models import Role
from funding.forms.money import SignForm
from funding.models import Award, Round, SignOffState
from funding.queries.awards import award_lines, open_sign_off, open_sign_offs, rounds_awarded_by, rounds_with_awards
from funding.queries.reviews import checks_projects
from funding.queries.small_awards import sets_aside
from funding.services.sign_off import figures_of, propose_awards, send_awards_back, sign_awards
from funding.wording import words_for
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page

officers = officer_required(Role.LEAD, Role.FINANCE, Role.REVIEWER, Role.AUDITOR, Role.STEWARD)
signers = officer_required(Role.LEAD, Role.FINANCE, Role.REVIEWER, Role.STEWARD)


def _crumbs(round_: Round | None = None) -> list[Crumb]:
    found = [Crumb(_("Awards"), reverse("funding:awards"))]
    return [*found, Crumb(round_.label, reverse("funding:awards_review", args=[round_.slug]))] if round_ else found


@require_safe
@officers
def awards(request: SignedInRequest) -> HttpResponse:
    """The rounds of this officer's body that have awards."""
    found = list(rounds_with_awards(request.user, now=timezone.now())[:100])
    standing = open_sign_offs(found)
    rounds = [(round_, standing.get(round_.pk)) for round_ in found]
    context = {"rounds": rounds, "staff_nav": "awards"} | {
        "may_set_aside": sets_aside(request.user),
        "may_pass": checks_projects(request.user),
    }
    return render_page(request, "funding/staff/awards.html", context)


@require_safe
@officers
def awards_review(request: SignedInRequest, slug: str) -> HttpResponse:
    """The selection as counted, the body's answers, and the checks each award still has to pass."""
    round_ = get_object_or_404(rounds_awarded_by(request.user, now=timezone.now()), slug=slug)
    context = {
        "round": round_,
        "lines": award_lines(round_),
        "total": sum(award.amount_pence for award in round_.awards.standing()),
        "selection": getattr(round_, "frozen_selection", None),
        "sign_off": open_sign_off(round_),
        "staff_nav": "awards",
        "crumbs": _crumbs(),
    }
    return render_page(request, "funding/staff/awards_review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signers
def sign_off(request: SignedInRequest, slug: str) -> HttpResponse:
    """Four eyes: one person signs the figures, a second compares the same ones and signs or sends them back."""
    round_ = get_object_or_404(rounds_awarded_by(request.user, now=timezone.now()), slug=slug)
    standing = open_sign_off(round_)
    form = SignForm(request.POST if request.method == "POST" else None, initial={"seen": digest(figures_of(round_))})
    fresh = has_fresh_step(request)
    if request.method == "POST" and form.is_valid() and not fresh:
        form.add_error(None, _("Confirm that it is you first, then sign."))
    elif request.method == "POST" and form.is_valid():
        try:
            _decide(round_, request, form)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:sign_off", slug)
    context = {
        "round": round_,
        "lines": [line for line in award_lines(round_) if line.award.state != "reversed"],
        "figures": figures_of(round_),
        "seen": digest(figures_of(round_)),
        "standing": standing,
        "signed": standing is not None and standing.state == SignOffState.SIGNED,
        "mine": standing is not None and standing.proposed_by_id == request.user.pk,
        "form": form,
        "me": request.user,
        "fresh": fresh,
        "pot": sum(award.amount_pence for award in Award.objects.filter(round=round_)),
        "staff_nav": "awards",
        "crumbs": _crumbs(round_),
    }
    return render_page(request, "funding/staff/sign_off.html", context, status=422 if form.errors else 200)


def _decide(round_: Round, request: SignedInRequest, form: SignForm) -> None:
    """Propose, sign second or send back, as the standing signature and the answer say."""
    now, user, data = timezone.now(), request.user, form.cleaned_data
    if data["decision"] == "back":
        send_awards_back(round_id=round_.pk, user=user, reason=data["reason"], now=now)
        messages.success(request, _("The figures went back with your reason."))
    elif open_sign_off(round_) is None:
        propose_awards(round_id=round_.pk, user=user, now=now)
        messages.success(request, _("You signed first. A second person compares the same figures."))
    else:
        sign_awards(round_id=round_.pk, user=user, seen_digest=data["seen"], now=now)
        messages.success(request, _("Signed by two people. The checks still to pass can begin. No money moves today."))
