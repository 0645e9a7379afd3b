"""People known to live somewhere, recognised by a keyed token and by nothing else."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from communities.models import HowKnown, NearMatch, NearMatchState, Resident, User
from communities.queries import LookUpState, area_of_postcode
from communities.rules.people import exact_key, name_words, near_key, plain_words
from communities.rules.postcodes import read_postcode
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.keyed import peppered


class AddressIncomplete(DomainError):
    """A name, a house or a whole postcode is missing; ``part`` says which."""


class AddressNotInAnArea(DomainError):
    """The postcode leads to no single area; ``state`` is the look-up's, ``areas`` the ids it may lie in."""


class NearMatchSettled(DomainError):
    """Somebody has settled this near match already."""


def token_of(key: str) -> str:
    """Hash a person's spelling with the service's pepper (HMAC-SHA256), so that a table of names cannot be tried."""
    return peppered(key)


def person_token(*, name: str, house: str, postcode: str) -> str:
    """Return the token by which a person of this name, house and postcode is known; empty for no postcode."""
    read = read_postcode(postcode)
    return token_of(exact_key(name=name, house=house, postcode=str(read))) if read else ""


@transaction.atomic
def known_resident(
    *,
    name: str,
    house: str,
    postcode: str,
    now: datetime,
    area_id: int | None = None,
    how_known: HowKnown = HowKnown.ADDRESS,
) -> Resident:
    """Return the person of this name, house and postcode, met now or before.

    ``area_id`` is the neighbourhood the person chose where a postcode may lie in two. A person who is new here
    and sounds like another of the same postcode gets a NearMatch for an officer. Raises AddressIncomplete or
    AddressNotInAnArea.
    """
    read = read_postcode(postcode)
    for part, is_there in (("name", name_words(name)), ("house", plain_words(house)), ("postcode", read)):
        if not is_there:
            raise AddressIncomplete(part=part)
    found = area_of_postcode(postcode, on=london_day(now))
    ids = [area.pk for area in found.areas]
    if area_id is None and found.state == LookUpState.FOUND:
        area_id = ids[0]
    if area_id not in ids or area_id is None:
        raise AddressNotInAnArea(state=found.state.value, areas=ids)
    match = token_of(exact_key(name=name, house=house, postcode=str(read)))
    near = token_of(near_key(name=name, postcode=str(read)))
    resident, is_new = Resident.objects.get_or_create(
        match_token=match,
        defaults={"area_id": area_id, "near_token": near, "how_known": how_known, "known_at": now},
    )
    resident.area = next((area for area in found.areas if area.pk == resident.area_id), None) or resident.area
    if is_new:
        others = Resident.objects.near(near_token=near, match_token=match)
        NearMatch.objects.bulk_create(
            [NearMatch(resident=resident, other=other, found_at=now) for other in others], ignore_conflicts=True
        )
    return resident


@transaction.atomic
def settle_near_match(*, near_match_id: int, same: bool, actor: User, now: datetime) -> None:
    """Record an officer's finding that two residents are one person, or two. Raises NearMatchSettled."""
    state = NearMatchState.SAME if same else NearMatchState.DIFFERENT
    moved = NearMatch.objects.filter(pk=near_match_id, state=NearMatchState.WAITING).update(
        state=state, settled_at=now, settled_by_id=actor.pk
    )
    if not moved:
        raise NearMatchSettled(near_match_id=near_match_id)
    record(actor=actor, action="near_match.settled", subject=NearMatch.objects.get(pk=near_match_id), state=state.value)


@transaction.atomic
def keep_residents(*, resident_ids: Iterable[int], until: datetime) -> None:
    """Keep people recognisable until a round's last appeal has ended; never shortens what another round set."""
    Resident.objects.filter(Q(forget_at__isnull=True) | Q(forget_at__lt=until), pk__in=list(resident_ids)).update(
        forget_at=until
    )


@transaction.atomic
def forget_residents(*, now: datetime) -> int:
    """Overwrite with noise the tokens of people whose time has ended; returns how many. Safe to repeat."""
    ended = list(Resident.objects.select_for_update().filter(forget_at__lte=now).exclude(near_token="").order_by("pk"))
    for resident in ended:
        resident.match_token = "forgotten-" + secrets.token_hex(24)
        resident.near_token = ""
    Resident.objects.bulk_update(ended, ["match_token", "near_token"], batch_size=500)
    NearMatch.objects.filter(Q(resident__in=ended) | Q(other__in=ended)).delete()
    return len(ended)
