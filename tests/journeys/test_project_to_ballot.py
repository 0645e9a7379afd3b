"""From nothing to a project on the ballot, and an officer's day, in a real Chromium: with script and without.

The same by keyboard is in test_by_keyboard.py; a consortium in Welsh by keyboard in test_consortium.py.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from communities.models import Area, Membership, PostcodeRange, User
from funding.models import Project
from funding.services.rounds import advance_one_step
from tests.factories.communities import HolderFactory, MembershipFactory
from tests.factories.money import make_posted_run
from tests.factories.projects import make_project
from tests.journeys.test_needs_to_answers import Place, fill_day, sign_in
from tests.journeys.test_vote_in_a_browser import NOT_YET, pass_check
from voting.services.codes import make_codes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


class Hand:
    """Somebody at a page; every question that they answer is counted once."""

    def __init__(self, page):
        self.page, self.answers = page, 0

    def type(self, box, text):
        self.answers += 1
        box.fill(text)

    def pick(self, box):
        self.answers += 1
        box.check()

    def press(self, name, **more):
        self.page.get_by_role("button", name=name, **more).click()

    def open(self, name, **more):
        self.page.get_by_role("link", name=name, **more).click()

    def go_on(self):
        self.press("Save and continue")

    def finish(self):
        """Tick that a section is finished, which answers no question."""
        self.page.get_by_label("I have finished this section").check()
        self.go_on()


@pytest.fixture
def nothing():
    """A neighbourhood with money whose round takes ideas, a charity that holds money for others, and no group yet."""
    place = Place(step="ideas", with_group=False)
    Area.objects.filter(pk=place.area.pk).update(need_ten_thousandths=6_000)
    make_posted_run(place.round.cycle)
    PostcodeRange.objects.create(outward="ZZ1", first_inward="0AA", last_inward="9ZZ", area=place.area)
    place.dev = User.objects.create(email="dev@example.org", name="Dev")
    holder = HolderFactory(areas=[place.area.parent], group__name="Ashcombe Community Trust", group__area=place.area)
    place.treasurer = MembershipFactory(group=holder.group, user__name="Hassan").user
    return place


def register(kelly):
    """Answer every page from "Is this for us?" to the registered group."""
    page = kelly.page
    page.goto("/en/groups/start/")
    for name in ("together", "here", "not_profit", "not_party"):
        kelly.pick(page.locator(f"input[name={name}][value=yes]"))
    kelly.press("Continue")
    kelly.type(page.get_by_label("What is your group called?"), "Mill Lane Allotments")
    kelly.go_on()
    kelly.pick(page.get_by_label("Informal group, without a constitution"))
    kelly.go_on()
    kelly.type(page.locator("input[name=postcode]"), "zz12cd")
    kelly.go_on()
    kelly.pick(page.get_by_label("Ashcombe North"))
    kelly.go_on()
    kelly.type(page.locator("textarea[name=aims]"), "We grow food on Mill Lane.")
    kelly.go_on()
    kelly.type(page.locator("input[name=second_name]"), "Dev")
    kelly.type(page.locator("input[name=second_phone]"), "01632 960111")
    kelly.pick(page.locator("input[name=unrelated]"))
    kelly.go_on()
    expect(page.locator("dl.facts")).to_contain_text("Mill Lane Allotments")
    kelly.pick(page.locator("input[name=not_a_party]"))
    kelly.pick(page.locator("input[name=is_true]"))
    kelly.press("Register the group")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mill Lane Allotments")


def settle_in(page, dev):
    """Put the group's purpose on record and invite a second member, who joins from the inbox."""
    page.get_by_role("link", name="Your social purpose").click()
    page.get_by_label("What does it show?").select_option("Social purpose")
    page.get_by_label("For a social purpose").select_option("Written aims of an informal group")
    page.get_by_label("In one sentence").fill("We grow food together.")
    day = page.get_by_role("group", name="What day is it from?")
    for box, number in (("Day", "5"), ("Month", "3"), ("Year", "2026")):
        day.get_by_label(box, exact=True).fill(number)
    page.locator("main form:not([action]) button").click()
    page.goto("/en/groups/mill-lane-allotments/")
    page.get_by_role("link", name="People and invitations").click()
    page.get_by_label("E-mail address").fill("dev@example.org")
    page.locator("main form:not([action]) button").click()

    dev.goto("/en/inbox/")
    dev.get_by_role("link", name="Mill Lane Allotments invites you").click()
    dev.get_by_role("button", name="Join").click()


