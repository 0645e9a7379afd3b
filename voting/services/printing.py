"""What is printed: ballots in A4 and large print with rotated versions, and letters with codes."""

import json
import logging
import random
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import User
from communities.services.residents import person_token
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.languages import local
from renewal.kernel.money import pounds
from renewal.kernel.pdf import make_pdf, qr_svg
from renewal.kernel.templatetags.page import when
from voting.codes import in_blocks, letter_code_hash
from voting.models import LetterRequest, Option, Poll, PollKind, PostalNote, RollEntry, VotingCode
from voting.queries import area_name
from voting.sealing import open_postal
from voting.services.codes import make_codes
from voting.services.notices import SMALLEST_BATCH, replaced_words
from voting.services.roll import Person
from voting.states import CodeState, PollState

logger = logging.getLogger(__name__)

VERSIONS = "ABCDEFGH"
PART = 1_000  # letters of one document: a page waits 5 s for it; for more there is voting/services/letter_jobs.py


def rotated(options: Sequence[Option], version: str) -> list[Option]:
    """Order a paper version: A begins with the first option, B an eighth further on, and so on; numbers stay."""
    turn = VERSIONS.index(version) * len(options) // len(VERSIONS)
    return [*options[turn:], *options[:turn]]


def ballot_pdf(*, poll: Poll, version: str, large: bool, language: str, now: datetime) -> bytes:
    """Set a paper ballot as a tagged PDF; project numbers are those that clerks type."""
    with translation.override(language):
        return make_pdf("voting/ballot.typ", _ballot(poll, version, large, language), made_at=now)


def ballot_is_accessible(*, poll: Poll, language: str) -> bool:
    """Tell whether the large print ballot can be set as a tagged PDF in a language.

    PDF/UA asks that every sign is in the font and every part is tagged; the setter refuses otherwise.
    """
    with translation.override(language):
        return _can_be_set(json.dumps(_ballot(poll, VERSIONS[0], True, language), sort_keys=True))


@lru_cache(maxsize=64)
def _can_be_set(data: str) -> bool:
    """Set one ballot; equal ballots are set once, because officers open the page of a draft again and again."""
    try:
        make_pdf("voting/ballot.typ", json.loads(data))
    except RuntimeError as error:
        logger.warning("ballot cannot be set", extra={"status": str(error)[:200]})
        return False
    return True


def _ballot(poll: Poll, version: str, large: bool, language: str) -> dict[str, Any]:
    options = list(poll.options.filter(withdrawn_at=None).order_by("number"))
    rules = [_("Mark the box beside what you choose with a cross or a tick.")]
    if poll.kind == PollKind.RANK:
        rules = [_("Write a number in the box: 1 for what you want most, then 2, and so on.")]
    if poll.most_choices:
        rules.append(_("Choose %(most)d at most.") % {"most": poll.most_choices})
    if poll.kind == PollKind.BUDGET:
        rules.append(_("Together they may cost %(sum)s at most.") % {"sum": pounds(poll.budget_pence)})
    rules.append(_("Write nothing else on this paper. It carries no name."))
    return {
        "lang": language,
        "large": large,
        "title": poll.label,
        "area": area_name(poll),
        "lead": _("Put this paper into the inner envelope. Sign the declaration outside."),
        "rules": rules,
        "version": version,
        "version_words": _("Version"),
        "page_words": _("Page"),
        "list_heading": _("Projects") if poll.has_costs else _("Needs"),
        "rows": [
            {
                "number": option.number,
                "title": option.label,
                "summary": local(option.summary, option.summary_cy),
                "cost": pounds(option.cost_pence) if poll.has_costs else "",
            }
            for option in rotated(options, version)
        ],
        "return_heading": _("Send it back"),
        "return_text": _("It must reach us before %(closes)s. The post mark does not count.")
        % {"closes": when(poll.paper_returned_by or poll.closes_at)},
    }


def letters_pdf(
    *, poll: Poll, codes: Sequence[str], addresses: Sequence[Sequence[str]], language: str, now: datetime
) -> bytes:
    """Set one letter a page: address, code, QR code of the poll's first page, as one tagged PDF."""
    with translation.override(language):
        site = settings.SITE_ADDRESS.rstrip("/") + reverse("voting:start", args=[poll.slug])
        data = {
            "lang": language,
            "title": poll.label,
            "area": area_name(poll),
            "lead": _("You can vote on how money is spent %(within)s until %(closes)s.")
            % {"within": poll.area.within, "closes": when(poll.closes_at)},
            "code_words": _("Your code"),
            "steps": [
                _("Open %(site)s, or point your phone at the square.") % {"site": site},
                _("Type the code. Capitals and spaces do not matter."),
                _("Choose, check, and select Send my vote."),
            ],
            "qr": qr_svg(site),
            "qr_alt": _("Square code that opens %(site)s") % {"site": site},
            "help": _("To vote by phone, on paper or beside a person, call 01632 960100."),
            "letters": [
                {"code": in_blocks(code), "address": list(address)}
                for code, address in zip(codes, addresses, strict=True)
            ],
        }
        return make_pdf("voting/letters.typ", data, made_at=now)


