"""bench_projects: fill a throw-away database with projects and comments; time list, search and queue."""

import statistics
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.models import Body, Group, Role, User
from funding.models import Project, ProjectComment, Review, Round, RoundDeclaration, Theme
from funding.queries.project_page import comments_of
from funding.queries.projects import listed_projects, similar_projects
from funding.queries.reviews import queue
from renewal.kernel.clock import london_day
from renewal.kernel.paging import LeanPaginator

NOUNS = ("kitchen garden bus roof choir library workshop path bench shed court hall orchard café radio").split()  # noqa: SIM905 -- words read best as a line
ADJECTIVES = ("warm green open shared safe bright quiet new old little community village river hill market").split()  # noqa: SIM905 -- words read best as a line
WELSH = ("cegin gardd bws to côr llyfrgell gweithdy llwybr mainc sied cwrt neuadd perllan caffi radio").split()  # noqa: SIM905 -- words read best as a line


class Command(BaseCommand):
    help = "Time the project pages at full size. Writes into the database it is given: use a throw-away one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--projects", type=int, default=30_000)
        parser.add_argument("--comments", type=int, default=200_000)
        parser.add_argument("--repeat", type=int, default=15)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("bench_projects makes up projects: it runs only with the demo or test settings.")
        # As the tables' owner: nobody else may gather the statistics without which no plan is a living database's.
        connections["default"] = connections["owner"]
        with transaction.atomic():
            round_, officer = fill(options["projects"], options["comments"])
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE funding_project; ANALYZE funding_review; ANALYZE funding_projectcomment")
            for name, work in works(round_, officer).items():
                times = []
                for _turn in range(options["repeat"]):
                    with CaptureQueriesContext(connection) as queries:
                        started = perf_counter()
                        work()
                        times.append((perf_counter() - started) * 1000)
                self.stdout.write(f"{name:<28}{statistics.median(times):8.1f} ms median  {len(queries):>3} queries")
            transaction.set_rollback(True)


def fill(projects: int, comments: int) -> tuple[Round, User]:
    """Make the projects and comments in one round of one authority, with a check for each project."""
    now = timezone.now()
    round_ = Round.objects.order_by("pk").first()
    if round_ is None:
        raise CommandError("There is no round: seed the demo first.")
    council: Body = round_.convenor
    officer = User.objects.create(email="bench@example.org", name="Bench")
    officer.officer_roles.create(body=council, role=Role.REVIEWER, starts_on=london_day(now) - timedelta(days=9))
    RoundDeclaration.objects.create(officer=officer, round=round_, declared_at=now)
    groups = Group.objects.bulk_create(
        Group(slug=f"bench-{number}", name=f"Bench group {number}", legal_form="club", area=round_.area)
        for number in range(500)
    )
    themes = list(Theme.objects.newest().exclude(kind="tag"))
    made = Project.objects.bulk_create(
        (
            Project(
                round=round_, reference=f"BEN-{number:05d}", group=groups[number % 500], checked_by=council,
                state="sent" if number % 3 else "passed", title=title(number, ADJECTIVES, NOUNS),
                title_cy=title(number, WELSH, WELSH),
                summary=f"A {title(number * 7, ADJECTIVES, NOUNS)} for everybody here.",
                summary_cy=f"{title(number * 7, WELSH, WELSH)} i bawb.", description="Words " * 40,
                theme=themes[number % len(themes)], capital_pence=(number % 900 + 1) * 1000, revenue_pence=5_000,
                created_by=officer, created_at=now, sent_at=now,
            )
            for number in range(projects)
        ),
        batch_size=2_000,
    )  # fmt: skip
    Review.objects.bulk_create(
        (
            Review(project=project, due_on=london_day(now) + timedelta(days=number % 40 - 10))
            for number, project in enumerate(made)
            if project.state == "sent"
        ),
        batch_size=5_000,
    )
    ProjectComment.objects.bulk_create(
        (
            ProjectComment(project=made[number % len(made)], author=officer, text=f"Comment {number}", at=now)
            for number in range(comments)
        ),
        batch_size=10_000,
    )
    return round_, officer


def title(number: int, first: list[str], second: list[str]) -> str:
    return f"{first[number % len(first)]} {second[number // len(first) % len(second)]} {number}".capitalize()


def works(round_: Round, officer: User) -> dict[str, Any]:
    """What is timed: a page of each list as the views read it, the count included."""
    now = timezone.now()
    project = Project.objects.get(reference="BEN-00042")

    def page(found: Any) -> None:
        list(LeanPaginator(found, 20).get_page("1"))

    return {
        "list, shuffled": lambda: page(listed_projects(round_, seed="a")),
        "list, by cost": lambda: page(listed_projects(round_, sort="cost")),
        "list, by theme and name": lambda: page(listed_projects(round_, theme="places", sort="name")),
        "search, English": lambda: page(listed_projects(round_, words="warm kitchens")),
        "search, Welsh": lambda: page(listed_projects(round_, words="llyfrgell cor")),
        "search, misspelt": lambda: page(listed_projects(round_, words="gardn 12345")),
        "similar while typing": lambda: similar_projects(round_=round_, title="A warm kitchen for everyone"),
        "officer queue": lambda: page(queue(officer, at=now)),
        "officer queue, by cost": lambda: page(queue(officer, at=now, sort="-cost")),
        "officer queue, search": lambda: page(queue(officer, at=now, words="village orchard")),
        "comments of a project": lambda: comments_of(project),
    }