def agree_with_a_holder(page, treasurer):
    """Ask the one charity there is; it agrees and signs, then the group signs."""
    page.goto("/en/groups/mill-lane-allotments/fund-holder/")
    page.get_by_role("link", name="Ask Ashcombe Community Trust").click()
    page.locator("textarea[name=purpose]").fill("Seeds and tools")
    page.locator("input[name=amount_pence]").fill("3,200")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("main")).to_contain_text("Waiting for an answer")

    treasurer.goto("/en/fund-holder/")
    treasurer.get_by_role("link", name="Mill Lane Allotments").click()
    treasurer.get_by_role("link", name="Agree").click()
    treasurer.get_by_role("button", name="Agree and sign").click()

    page.goto("/en/inbox/")
    page.get_by_role("link", name="Read and sign the terms of Ashcombe Community Trust").click()
    page.get_by_role("button", name="Sign these terms").click()
    expect(page.locator("main")).to_contain_text("You have signed for your group.")


def write_application(kelly):
    """Fill in every page of a form up to £5,000, with a mistake and a pause on the way."""
    page = kelly.page
    page.goto("/en/rounds/ashcombe-north-2027/")
    kelly.open("Propose a project")
    kelly.pick(page.get_by_label("Mill Lane Allotments"))
    kelly.type(page.get_by_label("What is the project called?"), "Raised beds at Mill Lane")
    kelly.press("Begin")
    expect(page.get_by_role("heading", level=1)).to_have_text("Raised beds at Mill Lane")

    kelly.open("Check this is for you")
    for box in page.get_by_label("Yes").all():
        kelly.pick(box)
    kelly.finish()

    kelly.open("Say what it is")
    kelly.go_on()
    expect(page.locator(".errors")).to_contain_text("Enter a summary")
    kelly.type(page.get_by_label("Say in a sentence or two"), "Eight beds at waist height, for people who cannot bend.")
    kelly.go_on()
    kelly.type(
        page.get_by_label("What will happen?"), "We build eight beds in spring and teach twelve people to grow food."
    )
    kelly.go_on()
    kelly.pick(page.get_by_label("Places and activities", exact=True))
    kelly.pick(page.get_by_label("Food", exact=True))
    kelly.go_on()
    kelly.finish()

    kelly.open("Say where and when")
    kelly.type(page.get_by_label("Where is it?"), "Mill Lane")
    kelly.press("Save and come back later")
    kelly.open("Say where and when")
    expect(page.get_by_label("Where is it?")).to_have_value("Mill Lane")
    kelly.type(page.get_by_label("When will it happen?"), "March to May")
    kelly.go_on()
    kelly.finish()

    kelly.open("Say what it builds on")
    kelly.pick(page.get_by_label("We use or extend something that is here"))
    kelly.type(page.get_by_label("What does it build on"), "The allotments have been here since 1919.")
    kelly.finish()

    kelly.open("Say what it costs")
    first = page.get_by_role("group", name="Cost 1")
    kelly.type(first.get_by_label("What", exact=True), "Timber and soil")
    kelly.type(first.get_by_label("Cost", exact=True), "3,200")
    kelly.go_on()
    for year in range(1, 6):
        kelly.type(page.get_by_label(f"Running cost in year {year}"), "0")
    kelly.type(page.get_by_label("Which permissions"), "The parish, which owns the land, has agreed")
    kelly.pick(page.get_by_label("There are no paid roles"))
    kelly.finish()

    kelly.open("Answer the questions for this sum")
    kelly.type(page.get_by_label("What does it prevent"), "Falls, and eating alone.")
    kelly.go_on()
    kelly.type(page.get_by_label("Who leads it"), "Five plot-holders, two of them wheelchair users.")
    kelly.go_on()
    kelly.type(page.get_by_label("Who keeps people safe"), "Our safety lead")
    kelly.finish()

    kelly.open("Name your partners")
    kelly.finish()
    kelly.open("Name volunteer roles")
    kelly.finish()


