"""Which role lets a person act for a body today."""

from datetime import datetime

from communities.models import Body, OfficerRole, Role, User
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

ANSWERING = (Role.REVIEWER, Role.LEAD)


class NotYourBody(DomainError):
    """The person holds no role at the body that lets them answer for it today."""


def role_at(*, body: Body, actor: User, now: datetime, roles: tuple[Role, ...] = ANSWERING) -> OfficerRole:
    """Return the role in which a person acts for a body; the highest listed last wins. Raises NotYourBody."""
    held = OfficerRole.objects.filter(user=actor, body=body, role__in=roles).held(on=london_day(now))
    best = max(held, key=lambda role: (roles.index(Role(role.role)), role.pk), default=None)
    if best is None:
        raise NotYourBody(body_id=body.pk, user_id=actor.pk)
    return best
