"""An open vote and a code for it."""

import pytest
import time_machine

from tests.factories.communities import AreaFactory, PostcodeRangeFactory
from tests.factories.voting import NOON, opened_poll
from voting.services.codes import make_codes


@pytest.fixture
def poll():
    area = AreaFactory()
    PostcodeRangeFactory(area=area)
    with time_machine.travel(NOON, tick=False):
        yield opened_poll(area_id=area.pk)


@pytest.fixture
def code(poll):
    return make_codes(poll_id=poll.pk, count=1, label="first", actor=None, now=NOON)[0]
