"""Every page that lists things is found by itself, and asks as many questions for three times as many of them."""

import ast
import functools
import inspect
from collections.abc import Iterator
from types import ModuleType
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from tests.support.catalogue import ListPage, address_of, all_lists, all_pages, all_views, client_of
from tests.support.drawings import open_page
from tests.support.lists import OURS, watch_loops
from tests.support.world import build_world


def ask_with(listing: ListPage, count: int) -> tuple[int, tuple[int, int]]:
    """Ask for a list of so many things and give how many questions the database got, and what is shown.

    What is shown: rows of loops, and bytes, for files and for pages that only count.
    """
    with transaction.atomic():
        world = build_world()
        address = address_of(listing.name, listing.build(world, count), query=listing.query)
        client = client_of(world, listing.as_)
        if listing.prepare is not None:
            listing.prepare(client, world)
        client.get(address)  # what is remembered, for the process and for the person, is remembered now
        with watch_loops() as loops, CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        transaction.set_rollback(True)
    return len(queries), (sum(loop.count for loop in loops), len(answer.content))


@pytest.mark.parametrize("listing", all_lists(), ids=lambda page: page.name)
def test_list_page_asks_as_many_questions_for_three_times_as_many(listing, db):
    asked, shown = ask_with(listing, 1)
    asked_for_more, shown_of_more = ask_with(listing, 3)

    assert shown_of_more > shown, "the page shows no more than before: the builder proves nothing"
    assert asked_for_more == asked


FIXED = {  # pages whose loops run over something that cannot grow, and why
    "communities:numbers": "a group has one number of each register",
    "funding:application_check": "the sections of one form",
    "funding:application_declare": "the sections of one form",
    "funding:application_feedback": "the decisions on one project",
    "funding:application_task": "at most five projects that sound alike",
    "funding:challenge_rule": "the tests of one decision",
    "funding:charters": "one charter at a time for each body",
    "funding:gate": "the conditions of one award",
    "funding:parameter_preview": "the levels of the tree",
    "funding:parameter_set": "the nations, and the other sets of one year",
    "funding:pot_holder": "the candidates for one pot, by the query of funding:holder_choose",
    "funding:project_level": "the tests of one decision",
    "funding:question_set": "the lines of one form",
    "funding:question_sets": "one set in use for each band of money",
    "funding:review_assign": "one page of the queue",
    "funding:run_detail": "the levels of the tree, and two signatures",
    "funding:simulator": "the levels of one area's figures",
    "funding:staff_round": "the steps of one round, its checks and its criteria",
    "funding:small_month": "one month, kept as one document",
    "renewal:cookies": "three cookies",
    "renewal:gallery": "samples",
    "renewal:letters": "the bodies of one officer",
    "renewal:offline": "the journeys there are",
    "renewal:open_data": "the files there are",
    "renewal:staff_gallery": "samples",
    "voting:my_ballots": "the ballots open to one person",
    "voting:paper_compare": "the marks of one ballot paper",
    "voting:paper_enter": "the options of one ballot paper, frozen",
    "voting:records": "the kinds of records there are",
    "voting:result_people": "the questions of one set",
    "voting:review": "the choices of one draft",
    "voting:scrutiny": "two signatures",
    "voting:sent": "the choices of one ballot",
    "voting:staff_poll": "the kinds of problems there are",
    "voting:start": "what was changed in one vote",
    "voting:total": "the choices of one draft",
    "voting:watch": "what passed a limit, added up by the database",
}


def names_without_a_count(lists: set[str]) -> list[str]:
    """Find the pages that list rows in some state of the catalogue, or turn pages, and have no count."""
    shown = [page for page in all_pages() if page.method == "get" and page.status == 200]
    found = {page.name for page in shown if open_page(page).loops} | set(pages_that_turn())
    return sorted(found - lists - set(FIXED))


def pages_that_turn() -> Iterator[str]:
    """Name the URLs whose view cuts its list into pages, itself or through a function of its module."""
    for name, view in all_views():
        module = inspect.getmodule(view)
        if module is None or not module.__name__.startswith(OURS):
            continue
        cuts = functions_that_cut(module)
        if view.__name__ in cuts or cuts & set(view.__code__.co_names):
            yield name


@functools.cache
def functions_that_cut(module: ModuleType) -> set[str]:
    tree = ast.parse(inspect.getsource(module))
    functions = [found for found in ast.walk(tree) if isinstance(found, ast.FunctionDef)]
    return {found.name for found in functions if "Paginator(" in ast.unparse(found)}


def test_every_page_that_lists_things_counts_its_questions(db):
    """Found where it is drawn: a loop over rows of the database, or over our own lines made of them."""
    missing = names_without_a_count({listing.name for listing in all_lists()})

    assert missing == [], "add it to LISTS of its catalogue (more_of in tests/support/lists.py), or say why in FIXED"


def test_a_list_page_without_a_count_is_noticed(db):
    lists = {listing.name for listing in all_lists()}
    forgotten = {"funding:project_list", "renewal:audit", "funding:panels"}

    assert set(names_without_a_count(lists - forgotten)) - set(names_without_a_count(lists)) == forgotten


@pytest.mark.parametrize("name", ["renewal:home", "funding:text_queue", "communities:people"])
def test_a_list_that_asks_again_for_each_row_is_noticed(name, db):
    """The broken variant: nobody joins or fetches ahead any more."""
    listing = next(listing for listing in all_lists() if listing.name == name)

    with (
        patch.object(QuerySet, "select_related", lambda self, *fields: self.all()),
        patch.object(QuerySet, "prefetch_related", lambda self, *lookups: self.all()),
    ):
        (asked, _), (asked_for_more, _) = ask_with(listing, 1), ask_with(listing, 3)

    assert asked_for_more > asked
