"""From a need to what became of it, in a real Chromium: with script and without, in English and in Welsh."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from communities.models import Area, AreaLevel, Body, Group, Membership, OfficerRole, Role
from funding.models import Mandate, Round, Suggestion
from funding.services.mandates import settle_silence
from funding.services.priorities import suggest_need
from funding.services.reminders import tell_overdue
from tests.factories.answers import ProjectMandateFactory
from tests.factories.projects import make_project, make_round
from tests.factories.voting import cast
from voting.models.poll import GRACE
from voting.services.counts import count_poll, publish_result
from voting.services.opening import open_box
from voting.services.polls import close_poll, open_poll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]
DAY = timedelta(days=1)


class Place:
    """A neighbourhood whose round takes needs, its council with two officers, and a group."""

    def __init__(self, *, step="priorities", nation="england") -> None:
        from communities.models import User

        def area(code, name, level, parent):
            return Area.objects.create(
                code=code, slug=name.lower().replace(" ", "-"), name=name, name_cy=f"{name} (Cymraeg)", level=level,
                nation="" if level == "uk" else nation, parent=parent, population=8_000, valid_from="2025-04-01",
                path=(parent.path if parent else "") + code + "/",
            )  # fmt: skip

        uk = area("J1", "United Place", AreaLevel.UK, None)
        authority = area("J2", "Ashcombe", AreaLevel.AUTHORITY, area("J3", "Nation", AreaLevel.NATION, uk))
        self.area = area("J4", "Ashcombe North", AreaLevel.NEIGHBOURHOOD, authority)
        self.body = Body.objects.create(slug="ashcombe", name="Ashcombe Council", kind="council", area=authority)
        self.priya, self.owen = (
            User.objects.create(email=f"{n}@example.org", name=n.title()) for n in ("priya", "owen")
        )
        OfficerRole.objects.create(user=self.priya, body=self.body, role=Role.REVIEWER, starts_on="2026-01-01")
        OfficerRole.objects.create(user=self.owen, body=self.body, role=Role.LEAD, starts_on="2026-01-01")
        self.kelly = User.objects.create(email="kelly@example.org", name="Kelly")
        self.group = Group.objects.create(slug="plots", name="The plots", legal_form="informal", area=self.area)
        Membership.objects.create(group=self.group, user=self.kelly, role="owner", joined_at=timezone.now())
        self.round = make_round(
            self.area, self.body, step=step, now=timezone.now(), prefix="ASH", slug="ashcombe-north-2027"
        )


def sign_in(page, user, live_server):
    """Sign somebody in; the sign-in pages have their own journeys."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in client.cookies.items()]
    )
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_a_need_to_an_answer_that_residents_dispute_and_the_body_puts_right(new_page, live_server, script):
    place = Place()
    suggest_need(round_id=place.round.pk, text="A warm room to meet in winter", now=timezone.now() - DAY)

    # A resident suggests, sees what sounds alike, says that theirs is different, and supports another.
    page = new_page(script=script)
    page.goto("/en/rounds/ashcombe-north-2027/needs/")
    page.get_by_role("link", name="Suggest a need").click()
    page.get_by_label("What does this place need?").fill("A warm room to meet in the winter")
    page.get_by_role("button", name="Suggest this need").click()
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    page.get_by_role("button", name="Mine is different: suggest it").click()
    expect(page.get_by_role("heading", name="A warm room to meet in the winter")).to_be_visible()
    expect(page.get_by_text("You support this.")).to_be_visible()
    page.goto("/en/rounds/ashcombe-north-2027/needs/suggest/")
    page.get_by_label("What does this place need?").fill("Getting to the clinic without a car")
    page.get_by_role("button", name="Suggest this need").click()
    expect(page.get_by_text("1 person asks for this.")).to_be_visible()
    page.get_by_role("button", name="Take my support back").click()
    expect(page.get_by_text("0 people ask for this.")).to_be_visible()
    page.get_by_role("button", name="I want this too").click()

    # An officer joins the two that say the same, and sets up the vote.
    staff = sign_in(new_page(script=script), place.priya, live_server)
    staff.goto("/en/staff/rounds/ashcombe-north-2027/needs/ASH-N02/")
    staff.get_by_label("Number of the need it joins").fill("ASH-N01")
    staff.get_by_label("Why they are the same").fill("Both ask for a warm room")
    staff.get_by_role("button", name="Join them").click()
    staff.goto("/en/staff/rounds/ashcombe-north-2027/priorities/")
    closing = timezone.now() + 16 * DAY
    for label, day in (("First day of the vote", timezone.now() - DAY), ("Last day of the vote", closing)):
        boxes = staff.get_by_role("group", name=label)
        boxes.get_by_label("Day").fill(str(day.day))
        boxes.get_by_label("Month").fill(str(day.month))
        boxes.get_by_label("Year").fill(str(day.year))
    staff.get_by_role("button", name="Set up the vote").click()
    expect(staff.get_by_text("The vote:")).to_be_visible()
    page.goto("/en/rounds/ashcombe-north-2027/needs/ASH-N02/")
    expect(page.get_by_text("This need joined another.")).to_be_visible()

    # People vote; the box is counted by its own services.
    poll = Round.objects.get(pk=place.round.pk).priority_poll
    open_poll(poll_id=poll.pk, actor=place.owen, now=timezone.now())
    for number in range(5):
        cast(poll, choices=["ASH-N01", "ASH-N03"][: 1 + number % 2], now=timezone.now())
    page.goto("/en/rounds/ashcombe-north-2027/needs/suggest/")
    expect(page.get_by_text("This round does not take more needs.")).to_be_visible()
    after = poll.closes_at + GRACE
    close_poll(poll_id=poll.pk, now=after)
    open_box(poll_id=poll.pk, now=after)
    count_poll(poll_id=poll.pk, now=after)
    publish_result(poll_id=poll.pk, actor=None, now=timezone.now())

    # The order is adopted and becomes a duty; the deadline passes.
    staff.reload()
    staff.get_by_role("button", name="Adopt the counted order").click()
    expect(staff.get_by_role("heading", name="Version 1")).to_be_visible()
    mandate = Mandate.objects.get(ref="ASH-N01")
    page.goto("/en/rounds/ashcombe-north-2027/priorities/")
    expect(page.get_by_text("5 people decided this order.")).to_be_visible()
    Mandate.objects.filter(pk=mandate.pk).update(due_at=timezone.now() - DAY)
    tell_overdue(now=timezone.now())
    page.goto(f"/en/answers/{mandate.pk}/")
    expect(page.get_by_text("No answer", exact=True)).to_be_visible()

    # The body tries to refuse without a ground, then answers in part; a second officer signs.
    staff.goto(f"/en/staff/answers/{mandate.pk}/")
    staff.get_by_label("Cannot be done").check()
    staff.get_by_label("Your answer in plain words").fill("It is not our priority.")
    staff.get_by_role("button", name="Continue").click()
    expect(staff.get_by_role("alert")).to_contain_text("Choose one of the grounds in the list.")
    assert "not_our_priority" not in staff.content()
    staff.get_by_label("Accepted in part").check()
    staff.get_by_label("Your answer in plain words").fill("One room opens in October. The second follows.")
    staff.get_by_label("Action 1: what will happen").fill("One room opens")
    boxes = staff.get_by_role("group", name="Action 1: done by")
    for label, value in (("Day", "1"), ("Month", "10"), ("Year", "2027")):
        boxes.get_by_label(label).fill(value)
    staff.get_by_role("button", name="Continue").click()
    expect(staff.get_by_text("You wrote this answer.")).to_be_visible()
    second = sign_in(new_page(script=script), place.owen, live_server)
    second.goto("/en/staff/answers/")
    second.get_by_role("link", name="A warm room to meet in winter").click()
    second.get_by_role("button", name="Sign and publish").click()
    expect(second.get_by_text("Accepted in part").first).to_be_visible()

    # Done, says the body; a resident disputes it; the body puts it right.
    action = mandate.answers.get().actions.get()
    staff.goto(f"/en/staff/actions/{action.pk}/")
    staff.get_by_label("Done", exact=True).check()
    staff.get_by_label("What people should know").fill("The room is open.")
    staff.get_by_label("Evidence (optional)", exact=True).fill("Photo of the door")
    staff.get_by_role("button", name="Publish").click()
    page.goto(f"/en/answers/{mandate.pk}/")
    page.get_by_role("link", name="Tell us what you found").click()
    page.get_by_label("It is not there, or not as promised").check()
    page.get_by_label("What did you find?").fill("The door was locked on Sunday.")
    page.get_by_role("button", name="Send what I found").click()
    expect(page.get_by_text("Disputed by residents")).to_be_visible()
    staff.goto(f"/en/staff/actions/{action.pk}/")
    staff.get_by_label("Put right after residents disagreed").check()
    staff.get_by_label("What people should know").fill("It is open on Sundays now.")
    staff.get_by_role("button", name="Publish").click()
    page.reload()
    expect(page.get_by_text("Put right", exact=True)).to_be_visible()
    page.goto("/en/rounds/ashcombe-north-2027/story/")
    expect(page.get_by_text("1 action promised, 1 done.")).to_be_visible()


