"""Support counts only where the home was checked: known before, by the code of a letter, or beside a helper."""

import re
from datetime import timedelta

import pytest

from communities.models import HowKnown, PostcodeRange, Resident
from funding.models import SmallSupport, SmallSupportCode
from funding.services import small_support
from funding.services.letter_codes import Signed
from funding.services.small_awards import NotCollecting, NotHere
from renewal.kernel.models import Notice
from tests.factories.projects import NOW
from tests.factories.small import make_idea, make_purse

pytestmark = pytest.mark.django_db
AMINA = {"name": "Amina Other", "house": "1", "postcode": "ZZ1 2CD"}


@pytest.fixture
def idea():
    purse = make_purse()
    place(purse.area)
    return make_idea(purse, revenue=10_000)


def place(area):
    """Let the postcode ZZ1 2CD lie in an area alone."""
    PostcodeRange.objects.create(outward="ZZ1", first_inward="2AA", last_inward="2ZZ", area=area)


def ask(idea, **more):
    return small_support.ask_to_support(idea_id=idea.pk, language="en", **{"now": NOW} | AMINA | more)


def code_of_letter():
    return re.search(r"code is (\w{4} \w{4})", Notice.objects.get(kind="support_code").body)[1]


def test_a_typed_address_alone_counts_for_nothing_and_brings_a_letter(idea):
    assert ask(idea) == Signed.LETTER
    assert ask(idea) == Signed.LETTER

    assert SmallSupport.objects.count() == 0
    assert Notice.objects.filter(kind="support_code", channel="letter").count() == 1


def test_with_the_code_the_support_counts_once_and_the_home_is_known(idea):
    ask(idea)

    assert small_support.support_with_code(idea_id=idea.pk, code=code_of_letter().lower(), now=NOW) is True
    assert ask(idea) == Signed.BEFORE
    assert (SmallSupport.objects.get().route, SmallSupportCode.objects.count()) == ("letter", 0)
    assert Resident.objects.get().how_known == HowKnown.LETTER


def test_a_home_that_was_checked_supports_at_once(idea):
    ask(idea)
    Resident.objects.update(how_known=HowKnown.OFFICER)

    assert ask(idea) == Signed.NOW
    idea.refresh_from_db()
    assert idea.supporters == 1


def test_beside_a_helper_it_counts_at_once(idea):
    helper = idea.project.created_by
    done = small_support.support_beside(idea_id=idea.pk, route="phone", actor=helper, now=NOW, **AMINA)

    assert (done, SmallSupport.objects.get().route) == (True, "phone")


def test_a_wrong_code_an_old_one_and_another_ideas_are_refused(idea):
    ask(idea)
    code = code_of_letter()
    other = make_idea(idea.project.round.purse, 2, revenue=1_000)

    for pk, typed, now in ((idea.pk, "AAAA AAAA", NOW), (other.pk, code, NOW), (idea.pk, code, NOW + timedelta(60))):
        with pytest.raises(small_support.SupportCodeUnknown):
            small_support.support_with_code(idea_id=pk, code=typed, now=now)


def test_after_its_days_and_outside_its_area_nothing_counts_and_no_letter_goes(idea):
    with pytest.raises(NotCollecting):
        ask(idea, now=NOW + timedelta(days=15))
    PostcodeRange.objects.update(area=idea.project.round.area.parent.children.get(code="MILL"))
    with pytest.raises(NotHere):
        ask(idea, name="Bill Other")

    assert Notice.objects.filter(kind="support_code").count() == 0


def test_unused_codes_are_forgotten(idea):
    ask(idea)

    assert small_support.forget_unused_support_codes(now=NOW + timedelta(days=61)) == 1
