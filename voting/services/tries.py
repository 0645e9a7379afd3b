"""How often somebody may try something in an hour; kept in PostgreSQL under keyed hashes, so no address is stored."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import connection

from voting.codes import keyed_hash
from voting.models import TryCount
from voting.services.errors import TooManyTries

# Wrong tries an hour: few for one browser, many for one network, because a library shares one address.
PER_BROWSER = 8
PER_NETWORK = 60


def note_wrong_try(*, kind: str, browser: str, network: str, now: datetime) -> None:
    """Count a wrong try for a browser and a network."""
    for who in _who(browser, network):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO voting_trycount (key, hour, count) VALUES (%s, %s, 1) "
                "ON CONFLICT (key, hour) DO UPDATE SET count = voting_trycount.count + 1",
                [keyed_hash(f"try|{kind}", who), _hour(now)],
            )


def refuse_guessing(*, kind: str, browser: str, network: str, now: datetime) -> None:
    """Raise TooManyTries when a browser or a network has been wrong too often this hour or the one before."""
    limits = {keyed_hash(f"try|{kind}", who): limit for who, limit in _who(browser, network).items()}
    hours = [_hour(now), _hour(now) - timedelta(hours=1)]
    tried: Counter[str] = Counter()
    for key, count in TryCount.objects.filter(key__in=limits, hour__in=hours).values_list("key", "count"):
        tried[key] += count
    if any(tried[key] >= limit for key, limit in limits.items()):
        raise TooManyTries(kind=kind)


def _who(browser: str, network: str) -> dict[str, int]:
    """Name who is counted, each with its limit. A browser without a session is new: only its network is known."""
    browsers = {f"browser|{browser}": PER_BROWSER} if browser else {}
    return browsers | {f"network|{network}": PER_NETWORK}


def forget_tries(*, now: datetime) -> int:
    """Delete counts older than a day."""
    return TryCount.objects.filter(hour__lt=now - timedelta(days=1)).delete()[0]


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
