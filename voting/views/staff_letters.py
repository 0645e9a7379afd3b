"""Officers' pages: lists of people, letters with codes, paper packs, and paper ballots to print."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.access import SignedInRequest
from renewal.kernel.errors import DomainError
from renewal.kernel.web import go_to, render_page
from voting.models import LetterJob, LetterPart, Poll
from voting.queries import imported_lists, letter_jobs
from voting.services.codes import void_code
from voting.services.letter_jobs import (
    KEPT,
    ask_for_code_letters,
    end_letter_job,
    read_letter_part,
)
from voting.services.lists import NoLegalBasis, ask_for_list, import_list
from voting.services.printing import (
    PART,
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
from voting.staff_forms import LettersForm, ListForm
from voting.views.staff import officers, own_poll
from voting.wording import words_for

LANGUAGES = (("en", "English"), ("cy", "Cymraeg"))


@never_cache
@officers
def poll_list(request: SignedInRequest, poll: str) -> HttpResponse:
    """Import a list of names and addresses, refused without its legal basis; and how far earlier ones are read."""
    found, form = own_poll(request, poll), ListForm(request.POST or None)
    if form.is_valid():
        try:
            return _import(request, found, **form.cleaned_data)
        except NoLegalBasis:
            form.add_error("legal_basis", _("Enter the law that allows this list to be used"))
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
    lists = imported_lists(found)
    status = 422 if request.method == "POST" else 200
    context = {
        "poll": found,
        "form": form,
        "lists": lists,
        "is_waiting": any(not one.is_read for one in lists),
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_list.html", context, partial="lists", status=status)


def _import(
    request: SignedInRequest, poll: Poll, *, people: Sequence[Person], with_letters: bool, **basis: Any
) -> HttpResponse:
    """Read a short list at once, with its letters; a long one is read by a worker while the page shows how far."""
    facts: dict[str, Any] = {"poll_id": poll.pk, "people": people, "actor": request.user, "now": timezone.now()}
    language, response = get_language() or "en", go_to(request, "voting:poll_list", poll.slug)
    if len(people) > PART:
        _list, letters = ask_for_list(**facts, **basis, letters_in=language if with_letters else "")
        messages.success(request, _("The list is being read. You can leave this page and come back."))
        return _keep_key(response, *letters) if letters else response
    made = import_list(**facts, **basis)
    messages.success(request, _("%(count)d people are on the list, as match tokens only.") % {"count": made.count})
    content = print_list_letters(**facts, language=language) if with_letters else None
    return _pdf(content, f"letters-{poll.slug}.pdf") if content else response


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


@never_cache
@officers
def letters(request: SignedInRequest, poll: str) -> HttpResponse:
    """Print letters with new codes: up to a thousand at once, more by a worker while this page shows how far it is."""
    found, form = own_poll(request, poll), LettersForm(request.POST or None)
    if form.is_valid():
        return _code_letters(request, found, **form.cleaned_data)
    asked = Counter(
        (language, kind == "code")
        for language in ("en", "cy")
        for kind in asked_for(poll=found, language=language).values_list("kind", flat=True)
    )
    jobs = letter_jobs(found, with_key={int(key[8:]) for key in request.COOKIES if _is_key(key)})
    context = {
        "poll": found,
        "form": form,
        "waiting": sum(count for (_language, is_code), count in asked.items() if is_code),
        "packs": [(language, words, asked[language, False]) for language, words in LANGUAGES if asked[language, False]],
        "replaced": waiting_to_be_told(poll=found, now=timezone.now()).count(),
        "jobs": jobs,
        "is_waiting": any(not job.is_ready for job in jobs),
        "versions": VERSIONS,
        "staff_nav": "polls",
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/staff_letters.html", context, partial="letter-jobs", status=status)


def _code_letters(request: SignedInRequest, poll: Poll, *, count: int, language: str) -> HttpResponse:
    actor, now = request.user, timezone.now()
    if count <= PART:
        content = print_code_letters(poll_id=poll.pk, count=count, language=language, actor=actor, now=now)
        return _pdf(content, f"letters-{poll.slug}.pdf")
    job, key = ask_for_code_letters(poll_id=poll.pk, count=count, language=language, actor=actor, now=now)
    messages.success(request, _("The letters are being made. Their files appear here one after another."))
    return _keep_key(go_to(request, "voting:letters", poll.slug), job, key)


def _is_key(name: str) -> bool:
    return name.startswith("letters_") and name[8:].isascii() and name[8:].isdigit()


def _keep_key(response: HttpResponse, job: LetterJob, key: bytes) -> HttpResponse:
    """Keep the only key to a job's files in this browser, as long as the files."""
    response.set_cookie(
        f"letters_{job.pk}",
        key.hex(),
        max_age=int(KEPT.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@require_safe
@never_cache
@officers
def letter_part(request: SignedInRequest, poll: str, job: int, number: int) -> HttpResponse:
    """One file of letters, opened with the key that only the browser which asked for them holds."""
    found = own_poll(request, poll)
    part = get_object_or_404(LetterPart, job_id=job, job__poll=found, number=number, made_at__isnull=False)
    content = read_letter_part(part, private_key=_key_of(request, job))
    if content is None:
        messages.warning(request, _("Only the browser that asked for these letters can open them."))
        return go_to(request, "voting:letters", found.slug)
    return _pdf(content, f"letters-{found.slug}-{number:02}.pdf")


def _key_of(request: SignedInRequest, job: int) -> bytes:
    try:
        return bytes.fromhex(request.COOKIES.get(f"letters_{job}", ""))
    except ValueError:
        return b""


@require_POST
@officers
def letter_job(request: SignedInRequest, poll: str, job: int) -> HttpResponse:
    """Delete the files of a job once they are printed, or make the codes of lost files worthless."""
    found = own_poll(request, poll)
    get_object_or_404(LetterJob, pk=job, poll=found)
    is_lost = request.POST.get("step") == "lost"
    voided = end_letter_job(job_id=job, actor=request.user, now=timezone.now(), is_lost=is_lost)
    words = _("The files are deleted.")
    if is_lost:
        words = _("%(count)d codes are worthless now, and the files are deleted.") % {"count": voided}
    messages.success(request, words)
    response = go_to(request, "voting:letters", found.slug)
    response.delete_cookie(f"letters_{job}", samesite="Lax")
    return response


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


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
