"""From an idea to a project on the ballot, and an officer's day, in a real Chromium: with script, without, in Welsh."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from communities.models import Evidence, FundHolder, Group, HoldingAgreement, Membership, User
from funding.models import Decision, Project
from tests.factories.projects import make_project
from tests.journeys.test_needs_to_answers import Place, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def place():
    """An informal group of two with its purpose on record and an agreement with a fund-holder."""
    place = Place(step="ideas")
    now = timezone.now()
    place.dev = User.objects.create(email="dev@example.org", name="Dev")
    Membership.objects.create(group=place.group, user=place.dev, role="editor", joined_at=now)
    Evidence.objects.create(
        group=place.group, kind="social_purpose", basis="written_aims", statement="We grow food together.",
        dated_on=now.date() - timedelta(days=9), added_by=place.kelly, added_at=now,
    )  # fmt: skip
    trust = Group.objects.create(slug="trust", name="Ashcombe Community Trust", legal_form="charity", area=place.area)
    holder = FundHolder.objects.create(
        group=trust, fee_basis="waived", most_award_pence=500_000, most_groups=9, pays_in_days=5, asks_for="Receipts",
        offered_at=now,
    )  # fmt: skip
    HoldingAgreement.objects.create(
        group=place.group, holder=holder, state="active", purpose="Beds", amount_pence=320_000, asked_by=place.kelly,
        asked_at=now, due_on=now.date(), answered_at=now, active_from=now,
    )  # fmt: skip
    return place


def go_on(page):
    page.get_by_role("button", name="Save and continue").click()


def finish(page):
    page.get_by_label("I have finished this section").check()
    go_on(page)


def write_application(page, live_server, place):
    """Fill in every page as Kelly would; returns how many fields were filled."""
    page.goto(f"{live_server.url}/en/rounds/{place.round.slug}/")
    page.get_by_role("link", name="Propose a project").click()
    page.get_by_label("The plots").check()
    page.get_by_label("What is the project called?").fill("Raised beds at Mill Lane")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raised beds at Mill Lane")

    page.get_by_role("link", name="Check this is for you").click()
    for box in page.get_by_label("Yes").all():
        box.check()
    finish(page)

    page.get_by_role("link", name="Say what it is").click()
    go_on(page)
    expect(page.locator(".errors")).to_contain_text("Enter a summary")
    page.get_by_label("Say in a sentence or two").fill("Eight beds at waist height, for people who cannot bend.")
    go_on(page)
    page.get_by_label("What will happen?").fill("We build eight beds in spring and teach twelve people to grow food.")
    go_on(page)
    page.get_by_label("Places and activities", exact=True).check()
    page.get_by_label("Food", exact=True).check()
    go_on(page)
    finish(page)

    page.get_by_role("link", name="Say where and when").click()
    page.get_by_label("Where is it?").fill("Mill Lane")
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_role("link", name="Say where and when").click()
    expect(page.get_by_label("Where is it?")).to_have_value("Mill Lane")
    page.get_by_label("When will it happen?").fill("March to May")
    go_on(page)
    finish(page)

    page.get_by_role("link", name="Say what it builds on").click()
    page.get_by_label("We use or extend something that is here").check()
    page.get_by_label("What does it build on").fill("The allotments have been here since 1919.")
    finish(page)

    page.get_by_role("link", name="Say what it costs").click()
    first = page.get_by_role("group", name="Cost 1")
    first.get_by_label("What", exact=True).fill("Timber and soil")
    first.get_by_label("Cost", exact=True).fill("3,200")
    go_on(page)
    for year in range(1, 6):
        page.get_by_label(f"Running cost in year {year}").fill("0")
    page.get_by_label("Which permissions").fill("The parish, which owns the land, has agreed")
    page.get_by_label("There are no paid roles").check()
    finish(page)

    page.get_by_role("link", name="Answer the questions for this sum").click()
    page.get_by_label("What does it prevent").fill("Falls, and eating alone.")
    go_on(page)
    page.get_by_label("Who leads it").fill("Five plot-holders, two of them wheelchair users.")
    go_on(page)
    page.get_by_label("Who keeps people safe").fill("Our safety lead")
    finish(page)

    page.get_by_role("link", name="Name your partners").click()
    finish(page)
    page.get_by_role("link", name="Name volunteer roles").click()
    finish(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_informal_group_gets_a_project_to_the_vote(place, live_server, browser, script):
    tab = browser.new_context(java_script_enabled=script).new_page()
    sign_in(tab, place.kelly, live_server)
    write_application(tab, live_server, place)
    tab.get_by_role("link", name="Check your answers").click()
    expect(tab.get_by_text("£3,200").first).to_be_visible()
    tab.get_by_role("button", name="This is finished").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Now a second member reads it")

    sign_in(tab, place.dev, live_server)
    project = Project.objects.get()
    tab.goto(f"{live_server.url}/en/groups/plots/applications/{project.reference}/")
    tab.get_by_role("link", name="Read it and declare").click()
    tab.get_by_role("button", name="Declare and send").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("We have your project")

    sign_in(tab, place.priya, live_server)
    tab.goto(f"{live_server.url}/en/staff/interests/")
    tab.get_by_label("I have read the list").check()
    tab.get_by_role("button", name="Declare").click()
    tab.goto(f"{live_server.url}/en/staff/projects/")
    tab.get_by_role("link", name="Raised beds at Mill Lane").click()
    tab.get_by_role("button", name="Begin to check").click()
    tab.get_by_role("link", name="Check and decide").click()
    for box in tab.get_by_label("Meets it", exact=True).all():
        box.check()
    for box in tab.get_by_label("Reason, which the group can read").all():
        box.fill("Seen.")
    tab.get_by_role("button", name="Save what you found").click()
    tab.get_by_role("button", name="Let it go to the vote").click()

    project.refresh_from_db()
    assert (project.state, project.cost_pence, project.declared_by) == ("passed", 320_000, place.dev)
    tab.goto(f"{live_server.url}/en/rounds/{place.round.slug}/projects/{project.reference}/")
    expect(tab.get_by_text("Ashcombe Community Trust pays the bills")).to_be_visible()
    tab.context.close()


def test_an_officer_refuses_with_a_second_and_the_appeal_goes_to_different_people(place, live_server, browser):
    from communities.models import OfficerRole

    ruth = User.objects.create(email="ruth@example.org", name="Ruth")
    OfficerRole.objects.create(user=ruth, body=place.body, role="reviewer", starts_on="2026-01-01")
    project = make_project(place.round, group=place.group, created_by=place.kelly)
    page = browser.new_context().new_page()

    def declare(person):
        sign_in(page, person, live_server)
        page.goto(f"{live_server.url}/en/staff/interests/")
        page.get_by_label("I have read the list").check()
        page.get_by_role("button", name="Declare").click()

    declare(place.priya)
    page.goto(f"{live_server.url}/en/staff/projects/{project.reference}/")
    page.get_by_label("Helped", exact=True).check()
    page.get_by_label("How many minutes?").fill("45")
    page.get_by_role("button", name="Record the help").click()
    page.goto(f"{live_server.url}/en/staff/projects/{project.reference}/decide/")
    page.get_by_label("It would not be safe").check()
    page.get_by_label("Plain words that the group can act on").fill("The wall leans.")
    last = page.locator("section[aria-labelledby=no]")
    last.get_by_label("The same in Welsh").first.fill("Mae’r wal yn gogwyddo.")
    page.get_by_label("What the group can do next").fill("Ask for a survey with us.")
    page.get_by_role("button", name="Propose this to a second officer").click()
    expect(page.get_by_text("You proposed this. A colleague must read it and agree.")).to_be_visible()

    declare(place.owen)
    page.goto(f"{live_server.url}/en/staff/projects/{project.reference}/decide/")
    expect(page.get_by_text("Mae’r wal yn gogwyddo.")).to_be_visible()
    page.get_by_role("button", name="I agree: send the refusal").click()
    assert Decision.objects.get().seconded_by == place.owen

    sign_in(page, place.kelly, live_server)
    page.goto(f"{live_server.url}/en/groups/plots/applications/{project.reference}/feedback/")
    page.get_by_role("link", name="Ask different people to look again").click()
    page.get_by_label("A fact was wrong").check()
    page.get_by_label("What went wrong?").fill("The wall was mended in May.")
    page.get_by_role("button", name="Send the appeal").click()

    sign_in(page, place.priya, live_server)
    refused = page.goto(f"{live_server.url}/en/staff/projects/{project.reference}/appeal/")
    assert refused.status == 404
    declare(ruth)
    page.goto(f"{live_server.url}/en/staff/projects/{project.reference}/appeal/")
    page.get_by_label("Uphold", exact=False).check()
    page.get_by_label("Your answer").fill("The photo shows it.")
    page.get_by_role("button", name="Send the answer").click()

    project.refresh_from_db()
    assert project.state == "sent"
    page.context.close()


def test_two_members_editing_one_task_are_shown_both_texts(place, live_server, browser):
    project = make_project(place.round, group=place.group, state="draft", created_by=place.kelly)
    address = f"{live_server.url}/en/groups/plots/applications/{project.reference}/place/1/"
    first, second = (browser.new_context(java_script_enabled=False).new_page() for _ in range(2))
    for tab, person, text in ((first, place.kelly, "Kelly’s place"), (second, place.dev, "Dev’s place")):
        sign_in(tab, person, live_server)
        tab.goto(address)
        tab.get_by_label("Where is it?").fill(text)
        tab.get_by_label("When will it happen?").fill("In May")

    go_on(first)
    go_on(second)

    expect(second.get_by_text("Nothing is lost.")).to_be_visible()
    expect(second.get_by_role("cell", name="Kelly’s place")).to_be_visible()
    second.get_by_role("button", name="Keep mine").click()
    page = project.pages.get(task="place", page=1)
    assert page.typed["place"] == ["Dev’s place"]
    assert page.set_aside.get().typed["place"] == ["Kelly’s place"]
    first.context.close()
    second.context.close()
