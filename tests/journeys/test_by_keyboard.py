"""A group registers and starts an application, and an officer declares and decides: with a keyboard alone.

The resident's vote by keyboard is in test_vote_in_a_browser.py.
"""

import pytest
from playwright.sync_api import expect

from communities.models import Group, User
from funding.models import Project
from tests.factories.projects import make_project
from tests.journeys.test_needs_to_answers import Place, sign_in
from tests.support.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


def test_a_group_registers_by_keyboard(page, live_server):
    from communities.services.area_pack import read_pack
    from communities.services.areas import load_areas
    from tests.communities.pages import PACK

    load_areas(pack=read_pack(PACK))
    sign_in(page, User.objects.create(email="kelly@example.org", name="Kelly"), live_server)
    keys = Keyboard(page)
    save = page.get_by_role("button", name="Save and continue")

    page.goto("/en/groups/start/")
    for name in ("together", "here", "not_profit", "not_party"):
        keys.choose(page.locator(f"input[name={name}][value=yes]"))
    keys.press(page.get_by_role("button", name="Continue"))
    keys.type(page.get_by_label("What is your group called?"), "Mill Lane Allotments")
    keys.press(save)
    keys.choose(page.get_by_label("Informal group, without a constitution"))
    keys.press(save)
    keys.type(page.locator("input[name=postcode]"), "zz12cd")
    keys.press(save)
    keys.choose(page.get_by_label("Ashcombe North"))
    keys.press(save)
    keys.type(page.locator("textarea[name=aims]"), "We grow food on Mill Lane.")
    keys.press(save)
    keys.type(page.locator("input[name=second_name]"), "Dev")
    keys.press(save)
    expect(
        page.locator(".errors")
    ).to_be_visible()  # a contact and the tick are missing: the keyboard goes on from here
    keys.type(page.locator("input[name=second_phone]"), "01632 960111")
    keys.tick(page.locator("input[name=unrelated]"))
    keys.press(save)
    keys.tick(page.locator("input[name=not_a_party]"))
    keys.tick(page.locator("input[name=is_true]"))
    keys.press(page.get_by_role("button", name="Register the group"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Mill Lane Allotments")
    assert Group.objects.get(slug="mill-lane-allotments").legal_form == "informal"


def test_a_group_starts_an_application_by_keyboard(page, live_server):
    place = Place(step="ideas")
    sign_in(page, place.kelly, live_server)
    keys = Keyboard(page)

    page.goto(f"/en/rounds/{place.round.slug}/")
    keys.press(page.get_by_role("link", name="Propose a project"))
    keys.choose(page.get_by_label("The plots"))
    keys.type(page.get_by_label("What is the project called?"), "Raised beds at Mill Lane")
    keys.press(page.get_by_role("button", name="Begin"))
    keys.press(page.get_by_role("link", name="Say what it is"))
    keys.press(page.get_by_role("button", name="Save and continue"))
    expect(page.locator(".errors")).to_contain_text("Enter a summary")
    keys.to(page.locator(".errors").get_by_role("link"))
    page.keyboard.press("Enter")
    page.keyboard.type("Eight beds at waist height.")
    keys.press(page.get_by_role("button", name="Save and come back later"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Raised beds at Mill Lane")
    assert Project.objects.get().summary == "Eight beds at waist height."


def test_an_officer_declares_and_passes_a_project_by_keyboard(page, live_server):
    place = Place(step="checks")
    project = make_project(place.round, group=place.group, created_by=place.kelly)
    sign_in(page, place.priya, live_server)
    keys = Keyboard(page)

    page.goto("/en/staff/interests/")
    keys.tick(page.get_by_label("I have read the list"))
    keys.press(page.get_by_role("button", name="Declare"))
    page.goto("/en/staff/projects/")
    keys.press(page.get_by_role("link", name=project.title))
    keys.press(page.get_by_role("button", name="Begin to check"))
    keys.press(page.get_by_role("link", name="Check and decide"))
    for box in page.get_by_label("Meets it", exact=True).all():
        keys.choose(box)
    for box in page.get_by_label("Reason, which the group can read").all():
        keys.type(box, "Seen.")
    keys.press(page.get_by_role("button", name="Save what you found"))
    keys.press(page.get_by_role("button", name="Let it go to the vote"))

    project.refresh_from_db()
    assert (project.state, project.decisions.get().proposed_by) == ("passed", place.priya)
