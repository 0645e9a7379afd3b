"""Officers' pages of what is printed and posted: lists of names, ballots, letters with codes, packs."""

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.access import SignedInRequest
from renewal.kernel.web import go_to, render_page
from voting.models import Poll
from voting.services.codes import void_code
from voting.services.lists import NoLegalBasis, import_list
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
from voting.staff_forms import LettersForm, ListForm
from voting.views.staff import officers, own_poll

LANGUAGES = (("en", "English"), ("cy", "Cymraeg"))


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
