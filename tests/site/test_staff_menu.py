"""The staff menu offers each officer what opens for them, and nothing that does not."""

import pytest

from renewal.kernel.staff import menu_of
from tests.support.catalogue import client_of
from tests.support.world import OFFICERS, build_world


@pytest.mark.parametrize("role", [*OFFICERS, "steward"])
def test_every_entry_of_an_officers_menu_opens(role, db):
    world = build_world()
    client = client_of(world, role)

    links = menu_of(world.users[role])

    assert links, "an officer has something to do"
    assert {link.url: client.get(link.url).status_code for link in links} == {link.url: 200 for link in links}
