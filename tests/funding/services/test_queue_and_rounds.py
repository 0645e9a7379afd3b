"""UX §7: kept views, the officer's page of a round, help beside refusals, fixed rules, and lists in the right order."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from communities.models import Role
from funding.models import Project, Review, Step
from funding.queries.projects import listed_projects
from funding.queries.reviews import hours_and_refusals, open_work, queue
from funding.queries.staff_rounds import checklist, numbers_of
from funding.services import checks
from funding.services.saved_views import NothingToKeep, TooManyViews, drop_view, keep_view
from renewal.kernel.paging import LeanPaginator, rows_of
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_officer, make_project, make_refusal, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    areas = make_country()
    council = make_council(areas["ASH"])
    round_ = make_round(areas["ASH-N"], council, step=Step.CHECKS)
    officers = [make_officer(council, name, Role.LEAD, declared=round_) for name in ("Owen", "Ruth")]
    return round_, officers


def test_a_view_is_kept_replaced_and_let_go_and_keeps_only_filters(scene):
    _round, (ann, bob) = scene
    view = keep_view(user=ann, name="Gardens", query="q=garden&page=9&sort=-cost&evil=1&csrf=x", now=NOW)
    assert view.query == "q=garden&sort=-cost"

    again = keep_view(user=ann, name="Gardens", query="q=plots", now=NOW)

    assert (again.pk, ann.saved_views.get().query) == (view.pk, "q=plots")
    drop_view(user=bob, view_id=view.pk)
    assert ann.saved_views.count() == 1
    drop_view(user=ann, view_id=view.pk)
    assert ann.saved_views.count() == 0


def test_nothing_and_too_much_are_not_kept(scene):
    ann = scene[1][0]
    with pytest.raises(NothingToKeep):
        keep_view(user=ann, name="X", query="page=2", now=NOW)
    for number in range(20):
        keep_view(user=ann, name=str(number), query="q=a", now=NOW)
    with pytest.raises(TooManyViews):
        keep_view(user=ann, name="one more", query="q=a", now=NOW)


def test_a_kept_view_belongs_to_one_officer_and_leads_to_its_list(scene, client):
    ann = scene[1][0]
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post("/en/staff/projects/views/", {"name": "Plots", "query": "q=plots&status=all"})

    assert (answer.status_code, answer["Location"]) == (303, "/en/staff/projects/?q=plots&status=all")
    assert "Plots" in client.get("/en/staff/projects/").content.decode()


def test_the_rules_of_a_check_are_fixed_with_the_round(scene):
    round_ = scene[0]
    make_project(round_)
    for change in (
        lambda: round_.criteria.update(question="Do we like it?"),
        lambda: round_.criteria.all()[:1].get().delete(),
        lambda: round_.criteria.create(code="taste", question="Taste?", question_cy="Blas?", position=99),
    ):
        with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
            change()


def test_hours_of_help_stand_beside_refusals_on_the_round_s_page(scene, client):
    round_, (ann, bob) = scene
    make_refusal(make_project(round_), ann, bob)
    checks.give_help(project_id=make_project(round_, number=2).pk, actor=ann, kind="convene", minutes=100, now=NOW)

    assert hours_and_refusals(round_) == (3, 1)
    page = " ".join(client.get(f"/en/rounds/{round_.slug}/").content.decode().split())
    assert "3 hours of help" in page
    assert "refused 1 project" in page


def test_the_page_of_a_round_counts_what_waits_and_lists_what_is_left(scene):
    round_, (ann, _bob) = scene
    for number in range(1, 4):
        make_project(round_, number=number)
    Review.objects.filter(project__reference="ASH-001").update(officer=ann, assigned_at=NOW)
    Review.objects.filter(project__reference="ASH-002").update(due_on=NOW.date() - timedelta(days=1))

    numbers = numbers_of(round_, at=NOW)

    assert (numbers.by_state, numbers.unassigned, numbers.overdue) == ({"sent": 3}, 2, 1)
    lines = dict(checklist(round_, numbers, ann, at=NOW))
    assert [line.done for line in lines["Checks"]] == [True, False]
    assert not any(line.done for line in lines["Vote"][:1])


def test_the_forecast_counts_each_check_in_one_week_and_overdue_ones_in_the_first(scene):
    round_, (ann, _bob) = scene
    for number, days in enumerate((-9, 0, 7, 8, 60), start=1):
        make_project(round_, number=number)
        Review.objects.filter(project__reference=f"ASH-{number:03d}").update(due_on=NOW.date() + timedelta(days=days))

    make_project(round_, number=6, state="changes")
    make_project(round_, number=7, state="passed")
    Review.objects.create(project=Project.objects.get(reference="ASH-001"), due_on=NOW.date(), ended_at=NOW)

    work = open_work(ann, at=NOW)

    assert [count for _monday, count in work.weeks] == [2, 2, 0, 0]
    assert work.count == queue(ann, at=NOW).count() == 5


def test_the_queue_says_how_many_projects_there_are_whatever_was_chosen(scene, client):
    round_, (ann, _bob) = scene
    for number in (1, 2, 3):
        make_project(round_, number=number)
    make_project(round_, number=4, state="passed")
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")

    def count(query):
        return client.get(f"/en/staff/projects/{query}").context["page"].paginator.count

    asked = {
        "": 3,
        "?sort=-cost": 3,
        "?status=": 3,
        "?status=all": 4,
        "?q=ASH-002": 1,
        "?checker=me": 0,
        "?over=10000": 0,
    }
    assert {query: count(query) for query in asked} == asked


@pytest.mark.parametrize("sort", ["", "cost", "name"])
def test_pages_of_a_list_hold_every_project_once_in_one_order(scene, sort):
    round_ = scene[0]
    for number in range(1, 8):
        make_project(round_, number=number, lines=[("Wood", "capital", 1000 * (number % 3 + 1))])
    found = listed_projects(round_, sort=sort, seed="a")

    pages = [row.reference for number in (1, 2, 3) for row in LeanPaginator(found, 3).page(number)]

    assert pages == [project.reference for project in found]
    assert sorted(pages) == [f"ASH-{number:03d}" for number in range(1, 8)]


def test_another_seed_is_another_order_and_the_same_seed_the_same(scene):
    round_ = scene[0]
    for number in range(1, 9):
        make_project(round_, number=number)

    def order(seed):
        return [project.reference for project in listed_projects(round_, seed=seed)]

    assert order("a") == order("a")
    assert len({tuple(order(seed)) for seed in "abcdef"}) > 3


def test_reading_a_page_asks_two_questions_however_many_rows(scene):
    round_, (ann, _bob) = scene
    for number in range(1, 6):
        make_project(round_, number=number)
    for found in (listed_projects(round_, seed="a"), queue(ann, at=NOW).prefetch_related(None)):
        with CaptureQueriesContext(connection) as asked:
            assert len(rows_of(found, 0, 4)) == 4
        assert len(asked) == 2
    assert Project.objects.count() == 5


def test_the_queue_shows_a_project_once_after_a_second_check(scene):
    round_, (ann, _bob) = scene
    project = make_project(round_)
    Review.objects.filter(project=project).update(ended_at=NOW)
    Review.objects.create(project=project, due_on=NOW.date())

    assert [row.reference for row in queue(ann, at=NOW)] == ["ASH-001"]
    assert [row.reference for row in queue(ann, at=NOW, checker="nobody")] == ["ASH-001"]
    assert not queue(ann, at=NOW, checker="me").exists()
