"""A whole round by its own pages, jobs and a real worker: from a need that people suggest to an award against the pot.

Until the vote ends the clock stands in the past. Then the present has come: a Celery worker, whose clock is the real
one, closes the vote, opens its box as `counter`, counts, and posts the awards against the pot that it had split before.
"""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.models import PostcodeRange, Role
from funding import tasks
from funding.models import AllocationRun, Award, Balance, Mandate, Pot, Priority, Project, Round
from funding.services import applications
from funding.services.allocation import approve_run, request_run
from funding.services.rounds import open_round
from renewal.celery import app
from renewal.kernel.templatetags.page import day
from tests.factories import money
from tests.factories.applications import line
from tests.factories.communities import show_purpose
from tests.factories.projects import make_group, make_member, make_project, windows_in
from tests.factories.voting import cast
from tests.support.worker import broker, celery, eventually
from voting.models import Poll, PollState, SealedBallot
from voting.models.poll import GRACE
from voting.results import why
from voting.services.codes import make_codes
from voting.services.counts import count_poll, publish_result
from voting.services.opening import open_box
from voting.services.polls import close_poll, open_poll

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__")]
DAY = timedelta(days=1)


def rung(*jobs, until):
    """Ring for jobs, and for what they promise to do later, until the worker has done them."""
    for _ in range(20):
        for name in (*jobs, "renewal.kernel.tasks.relay_outbox"):
            app.send_task(name)
        if eventually(until, seconds=3):
            return
    pytest.fail(f"the worker has not done {jobs}")


def visitor(person=None):
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(person, name, *args, **data):
    """Send a form as somebody signed in; what it leads to is the next page."""
    answer = visitor(person).post(reverse(name, args=args), data)
    assert answer.status_code == 303, answer.content.decode()
    return answer


def see(person, name, *args):
    return " ".join(visitor(person).get(reverse(name, args=args)).content.decode().split())


class Town:
    """A neighbourhood, its council with officers who check, lead and count, and a club of two."""

    def __init__(self, now):
        self.areas = money.make_country()
        self.area = self.areas["ASH-N"]
        PostcodeRange.objects.create(outward="ZZ1", first_inward="0AA", last_inward="9ZZ", area=self.area)
        self.council = money.make_council(self.areas["ASH"])
        self.priya = money.make_officer(self.council, "Priya", Role.REVIEWER)
        self.owen = money.make_officer(self.council, "Owen", Role.LEAD)
        self.ruth = money.make_officer(self.council, "Ruth", Role.COUNTING)
        self.cycle = money.make_cycle(year=now.year)
        self.club = make_group(self.area, "club", legal_form="club")
        self.kelly, self.dev = make_member(self.club, "Kelly"), make_member(self.club, "Dev")
        self.windows = windows_in("result", now, timedelta(hours=1))
        show_purpose(self.club, actor=self.kelly, on=self.windows["priorities"][0].date())
        self.round = open_round(
            area_id=self.area.pk, cycle_id=self.cycle.pk, convenor_id=self.council.pk, slug="north", prefix="ASH",
            title="North", title_cy="Gogledd", windows=self.windows, actor=None, now=self.windows["priorities"][0],
        )  # fmt: skip

    def on_day(self, number, step):
        """Go to a day of a step."""
        return time_machine.travel(self.windows[step][0] + number * DAY, tick=False)


def split_the_fund(town):
    """Two people sign what the worker worked out, and it posts the pots."""
    steward = money.make_steward()
    rules = money.make_set()
    run = request_run(cycle_id=town.cycle.pk, parameter_set_id=rules.pk, actor=steward, now=timezone.now())
    rung(until=lambda: AllocationRun.objects.filter(pk=run.pk, state="computed").exists())
    run.refresh_from_db()
    for name in ("One", "Two"):
        approve_run(run_id=run.pk, user=money.make_steward(name), outcome_hash=run.outcome_hash, now=timezone.now())
    rung(until=lambda: AllocationRun.objects.filter(pk=run.pk, state="posted").exists())


def adopt_a_priority(town):
    """People suggest two needs and put them in order; the council adopts the order."""
    slug = town.round.slug
    with town.on_day(2, "priorities"):
        for text in ("A warm room to meet in winter", "Getting to the clinic without a car"):
            send(None, "funding:suggest", slug, text=text)
        first, last = timezone.now(), timezone.now() + 14 * DAY
        days = {
            f"{name}_{at}": value
            for name, day in (("opens_on", first), ("closes_on", last))
            for at, value in enumerate((day.day, day.month, day.year))
        }
        send(town.priya, "funding:priorities_staff", slug, act="poll", **days)
        poll = Round.objects.get().priority_poll
        open_poll(poll_id=poll.pk, actor=town.owen, now=timezone.now())
        for number in range(3):
            cast(poll, choices=["ASH-N01", "ASH-N02"][: 1 + number % 2], now=timezone.now())
    after = poll.closes_at + GRACE
    with time_machine.travel(after, tick=False):
        close_poll(poll_id=poll.pk, now=after)
        open_box(poll_id=poll.pk, now=after)
        count_poll(poll_id=poll.pk, now=after)
        publish_result(poll_id=poll.pk, actor=None, now=after)
        send(town.owen, "funding:priorities_staff", slug, act="adopt")
    return Priority.objects.get(ref="ASH-N01")


