"""Officers' pages of the count: duplicates, opening the box, the result before it is published, scrutiny."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Fact
from renewal.kernel.web import go_to, render_page
from voting.models import Outcome, Poll
from voting.services import polls as polls_service
from voting.services.bundle import scrutiny_bundle_of
from voting.services.counts import arithmetic_closes, count_poll, publish_result
from voting.services.duplicates import DuplicateCase, settle_duplicate, waiting_cases
from voting.services.opening import open_box_in_child
from voting.services.scrutiny import refuse_involved, sign_scrutiny
from voting.staff_forms import SettleForm
from voting.states import PollState
from voting.views.staff import STATES, officers, own_poll, own_polls
from voting.wording import CHANNELS, SPOILT, words_for


@officers
def duplicates(request: SignedInRequest) -> HttpResponse:
    """Entries that may be one person; no names, no choices."""
    live = own_polls(request).filter(state__in=["open", "paused", "closed"])
    cases, case, form = waiting_cases(polls=list(live)), None, None
    if request.method == "POST":
        case = _case(request, cases)
        form = SettleForm(request.POST, auto_id=f"case-{case.match_id}-%s")
        if form.is_valid():
            settle_duplicate(case=case, is_same=form.cleaned_data["same"], actor=request.user, now=timezone.now())
            messages.success(request, _("Settled."))
            return go_to(request, "voting:duplicates")
    context = {"cases": cases, "wrong": case, "form": form, "staff_nav": "duplicates"}
    return render_page(request, "voting/staff_duplicates.html", context, status=200 if form is None else 422)


def _case(request: HttpRequest, cases: list[DuplicateCase]) -> DuplicateCase:
    found = [case for case in cases if str(case.match_id) == request.POST.get("case")]
    if not found:
        raise Http404
    return found[0]


@officers
def result_review(request: SignedInRequest, poll: str) -> HttpResponse:
    """Open the box (demo), count, compare with a second run, publish."""
    found, now = own_poll(request, poll), timezone.now()
    if request.method == "POST":
        return _advance(request, found)
    outcome = Outcome.objects.select_related("count").filter(poll=found).first()
    titles = dict(found.options.values_list("ref", "title"))
    context = {
        "poll": found,
        "state": STATES[found.state],
        "outcome": outcome,
        "selected": [titles[ref] for ref in outcome.selected] if outcome else [],
        "closes": outcome is not None and arithmetic_closes(outcome.turnout),
        "figures": _figures(outcome.turnout) if outcome else [],
        "is_demo": settings.DEMO,
        "is_over": now >= found.closes_at,
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_result.html", context)


@officers
def scrutiny(request: SignedInRequest, poll: str) -> HttpResponse:
    """Check a small vote as one of two named people: the full record, then a signature."""
    found = own_poll(request, poll)
    if found.state != PollState.PUBLISHED:
        return go_to(request, "voting:result_review", found.slug)
    if request.method == "POST":
        try:
            sign_scrutiny(poll_id=found.pk, actor=request.user, now=timezone.now())
            messages.success(request, _("Signed. Your name stands on the page of the result."))
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
        return go_to(request, "voting:scrutiny", found.slug)
    signed = list(found.scrutinies.all())
    context = {
        "poll": found,
        "signed": signed,
        "has_signed": request.user.pk in {one.user_id for one in signed},
        "is_involved": request.user.pk in (found.set_up_by_id, found.opened_by_id),
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_scrutiny.html", context)


@require_safe
@officers
def scrutiny_download(request: SignedInRequest, poll: str) -> HttpResponse:
    """The full record of a small vote, for its scrutineers alone; made on request and kept nowhere."""
    found = own_poll(request, poll)
    if found.state != PollState.PUBLISHED:
        raise Http404
    try:
        refuse_involved(poll=found, user=request.user)
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
        return go_to(request, "voting:scrutiny", found.slug)
    headers = {"Content-Disposition": f'attachment; filename="scrutiny-{found.slug}.zip"', "Cache-Control": "no-store"}
    return HttpResponse(scrutiny_bundle_of(found), content_type="application/zip", headers=headers)


FIGURES = {
    "marked": later("People who voted"),
    "published": later("Ballots published"),
    "withheld": later("Ballots withheld, because few people voted"),
    "rejected": later("Rejected"),
    "log_leaves": later("Sealed ballots in the log"),
    "superseded": later("Replaced by a later vote"),
    "cancelled": later("Cancelled as a second vote of one person"),
    "electronic": later("Electronic ballots counted"),
    "paper": later("Papers counted"),
}


def _figures(turnout: dict[str, Any]) -> list[Fact]:
    """Put the figures of a vote into words, channels and reasons last; officers see them exactly."""
    facts = [Fact(str(words), f"{turnout[name]:,}") for name, words in FIGURES.items() if name in turnout]
    facts += [Fact(str(CHANNELS[name]), f"{count:,}") for name, count in sorted(turnout["channels"].items())]
    papers = [(SPOILT[why], count) for part in ("spoilt", "returned") for why, count in turnout[part].items()]
    return facts + [Fact(_("Not counted: %(why)s") % {"why": why}, f"{count:,}") for why, count in papers]


def _advance(request: SignedInRequest, poll: Poll) -> HttpResponse:
    now, step = timezone.now(), request.POST.get("step")
    try:
        if step == "close":
            polls_service.close_poll(poll_id=poll.pk, now=now, actor=request.user)
        elif step == "open_box" and settings.DEMO:
            open_box_in_child(poll_id=poll.pk)
        elif step == "count":
            count_poll(poll_id=poll.pk, now=now)
        elif step == "publish":
            publish_result(poll_id=poll.pk, actor=request.user, now=now)
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
    return go_to(request, "voting:result_review", poll.slug)