def check_and_pass(priya, title):
    """An officer says that nothing links them to the groups, looks at each rule and lets the project pass."""
    priya.goto("/en/staff/interests/")
    priya.get_by_label("I have read the list").check()
    priya.get_by_role("button", name="Declare").click()
    priya.goto("/en/staff/projects/")
    priya.get_by_role("link", name=title).click()
    priya.get_by_role("button", name="Begin to check").click()
    priya.get_by_role("link", name="Check and decide").click()
    for box in priya.get_by_label("Meets it", exact=True).all():
        box.check()
    for box in priya.get_by_label("Reason, which the group can read").all():
        box.fill("Seen.")
    priya.get_by_role("button", name="Save what you found").click()
    priya.get_by_role("button", name="Let it go to the vote").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_informal_group_gets_from_nothing_to_the_ballot(nothing, live_server, new_page, script):
    """G-4.5-A1 up to the award: no constitution, no account, a holder's agreement, and at most 40 answers in all."""

    def at_a_page(person, width=1280):
        return sign_in(new_page(script=script, width=width), person, live_server)

    kelly, dev = Hand(at_a_page(nothing.kelly, 375)), at_a_page(nothing.dev)
    register(kelly)
    settle_in(kelly.page, dev)
    agree_with_a_holder(kelly.page, at_a_page(nothing.treasurer))
    write_application(kelly)
    assert kelly.answers <= 40, "registration and a form up to £5,000"

    kelly.open("Check your answers")
    expect(kelly.page.get_by_text("£3,200").first).to_be_visible()
    kelly.press("This is finished")
    expect(kelly.page.get_by_role("heading", level=1)).to_have_text("Now a second member reads it")
    project = Project.objects.get()
    dev.goto(f"/en/groups/mill-lane-allotments/applications/{project.reference}/")
    dev.get_by_role("link", name="Read it and declare").click()
    dev.get_by_role("button", name="Declare and send").click()
    expect(dev.get_by_role("heading", level=1)).to_have_text("We have your project")
    check_and_pass(at_a_page(nothing.priya), "Raised beds at Mill Lane")

    project.refresh_from_db()
    group, agreement = project.group, project.group.holdings.get()
    assert (project.state, project.cost_pence, project.declared_by) == ("passed", 320_000, nothing.dev)
    assert (group.legal_form, agreement.state, agreement.versions.get().signatures.count()) == ("informal", "active", 2)

    for _step in ("checks", "vote"):
        advance_one_step(round_id=nothing.round.pk, now=timezone.now())
    nothing.round.refresh_from_db()
    code = make_codes(poll_id=nothing.round.poll.pk, count=1, label="x", actor=None, now=timezone.now())[0]
    anybody = new_page(script=script, width=375)
    anybody.goto(f"/en/rounds/ashcombe-north-2027/projects/{project.reference}/")
    expect(anybody.get_by_text("Ashcombe Community Trust pays the bills")).to_be_visible()
    anybody.goto("/en/rounds/ashcombe-north-2027/")
    anybody.get_by_role("link", name="Start your vote").click()
    anybody.get_by_role("link", name="Start", exact=True).click()
    anybody.goto(f"/en/polls/{nothing.round.poll.slug}/check/code/")
    pass_check(anybody, code, NOT_YET["en"])
    anybody.wait_for_url("**/choose/")
    expect(anybody.locator(".choices")).to_contain_text("Raised beds at Mill Lane")
    expect(anybody.locator(".choices")).to_contain_text("£3,200")


