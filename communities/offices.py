"""The offices that a person holds today, read once for a page however many parts of it ask."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from communities.models import OfficerRole
from renewal.kernel.clock import london_day


def offices_of(user: Any) -> Sequence[OfficerRole]:
    """The roles that a person holds today, by role; a person is read anew for each request, and this with them."""
    if not user.is_authenticated:
        return ()
    today = london_day(timezone.now())
    read_on, offices = getattr(user, "offices_read", (None, ()))
    if read_on != today:
        offices = tuple(OfficerRole.objects.filter(user=user).held(on=today).order_by("role", "pk"))
        user.offices_read = (today, offices)
    return offices


def holds_office(user: Any, *roles: str, at_a_body: bool = False) -> bool:
    """Tell whether a person holds one of the roles today, or any when none is named."""
    return any(
        (not roles or office.role in roles) and (office.body_id is not None or not at_a_body)
        for office in offices_of(user)
    )
