"""Support a small idea once the home has been checked: at once, by the code of a letter, or beside a helper."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import HowKnown, Resident, User
from communities.services.residents import known_resident
from funding.models import SmallIdea, SmallSupport, SmallSupportCode
from funding.services import letter_codes
from funding.services.letter_codes import CHECKED, Signed
from funding.services.small_awards import NotCollecting, NotHere, support_idea, supporter_of
from renewal.kernel.errors import DomainError

PURPOSE = "small-support-code"


class SupportCodeUnknown(DomainError):
    """No letter for this idea holds this code, or it has ended."""


@transaction.atomic
def ask_to_support(*, idea_id: int, name: str, house: str, postcode: str, language: str, now: datetime) -> str:
    """Support at once where an earlier check knows the home, else send a letter with a code; returns what happened.

    A name and an address alone prove nothing, so they never count by themselves. Raises what known_resident raises.
    """
    resident = known_resident(name=name, house=house, postcode=postcode, now=now)
    idea = _collecting(idea_id, resident, now)
    person = supporter_of(idea_id, resident.pk)
    if SmallSupport.objects.filter(idea=idea, person=person).exists():
        return Signed.BEFORE
    if resident.how_known in CHECKED:
        _support(idea_id, resident, now=now)
        return Signed.NOW
    made = letter_codes.renew_code(
        idea.support_codes, purpose=PURPOSE, about_id=idea_id, person=person, resident=resident, now=now
    )
    if made is not None:
        _write(idea, *made, address=f"{name}\n{house}\n{postcode.upper()}", language=language, now=now)
    return Signed.LETTER


@transaction.atomic
def support_with_code(*, idea_id: int, code: str, now: datetime) -> bool:
    """Support with the code of the letter; the home counts as checked from then on. False when supported before."""
    codes = SmallSupportCode.objects.filter(idea_id=idea_id)
    waiting = letter_codes.find_code(codes, purpose=PURPOSE, about_id=idea_id, code=code, now=now)
    if waiting is None:
        raise SupportCodeUnknown(idea_id=idea_id)
    resident = waiting.resident
    is_new = _support(idea_id, resident, now=now, route="letter")
    letter_codes.check_home(resident, HowKnown.LETTER)
    waiting.delete()
    return is_new


@transaction.atomic
def support_beside(
    *, idea_id: int, name: str, house: str, postcode: str, route: str, actor: User, now: datetime
) -> bool:
    """Support for somebody beside an officer or helper who knows where they live; False when supported before."""
    resident = known_resident(name=name, house=house, postcode=postcode, now=now, how_known=HowKnown.OFFICER)
    _collecting(idea_id, resident, now)
    letter_codes.check_home(resident, HowKnown.OFFICER)
    return _support(idea_id, resident, now=now, route=route, actor=actor)


def forget_unused_support_codes(*, now: datetime) -> int:
    """Delete codes that nobody used in time."""
    return letter_codes.forget_codes(SmallSupportCode.objects.all(), now=now)


def _collecting(idea_id: int, resident: Resident, now: datetime) -> SmallIdea:
    idea = SmallIdea.objects.collecting(at=now).select_related("project__round__area").filter(pk=idea_id).first()
    if idea is None:
        raise NotCollecting(idea_id=idea_id)
    if idea.project.round.area.code not in resident.area.chain_codes:
        raise NotHere(idea_id=idea_id)
    return idea


def _support(idea_id: int, resident: Resident, *, now: datetime, route: str = "web", actor: User | None = None) -> bool:
    return support_idea(
        idea_id=idea_id,
        resident_id=resident.pk,
        area_codes=resident.area.chain_codes,
        route=route,
        actor=actor,
        now=now,
    )


def _write(
    idea: SmallIdea, waiting: SmallSupportCode, code: str, *, address: str, language: str, now: datetime
) -> None:
    with translation.override(language):
        letter_codes.write_letter(
            kind="support_code",
            subject=_("Your code to support an idea %(within)s") % {"within": idea.project.round.area.within},
            body=_(
                "You want to support: “%(title)s”.\n\nYour code is %(code)s. Enter it on the page of the idea, or call"
                " 01632 960100 and say it.\n\nIf it was not you, do nothing. Nothing counts without the code."
            )
            % {"title": idea.project.label, "code": letter_codes.spaced(code)},
            about=waiting,
            address=address,
            language=language,
            now=now,
        )
