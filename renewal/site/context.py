"""Who is signed in, in words that every page may show."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from communities.models import Role
from communities.offices import offices_of

ROLES = {
    Role.REVIEWER: _("reviewer"),
    Role.LEAD: _("lead"),
    Role.COUNTING: _("counting officer"),
    Role.FINANCE: _("finance officer"),
    Role.AUDITOR: _("auditor"),
    Role.STEWARD: _("steward of the fund"),
}


class Account:
    """What the head of a page says about a signed-in person; each fact is read at most once, and only if shown."""

    def __init__(self, user: Any) -> None:
        self.roles = offices_of(user)

    @property
    def is_officer(self) -> bool:
        return bool(self.roles)

    @property
    def role_words(self) -> str:
        return ", ".join(dict.fromkeys(str(ROLES[Role(role.role)]) for role in self.roles))


def account(request: HttpRequest) -> dict[str, object]:
    """Add ``account`` to the templates: the roles of a signed-in person, nothing for everybody else."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"account": SimpleLazyObject(lambda: Account(user))}