def propose(town, priority):
    """A group begins a project, says which priority it answers, and a second member declares and sends it."""
    with town.on_day(2, "ideas"):
        send(
            town.kelly, "funding:project_start", town.round.slug, group=town.club.pk, kind="project", title="Warm room"
        )
        project = Project.objects.get()
        where = (town.club.slug, project.reference)
        applications.write_lines(project_id=project.pk, actor=town.kelly, lines=[line("Stove and chairs", 300_000)])
        applications.write_shares(project_id=project.pk, actor=town.kelly, shares={town.area.pk: 100})
        applications.write_details(project_id=project.pk, actor=town.kelly, details={"priority_id": priority.pk})
        applications.sign_off(project_id=project.pk, actor=town.kelly, unfinished=[], now=timezone.now())
        send(town.dev, "funding:application_declare", *where)
    return project


def let_it_pass(town, project):
    """An officer names their links, finds every criterion met, and lets it go to the vote."""
    with town.on_day(2, "checks"):
        send(town.priya, "funding:interest_declare", round=town.round.slug, read="on")
        send(town.priya, "funding:review", project.reference, what="begin")
        found = {
            f"{part}_{criterion.code}": said
            for criterion in town.round.criteria.all()
            for part, said in (("met", "meets"), ("reason", "Seen."))
        }
        send(town.priya, "funding:review_decide", project.reference, what="findings", **found)
        send(town.priya, "funding:review_decide", project.reference, what="pass")


def vote(poll, code, chosen):
    """A resident proves by a code where they live, chooses, sees the total, reads it over and sends it."""
    person, ask = visitor(), lambda name, *more: reverse(f"voting:{name}", args=[poll.slug, *more])
    person.post(ask("residency_question", "code", "age"), {"is_old_enough": "yes"})
    person.post(ask("residency_question", "code", "code"), {"code": code})
    home = {"name": "Amina Example", "house": "12", "postcode": "ZZ1 2CD"}
    assert person.post(ask("residency_question", "code", "home"), home).status_code == 303
    both = {"project": [option.ref for option in poll.options.all()]}
    assert "2 projects" in person.post(ask("total"), both, headers={"HX-Request": "true"}).content.decode()
    person.post(ask("choose"), {"project": [chosen]})
    assert "Warm room" in person.get(ask("review")).content.decode()
    sent = person.post(ask("send"), follow=True).content.decode()
    assert "We have your vote" in sent
    assert sent.count('class="code"') == 2  # a reference, and a check code to find the ballot by


def test_a_whole_round_from_a_need_to_an_award_against_the_pot_that_a_job_had_split():
    now = timezone.now()
    town = Town(now)
    with celery("worker", "--pool", "solo", "--loglevel=error"):
        split_the_fund(town)
        pot = Pot.objects.get(area=town.area, colour="capital")
        priority = adopt_a_priority(town)
        project = propose(town, priority)
        let_it_pass(town, project)
        other = make_project(
            town.round, number=2, state="passed", title="A hall",
            lines=[("A hall", "capital", pot.for_projects_pence - 100_000)],
        )  # fmt: skip

        with town.on_day(1, "vote"):
            tasks.advance_rounds()
            poll = Poll.objects.get(kind="approve")
            code = make_codes(poll_id=poll.pk, count=1, label="letters", actor=None, now=timezone.now())[0]
            vote(poll, code, project.reference)
            for number in range(39):
                cast(poll, choices=[(other if number < 9 else project).reference], now=timezone.now())

        rung(
            "voting.tasks.close_due_polls",
            "voting.tasks.count_opened_polls",
            until=lambda: Poll.objects.get(pk=poll.pk).state == PollState.COUNTED,
        )
        assert not SealedBallot.objects.filter(poll=poll).exists()
        send(town.ruth, "voting:result_review", poll.slug, step="publish")
        rung("funding.tasks.advance_rounds", until=Award.objects.exists)
    broker().flushall()

    assert "1 project funded" in see(None, "voting:result", poll.slug)
    reason = why(Poll.objects.get(pk=poll.pk), other.reference).result.reason
    assert reason in see(None, "voting:result_project", poll.slug, other.reference)

    mandate = Mandate.objects.get(ref=project.reference)
    send(town.priya, "funding:answer_write", mandate.pk, kind="accept", words="The room opens in October.")
    answered = see(None, "funding:mandate_detail", mandate.pk)
    assert "Accepted" in answered
    assert "The room opens in October." in answered
    assert day(timezone.now()) in answered

    award = Award.objects.get()
    assert (award.project, award.parts.get().pot, award.parts.get().pence) == (project, pot, 300_000)
    left = Balance.objects.get(account__area=town.area, account__kind="pot", account__colour="capital")
    assert left.pence == pot.amount_pence - 300_000
