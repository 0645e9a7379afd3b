"""Vote with a person on the phone or beside you. The device keeps no draft: choices travel in the form alone."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.access import SignedInRequest, signed_in
from communities.models import Role
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Half
from renewal.kernel.web import go_to, render_page
from voting import queries
from voting.models import Helper, HelpPlace, Poll, RollEntry
from voting.sealing import DeviceSecret
from voting.services.casting import cast_ballot
from voting.services.choices import refuse_bad_choices, total_of
from voting.services.roll import Person, check_by_helper, every_ballot_of
from voting.staff_forms import AssistedForm
from voting.states import Channel
from voting.views.vote import chosen_of
from voting.wording import words_for

SESSION = "assisted"


def _reach(request: SignedInRequest) -> tuple[Any, Any]:
    """Return the open votes and the places for which this person may help; nobody else sees the page (P1)."""
    now = timezone.now()
    places = HelpPlace.objects.filter(
        pk__in=Helper.objects.active(on=london_day(now)).filter(user_id=request.user.pk).values("place_id")
    )
    polls = Poll.objects.real().accepting_ballots(at=now)
    own = polls & Poll.objects.run_by(request.user, on=london_day(now))
    near = polls.filter(area__code__in=[code for place in places for code in place.area.chain_codes])
    inside = [
        poll.pk for poll in polls.select_related("area") for place in places if place.area.code in poll.area.chain_codes
    ]
    return polls.filter(pk__in=[*own.values_list("pk", flat=True), *near.values_list("pk", flat=True), *inside]), places


def _may_help(request: SignedInRequest) -> None:
    on = london_day(timezone.now())
    held = request.user.officer_roles.filter(role__in=[Role.COUNTING, Role.LEAD]).held(on=on).exists()
    if not held:
        get_object_or_404(Helper.objects.active(on=on).filter(user_id=request.user.pk)[:1])


@never_cache
@signed_in
def assisted_vote(request: SignedInRequest) -> HttpResponse:
    """Say who is voting and how; every new person starts here with nothing of the one before."""
    _may_help(request)
    request.session.pop(SESSION, None)
    polls, places = _reach(request)
    form = AssistedForm(request.POST or None, polls=polls, places=places)
    if form.is_valid():
        clean = form.cleaned_data
        person = Person(clean["name"], clean["house"], clean["postcode"])
        try:
            if not clean["is_old_enough"]:
                raise_too_young(form)
            else:
                entry = check_by_helper(
                    poll=clean["poll"], person=person, helper=request.user, place=clean["place"], now=timezone.now(),
                    no_address=clean["no_address"],
                )  # fmt: skip
                place = clean["place"].pk if clean["place"] else None
                entries = {str(one.poll_id): one.pk for one in every_ballot_of(entry=entry, now=timezone.now())}
                request.session[SESSION] = {"entries": entries, "channel": clean["channel"], "place": place}
                return go_to(request, "voting:assisted_ballot", clean["poll"].slug)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/assisted_vote.html", {"form": form, "staff_nav": "assisted"}, status=status)


def raise_too_young(form: AssistedForm) -> None:
    form.add_error("is_old_enough", _("The person can vote here when they are old enough. Nothing has been recorded."))


@never_cache
@signed_in
def assisted_ballot(request: SignedInRequest, poll: str) -> HttpResponse:
    """Mark the ballot as the person says, read it back, send it. Choices live in the form until then."""
    _may_help(request)
    found = queries.public_poll(poll)
    kept = request.session.get(SESSION)
    if kept is None or str(found.pk) not in kept["entries"]:
        return redirect("voting:assisted_vote")
    entry = get_object_or_404(RollEntry, pk=kept["entries"][str(found.pk)], poll=found)
    options = list(found.options.order_by("number"))
    chosen = chosen_of(request, found, options)
    step, refusal = request.POST.get("step", "choose"), ""
    if step in {"read", "send"}:
        try:
            refuse_bad_choices(found, options, chosen)
            if step == "send":
                return _send(request, found, entry, kept, chosen)
        except DomainError as refused:
            refusal, step = words_for(refused), "choose"
    rows = queries.ballot_rows(found, options, chosen)
    context = {
        "poll": found,
        "step": step,
        "refusal": refusal,
        "seed": request.POST.get("seed") or str(DeviceSecret.new(entry_id=entry.pk)),
        "rows": rows,
        "picked": sorted((row for row in rows if row.chosen), key=lambda row: row.extra["rank"]),
        "ranks": range(1, (found.most_choices or len(options)) + 1),
        "total": total_of(found, options, chosen),
        "staff_nav": "assisted",
    }
    return render_page(request, "voting/assisted_ballot.html", context, status=422 if refusal else 200)


def _send(
    request: SignedInRequest, poll: Poll, entry: RollEntry, kept: dict[str, Any], chosen: list[str]
) -> HttpResponse:
    device = DeviceSecret.read(request.POST.get("seed", ""), entry_id=entry.pk) or DeviceSecret.new(entry_id=entry.pk)
    receipt = cast_ballot(
        poll_id=poll.pk,
        roll_entry_id=entry.pk,
        choices=chosen,
        check_code=device.check_code,
        idempotency_key=uuid.UUID(str(device.idempotency_key)),
        channel=Channel.PHONE if kept["channel"] == "phone" else Channel.ASSISTED,
        now=timezone.now(),
        helper=request.user,
        place=HelpPlace.objects.filter(pk=kept["place"]).first(),
    )
    entries = {key: pk for key, pk in kept["entries"].items() if key != str(poll.pk)}
    others = [one for one in queries.ballots_of(entries.values(), now=timezone.now()) if not one.has_voted]
    request.session.pop(SESSION)
    if others:  # the same person goes on; the next one starts from the first page, which clears
        request.session[SESSION] = kept | {"entries": entries}
    context = {
        "poll": poll,
        "other_ballots": others,
        "first": Half("reference", _("The reference"), receipt.tracker, _("Read it out or print it. It may be kept.")),
        "second": Half("check-code", _("The private check code"), device.check_code, _("For the person alone.")),
        "staff_nav": "assisted",
    }
    return render_page(request, "voting/assisted_sent.html", context)
