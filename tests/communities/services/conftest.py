"""What tests of several nouns start from."""

import pytest

from tests.communities.holding_scene import Scene


@pytest.fixture
def scene():
    return Scene()
