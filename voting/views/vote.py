"""The pages of a vote, from the first to the receipt. Each works without script, at the same address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.queries import area_of_postcode
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb, Half
from renewal.kernel.web import go_to, is_partial, render_page
from voting import queries
from voting.forms import CanIVoteForm, EmailForm
from voting.models import Option, Poll, PollKind
from voting.services.casting import Receipt, cast_ballot, mark_review, receipt_for
from voting.services.choices import refuse_bad_choices, total_of
from voting.services.errors import ChoicesRefused, VotingHasClosed
from voting.services.notices import send_reference
from voting.services.printing import project_list_pdf
from voting.states import Channel
from voting.views.voter import (
    Voter,
    checked_entries,
    draft_ids,
    forget_ballot,
    forget_voter,
    keep_device,
    keep_receipt,
    receipt_of,
    voter_of,
)
from voting.wording import words_for


def context_for(poll: Poll, **more: object) -> dict[str, object]:
    """What every page of a vote shows: the poll in the page's language, and the way back to its first page."""
    title = poll.label
    return {
        "poll": poll,
        "poll_title": title,
        "area_name": queries.area_name(poll),
        "area_spoken": poll.area.spoken,
        "area_within": poll.area.within,
        "crumbs": [Crumb(title, resolve_url("voting:start", poll.slug))],
        "nav": "rounds",
        **more,
    }


@never_cache
def start(request: HttpRequest, poll: str) -> HttpResponse:
    """Who can vote, what you need, how long it takes; before opening: can I vote?"""
    found, now = queries.announced_poll(poll), timezone.now()
    form, answer, status = CanIVoteForm(), None, 200
    if request.method == "POST":
        form = CanIVoteForm(request.POST)
        if form.is_valid():
            looked_up = area_of_postcode(form.cleaned_data["postcode"], on=london_day(now))
            answer = any(found.area.code in area.chain_codes for area in looked_up.areas)
        else:
            status = 422
    entry = checked_entries(request).get(found.pk)
    voted = [ballot for ballot in queries.ballots_of([entry] if entry else [], now=now) if ballot.has_voted]
    context = context_for(
        found,
        crumbs=[],
        form=form,
        answer=answer,
        moment=queries.moment_of(found, now=now),
        has_voted=bool(voted),
        is_checked=entry is not None,
        receipt=receipt_of(request, found),
        places=queries.places_that_help(found),
        changes=queries.changes_of(found),
        elections=queries.reasons_before_elections(found, on=london_day(now)),
    )
    return render_page(request, "voting/start.html", context, status=status)


