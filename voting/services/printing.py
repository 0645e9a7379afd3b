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
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.money import pounds
from renewal.kernel.pdf import make_pdf, qr_svg
from renewal.kernel.templatetags.page import when
from voting.codes import in_blocks
from voting.models import LetterRequest, Option, Poll, PollKind, PostalNote, RollEntry
from voting.queries import area_name, in_language, poll_title, title_of
from voting.sealing import open_postal
from voting.services.codes import make_codes
from voting.services.notices import SMALLEST_BATCH, replaced_words
from voting.states import PollState

logger = logging.getLogger(__name__)

VERSIONS = "ABCDEFGH"


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
        "title": poll_title(poll),
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
                "title": title_of(option),
                "summary": in_language(option.summary, option.summary_cy),
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
    """Set one letter a page: address, code, QR code of the poll's first page; a batch is one tagged PDF."""
    with translation.override(language):
        site = settings.SITE_ADDRESS.rstrip("/") + reverse("voting:start", args=[poll.slug])
        data = {
            "lang": language,
            "title": poll_title(poll),
            "area": area_name(poll),
            "lead": _("You can vote on how money is spent in %(area)s until %(closes)s.")
            % {"area": area_name(poll), "closes": when(poll.closes_at)},
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
                for code, address in zip(codes, [*addresses, *[()] * len(codes)], strict=False)
            ],
        }
        return make_pdf("voting/letters.typ", data, made_at=now)


@transaction.atomic
def print_code_letters(*, poll_id: int, count: int, language: str, actor: User, now: datetime) -> bytes:
    """Make a batch of codes and print it, requests with an address first; the codes exist only in this PDF."""
    poll = Poll.objects.select_related("area").get(pk=poll_id)
    asked = LetterRequest.objects.select_for_update().filter(poll=poll, kind="code", printed_on=None).exclude(name="")
    requests = list(asked.order_by("pk")[:count])
    codes = make_codes(poll_id=poll_id, count=count, label="letters", actor=actor, now=now)
    addresses = [[request.name, *request.address.splitlines()] for request in requests]
    content = letters_pdf(poll=poll, codes=codes, addresses=addresses, language=language, now=now)
    LetterRequest.objects.filter(pk__in=[request.pk for request in requests]).update(
        name="", address="", printed_on=london_day(now)
    )
    return content


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
    """Print word of a replaced vote, one letter a page in random order; None when nobody waits.

    Each letter is in its reader's language. The sealed address is opened for the print and then deleted.
    """
    poll = Poll.objects.select_related("area").get(pk=poll_id)
    entries = list(waiting_to_be_told(poll=poll, now=now).select_for_update(of=("self",)).select_related("postal_note"))
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
                    "body": replaced_words() % {"poll": poll_title(poll)},
                    "help": _("We cannot see what you chose, and we keep no copy of this letter."),
                }
            )
    content = make_pdf(
        "voting/replaced.typ", {"title": poll_title(poll), "area": area_name(poll), "letters": pages}, made_at=now
    )
    PostalNote.objects.filter(roll_entry__in=entries).delete()
    RollEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(told_on=london_day(now))
    record(actor=actor, action="letters.replaced_votes", subject=poll, count=len(entries))
    return content
