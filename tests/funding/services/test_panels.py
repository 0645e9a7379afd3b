"""G§3F: quorum is counted without who left for a link, minutes are data, and signed minutes stay."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.models import Role
from funding.models import MEETING_MOVES, MeetingState, PanelItem, PanelMeeting, PanelVoice, Review, Step
from funding.queries.panels import minutes, minutes_as_data, reviews_for_panel
from funding.rules.panels import has_quorum, outcome_of
from funding.services import checks, decisions, declarations, panels
from renewal.kernel.errors import DomainError
from renewal.kernel.models import AuditEvent
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, find_all_met, make_member, make_officer, make_project, make_round


class Scene:
    """A lead, a panel of four with a quorum of three, and a project that a panel must look at."""

    def __init__(self):
        areas = make_country()
        self.council = make_council(areas["ASH"])
        self.round = make_round(areas["ASH-N"], self.council, step=Step.CHECKS)
        self.lead = make_officer(self.council, "Owen", Role.LEAD, declared=self.round)
        self.second = make_officer(self.council, "Priya", declared=self.round)
        self.project = make_project(self.round)
        Review.objects.filter(project=self.project).update(needs_panel=True)
        self.panel = panels.make_panel(
            body_id=self.council.pk, name="Work panel", name_cy="Panel gwaith", quorum=3, actor=self.lead, now=NOW
        )
        people = [make_member(self.project.group, name) for name in ("Amina", "Bill", "Carol", "Dev")]
        self.people = people
        self.seats = [
            panels.seat(
                panel_id=self.panel.pk, email=person.email, is_chair=number == 0, links="none", actor=self.lead, now=NOW
            )
            for number, person in enumerate(people)
        ]

    def meet(self, *, hold=True):
        reviews = list(reviews_for_panel(self.panel, self.lead, at=NOW).values_list("pk", flat=True))
        meeting = panels.call_meeting(
            panel_id=self.panel.pk, on=NOW.date(), place="Town hall", review_ids=reviews, actor=self.lead, now=NOW
        )
        if hold:
            panels.hold_meeting(meeting_id=meeting.pk, links_asked=True, actor=self.lead, now=NOW)
        return meeting

    def decide(self, meeting, *parts, words="Seen."):
        return panels.decide_item(
            item_id=meeting.items.get().pk, parts=dict(zip((seat.pk for seat in self.seats), parts, strict=True)),
            words=words, words_cy=words, actor=self.lead, now=NOW,
        )  # fmt: skip

    def link(self, person, kind="family"):
        declarations.declare_interest(project_id=self.project.pk, actor=person, kind=kind, words="", now=NOW)


@pytest.fixture
def scene(db):
    return Scene()


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ({"for": 2, "against": 1}, "go_on"),
        ({"for": 1, "against": 2}, "not_go_on"),
        ({"for": 1, "against": 1, "abstained": 1}, "later"),
        ({"abstained": 3}, "later"),
        ({"for": 2, "left": 5}, "no_quorum"),  # two, not seven
        ({"for": 2, "away": 9}, "no_quorum"),
        ({}, "no_quorum"),
    ],
)
def test_quorum_counts_who_was_there_without_a_link(parts, outcome):
    assert outcome_of(parts, quorum=3) == outcome


def test_leaving_never_makes_a_quorum():
    for yes, no, still, left in product(range(4), repeat=4):
        parts = {"for": yes, "against": no, "abstained": still}
        assert has_quorum(parts | {"left": left}, quorum=3) == has_quorum(parts, quorum=3)


@pytest.mark.parametrize("wrong", [{"for": -1}, {}])
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match="quorum"):
        has_quorum(wrong, quorum=0 if not wrong else 2)


def test_a_panel_decides_and_the_project_can_pass(scene):
    find_all_met(scene.project, scene.second)
    with pytest.raises(panels.PanelFirst):
        decisions.pass_project(project_id=scene.project.pk, actor=scene.second, words="", words_cy="", now=NOW)
    meeting = scene.meet()
    assert scene.decide(meeting, "for", "for", "against", "away").outcome == "go_on"
    with pytest.raises(panels.PanelFirst):  # only signed minutes count
        decisions.pass_project(project_id=scene.project.pk, actor=scene.second, words="", words_cy="", now=NOW)
    panels.sign_minutes(meeting_id=meeting.pk, actor=scene.people[0], now=NOW)

    decisions.pass_project(project_id=scene.project.pk, actor=scene.second, words="", words_cy="", now=NOW)

    scene.project.refresh_from_db()
    assert scene.project.state == "passed"
    assert not reviews_for_panel(scene.panel, scene.lead, at=NOW).exists()


def test_a_project_the_panel_stops_does_not_pass(scene):
    find_all_met(scene.project, scene.second)
    meeting = scene.meet()
    scene.decide(meeting, "against", "against", "against", "for")
    panels.sign_minutes(meeting_id=meeting.pk, actor=scene.people[0], now=NOW)

    with pytest.raises(panels.PanelFirst):
        decisions.pass_project(project_id=scene.project.pk, actor=scene.second, words="", words_cy="", now=NOW)


def test_a_refusal_waits_for_the_panel_too(scene):
    checks.give_help(project_id=scene.project.pk, actor=scene.second, kind="help", minutes=5, now=NOW)

    with pytest.raises(panels.PanelFirst):
        decisions.propose_refusal(
            project_id=scene.project.pk, actor=scene.second, reason="volunteers", words="W", words_cy="W",
            next_step="N", next_step_cy="", now=NOW,
        )  # fmt: skip


def test_who_has_a_link_leaves_and_is_not_counted(scene):
    scene.link(scene.people[0])
    meeting = scene.meet()
    with pytest.raises(panels.HasLink):
        scene.decide(meeting, "for", "for", "for", "for")
    assert scene.decide(meeting, "left", "for", "for", "away").outcome == "no_quorum"

    assert scene.decide(meeting, "left", "for", "for", "abstained").outcome == "go_on"


def test_the_database_refuses_the_vote_of_somebody_with_a_link(scene):
    scene.link(scene.people[0])
    item = scene.meet().items.get()

    with pytest.raises(IntegrityError, match="has a link"), transaction.atomic():
        PanelVoice.objects.create(item=item, seat=scene.seats[0], part="for")
    PanelVoice.objects.create(item=item, seat=scene.seats[0], part="left")
    PanelVoice.objects.create(item=item, seat=scene.seats[1], part="for")


def test_knowing_people_is_no_bar(scene):
    scene.link(scene.people[0], "known")

    assert scene.decide(scene.meet(), "for", "for", "for", "away").outcome == "go_on"


def test_links_are_asked_for_first_and_registers_are_renewed_yearly(scene):
    meeting = scene.meet(hold=False)
    with pytest.raises(panels.LinksFirst):
        panels.hold_meeting(meeting_id=meeting.pk, links_asked=False, actor=scene.lead, now=NOW)
    with pytest.raises(panels.LinksFirst):
        panels.hold_meeting(meeting_id=meeting.pk, links_asked=True, actor=scene.lead, now=NOW + timedelta(days=366))
    with pytest.raises(panels.MeetingMoved):
        scene.decide(meeting, "for", "for", "for", "for")


def test_signed_minutes_never_change(scene):
    meeting = scene.meet()
    scene.decide(meeting, "for", "for", "for", "for")
    with pytest.raises(panels.SignedByAnother):
        panels.sign_minutes(meeting_id=meeting.pk, actor=scene.lead, now=NOW)
    panels.sign_minutes(meeting_id=meeting.pk, actor=scene.people[0], now=NOW)

    for change in (
        lambda: PanelItem.objects.update(words="Other."),
        lambda: PanelVoice.objects.update(part="against"),
        lambda: PanelVoice.objects.all().delete(),
        lambda: PanelMeeting.objects.update(place="Elsewhere"),
        lambda: PanelMeeting.objects.filter(pk=meeting.pk).update(state="held", signed_at=None),
    ):
        with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
            change()


def test_minutes_are_data_without_addresses_and_without_what_the_reader_is_linked_to(scene):
    meeting = scene.meet()
    scene.decide(meeting, "for", "for", "against", "away")
    panels.sign_minutes(meeting_id=meeting.pk, actor=scene.people[0], now=NOW)
    meeting.refresh_from_db()

    data = minutes_as_data(meeting, reader=None)

    assert [voice["part"] for voice in data["items"][0]["voices"]] == ["for", "for", "against", "away"]
    assert "@" not in str(data)
    scene.link(scene.second)
    assert minutes(meeting, reader=scene.second) == []


def test_only_a_lead_makes_and_seats_and_only_officers_of_the_body_call(scene):
    stranger = make_member(scene.project.group, "Stranger")
    for act in (
        lambda: panels.make_panel(
            body_id=scene.council.pk, name="X", name_cy="", quorum=2, actor=scene.second, now=NOW
        ),
        lambda: panels.seat(
            panel_id=scene.panel.pk, email=stranger.email, is_chair=False, links="none", actor=stranger, now=NOW
        ),
        lambda: panels.call_meeting(
            panel_id=scene.panel.pk, on=NOW.date(), place="P", review_ids=[], actor=stranger, now=NOW
        ),
    ):
        with pytest.raises(DomainError):
            act()


def test_a_meeting_needs_as_many_seats_as_decide_and_reasons_in_both_languages(scene):
    meeting = scene.meet()
    with pytest.raises(panels.ReasonsMissing):
        scene.decide(meeting, "for", "for", "for", "for", words=" ")
    with pytest.raises(panels.NotDecided):
        panels.sign_minutes(meeting_id=meeting.pk, actor=scene.people[0], now=NOW)
    with pytest.raises(panels.NotEverybody):
        panels.decide_item(item_id=meeting.items.get().pk, parts={}, words="", words_cy="", actor=scene.lead, now=NOW)
    for seat in scene.seats[:2]:
        panels.unseat(seat_id=seat.pk, actor=scene.lead, now=NOW)
    with pytest.raises(panels.TooFewSeats):
        scene.meet()


STEPS = {
    "hold": lambda s, m: panels.hold_meeting(meeting_id=m.pk, links_asked=True, actor=s.lead, now=NOW),
    "cancel": lambda s, m: panels.cancel_meeting(meeting_id=m.pk, actor=s.lead, now=NOW),
    "decide": lambda s, m: s.decide(m, "for", "for", "for", "away"),
    "sign": lambda s, m: panels.sign_minutes(meeting_id=m.pk, actor=s.people[0], now=NOW),
}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.sampled_from(sorted(STEPS)), max_size=7))
def test_no_path_of_a_meeting_leaves_the_table(scene, path):
    with transaction.atomic():
        meeting = scene.meet(hold=False)
        state, events = "called", AuditEvent.objects.count()
        for name in path:
            try:
                with transaction.atomic():
                    STEPS[name](scene, meeting)
            except DomainError:
                pass
            new = PanelMeeting.objects.get(pk=meeting.pk).state
            assert new == state or new in MEETING_MOVES[state], f"{state} to {new}"
            assert (new != state) <= (AuditEvent.objects.count() > events)
            state, events = new, AuditEvent.objects.count()
        transaction.set_rollback(True)


def test_the_table_knows_every_state():
    assert set(MEETING_MOVES) == set(MeetingState.values)