@require_safe
def project_list(request: HttpRequest, poll: str) -> HttpResponse:
    """All projects on one printed page, with the numbers of the ballot."""
    found = queries.public_poll(poll)
    content = project_list_pdf(poll=found, language=get_language() or "en", now=timezone.now())
    headers = {"Content-Disposition": f'inline; filename="projects-{found.slug}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
@never_cache
def my_ballots(request: HttpRequest) -> HttpResponse:
    """Every ballot that the checked person has, opened one after another."""
    ballots = queries.ballots_of(checked_entries(request).values(), now=timezone.now())
    return render_page(request, "voting/my_ballots.html", {"ballots": ballots, "nav": "rounds"})


def _voter(request: HttpRequest, poll: Poll, *, new: bool = False) -> Voter | HttpResponse:
    """Return the voter, or where to go instead: the first page when voting is over, the check when it is missing."""
    if queries.moment_of(poll, now=timezone.now()) not in {"open", "late"}:
        return redirect("voting:start", poll.slug)
    return voter_of(request, poll, new=new) or redirect("voting:residency_method", poll.slug)


def chosen_of(request: HttpRequest, poll: Poll, options: Sequence[Option]) -> list[str]:
    """Read the choices of a posted ballot: ticks, or for a ranked poll the numbers in order."""
    if poll.kind != PollKind.RANK:
        ticked = set(request.POST.getlist("project"))
        return [option.ref for option in options if option.ref in ticked and option.withdrawn_at is None]
    ranks = [(request.POST.get(f"rank-{option.ref}", ""), option.ref) for option in options]
    return [ref for rank, ref in sorted((int(rank), ref) for rank, ref in ranks if rank.isdigit())]


def _ballot_context(voter: Voter, chosen: list[str], **more: object) -> dict[str, object]:
    poll = voter.poll
    rows = queries.ballot_rows(poll, voter.options, chosen)
    return context_for(
        poll,
        rows=rows,
        sections=queries.sections_of(voter.options, rows),
        total=total_of(poll, voter.options, chosen),
        ranks=range(1, (poll.most_choices or len(voter.options)) + 1),
        withdrawn=[option.label for option in voter.withdrawn],
        **more,
    )


@never_cache
def choose(request: HttpRequest, poll: str) -> HttpResponse:
    """The ballot: all projects on one page, in an order shuffled once for this voter."""
    found, now = queries.public_poll(poll), timezone.now()
    receipt = receipt_of(request, found)
    voter = _voter(request, found)
    if not isinstance(voter, Voter):
        return voter
    if request.method == "GET" and receipt and receipt.get("key") == str(voter.device.idempotency_key):
        voter = _voter(request, found, new=True)  # voting again begins with a fresh secret
        if not isinstance(voter, Voter):
            return voter
    if request.method == "POST":
        return _check_choices(request, voter, now)
    response = render_page(request, "voting/choose.html", _ballot_context(voter, voter.draft() or []))
    return keep_device(response, voter, now=now)


def _check_choices(request: HttpRequest, voter: Voter, now: datetime) -> HttpResponse:
    """Keep the choices; go on to review, to "nothing chosen?", or back to the ballot with what would fix it."""
    chosen = chosen_of(request, voter.poll, voter.options)
    voter.save_draft(chosen, now=now)
    try:
        refuse_bad_choices(voter.poll, voter.options, chosen)
    except ChoicesRefused as refusal:
        remedies = queries.single_removals(voter.poll, voter.options, chosen)
        context = _ballot_context(voter, chosen, refusal=words_for(refusal), remedies=remedies)
        return keep_device(render_page(request, "voting/choose.html", context, status=422), voter, now=now)
    page = "voting:review" if chosen else "voting:empty"
    return keep_device(go_to(request, page, voter.poll.slug), voter, now=now)


@never_cache
def choose_one(request: HttpRequest, poll: str, number: int) -> HttpResponse:
    """The same ballot, one project a page."""
    found, now = queries.public_poll(poll), timezone.now()
    voter = _voter(request, found)
    if not isinstance(voter, Voter):
        return voter
    offered = [option for option in voter.options if option.withdrawn_at is None]
    if not 1 <= number <= len(offered) or found.kind == PollKind.RANK:
        return redirect("voting:choose", found.slug)
    option, chosen = offered[number - 1], voter.draft() or []
    if request.method == "POST":
        voter.save_draft(_answered(request, option, chosen), now=now)
        last = number == len(offered)
        where = go_to(request, "voting:choose", found.slug) if last else None
        response = where or go_to(request, "voting:choose_one", found.slug, number + 1)
        return keep_device(response, voter, now=now)
    context = _ballot_context(voter, chosen, row=queries.ballot_rows(found, [option], chosen)[0], number=number)
    response = render_page(request, "voting/choose_one.html", context | {"count": len(offered)})
    return keep_device(response, voter, now=now)


def _answered(request: HttpRequest, option: Option, chosen: list[str]) -> list[str]:
    others = [ref for ref in chosen if ref != option.ref]
    if request.POST.get("answer") == "yes":
        return [*others, option.ref]
    return others if request.POST.get("answer") == "no" else chosen


@never_cache
def total(request: HttpRequest, poll: str) -> HttpResponse:
    """Keep the choices and show the total: two fragments with htmx, the ballot again without."""
    found, now = queries.public_poll(poll), timezone.now()
    voter = _voter(request, found)
    if not isinstance(voter, Voter):
        return voter
    if request.method == "POST":
        chosen = chosen_of(request, voter.poll, voter.options)
        voter.save_draft(chosen, now=now)
        if not is_partial(request):
            return keep_device(go_to(request, "voting:choose", found.slug), voter, now=now)
    else:
        chosen = voter.draft() or []
    context = _ballot_context(voter, chosen)
    return keep_device(render_page(request, "voting/total.html", context, partial="totals"), voter, now=now)


@require_safe
@never_cache
def empty(request: HttpRequest, poll: str) -> HttpResponse:
    """Ask whether a vote with no projects is what the person wants."""
    found = queries.public_poll(poll)
    voter = _voter(request, found)
    if not isinstance(voter, Voter):
        return voter
    return render_page(request, "voting/empty.html", context_for(found))


@require_safe
@never_cache
def review(request: HttpRequest, poll: str) -> HttpResponse:
    """Check the choices before sending; whoever gets here before closing has 30 more minutes."""
    found, now = queries.public_poll(poll), timezone.now()
    voter = _voter(request, found)
    if not isinstance(voter, Voter):
        return voter
    chosen = voter.draft()
    if chosen is None:
        return redirect("voting:choose", found.slug)
    mark_review(roll_entry_id=voter.entry_id, poll=found, now=now)
    return render_page(request, "voting/review.html", _review_context(voter, chosen))


def _review_context(voter: Voter, chosen: list[str], **more: object) -> dict[str, object]:
    by_ref = {row.value: row for row in queries.ballot_rows(voter.poll, voter.options, chosen)}
    picked = [by_ref[ref] for ref in chosen if ref in by_ref]
    crumbs = [
        Crumb(voter.poll.label, resolve_url("voting:start", voter.poll.slug)),
        Crumb(_("Your choices"), resolve_url("voting:choose", voter.poll.slug)),
    ]
    return _ballot_context(voter, chosen) | {"picked": picked, "crumbs": crumbs} | more


@require_POST
@never_cache
def send(request: HttpRequest, poll: str) -> HttpResponse:
    """Send the vote. A second press or the back button gives the same receipt."""
    (found, sealed), now = queries.poll_to_send(poll, draft_ids=draft_ids(request)), timezone.now()
    voter = voter_of(request, found)
    if voter is None:
        return redirect("voting:start", found.slug)
    device, chosen = voter.device, voter.read_draft(sealed)
    if chosen is None:  # sent already, or never chosen on this device
        known = receipt_for(poll_id=found.pk, roll_entry_id=voter.entry_id, idempotency_key=device.idempotency_key)
        return _sent(request, voter, known, now) if known else go_to(request, "voting:choose", found.slug)
    try:
        receipt = cast_ballot(
            poll_id=found.pk,
            roll_entry_id=voter.entry_id,
            choices=chosen,
            check_code=device.check_code,
            idempotency_key=device.idempotency_key,
            channel=Channel.WEB,
            now=now,
            draft_id=device.draft_id,
        )
    except DomainError as refusal:
        closed = isinstance(refusal, VotingHasClosed)
        context = _review_context(voter, chosen, refusal=words_for(refusal), is_closed=closed)
        return render_page(request, "voting/review.html", context, status=422)
    return _sent(request, voter, receipt, now, chosen)


def _sent(
    request: HttpRequest, voter: Voter, receipt: Receipt, now: datetime, chosen: list[str] | None = None
) -> HttpResponse:
    """Lead to the receipt and keep it on the device; one whose first answer got lost has no choices and no time."""
    response, device = go_to(request, "voting:sent", voter.poll.slug), voter.device
    before, key = receipt_of(request, voter.poll), str(device.idempotency_key)
    if voter.is_shared:
        moment = None if receipt.is_repeat else now.isoformat()
        shown = {"choices": chosen, "code": device.check_code, "tracker": receipt.tracker, "at": moment}
        return _shared_receipt(request, voter.poll, shown, now)
    if not receipt.is_repeat or before is None or before.get("key") != key:
        kept = {"poll": voter.poll.slug, "choices": chosen, "code": device.check_code, "key": key}
        at = None if receipt.is_repeat else now
        keep_receipt(response, voter, kept | {"tracker": receipt.tracker, "at": at}, now=now)
    return response


def _shared_receipt(request: HttpRequest, poll: Poll, shown: dict[str, Any], now: datetime) -> HttpResponse:
    """Show the receipt of a shared device once, and clear it: of this ballot, or of the person after their last one."""
    response = _receipt_page(request, poll, shown, now, is_shared=True)
    entries = [pk for poll_id, pk in checked_entries(request).items() if poll_id != poll.pk]
    if all(ballot.has_voted for ballot in queries.ballots_of(entries, now=now)):
        forget_voter(request, response)
    else:
        forget_ballot(request, response, poll)
    return response


@require_safe
@never_cache
def sent(request: HttpRequest, poll: str) -> HttpResponse:
    """The receipt, read from this device's own cookie: reference, check code, choices, what happens next."""
    found, now = queries.public_poll(poll), timezone.now()
    receipt = receipt_of(request, found)
    if receipt is None:
        return redirect("voting:start", found.slug)
    return _receipt_page(request, found, receipt, now)


def _receipt_page(
    request: HttpRequest, found: Poll, receipt: dict[str, Any], now: datetime, *, is_shared: bool = False
) -> HttpResponse:
    """Show the receipt: from this device's cookie, or at once and only once where the device is shared."""
    options = {option.ref: option for option in found.options.all()}
    chosen = [ref for ref in receipt["choices"] or () if ref in options]
    others = queries.ballots_of(
        [pk for poll_id, pk in checked_entries(request).items() if poll_id != found.pk], now=now
    )
    context = context_for(
        found,
        received_at=receipt["at"] and datetime.fromisoformat(receipt["at"]),
        knows_choices=receipt["choices"] is not None,
        first=Half(
            "reference",
            _("Your reference"),
            receipt["tracker"],
            _(
                "Use it to check that your vote was received and counted. "
                "It does not show who you are or what you chose."
            ),
        ),
        second=Half(
            "check-code",
            _("Your private check code"),
            receipt["code"],
            _(
                "After the result it finds your ballot in the published list. "
                "We show it only now, and we never send it."
            ),
        ),
        rows=queries.ballot_rows(found, [options[ref] for ref in chosen], chosen),
        total=total_of(found, options.values(), chosen),
        form=EmailForm(),
        is_shared=is_shared,
        other_ballots=[ballot for ballot in others if not ballot.has_voted],
    )
    return render_page(request, "voting/sent.html", context)


@require_POST
def email_reference(request: HttpRequest, poll: str) -> HttpResponse:
    """Send the reference alone to an address that is not kept."""
    found = queries.public_poll(poll)
    receipt, form = receipt_of(request, found), EmailForm(request.POST)
    if receipt is None:
        return redirect("voting:start", found.slug)
    if not form.is_valid():
        messages.warning(request, _("Enter an e-mail address in full, like name@example.org"))
        return go_to(request, "voting:sent", found.slug)
    send_reference(
        poll=found,
        tracker=receipt["tracker"],
        address=form.cleaned_data["email"],
        language=get_language() or "en",
        now=timezone.now(),
    )
    messages.success(request, _("We have sent the reference. We do not keep the address."))
    return go_to(request, "voting:sent", found.slug)


@require_POST
def finish(request: HttpRequest, poll: str) -> HttpResponse:
    """Finish and clear this device, so that the next person finds nothing."""
    found = queries.public_poll(poll)
    response = go_to(request, "voting:start", found.slug)
    forget_voter(request, response)
    messages.success(request, _("This device is clear. Your choices and codes are no longer on it."))
    return response
