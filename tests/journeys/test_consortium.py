"""A consortium of three partners, in Welsh and by keyboard, in a real Chromium (G§4.11)."""

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from communities.models import Group, Membership, User
from funding.models import Partner
from funding.services import applications
from tests.factories.communities import show_purpose
from tests.factories.projects import make_project
from tests.journeys.test_needs_to_answers import Place, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]
NAMES = ("Choir", "Kitchen", "Workshop")


def welsh(text, **facts):
    with translation.override("cy"):
        return gettext(text) % facts if facts else gettext(text)


@pytest.fixture
def place():
    place = Place(step="ideas", nation="wales")
    show_purpose(place.group)
    place.partners = []
    for name in NAMES:
        group = Group.objects.create(slug=name.lower(), name=name, legal_form="charity", area=place.area)
        person = User.objects.create(email=f"{name.lower()}@example.org", name=f"{name} person", language="cy")
        Membership.objects.create(group=group, user=person, role="owner", joined_at=timezone.now())
        show_purpose(group)
        place.partners.append(person)
    place.project = make_project(place.round, group=place.group, state="draft", created_by=place.kelly)
    return place


def fill_by_keyboard(page, rows):
    """Type partners (number → share) with Tab between the boxes, as somebody without a mouse does."""
    page.locator(f"[name=group_{min(rows)}]").focus()
    for number, share in rows.items():
        for box, text in (("group", NAMES[number - 1]), ("role", f"Rôl {number}"), ("share", share)):
            expect(page.locator(f"[name={box}_{number}]")).to_be_focused()
            page.keyboard.type(text)
            page.keyboard.press("Tab")


def press(page, button):
    """Work a button or a link with Enter, and wait for the page that it leads to."""
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_three_partners_agree_on_a_split_and_each_signs_in_its_own_account(place, live_server, browser, script):
    page = browser.new_context(locale="cy-GB", java_script_enabled=script).new_page()
    sign_in(page, place.kelly, live_server)
    address = f"{live_server.url}/cy/groups/plots/applications/{place.project.reference}/"
    page.goto(f"{address}partners/1/")
    expect(page.locator("html")).to_have_attribute("lang", "cy-GB")
    fill_by_keyboard(page, {1: "1,000", 2: "2,000"})
    press(page, page.locator("button[value=rows]"))
    expect(page.locator("[name=group_2]")).to_have_value("Kitchen")
    fill_by_keyboard(page, {3: "1,500"})
    press(page, page.locator("button[value=on]"))

    rows = list(Partner.objects.filter(project=place.project).order_by("pk").values_list("group__name", "share_pence"))
    assert rows == [("Choir", 100_000), ("Kitchen", 200_000), ("Workshop", 150_000)]
    with pytest.raises(applications.NotReady) as refusal:
        applications.sign_off(project_id=place.project.pk, actor=place.kelly, unfinished=[], now=timezone.now())
    assert "partner_not_signed" in refusal.value.facts["problems"]

    for person in place.partners:
        sign_in(page, person, live_server)
        page.goto(f"{live_server.url}/cy/inbox/")
        press(page, page.get_by_role("link", name=welsh("Sign as a partner: %(title)s", title="Gwelyau uchel 1")))
        press(page, page.locator("main form button"))
        expect(page.locator("main")).to_contain_text(welsh("You have signed for your group."))

    signed = Partner.objects.filter(project=place.project, signed_at__isnull=False)
    assert sorted(signed.values_list("signed_by__name", flat=True)) == sorted(person.name for person in place.partners)
    sign_in(page, place.kelly, live_server)
    page.goto(address)
    expect(page.locator("aside")).to_contain_text(welsh("signed"))
    page.context.close()
