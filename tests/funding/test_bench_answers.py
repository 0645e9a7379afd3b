"""How long the pages of needs and answers take with 10,000 entries each; figures go to docs/performance.md."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from funding.models import Mandate, Suggestion
from funding.services.priorities import adopt_list
from tests.factories.answers import RoundFactory

pytestmark = [pytest.mark.long, pytest.mark.django_db]
ENTRIES, TIMES = 10_000, 15
WHAT = [
    "A warm room",
    "Benches",
    "A safer crossing",
    "Music lessons",
    "Help with forms",
    "A repair shop",
    "Cheaper buses",
    "Somewhere to swim",
    "A garden for all",
    "Street lights",
    "A place to study",
]
WHERE = [
    "by the market",
    "behind the school",
    "near the clinic",
    "along the river",
    "in the old library",
    "at the chapel",
    "on Hill Road",
    "beside the station",
    "in every village",
    "at the town hall",
    "by the bridge",
    "in the park",
    "where the bank was",
]
WHEN = [
    "in winter",
    "at weekends",
    "after dark",
    "before the term starts",
    "on market days",
    "all year",
    "for parents",
    "for older people",
    "for young people",
    "for carers",
    "without stairs",
    "without a car",
    "in the mornings",
    "on Sundays",
    "for newcomers",
    "for every language",
    "for free",
]


@pytest.fixture
def busy_round():
    """A round with 10,000 needs and an adopted list, and a council with 10,000 duties."""
    round_ = RoundFactory(prefix="BIG", slug="big-2027")
    now = timezone.now()
    round_.phases.update(starts_at=now - timedelta(days=9), ends_at=now + timedelta(days=9))
    needs = Suggestion.objects.bulk_create(
        Suggestion(
            round=round_, number=number, ref=f"BIG-N{number}", created_at=now, support_count=number % 97,
            text=" ".join([WHAT[number % 11], WHERE[number // 11 % 13], WHEN[number // 143 % 17], f"({number})"]),
        )
        for number in range(1, ENTRIES + 1)
    )  # fmt: skip
    adopt_list(round_id=round_.pk, refs=[need.ref for need in needs[:40]], voters=634, now=now)
    Mandate.objects.bulk_create(
        Mandate(
            kind="project", body=round_.convenor, area=round_.area, round=round_, ref=f"BIG-{number:05d}",
            position=number, title=f"Kitchen {number}", cost_pence=100_000, made_at=now,
            due_at=now + timedelta(days=number % 60 - 30),
        )
        for number in range(1, ENTRIES + 1)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE funding_suggestion")
        cursor.execute("ANALYZE funding_mandate")
    return round_


def test_pages_with_ten_thousand_entries(busy_round, client, capsys):
    pages = {
        "floor: privacy page": "/en/privacy/",
        "needs, first page": "/en/rounds/big-2027/needs/",
        "needs, searched": "/en/rounds/big-2027/needs/?q=place+77",
        "needs, page 200": "/en/rounds/big-2027/needs/?page=200",
        "sounds alike": "/en/rounds/big-2027/needs/suggest/?text=a+safer+crossing+by+the+school+after+dark",
        "board": f"/en/bodies/{busy_round.convenor.slug}/answers/",
        "board, overdue": f"/en/bodies/{busy_round.convenor.slug}/answers/?status=accepted",
        "area page": f"/en/area/{busy_round.area.slug}/",
        "priorities": "/en/rounds/big-2027/priorities/",
    }
    lines = []
    for name, address in pages.items():
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked = len(queries)  # read now: the next request empties the log
        took = []
        for _ in range(TIMES):
            started = perf_counter()
            client.get(address)
            took.append(perf_counter() - started)
        lines.append(f"{name:<20} median {median(took) * 1000:6.0f} ms  {asked:3} queries")
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201 -- figures for docs/performance.md
