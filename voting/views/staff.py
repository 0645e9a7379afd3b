"""Officers' pages: votes, their checks and changes, lists, duplicates, the count."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Area, Role
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Cell, Column, Fact, Row
from renewal.kernel.templatetags.page import short_day, when
from renewal.kernel.web import go_to, render_page
from voting.models import Outcome, Poll, PollRequest
from voting.services import polls as polls_service
from voting.services.bundle import scrutiny_bundle_of
from voting.services.codes import void_code
from voting.services.counts import arithmetic_closes, count_poll, publish_result
from voting.services.duplicates import settle_duplicate, waiting_cases
from voting.services.lists import NoLegalBasis, import_list
from voting.services.opening import open_box_in_child
from voting.services.printing import (
    VERSIONS,
    asked_for,
    ballot_pdf,
    print_code_letters,
    print_list_letters,
    print_pack_letters,
    print_replaced_letters,
    waiting_to_be_told,
)
from voting.services.roll import Person
from voting.services.scrutiny import refuse_involved, sign_scrutiny
from voting.services.validator import problems_of
from voting.staff_forms import PRESETS, ChangeForm, LettersForm, ListForm, PollForm, SettleForm, start_from
from voting.states import PollState
from voting.wording import CHANNELS, PROBLEMS, SPOILT, words_for

LANGUAGES = (("en", "English"), ("cy", "Cymraeg"))
officers = officer_required(Role.COUNTING, Role.LEAD)
STATES = {
    "draft": later("Draft"),
    "rehearsal": later("Rehearsal"),
    "open": later("Open"),
    "paused": later("Paused"),
    "closed": later("Closed"),
    "opened": later("Box open"),
    "counted": later("Counted"),
    "published": later("Published"),
    "cancelled": later("Cancelled"),
}


def own_polls(request: SignedInRequest) -> Any:
    """Fetch the votes that this officer runs today (P1: others are not found)."""
    return Poll.objects.run_by(request.user, on=london_day(timezone.now())).select_related("area")


def own_poll(request: SignedInRequest, slug: str) -> Poll:
    found: Poll = get_object_or_404(own_polls(request), slug=slug)
    return found


@require_safe
@officers
def staff_polls(request: SignedInRequest) -> HttpResponse:
    """All votes of this officer, newest first."""
    rows = [
        Row(
            [
                Cell(poll.title, url=f"{poll.slug}/"),
                Cell(poll.area.name),
                Cell(STATES[poll.state], tag="good" if poll.state == PollState.OPEN else "plain"),
                Cell(short_day(poll.closes_at)),
            ]
        )
        for poll in own_polls(request).real().order_by("-closes_at", "-id")
    ]
    columns = [Column(_("Vote")), Column(_("Area")), Column(_("Where it stands")), Column(_("Closes"))]
    return render_page(request, "voting/staff_polls.html", {"rows": rows, "columns": columns, "staff_nav": "polls"})


@officers
def poll_new(request: SignedInRequest) -> HttpResponse:
    """Set a vote up without a developer: from nothing, or with the projects of an earlier one."""
    on = london_day(timezone.now())
    paths = request.user.officer_roles.filter(body__isnull=False).held(on=on).values_list("body__area__path", flat=True)
    areas = [area.pk for area in Area.objects.current(on=on) if area.path.startswith(tuple(paths))]
    own = own_polls(request).real()
    copied = own.filter(slug=request.GET.get("from", "")).first()
    form = PollForm(
        request.POST or None,
        areas=Area.objects.filter(pk__in=areas),
        polls=own,
        initial=start_from(preset=request.GET.get("preset", ""), poll=copied),
    )
    if form.is_valid():
        poll = polls_service.set_up_poll(**form.facts(), actor=request.user, now=timezone.now())
        return go_to(request, "voting:staff_poll", poll.slug)
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "presets": [(key, words) for key, (words, _facts) in PRESETS.items()],
        "last": own.order_by("-opens_at", "-id").first(),
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_poll_new.html", context, status=status)


@require_safe
@officers
def staff_poll(request: SignedInRequest, poll: str) -> HttpResponse:
    """One vote: what the validator says, what can be done now, and what waits for a second officer."""
    return _poll_page(request, own_poll(request, poll), ChangeForm())


def _poll_page(request: SignedInRequest, found: Poll, form: ChangeForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    problems = problems_of(found, now=now) if found.state in {PollState.DRAFT, PollState.REHEARSAL} else []
    facts = [
        Fact(_("Area"), found.area.name),
        Fact(_("Where it stands"), STATES[found.state]),
        Fact(_("Opens"), when(found.opens_at)),
        Fact(_("Closes"), when(found.closes_at)),
        Fact(_("Projects"), f"{found.options.count():,}"),
        Fact(_("On the roll"), f"{found.roll.count():,}"),
        Fact(_("Can everybody recount it?"), _("Yes") if found.recomputable else _("No, too few people")),
    ]
    context = {
        "poll": found,
        "facts": facts,
        "problems": [(PROBLEMS[one.code], one) for one in problems],
        "may_open": found.set_up_by_id != request.user.pk and not any(one.stops for one in problems),
        "is_draft": found.state in {PollState.DRAFT, PollState.REHEARSAL},
        "can_change": found.state in {PollState.OPEN, PollState.PAUSED},
        "waiting": found.requests.filter(confirmed_at=None).first(),
        "form": form,
        "me": request.user.pk,
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_poll.html", context, status=status)


def _doing(request: SignedInRequest, poll: Poll, work: Any, done: str, **facts: Any) -> HttpResponse:
    """Call one service and say what happened, on the page of the vote."""
    try:
        work(**facts)
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
    else:
        messages.success(request, done)
    return go_to(request, "voting:staff_poll", poll.slug)


@require_POST
@officers
def poll_open(request: SignedInRequest, poll: str) -> HttpResponse:
    """Open a vote, as another person than set it up."""
    found = own_poll(request, poll)
    work = polls_service.open_poll
    return _doing(
        request, found, work, _("The vote is open."), poll_id=found.pk, actor=request.user, now=timezone.now()
    )


@require_POST
@officers
def poll_rehearse(request: SignedInRequest, poll: str) -> HttpResponse:
    """Open a copy for test codes, and show the codes once."""
    found = own_poll(request, poll)
    try:
        copy, codes = polls_service.start_rehearsal(poll_id=found.pk, actor=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
        return go_to(request, "voting:staff_poll", found.slug)
    return render_page(
        request, "voting/staff_rehearsal.html", {"poll": found, "copy": copy, "codes": codes, "staff_nav": "polls"}
    )


@require_POST
@officers
def poll_change(request: SignedInRequest, poll: str) -> HttpResponse:
    """Propose a pause, an extension or a cancellation."""
    found, form = own_poll(request, poll), ChangeForm(request.POST)
    if not form.is_valid():
        return _poll_page(request, found, form, status=422)
    return _doing(
        request, found, polls_service.propose_change, _("Proposed. A second officer must confirm it."),
        poll_id=found.pk, what=form.cleaned_data["what"], reason=form.cleaned_data["reason"],
        closes_at=form.closes_at(), actor=request.user, now=timezone.now(),
    )  # fmt: skip


@require_POST
@officers
def poll_confirm(request: SignedInRequest, poll: str, pk: int) -> HttpResponse:
    """Confirm what another officer proposed, or drop it."""
    found = own_poll(request, poll)
    change = get_object_or_404(PollRequest, pk=pk, poll=found, confirmed_at=None)
    if request.POST.get("answer") == "drop":
        return _doing(
            request, found, polls_service.drop_change, _("Taken back."), request_id=change.pk, actor=request.user
        )
    work = polls_service.confirm_change
    return _doing(request, found, work, _("Done."), request_id=change.pk, actor=request.user, now=timezone.now())


@officers
def poll_list(request: SignedInRequest, poll: str) -> HttpResponse:
    """Import a list of names and addresses; refused without its legal basis."""
    found, form = own_poll(request, poll), ListForm(request.POST or None)
    if form.is_valid():
        people = [
            Person(*(part.strip() for part in line.split(";")))
            for line in form.cleaned_data.pop("people").splitlines()
            if line.count(";") == 2
        ]
        with_letters = form.cleaned_data.pop("with_letters")
        try:
            made = import_list(
                poll_id=found.pk, people=people, actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except NoLegalBasis:
            form.add_error("legal_basis", _("Enter the law that allows this list to be used"))
        else:
            messages.success(
                request, _("%(count)d people are on the list, as match tokens only.") % {"count": made.count}
            )
            language = get_language() or "en"
            letters = with_letters and print_list_letters(
                poll_id=found.pk, people=people, language=language, actor=request.user, now=timezone.now()
            )
            return (
                _pdf(letters, f"letters-{found.slug}.pdf")
                if letters
                else go_to(request, "voting:staff_poll", found.slug)
            )
    status = 422 if request.method == "POST" else 200
    context = {"poll": found, "form": form, "staff_nav": "polls"}
    return render_page(request, "voting/staff_list.html", context, status=status)


@require_safe
@officers
def ballot_download(request: SignedInRequest, poll: str, version: str) -> HttpResponse:
    """A paper ballot to print: version A to H, with ``?large=1`` in large print, in the page's language."""
    found = own_poll(request, poll)
    if version not in VERSIONS:
        raise Http404
    large, language = bool(request.GET.get("large")), get_language() or "en"
    content = ballot_pdf(poll=found, version=version, large=large, language=language, now=timezone.now())
    return _pdf(content, f"ballot-{found.slug}-{version}{'-large' if large else ''}.pdf")


