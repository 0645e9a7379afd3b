"""How often somebody may try something in an hour; kept in PostgreSQL under keyed hashes, so no address is stored."""

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
    for who in (f"browser|{browser}", f"network|{network}"):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO voting_trycount (key, hour, count) VALUES (%s, %s, 1) "
                "ON CONFLICT (key, hour) DO UPDATE SET count = voting_trycount.count + 1",
                [keyed_hash(f"try|{kind}", who), _hour(now)],
            )


def refuse_guessing(*, kind: str, browser: str, network: str, now: datetime) -> None:
    """Raise TooManyTries when a browser or a network has been wrong too often this hour or the one before."""
    for who, limit in ((f"browser|{browser}", PER_BROWSER), (f"network|{network}", PER_NETWORK)):
        hours = [_hour(now), _hour(now) - timedelta(hours=1)]
        counts = TryCount.objects.filter(key=keyed_hash(f"try|{kind}", who), hour__in=hours)
        if sum(counts.values_list("count", flat=True)) >= limit:
            raise TooManyTries(kind=kind)


def forget_tries(*, now: datetime) -> int:
    """Delete counts older than a day."""
    return TryCount.objects.filter(hour__lt=now - timedelta(days=1)).delete()[0]


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
