"""The staff menu offers each officer what opens for them, and nothing that does not."""

import pytest

from renewal.kernel.staff import SHORT, in_sections, menu_of, menu_on_page
from tests.support.catalogue import client_of
from tests.support.world import OFFICERS, build_world


@pytest.mark.parametrize("role", [*OFFICERS, "steward"])
def test_every_entry_of_an_officers_menu_opens(role, db):
    world = build_world()
    client = client_of(world, role)

    links = menu_of(world.users[role])

    assert links, "an officer has something to do"
    assert {link.url: client.get(link.url).status_code for link in links} == {link.url: 200 for link in links}


@pytest.mark.parametrize("role", [*OFFICERS, "steward"])
def test_the_first_row_is_short_and_every_page_is_one_step_from_it(role, db):
    links = menu_of(build_world().users[role])

    rows = [menu_on_page(links, here=link.key) for link in links]

    assert max(len(row.first) for row in rows) <= SHORT
    reached = {link.url for row in rows for link in (*row.first, *row.second)}
    assert reached == {link.url for link in links}
    assert {link.url for section in in_sections(links) for link in section.links} == reached


def test_a_page_shows_the_entries_of_its_own_section(db):
    links = menu_of(build_world().users["lead"])

    menu = menu_on_page(links, here="gatherings")

    assert menu.here == "people"
    assert [link.key for link in menu.second] == ["helping_residents", "answers", "gatherings", "texts"]
    assert menu_on_page(links, here="work").second == ()


def test_a_short_menu_is_one_row(db):
    links = menu_of(build_world().users["auditor"])

    menu = menu_on_page(links, here="ledger")

    assert ([link.key for link in menu.first], menu.second) == ([link.key for link in links], ())
    assert menu.here == "ledger"