@transaction.atomic
def print_code_letters(*, poll_id: int, count: int, language: str, actor: User, now: datetime) -> bytes:
    """Make up to a thousand codes and print them, requests with an address first; the codes exist only in this PDF."""
    if count > PART:
        raise ValueError(f"{count} letters are more than one document holds")
    poll = Poll.objects.select_related("area").get(pk=poll_id)
    requests = list(asked_for(poll=poll, language=language).filter(kind="code").select_for_update()[:count])
    codes = make_codes(poll_id=poll_id, count=count, label="letters", actor=actor, now=now)
    addresses = take_addresses(requests, now)
    lines = [*addresses, *[[]] * (count - len(addresses))]
    return letters_pdf(poll=poll, codes=codes, addresses=lines, language=language, now=now)


def asked_for(*, poll: Poll, language: str) -> QuerySet[LetterRequest]:
    """List what people asked for by post in a language and has not been printed, oldest first."""
    waiting = LetterRequest.objects.filter(poll=poll, language=language, printed_on=None).exclude(name="")
    return waiting.order_by("pk")


def _addresses(requests: Sequence[LetterRequest]) -> list[list[str]]:
    return [[request.name, *request.address.splitlines()] for request in requests]


def take_addresses(requests: Sequence[LetterRequest], now: datetime) -> list[list[str]]:
    """Return the lines of each address for the print run that is being made, and forget them."""
    lines = _addresses(requests)
    printed = LetterRequest.objects.filter(pk__in=[request.pk for request in requests])
    printed.update(name="", address="", printed_on=london_day(now))
    return lines


@transaction.atomic
def print_pack_letters(*, poll_id: int, language: str, actor: User, now: datetime) -> bytes | None:
    """Print the letter of each paper pack that was asked for: address, and the declaration with its code.

    The ballot itself goes into the pack from the pile: it carries no name, and nothing says whose it was. Letters for
    large print are in large print. A thousand at once, the oldest first. None when nobody waits; the codes exist only
    in this file.
    """
    poll = Poll.objects.select_related("area").get(pk=poll_id)
    waiting = asked_for(poll=poll, language=language).filter(kind__in=["paper", "large"])
    requests = list(waiting.select_for_update()[:PART])
    if not requests:
        return None
    codes = make_codes(poll_id=poll_id, count=len(requests), label="paper packs", actor=actor, now=now)
    with translation.override(language):
        content = make_pdf("voting/packs.typ", _packs(poll, requests, codes, language), made_at=now)
    take_addresses(requests, now)
    return content


def _packs(poll: Poll, requests: Sequence[LetterRequest], codes: Sequence[str], language: str) -> dict[str, Any]:
    return {
        "lang": language,
        "title": poll.label,
        "area": area_name(poll),
        "steps": [
            _("Mark the ballot, and put it into the inner envelope. Write no name on it."),
            _("Fill in and sign the declaration below. It is opened apart from your ballot."),
            _("Send both back together. They must reach us before %(closes)s.")
            % {"closes": when(poll.paper_returned_by or poll.closes_at)},
        ],
        "declaration": _("Declaration"),
        "declares": _("I live at this address, I am %(age)d or over, and I have not voted in another way.")
        % {"age": poll.voting_age},
        "code_words": _("Your code"),
        "lines": [_("Your full name"), _("House number or name"), _("Your postcode"), _("Signature")],
        "help": _("To vote by phone, on paper or beside a person, call 01632 960100."),
        "packs": [
            {"address": address, "code": in_blocks(code), "large": request.kind == LetterRequest.Kind.LARGE_PRINT}
            for request, address, code in zip(requests, _addresses(requests), codes, strict=True)
        ],
    }


def entries_without_code(*, poll_id: int) -> dict[str, RollEntry]:
    """Return the entries of a list roll that no working code belongs to, by their person's match token."""
    entries = RollEntry.objects.filter(poll_id=poll_id).select_related("resident")
    with_code = VotingCode.objects.filter(poll_id=poll_id).exclude(state=CodeState.VOID)
    entries = entries.exclude(pk__in=with_code.filter(roll_entry__isnull=False).values("roll_entry_id"))
    return {entry.resident.match_token: entry for entry in entries}