@pytest.fixture
def place():
    """A round that takes ideas, and a group of two."""
    place = Place(step="ideas")
    place.dev = User.objects.create(email="dev@example.org", name="Dev")
    Membership.objects.create(group=place.group, user=place.dev, role="editor", joined_at=timezone.now())
    return place


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_officer_refuses_with_a_second_and_the_appeal_goes_to_different_people(place, live_server, new_page, script):
    from communities.models import OfficerRole

    ruth = User.objects.create(email="ruth@example.org", name="Ruth")
    OfficerRole.objects.create(user=ruth, body=place.body, role="reviewer", starts_on="2026-01-01")
    project = make_project(place.round, group=place.group, created_by=place.kelly)
    unclear = make_project(place.round, group=place.group, number=2, created_by=place.kelly)
    page = new_page(script=script)

    def declare(person):
        sign_in(page, person, live_server)
        page.goto("/en/staff/interests/")
        page.get_by_label("I have read the list").check()
        page.get_by_role("button", name="Declare").click()

    declare(place.priya)
    page.goto(f"/en/staff/projects/{unclear.reference}/")
    page.get_by_role("button", name="Begin to check").click()
    page.get_by_role("link", name="Check and decide").click()
    for box in page.get_by_label("Not sure", exact=True).all():
        box.check()
    page.get_by_role("button", name="Save what you found").click()
    ask = page.locator("section[aria-labelledby=ask]")
    ask.get_by_label("What must change, and why").fill("Say who owns the land.")
    ask.get_by_label("Say where and when").check()
    fill_day(ask, str, "When must the group have made the changes?", timezone.now() + timedelta(days=14))
    ask.get_by_role("button", name="Ask for these changes").click()
    unclear.refresh_from_db()
    assert unclear.state == "changes"

    page.goto(f"/en/staff/projects/{project.reference}/")
    page.get_by_label("Helped", exact=True).check()
    page.get_by_label("How many minutes?").fill("45")
    page.get_by_role("button", name="Record the help").click()
    page.goto(f"/en/staff/projects/{project.reference}/decide/")
    page.get_by_label("It would not be safe").check()
    page.get_by_label("Plain words that the group can act on").fill("The wall leans.")
    last = page.locator("section[aria-labelledby=no]")
    last.get_by_label("The same in Welsh").first.fill("Mae’r wal yn gogwyddo.")
    page.get_by_label("What the group can do next").fill("Ask for a survey with us.")
    page.get_by_role("button", name="Propose this to a second officer").click()
    expect(page.get_by_text("You proposed this. A colleague must read it and agree.")).to_be_visible()

    declare(place.owen)
    page.goto(f"/en/staff/projects/{project.reference}/decide/")
    expect(page.get_by_text("Mae’r wal yn gogwyddo.")).to_be_visible()
    page.get_by_role("button", name="I agree: send the refusal").click()
    assert project.decisions.get().seconded_by == place.owen

    sign_in(page, place.kelly, live_server)
    page.goto(f"/en/groups/plots/applications/{unclear.reference}/")
    expect(page.get_by_text("Say who owns the land.")).to_be_visible()
    page.goto(f"/en/groups/plots/applications/{project.reference}/feedback/")
    page.get_by_role("link", name="Ask different people to look again").click()
    page.get_by_label("A fact was wrong").check()
    page.get_by_label("What went wrong?").fill("The wall was mended in May.")
    page.get_by_role("button", name="Send the appeal").click()

    sign_in(page, place.priya, live_server)
    refused = page.goto(f"/en/staff/projects/{project.reference}/appeal/")
    assert refused.status == 404
    declare(ruth)
    page.goto(f"/en/staff/projects/{project.reference}/appeal/")
    page.get_by_label("Uphold", exact=False).check()
    page.get_by_label("Your answer").fill("The photo shows it.")
    page.get_by_role("button", name="Send the answer").click()

    project.refresh_from_db()
    assert project.state == "sent"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_two_members_editing_one_task_lose_nothing(place, live_server, new_page, script):
    """With script their texts are also saved by themselves, and neither is written over the other."""
    project = make_project(place.round, group=place.group, state="draft", created_by=place.kelly)
    first, second = new_page(script=script), new_page(script=script)
    for tab, person, text in ((first, place.kelly, "Kelly’s place"), (second, place.dev, "Dev’s place")):
        if script:
            tab.clock.install()
        sign_in(tab, person, live_server)
        tab.goto(f"/en/groups/plots/applications/{project.reference}/place/1/")
        tab.get_by_label("Where is it?").fill(text)
        tab.get_by_label("When will it happen?").fill("In May")
    if script:
        for tab, status in ((first, 204), (second, 409)):
            with tab.expect_response(lambda answer: answer.request.method == "POST") as answer:
                tab.clock.fast_forward(3_000)
            assert answer.value.status == status
        expect(first.locator("[name=revision]")).not_to_have_value("0")

    Hand(first).go_on()
    expect(first.get_by_text("Page 2 of 2")).to_be_visible()
    Hand(second).go_on()

    expect(second.get_by_text("Nothing is lost.")).to_be_visible()
    expect(second.get_by_role("cell", name="Kelly’s place")).to_be_visible()
    second.get_by_role("button", name="Keep mine").click()
    expect(second.get_by_text("Page 2 of 2")).to_be_visible()
    page = project.pages.get(task="place", page=1)
    assert page.typed["place"] == ["Dev’s place"]
    assert page.set_aside.get().typed["place"] == ["Kelly’s place"]