def test_a_welsh_speaker_suggests_and_says_what_was_not_delivered(new_page, live_server):
    place = Place(nation="wales")

    page = new_page(script=False)
    page.goto("/cy/rounds/ashcombe-north-2027/needs/suggest/")
    page.locator("#id_text").fill("Rhywle cynnes i gyfarfod")
    page.locator("form[action$='/suggest/'] button").click()

    expect(page.locator("h1")).to_have_text("Rhywle cynnes i gyfarfod")
    need = Suggestion.objects.get(round=place.round)
    assert (need.language, need.text_cy) == ("cy", "Rhywle cynnes i gyfarfod")
    assert page.locator("html").get_attribute("lang") == "cy-GB"


def test_a_body_cannot_reorder_rejects_one_lawfully_and_its_silence_accepts_another(new_page, live_server):
    place = Place(step="result")
    now = timezone.now()
    mandates = [
        ProjectMandateFactory(
            round=place.round,
            ref=make_project(place.round, group=place.group, number=number).reference,
            position=number,
            made_at=now,
            due_at=now + 28 * DAY,
        )
        for number in (1, 2)
    ]
    rejected, silent = mandates

    staff = sign_in(new_page(), place.priya, live_server)
    staff.goto(f"/en/staff/answers/{rejected.pk}/")
    fields = staff.locator("form.sheet input, form.sheet textarea").evaluate_all("all => all.map(one => one.name)")
    assert set(fields) == {"csrfmiddlewaretoken", "kind", "ground", "provision", "words", "words_cy"}
    staff.get_by_label("Reject", exact=True).check()
    staff.get_by_label("Safeguarding").check()
    staff.get_by_label("The law, rule or figures behind it").fill("Children Act 1989, section 47")
    staff.get_by_label("Your answer in plain words").fill("The lead has not been checked.")
    staff.get_by_role("button", name="Continue").click()
    second = sign_in(new_page(), place.owen, live_server)
    second.goto(f"/en/staff/answers/{rejected.pk}/sign/")
    second.get_by_role("button", name="Sign and publish").click()
    Mandate.objects.filter(pk=silent.pk).update(due_at=now - DAY)
    settle_silence(now=timezone.now())

    page = new_page()
    page.goto("/en/bodies/ashcombe/answers/")
    expect(page.get_by_text("Rejected, may be put right")).to_be_visible()
    expect(page.get_by_text("Accepted by default")).to_be_visible()
    kelly = sign_in(new_page(), place.kelly, live_server)
    kelly.goto(f"/en/answers/{rejected.pk}/")
    kelly.get_by_role("link", name="Put it right, or appeal").click()
    kelly.get_by_label("Put it right and send it again").check()
    kelly.get_by_label("What have you changed").fill("Our lead was checked on Monday.")
    kelly.get_by_role("button", name="Send").click()
    expect(kelly.get_by_text("Put right, waiting for a new answer")).to_be_visible()
