"""An officer's own views of the queue: filters and order kept under a name."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from communities.models import User
from funding.models import SavedView
from renewal.kernel.errors import DomainError

MOST = 20
KEPT = ("q", "status", "checker", "round", "over", "sort")


class NothingToKeep(DomainError):
    """No filter is on."""


class TooManyViews(DomainError):
    """The officer keeps as many views as there may be; carries ``most``."""


@transaction.atomic
def keep_view(*, user: User, name: str, query: str, now: datetime) -> SavedView:
    """Keep the filters of an address under a name; the same name is replaced. What is no filter is left out."""
    picked = sorted((key, value) for key, value in parse_qsl(query)[:20] if key in KEPT and value)
    if not picked:
        raise NothingToKeep(user_id=user.pk)
    if user.saved_views.exclude(name=name).count() >= MOST:
        raise TooManyViews(most=MOST)
    view, _is_new = SavedView.objects.update_or_create(
        user=user, name=name.strip(), defaults={"query": urlencode(picked)[:500], "made_at": now}
    )
    return view


def drop_view(*, user: User, view_id: int) -> None:
    """Forget a kept view; another person's is left alone."""
    SavedView.objects.filter(user=user, pk=view_id).delete()