def bind_codes(*, poll: Poll, codes: Sequence[str], entry_ids: Sequence[int]) -> None:
    """Give each code to its entry of a list roll."""
    by_hash = {letter_code_hash(code): entry_id for code, entry_id in zip(codes, entry_ids, strict=True)}
    made = list(VotingCode.objects.filter(poll=poll, code_hash__in=by_hash))
    for one in made:
        one.roll_entry_id = by_hash[one.code_hash]
    VotingCode.objects.bulk_update(made, ["roll_entry"], batch_size=2_000)


@transaction.atomic
def print_list_letters(
    *, poll_id: int, people: Sequence[Person], language: str, actor: User, now: datetime
) -> bytes | None:
    """Print a letter for up to a thousand people of a list roll while the list is at hand: each code has its entry.

    The addresses are used for this file and not kept. A person has one code, so who got a letter before is left out.
    """
    if len(people) > PART:
        raise ValueError(f"{len(people)} letters are more than one document holds")
    poll = Poll.objects.select_related("area").get(pk=poll_id)
    without = entries_without_code(poll_id=poll_id)
    tokens = {person_token(name=one.name, house=one.house, postcode=one.postcode): one for one in people}
    letters = [(without[token].pk, person) for token, person in tokens.items() if token in without]
    if not letters:
        return None
    codes = make_codes(poll_id=poll_id, count=len(letters), label="list", actor=actor, now=now)
    bind_codes(poll=poll, codes=codes, entry_ids=[entry_id for entry_id, _person in letters])
    addresses = [[person.name, person.house, person.postcode] for _entry_id, person in letters]
    return letters_pdf(poll=poll, codes=codes, addresses=addresses, language=language, now=now)


def project_list_pdf(*, poll: Poll, language: str, now: datetime) -> bytes:
    """Set all projects of a ballot on one page, with the numbers of the ballot, to take along or pin up."""
    with translation.override(language):
        options = poll.options.filter(withdrawn_at=None).order_by("number")
        data = {
            "lang": language,
            "title": poll.label,
            "area": area_name(poll),
            "lead": _("Voting is open until %(closes)s.") % {"closes": when(poll.closes_at)},
            "help": _("To vote by phone, on paper or beside a person, call 01632 960100."),
            "rows": [
                {
                    "number": option.number,
                    "title": option.label,
                    "cost": pounds(option.cost_pence) if poll.has_costs else "",
                }
                for option in options
            ],
        }
        return make_pdf("voting/projects.typ", data, made_at=now)


def waiting_to_be_told(*, poll: Poll, now: datetime) -> QuerySet[RollEntry]:
    """List entries whose vote was replaced by another channel and whose person gave no e-mail address.

    Fewer than ten wait for more, or for the poll to close, so that a letter's day says nothing about one vote.
    """
    waiting = RollEntry.objects.filter(
        poll=poll, was_overridden=True, told_on=None, marked_on__lt=london_day(now), contact_email="",
        postal_note__isnull=False,
    ).order_by("pk")  # fmt: skip
    is_over = poll.state not in {PollState.OPEN, PollState.PAUSED}
    return waiting if is_over or waiting.count() >= SMALLEST_BATCH else waiting.none()


@transaction.atomic
def print_replaced_letters(*, poll_id: int, actor: User, now: datetime) -> bytes | None:
    """Print word of a replaced vote, one letter a page in random order, a thousand at once; None when nobody waits.

    Each letter is in its reader's language. The sealed address is opened for the print and then deleted.
    """
    poll = Poll.objects.select_related("area").get(pk=poll_id)
    waiting = waiting_to_be_told(poll=poll, now=now).select_for_update(of=("self",))
    entries = list(waiting.select_related("postal_note")[:PART])
    if not entries:
        return None
    random.SystemRandom().shuffle(entries)
    pages = []
    for entry in entries:
        with translation.override(entry.language):
            pages.append(
                {
                    "lang": entry.language,
                    "address": open_postal(bytes(entry.postal_note.ciphertext)),
                    "heading": _("A vote in your name"),
                    "body": replaced_words() % {"poll": poll.label},
                    "help": _("We cannot see what you chose, and we keep no copy of this letter."),
                }
            )
    content = make_pdf(
        "voting/replaced.typ", {"title": poll.label, "area": area_name(poll), "letters": pages}, made_at=now
    )
    PostalNote.objects.filter(roll_entry__in=entries).delete()
    RollEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(told_on=london_day(now))
    record(actor=actor, action="letters.replaced_votes", subject=poll, count=len(entries))
    return content
