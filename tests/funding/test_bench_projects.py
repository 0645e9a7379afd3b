"""How long lists, search and queue take with 30,000 projects and 200,000 comments; figures go to docs/performance.md.

``BENCH_PLANS=FILE`` writes the plan of every query there.
"""

import os
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from funding.management.commands.bench_projects import fill, works
from tests.factories.money import make_council, make_country
from tests.factories.projects import make_round

# Committed, so that the tables' owner can gather statistics: without them no plan is the one of a living database.
pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, databases="__all__")]
PROJECTS, COMMENTS, TIMES = 30_000, 200_000, 15


def timed(work):
    """Return the median of some runs in milliseconds and the number of queries of one, with those queries."""
    work()
    with CaptureQueriesContext(connection) as queries:
        work()
    asked, took = list(queries), []
    for _ in range(TIMES):
        started = perf_counter()
        work()
        took.append((perf_counter() - started) * 1000)
    return median(took), asked


def plans_of(name, asked):
    for query in asked:
        if query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"])
                yield "\n".join([f"#### {name} {query['time']}", query["sql"][:1500], *(row[0] for row in cursor)])


def test_projects_at_full_size(capsys):
    areas = make_country()
    make_round(areas["ASH-N"], make_council(areas["ASH"]), step="checks", now=timezone.now())
    round_, officer = fill(PROJECTS, COMMENTS)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    reader, staff = Client(), Client()
    staff.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        "page: privacy, the floor": (reader, "/en/privacy/"),
        "page: list": (reader, f"/en/rounds/{round_.slug}/projects/"),
        "page: list, by cost": (reader, f"/en/rounds/{round_.slug}/projects/?sort=cost"),
        "page: search, English": (reader, f"/en/rounds/{round_.slug}/projects/?q=warm+kitchens"),
        "page: search, Welsh": (reader, f"/cy/rounds/{round_.slug}/projects/?q=llyfrgell+cor"),
        "page: search, misspelt": (reader, f"/en/rounds/{round_.slug}/projects/?q=gardn+12345"),
        "page: one project": (reader, f"/en/rounds/{round_.slug}/projects/BEN-00042/"),
        "page: queue": (staff, "/en/staff/projects/"),
        "page: queue, by cost": (staff, "/en/staff/projects/?sort=-cost"),
        "page: queue, search": (staff, "/en/staff/projects/?q=village+orchard"),
    }
    for client, address in pages.values():
        assert client.get(address).status_code == 200, address
    whole = {name: lambda at=at: at[0].get(at[1]) for name, at in pages.items()}

    lines, plans = [], []
    for name, work in (works(round_, officer) | whole).items():
        milliseconds, asked = timed(work)
        lines.append(f"{name:<28}{milliseconds:8.1f} ms median  {len(asked):>3} queries")
        if "BENCH_PLANS" in os.environ:
            plans += plans_of(name, asked)

    if plans:
        Path(os.environ["BENCH_PLANS"]).write_text("\n\n".join(plans))
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201 -- figures for docs/performance.md
