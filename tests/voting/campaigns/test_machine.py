"""All orders of channels, replacements, cancellations and closes against a model in plain Python (V1, V2, V4)."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories.communities import UserFactory
from tests.factories.voting import AFTER, NOON, cast, opened_poll, voter
from voting.models import LogEntry, RollEntry, SealedBallot
from voting.services.casting import mark_paper_declaration
from voting.services.errors import EarlierVoteStands, VotingHasClosed
from voting.services.paper import begin_batch
from voting.services.polls import close_poll

pytestmark = [pytest.mark.django_db, pytest.mark.campaign]
PEOPLE = 3
STANDING = ("paper", "assisted")


class Box(RuleBasedStateMachine):
    """What should be counted for each person, beside the real box."""

    @initialize()
    def open_the_poll(self):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.poll = opened_poll()
        self.batch = begin_batch(poll_id=self.poll.pk, label="A1", actor=UserFactory(), now=NOON)
        self.entries = [voter(self.poll) for _ in range(PEOPLE)]
        self.model = [""] * PEOPLE
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
            assert logged - superseded == live


def test_every_order_of_channels_and_closes_gives_the_models_count(campaign):
    examples, steps = campaign.size(small=12, long=600), campaign.size(small=15, long=40)

    run_state_machine_as_test(
        Box,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=True
        ),
    )

    campaign.record(f"{examples} runs of up to {steps} steps: box and model never differ")
