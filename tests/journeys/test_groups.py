"""A group from nothing to a signed agreement with a fund-holder, in a real Chromium: with script and without."""

import pytest
from django.test import Client
from django.utils import timezone

from communities.models import Area, AreaLevel, Group, PostcodeRange, User
from tests.factories.communities import HolderFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def place(db):
    from communities.services.area_pack import read_pack
    from communities.services.areas import load_areas
    from tests.communities.pages import PACK

    load_areas(pack=read_pack(PACK))
    holder = HolderFactory(areas=[Area.objects.get(slug="ashcombe")])
    treasurer = MembershipFactory(group=holder.group, user__name="Hassan").user
    kelly = User.objects.create(email="kelly@example.org", name="Kelly")
    assert PostcodeRange.objects.exists()
    assert Area.objects.filter(level=AreaLevel.NEIGHBOURHOOD).exists()
    return holder, treasurer, kelly


def sign_in(page, user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "domain": "localhost", "path": "/"}
            for name, morsel in client.cookies.items()
        ]
    )


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_informal_group_registers_and_signs_with_a_fund_holder(place, new_page, script):
    """G-4.5-A1, up to the agreement: no constitution, no account, at most 40 fields."""
    holder, treasurer, kelly = place
    page = new_page(script=script, width=375)
    sign_in(page, kelly)
    fields = 0

    def go_on(button):
        nonlocal fields
        fields += page.locator("main form input:not([type=hidden]):not([type=radio]), main form textarea").count()
        fields += len({box.get_attribute("name") for box in page.locator("main form input[type=radio]").all()})
        page.get_by_role("button", name=button).click()

    page.goto("/en/groups/start/")
    for name in ("together", "here", "not_profit", "not_party"):
        page.locator(f"input[name={name}][value=yes]").check()
    go_on("Continue")
    page.get_by_label("What is your group called?").fill("Mill Lane Allotments")
    go_on("Save and continue")
    page.get_by_label("Informal group, without a constitution").check()
    go_on("Save and continue")
    page.locator("input[name=postcode]").fill("zz12cd")
    go_on("Save and continue")
    page.get_by_label("Ashcombe North").check()
    go_on("Save and continue")
    page.locator("textarea[name=aims]").fill("We grow food on Mill Lane.")
    go_on("Save and continue")
    page.locator("input[name=second_name]").fill("Dev")
    page.locator("input[name=second_phone]").fill("01632 960111")
    page.locator("input[name=unrelated]").check()
    go_on("Save and continue")
    assert "Mill Lane Allotments" in page.locator("dl.facts").inner_text()
    page.locator("input[name=not_a_party]").check()
    page.locator("input[name=is_true]").check()
    go_on("Register the group")
    assert page.locator("h1").inner_text() == "Mill Lane Allotments"
    assert fields <= 40

    page.goto("/en/groups/mill-lane-allotments/fund-holder/")
    page.get_by_role("link", name=f"Ask {holder.group.name}").click()
    page.locator("textarea[name=purpose]").fill("Seeds and tools")
    page.locator("input[name=amount_pence]").fill("3,000")
    page.get_by_role("button", name="Ask", exact=True).click()
    assert "Waiting for an answer" in page.locator("main").inner_text()

    other = new_page(script=script)
    sign_in(other, treasurer)
    other.goto("/en/fund-holder/")
    other.get_by_role("link", name="Mill Lane Allotments").click()
    other.get_by_role("link", name="Agree").click()
    other.get_by_role("button", name="Agree and sign").click()

    page.goto("/en/groups/mill-lane-allotments/")
    page.get_by_role("link", name="Continue").or_(
        page.get_by_role("link", name="Who looks after your money")
    ).last.click()
    page.get_by_role("button", name="Sign these terms").click()
    assert "You have signed for your group." in page.locator("main").inner_text()
    group = Group.objects.get(slug="mill-lane-allotments")
    assert group.holdings.get().state == "active"
    assert timezone.now() >= group.holdings.get().active_from
