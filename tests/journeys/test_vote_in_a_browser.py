"""A whole vote in a real Chromium: by keyboard alone, with script off, on a narrow screen, in English and Welsh."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.communities import AreaFactory, PostcodeRangeFactory
from tests.factories.voting import draft_poll
from tests.support.keyboard import Keyboard
from voting.models import RollEntry, SealedBallot
from voting.services.codes import make_codes
from voting.services.polls import open_poll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOT_YET = {"en": "You have not voted yet.", "cy": "Nid ydych wedi pleidleisio eto."}


@pytest.fixture
def poll():
    now = timezone.now()
    area = AreaFactory()
    PostcodeRangeFactory(area=area)
    made = draft_poll(
        area_id=area.pk,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=20),
        now=now - timedelta(days=2),
    )
    return open_poll(poll_id=made.pk, actor=None, now=now)


def a_code(poll) -> str:
    return make_codes(poll_id=poll.pk, count=1, label="x", actor=None, now=timezone.now())[0]


def pass_check(page, code: str, not_yet: str) -> None:
    page.check("#id_is_old_enough_0")
    page.click("main form .button")
    page.wait_for_url("**/check/code/code/")
    page.fill("#id_code", code)
    assert not_yet in page.content()
    page.click("main form .button")
    page.wait_for_url("**/check/code/home/")
    page.fill("#id_name", "Amina Example")
    page.fill("#id_house", "12")
    page.fill("#id_postcode", "ZZ1 2CD")
    assert not_yet in page.content()
    page.click("main form .button")
    page.wait_for_url("**/contact/")
    assert not_yet in page.content()
    page.click("main form .button")


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_vote_goes_through_at_320_pixels(new_page, poll, language, script):
    page = new_page(script=script, width=320, height=700)
    page.set_default_timeout(60_000)
    said = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(f"/{language}/polls/{poll.slug}/check/code/")
    assert NOT_YET[language] in page.content()
    pass_check(page, a_code(poll), NOT_YET[language])
    page.wait_for_url("**/choose/")
    assert NOT_YET[language] in page.content()
    page.locator(".choices input").nth(1).check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320 if script else True
    page.click("main form .button:not(.second)")
    page.wait_for_url("**/review/")
    assert NOT_YET[language] in page.content()
    page.click("main form .button")
    page.wait_for_url("**/sent/")

    assert NOT_YET[language] not in page.content()
    assert len(page.locator(".half .code").all_inner_texts()) == 2
    assert SealedBallot.objects.filter(status="live").count() == 1
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("en", True),
        ("cy", False),
        pytest.param("cy", True, marks=pytest.mark.long),
        pytest.param("en", False, marks=pytest.mark.long),
    ],
)
def test_a_vote_goes_through_by_keyboard_alone_on_a_narrow_screen(new_page, poll, language, script):
    page = new_page(script=script, width=320, height=700)
    page.set_default_timeout(60_000)
    keys, not_yet = Keyboard(page), NOT_YET[language]

    def arrived(where: str) -> None:
        page.wait_for_url(f"**/{where}")
        assert not_yet in page.content(), where
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, where

    page.goto(f"/{language}/polls/{poll.slug}/")
    arrived(f"polls/{poll.slug}/")
    keys.press(page.locator("main .actions a.button"))
    arrived("check/")
    keys.choose(page.locator("#id_method_0"))
    keys.press(page.locator("main form button.button"))
    arrived("check/code/")
    keys.choose(page.locator("#id_is_old_enough_0"))
    keys.press(page.locator("main form button.button"))
    arrived("check/code/code/")
    keys.type(page.locator("#id_code"), a_code(poll))
    keys.press(page.locator("main form button.button"))
    arrived("check/code/home/")
    for name, text in (("name", "Amina Example"), ("house", "12"), ("postcode", "ZZ1 2CD")):
        keys.type(page.locator(f"#id_{name}"), text)
    keys.press(page.locator("main form button.button"))
    arrived("contact/")
    keys.type(page.locator("#id_email"), "amina@example.org")
    keys.press(page.locator("main form button.button"))
    arrived("choose/")
    keys.tick(page.locator(".choices input"))
    if script:
        page.locator("#total-top", has_text="1 ").wait_for()
    keys.press(page.locator("main form button.button:not(.second)"))
    arrived("review/")
    keys.press(page.locator("main form button.button"))
    page.wait_for_url("**/sent/")

    assert not_yet not in page.content()
    assert RollEntry.objects.get().channel == "web"