@officers
def letters(request: SignedInRequest, poll: str) -> HttpResponse:
    """Print letters with new codes; the codes stand in this one file and nowhere else."""
    found, form = own_poll(request, poll), LettersForm(request.POST or None)
    if form.is_valid():
        content = print_code_letters(poll_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        return _letters(content, found)
    asked = Counter(
        (language, kind == "code")
        for language in ("en", "cy")
        for kind in asked_for(poll=found, language=language).values_list("kind", flat=True)
    )
    context = {
        "poll": found,
        "form": form,
        "waiting": sum(count for (_language, is_code), count in asked.items() if is_code),
        "packs": [(language, words, asked[language, False]) for language, words in LANGUAGES if asked[language, False]],
        "replaced": waiting_to_be_told(poll=found, now=timezone.now()).count(),
        "versions": VERSIONS,
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_letters.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@officers
def code_void(request: SignedInRequest, poll: str) -> HttpResponse:
    """Make a lost or stolen code worthless; a vote already sent with it stands."""
    found = own_poll(request, poll)
    if void_code(poll_id=found.pk, code=request.POST.get("code", ""), actor=request.user, now=timezone.now()):
        messages.success(request, _("The code is worthless now. Print the person another letter."))
    else:
        messages.warning(request, _("This vote has no such code, or it is worthless already."))
    return go_to(request, "voting:letters", found.slug)


@require_POST
@officers
def pack_letters(request: SignedInRequest, poll: str) -> HttpResponse:
    """Print the letters of the paper packs that were asked for in one language."""
    found = own_poll(request, poll)
    language = "cy" if request.POST.get("language") == "cy" else "en"
    content = print_pack_letters(poll_id=found.pk, language=language, actor=request.user, now=timezone.now())
    if content is None:
        messages.warning(request, _("Nobody waits for this letter."))
        return go_to(request, "voting:letters", found.slug)
    return _pdf(content, f"paper-packs-{found.slug}.pdf")


@require_POST
@officers
def replaced_letters(request: SignedInRequest, poll: str) -> HttpResponse:
    """Print word of replaced votes for people without an e-mail address; the file is made once."""
    found = own_poll(request, poll)
    content = print_replaced_letters(poll_id=found.pk, actor=request.user, now=timezone.now())
    if content is None:
        messages.warning(request, _("Nobody waits for this letter."))
        return go_to(request, "voting:letters", found.slug)
    return _pdf(content, f"replaced-votes-{found.slug}.pdf")


def _letters(content: bytes, poll: Poll) -> HttpResponse:
    """Answer with a batch of letters: a PDF, or a ZIP of PDFs for more than a thousand."""
    if content.startswith(b"%PDF"):
        return _pdf(content, f"letters-{poll.slug}.pdf")
    headers = {"Content-Disposition": f'attachment; filename="letters-{poll.slug}.zip"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/zip", headers=headers)


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@officers
def duplicates(request: SignedInRequest) -> HttpResponse:
    """Entries that may be one person; no names, no choices."""
    live = own_polls(request).filter(state__in=["open", "paused", "closed"])
    cases = waiting_cases(polls=list(live))
    if request.method == "POST":
        form, case = SettleForm(request.POST), _case(request, cases)
        if form.is_valid():
            settle_duplicate(case=case, is_same=form.cleaned_data["same"], actor=request.user, now=timezone.now())
            messages.success(request, _("Settled."))
            return go_to(request, "voting:duplicates")
    context = {"cases": cases, "staff_nav": "duplicates"}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/staff_duplicates.html", context, status=status)


def _case(request: HttpRequest, cases: list[Any]) -> Any:
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
