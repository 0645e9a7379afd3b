"""All orders of channels, replacements, cancellations and closes against a model in plain Python (V1, V2, V4)."""

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from communities.models import NearMatch
from tests.factories.communities import UserFactory
from tests.factories.voting import AFTER, NOON, cast, opened_poll
from tests.support.voters import people_on_roll
from voting.models import LogEntry, Poll, RollEntry, SealedBallot
from voting.precedence import Ruling
from voting.services import casting
from voting.services.casting import mark_paper_declaration
from voting.services.duplicates import DuplicateCase, settle_duplicate
from voting.services.errors import EarlierVoteStands, VotingHasClosed, VotingNotOpen
from voting.services.paper import begin_batch
from voting.services.polls import close_poll

pytestmark = [pytest.mark.django_db, pytest.mark.campaign]
PEOPLE = 3
STANDING = ("paper", "assisted")


class Box(RuleBasedStateMachine):
    """What should be counted for each person, beside the real box."""

    roll_kind = "open"

    @initialize()
    def open_the_poll(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.poll = opened_poll(roll_kind=self.roll_kind)
        self.batch = begin_batch(poll_id=self.poll.pk, label="A1", actor=UserFactory(), now=NOON)
        self.officer = UserFactory()
        self.entries = people_on_roll(self.poll, PEOPLE)
        self.model = [""] * PEOPLE
        self.cancelled = 0
        self.accepted = [0] * PEOPLE
        self.is_open = True

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @rule(who=st.integers(0, PEOPLE - 1), channel=st.sampled_from(["web", "phone", "assisted"]))
    def send(self, who, channel):
        earlier = self.model[who]
        stands = earlier in STANDING and not earlier == channel == "assisted"
        try:
            cast(self.poll, self.entries[who], channel=channel)
        except EarlierVoteStands:
            assert stands
        except VotingHasClosed:
            assert not self.is_open
        else:
            assert self.is_open
            assert not stands
            self.model[who] = channel
            self.accepted[who] += 1

    @rule(who=st.integers(0, PEOPLE - 1))
    def declare_on_paper(self, who):
        marked = mark_paper_declaration(
            poll_id=self.poll.pk, roll_entry_id=self.entries[who].pk, batch_id=self.batch.pk, now=NOON
        )
        assert marked == (self.model[who] not in STANDING)
        if marked:
            self.model[who] = "paper"

    @rule(pair=st.permutations(range(PEOPLE)))
    def find_that_two_are_one(self, pair):
        """An officer voids the later entry's electronic vote; a paper stands."""
        first, second = sorted(pair[:2])
        one, other = self.entries[first], self.entries[second]
        match, _ = NearMatch.objects.update_or_create(
            resident=one.resident,
            other=other.resident,
            defaults={"found_at": NOON, "state": "waiting", "settled_at": None},
        )
        case = DuplicateCase(match.pk, self.poll, one, other)
        settle_duplicate(case=case, is_same=True, actor=self.officer, now=NOON)
        gone = first if self.model[second] == "paper" else second
        if self.model[first] and self.model[second] and self.model[gone] != "paper":
            self.model[gone] = ""
            self.cancelled += 1

    @precondition(lambda self: self.is_open)
    @rule()
    def pause_and_go_on(self):
        Poll.objects.filter(pk=self.poll.pk).update(state="paused")
        with pytest.raises(VotingNotOpen):
            cast(self.poll, self.entries[0])
        Poll.objects.filter(pk=self.poll.pk).update(state="open")

    @precondition(lambda self: self.is_open)
    @rule()
    def close(self):
        close_poll(poll_id=self.poll.pk, now=AFTER)
        self.is_open = False

    @invariant()
    def the_box_equals_the_model(self):
        if not hasattr(self, "entries"):
            return
        channels = list(RollEntry.objects.filter(poll=self.poll).order_by("pk").values_list("channel", flat=True))
        live = SealedBallot.objects.filter(poll=self.poll, status="live").count()
        assert channels == self.model
        assert live == sum(channel in ("web", "phone", "assisted") for channel in self.model)
        assert SealedBallot.objects.filter(poll=self.poll).count() == sum(self.accepted)
        if not self.is_open:
            logged = LogEntry.objects.filter(poll=self.poll, kind="ballot").count()
            superseded = SealedBallot.objects.filter(poll=self.poll, status="superseded").count()
            assert logged - superseded - self.cancelled == live
        assert SealedBallot.objects.filter(poll=self.poll, status="cancelled").count() == self.cancelled


def explore(machine: type[Box], examples: int, steps: int, **more) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=True, **more
        ),
    )


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_every_order_of_channels_voids_and_closes_gives_the_models_count(campaign, roll_kind):
    examples, steps = campaign.size(small=5, long=150), campaign.size(small=15, long=30)

    explore(type("Box", (Box,), {"roll_kind": roll_kind}), examples, steps)

    campaign.record(f"{roll_kind} roll: {examples} runs of up to {steps} steps: box and model never differ")


def test_the_machine_finds_a_precedence_that_differs_from_the_model(monkeypatch):
    """The broken twin: the last vote always counts, also over paper and in person."""
    monkeypatch.setattr(casting, "ruling", lambda *, earlier, arriving: Ruling.REPLACES if earlier else Ruling.FIRST)

    with pytest.raises(AssertionError):
        explore(Box, 30, 15, phases=[Phase.generate])
