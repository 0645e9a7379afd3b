"""From a need to what became of it, in a real Chromium: with script and without, in English and in Welsh."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from playwright.sync_api import expect

from communities.models import Area, AreaLevel, Body, Group, Membership, OfficerRole, Role
from funding.models import Award, AwardGate, Mandate, Round, Suggestion
from funding.services.awards import post_awards
from funding.services.mandates import make_mandates
from funding.services.priorities import suggest_need
from funding.services.reminders import tell_overdue
from funding.tasks import keep_answers
from renewal.kernel.models import OutboxMessage
from renewal.kernel.outbox import perform
from renewal.kernel.templatetags.page import day as page_day
from tests.factories import money
from tests.factories.projects import make_round
from tests.factories.voting import cast
from voting.models.poll import GRACE
from voting.services.counts import count_poll, publish_result
from voting.services.opening import open_box
from voting.services.polls import close_poll, open_poll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]
DAY = timedelta(days=1)


class Place:
    """A neighbourhood whose round takes needs, its council with two officers, and a group where one is asked for."""

    def __init__(self, *, step="priorities", nation="england", with_group=True) -> None:
        from communities.models import User

        def area(code, name, level, parent):
            return Area.objects.create(
                code=code, slug=name.lower().replace(" ", "-"), name=name, name_cy=f"{name} (Cymraeg)", level=level,
                nation="" if level == "uk" else nation, parent=parent, population=8_000, valid_from="2025-04-01",
                path=(parent.path if parent else "") + code + "/",
            )  # fmt: skip

        uk = area("J1", "United Place", AreaLevel.UK, None)
        code = {"england": "E92000001", "wales": "W92000004"}[nation]
        authority = area("J2", "Ashcombe", AreaLevel.AUTHORITY, area(code, "Nation", AreaLevel.NATION, uk))
        self.area = area("J4", "Ashcombe North", AreaLevel.NEIGHBOURHOOD, authority)
        self.body = Body.objects.create(slug="ashcombe", name="Ashcombe Council", kind="council", area=authority)
        self.priya, self.owen = (
            User.objects.create(email=f"{n}@example.org", name=n.title()) for n in ("priya", "owen")
        )
        OfficerRole.objects.create(user=self.priya, body=self.body, role=Role.REVIEWER, starts_on="2026-01-01")
        OfficerRole.objects.create(user=self.owen, body=self.body, role=Role.LEAD, starts_on="2026-01-01")
        self.kelly = User.objects.create(email="kelly@example.org", name="Kelly")
        if with_group:
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


class Speaker:
    """What the pages say in one language: the journey below reads English and Welsh with the same eyes."""

    def __init__(self, language):
        self.language = language

    def __call__(self, text, **facts):
        with translation.override(self.language):
            return gettext(text) % facts if facts else gettext(text)

    def count(self, one, many, count, **facts):
        with translation.override(self.language):
            return ngettext(one, many, count) % {"count": count, "number": str(count), **facts}

    def day(self, moment):
        with translation.override(self.language):
            return page_day(moment)


def fill_day(page, say, label, day):
    boxes = page.get_by_role("group", name=label)
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        boxes.get_by_label(say(name), exact=True).fill(str(value))


ROUND = "rounds/ashcombe-north-2027"


@pytest.mark.parametrize(
    ("language", "script"), [("en", True), ("en", False), ("cy", False)], ids=["script", "no script", "Welsh"]
)
def test_from_a_need_to_an_answer_that_residents_dispute_and_the_body_puts_right(
    new_page, live_server, language, script
):
    say = Speaker(language)
    place = Place(nation="wales" if language == "cy" else "england")
    suggest_need(
        round_id=place.round.pk, text="A warm room to meet in winter", text_cy="A warm room to meet in winter",
        now=timezone.now() - DAY,
    )  # fmt: skip

    # A resident suggests, sees what sounds alike, says that theirs is different, and supports another.
    page = new_page(script=script)
    page.goto(f"/{language}/{ROUND}/needs/")
    page.get_by_role("link", name=say("Suggest a need")).click()
    page.get_by_label(say("What does this place need?")).fill("A warm room to meet in the winter")
    page.get_by_role("button", name=say("Suggest this need")).click()
    expect(page.get_by_role("heading", name=say("Is it one of these?"))).to_be_visible()
    page.get_by_role("button", name=say("Mine is different: suggest it")).click()
    expect(page.get_by_role("heading", name="A warm room to meet in the winter")).to_be_visible()
    expect(page.get_by_text(say("You support this."))).to_be_visible()
    page.goto(f"/{language}/{ROUND}/needs/suggest/")
    page.get_by_label(say("What does this place need?")).fill("Getting to the clinic without a car")
    page.get_by_role("button", name=say("Suggest this need")).click()
    asks = ("%(number)s person asks for this.", "%(number)s people ask for this.")
    expect(page.get_by_text(say.count(*asks, 1))).to_be_visible()
    page.get_by_role("button", name=say("Take my support back")).click()
    expect(page.get_by_text(say.count(*asks, 0))).to_be_visible()
    page.get_by_role("button", name=say("I want this too")).click()

    # An officer joins the two that say the same, and sets up the vote.
    staff = sign_in(new_page(script=script), place.priya, live_server)
    staff.goto(f"/{language}/staff/{ROUND}/needs/ASH-N02/")
    staff.get_by_label(say("Number of the need it joins")).fill("ASH-N01")
    staff.get_by_label(say("Why they are the same")).fill("Both ask for a warm room")
    staff.get_by_role("button", name=say("Join them")).click()
    staff.goto(f"/{language}/staff/{ROUND}/priorities/")
    fill_day(staff, say, say("First day of the vote"), timezone.now() - DAY)
    fill_day(staff, say, say("Last day of the vote"), timezone.now() + 16 * DAY)
    staff.get_by_role("button", name=say("Set up the vote")).click()
    expect(staff.get_by_text(say("The vote:"))).to_be_visible()
    page.goto(f"/{language}/{ROUND}/needs/ASH-N02/")
    expect(page.get_by_text(say("This need joined another."))).to_be_visible()

    # People vote; the box is counted by its own services.
    poll = Round.objects.get(pk=place.round.pk).priority_poll
    open_poll(poll_id=poll.pk, actor=place.owen, now=timezone.now())
    for number in range(5):
        cast(poll, choices=["ASH-N01", "ASH-N03"][: 1 + number % 2], now=timezone.now())
    page.goto(f"/{language}/{ROUND}/needs/suggest/")
    expect(page.get_by_text(say("This round does not take more needs."))).to_be_visible()
    after = poll.closes_at + GRACE
    close_poll(poll_id=poll.pk, now=after)
    open_box(poll_id=poll.pk, now=after)
    count_poll(poll_id=poll.pk, now=after)
    publish_result(poll_id=poll.pk, actor=None, now=timezone.now())

    # The order is adopted and becomes a duty; the deadline passes, and the page says so without any job.
    staff.reload()
    staff.get_by_role("button", name=say("Adopt the counted order")).click()
    today = say.day(timezone.now())
    expect(staff.get_by_text(say("Version %(number)s, adopted %(day)s", number=1, day=today))).to_be_visible()
    mandate = Mandate.objects.get(ref="ASH-N01")
    page.goto(f"/{language}/{ROUND}/priorities/")
    few = say("Fewer than 30 people decided this order. It was adopted on %(month)s.", month=today)
    expect(page.get_by_text(few)).to_be_visible()
    Mandate.objects.filter(pk=mandate.pk).update(due_at=timezone.now() - DAY)
    page.goto(f"/{language}/answers/{mandate.pk}/")
    expect(page.get_by_text(say("No answer"), exact=True)).to_be_visible()
    tell_overdue(now=timezone.now())

    # The body tries to refuse without a ground, then answers in part; a second officer signs.
    staff.goto(f"/{language}/staff/answers/{mandate.pk}/")
    staff.get_by_label(say("Cannot be done")).check()
    staff.get_by_label(say("Your answer in plain words")).fill("It is not our priority.")
    staff.get_by_role("button", name=say("Continue")).click()
    expect(staff.get_by_role("alert")).to_contain_text(
        say("Choose one of the grounds in the list. A body cannot refuse on any other ground.")
    )
    assert "not_our_priority" not in staff.content()
    staff.get_by_label(say("Accepted in part")).check()
    staff.get_by_label(say("Your answer in plain words")).fill("One room opens in October. The second follows.")
    staff.get_by_label(say("Action %(number)d: what will happen", number=1)).fill("One room opens")
    fill_day(staff, say, say("Action %(number)d: done by", number=1), date(2027, 10, 1))
    staff.get_by_role("button", name=say("Continue")).click()
    expect(
        staff.get_by_text(say("You wrote this answer. Another officer of your body must read and sign it."))
    ).to_be_visible()
    second = sign_in(new_page(script=script), place.owen, live_server)
    second.goto(f"/{language}/staff/answers/")
    second.get_by_role("link", name="A warm room to meet in winter").click()
    second.get_by_role("button", name=say("Sign and publish")).click()
    expect(second.get_by_text(say("Accepted in part")).first).to_be_visible()

    # Done, says the body; a resident disputes it; the body puts it right.
    action = mandate.answers.get().actions.get()
    staff.goto(f"/{language}/staff/actions/{action.pk}/")
    staff.get_by_label(say("Done"), exact=True).check()
    staff.locator("[name=words]").first.fill("The room is open.")
    staff.locator("[name=evidence]").fill("Photo of the door")
    staff.get_by_role("button", name=say("Publish")).click()
    page.goto(f"/{language}/answers/{mandate.pk}/")
    page.get_by_role("link", name=say("Tell us what you found")).click()
    page.get_by_label(say("It is not there, or not as promised")).check()
    page.locator("[name=words]").fill("The door was locked on Sunday.")
    page.get_by_role("button", name=say("Send what I found")).click()
    expect(page.get_by_text(say("Disputed by residents"))).to_be_visible()
    staff.goto(f"/{language}/staff/actions/{action.pk}/")
    staff.get_by_label(say("Put right after residents disagreed")).check()
    staff.locator("[name=words]").first.fill("It is open on Sundays now.")
    staff.get_by_role("button", name=say("Publish")).click()
    page.reload()
    expect(page.get_by_text(say("Put right"), exact=True)).to_be_visible()
    page.goto(f"/{language}/{ROUND}/story/")
    done = ("%(count)s action promised, %(done)s done.", "%(count)s actions promised, %(done)s done.")
    expect(page.get_by_text(say.count(*done, 1, done=1))).to_be_visible()
    assert page.locator("html").get_attribute("lang") == {"en": "en-GB", "cy": "cy-GB"}[language]


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


class Town:
    """A counted round with its awards and duties: chosen 2, 1 and 3; 4, 5 and 6 on the reserve list."""

    def __init__(self):
        areas = money.make_country()
        cycle = money.make_cycle()
        money.make_posted_run(cycle)
        round_ = money.make_round(areas["MILL"], cycle)
        sums = ((1_000_000, 0), (2_000_000, 500_000), (0, 300_000), (6_000_000, 0), (900_000, 0), (100_000, 0))
        projects = [
            money.make_project(round_, f"MIL-00{number}", capital=capital, revenue=revenue)
            for number, (capital, revenue) in enumerate(sums, start=1)
        ]
        self.kelly = money.make_person("Kelly")
        for project in projects:
            Membership.objects.create(group=project.group, user=self.kelly, role="owner", joined_at=timezone.now())
        self.round = money.publish_outcome(
            round_,
            projects,
            selected=["MIL-002", "MIL-001", "MIL-003"],
            limits={"capital": 3_100_000, "revenue": 800_000},
            votes={project.reference: 90 - 10 * number for number, project in enumerate(projects)},
        )
        self.body = self.round.convenor
        self.priya = money.make_officer(self.body, "Priya", Role.REVIEWER)
        self.owen = money.make_officer(self.body, "Owen", Role.LEAD)
        post_awards(round_id=self.round.pk, now=timezone.now())
        make_mandates(round_id=self.round.pk, now=timezone.now())
        Mandate.objects.filter(round=self.round).update(due_at=timezone.now() + 28 * DAY)

    def duty(self, ref):
        return Mandate.objects.get(round=self.round, ref=ref)


def let_days_pass(town, **changes):
    """Move what waits into the past, and let the job of every minute and what it promised run, twice."""
    for ref, moments in changes.items():
        Mandate.objects.filter(round=town.round, ref=ref.replace("_", "-")).update(**moments)
    for _ in range(2):
        keep_answers()
        while waiting := list(OutboxMessage.objects.filter(state="waiting").order_by("pk")):
            for message in waiting:
                perform(message_id=message.pk, now=timezone.now())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_body_cannot_reorder_rejects_one_lawfully_and_its_silence_accepts_another(new_page, live_server, script):
    town = Town()
    rejected = town.duty("MIL-002")

    # "Not our priority" is no ground; the form has no place, no sum and no part.
    staff = sign_in(new_page(script=script), town.priya, live_server)
    staff.goto(f"/en/staff/answers/{rejected.pk}/")
    fields = staff.locator("form.sheet input, form.sheet textarea").evaluate_all("all => all.map(one => one.name)")
    assert set(fields) == {"csrfmiddlewaretoken", "kind", "ground", "provision", "words", "words_cy"}
    staff.get_by_label("Reject", exact=True).check()
    staff.get_by_label("Your answer in plain words").fill("It is not our priority.")
    staff.get_by_role("button", name="Continue").click()
    expect(staff.get_by_role("alert")).to_contain_text("Choose one of the grounds in the list.")
    assert town.duty("MIL-002").state == "waiting"

    # A lawful rejection takes two officers; the group puts it right once, the body rejects again, and it is final.
    staff.get_by_label("Reject", exact=True).check()
    staff.get_by_label("Safeguarding").check()
    staff.get_by_label("The law, rule or figures behind it").fill("Children Act 1989, section 47")
    staff.get_by_label("Your answer in plain words").fill("The lead has not been checked.")
    staff.get_by_role("button", name="Continue").click()
    second = sign_in(new_page(script=script), town.owen, live_server)
    second.goto(f"/en/staff/answers/{rejected.pk}/sign/")
    second.get_by_role("button", name="Sign and publish").click()
    kelly = sign_in(new_page(script=script), town.kelly, live_server)
    kelly.goto(f"/en/answers/{rejected.pk}/")
    kelly.get_by_role("link", name="Put it right, or appeal").click()
    kelly.get_by_label("Put it right and send it again").check()
    kelly.get_by_label("What have you changed").fill("Our lead was checked on Monday.")
    kelly.get_by_role("button", name="Send").click()
    expect(kelly.get_by_text("Put right, waiting for a new answer")).to_be_visible()
    staff.goto(f"/en/staff/answers/{rejected.pk}/")
    staff.get_by_label("Reject", exact=True).check()
    staff.get_by_label("Safeguarding").check()
    staff.get_by_label("The law, rule or figures behind it").fill("Children Act 1989, section 47")
    staff.get_by_label("Your answer in plain words").fill("The check was for another post.")
    staff.get_by_role("button", name="Continue").click()
    second.goto(f"/en/staff/answers/{rejected.pk}/sign/")
    second.get_by_role("button", name="Sign and publish").click()

    # Days pass: the rejection is final, silence accepts the other, freed pounds go to the next that fits.
    yesterday = timezone.now() - DAY
    let_days_pass(town, MIL_001={"due_at": yesterday}, MIL_002={"cure_until": yesterday})

    page = new_page(script=script)
    page.goto(f"/en/bodies/{town.body.slug}/answers/")
    rows = {ref: page.get_by_role("row").filter(has_text=f"Project {ref}") for ref in ("MIL-001", "MIL-002", "MIL-005")}
    expect(rows["MIL-002"]).to_contain_text("Rejected")
    expect(rows["MIL-001"]).to_contain_text("Accepted by default")
    expect(rows["MIL-005"]).to_contain_text("No answer yet")
    second.goto(f"/en/staff/awards/{town.round.slug}/")
    expect(second.get_by_text("Nothing on this page can add, drop or reorder a project.")).to_be_visible()
    silent = second.get_by_role("row").filter(has_text="Project MIL-001")
    expect(silent.get_by_role("cell").last).not_to_have_text("Nothing")  # silence opened no gate
    expect(second.get_by_role("row").filter(has_text="Project MIL-005")).to_contain_text("from the reserve list")
    expect(second.get_by_role("row").filter(has_text="Project MIL-002")).to_contain_text("Taken back")
    standing = Award.objects.filter(round=town.round).exclude(state="reversed").order_by("position")
    assert [award.project.reference for award in standing] == ["MIL-001", "MIL-003", "MIL-005", "MIL-006"]
    assert not AwardGate.objects.filter(award__round=town.round, passed_at__isnull=False).exists()
