"""No path through an agreement reaches a state the table forbids, and no history is lost."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from communities.models import DeclineGround, HoldingAgreement
from communities.services import holding_requests, holdings
from communities.states import (
    AGREEMENT_MOVES,
    GROUP_MOVES,
    HELPED_MOVES,
    HOLDER_MOVES,
    INVITATION_MOVES,
    LISTING_MOVES,
    MERGE_MOVES,
    AgreementState,
    GroupState,
    HelpedState,
    HolderState,
    InvitationState,
    ListingState,
    MergeState,
)
from renewal.kernel.errors import DomainError
from renewal.kernel.models import AuditEvent
from tests.communities.holding_scene import Scene
from tests.factories.communities import NOON


class AgreementMachine(RuleBasedStateMachine):
    """Anybody presses anything in any order; a model of the table says what may have happened."""

    @initialize()
    def begin(self):
        self.point = transaction.savepoint()
        self.scene = Scene()
        self.agreement = self.scene.ask()
        self.seen = ["asked"]
        self.audits = 0

    def attempt(self, verb, *args, **kwargs):
        try:
            with transaction.atomic():
                verb(*args, **kwargs)
        except DomainError:
            pass
        self.note()

    def note(self):
        now = HoldingAgreement.objects.get(pk=self.agreement.pk).state
        if now != self.seen[-1]:
            assert now in AGREEMENT_MOVES[self.seen[-1]], f"{self.seen[-1]} to {now}"
            self.seen.append(now)

    @rule(side=st.sampled_from(["holder", "group"]))
    def agree(self, side):
        who = self.scene.treasurer if side == "holder" else self.scene.member
        self.attempt(holding_requests.agree_to_hold, agreement_id=self.agreement.pk, actor=who, now=NOON)

    @rule(ground=st.sampled_from([*DeclineGround.values, "", "campaigning"]), words=st.sampled_from(["", "Why"]))
    def decline(self, ground, words):
        self.attempt(
            holding_requests.decline_to_hold, agreement_id=self.agreement.pk, ground=ground, words=words,
            actor=self.scene.treasurer, now=NOON,
        )  # fmt: skip

    @rule(side=st.sampled_from(["holder", "group"]), signs=st.sampled_from(["holder", "group"]))
    def sign(self, side, signs):
        version = self.agreement.versions.first()
        if version is not None:
            who = self.scene.treasurer if signs == "holder" else self.scene.member
            self.attempt(holdings.sign_agreement, version_id=version.pk, side=side, actor=who, now=NOON)

    @rule()
    def propose(self):
        self.attempt(
            holdings.propose_terms, agreement_id=self.agreement.pk, side="holder", changes={"pays_in_days": 3},
            actor=self.scene.treasurer, now=NOON,
        )  # fmt: skip

    @rule()
    def withdraw(self):
        self.attempt(
            holding_requests.withdraw_request, agreement_id=self.agreement.pk, actor=self.scene.member, now=NOON
        )

    @rule()
    def freeze(self):
        self.attempt(
            holdings.freeze_agreement, agreement_id=self.agreement.pk, reason="x", actor=self.scene.member, now=NOON
        )

    @rule()
    def unfreeze(self):
        self.attempt(holdings.unfreeze_agreement, agreement_id=self.agreement.pk, actor=self.scene.member, now=NOON)

    @rule()
    def end(self):
        self.attempt(holdings.end_agreement, agreement_id=self.agreement.pk, actor=self.scene.member, now=NOON)

    @rule(days=st.sampled_from([0, 40]))
    def expire(self, days):
        from datetime import timedelta

        self.attempt(holding_requests.expire_requests, now=NOON + timedelta(days=days))

    @invariant()
    def in_force_means_signed_by_two_people(self):
        if not hasattr(self, "agreement"):
            return
        row = HoldingAgreement.objects.get(pk=self.agreement.pk)
        if row.state in ("active", "frozen", "ended"):
            version = holdings.version_in_force(row)
            assert version is not None
            assert len({signature.signed_by_id for signature in version.signatures.all()}) == 2

    @invariant()
    def history_only_grows(self):
        if not hasattr(self, "agreement"):
            return
        events = AuditEvent.objects.filter(
            subject_kind="communities.holdingagreement", subject_id=str(self.agreement.pk)
        ).count()
        assert events >= max(self.audits, len(self.seen))
        self.audits = events

    def teardown(self):
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)


@pytest.mark.django_db
@pytest.mark.campaign
def test_no_path_of_an_agreement_leaves_the_table(is_long):
    run_state_machine_as_test(
        AgreementMachine,
        settings=settings(
            max_examples=300 if is_long else 12,
            stateful_step_count=25 if is_long else 12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        ),
    )


TABLES = [
    (AGREEMENT_MOVES, AgreementState), (GROUP_MOVES, GroupState), (HELPED_MOVES, HelpedState),
    (HOLDER_MOVES, HolderState), (INVITATION_MOVES, InvitationState), (LISTING_MOVES, ListingState),
    (MERGE_MOVES, MergeState),
]  # fmt: skip


@pytest.mark.parametrize(("table", "states"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_state_is_in_its_table_and_can_be_reached(table, states):
    reached, todo = set(), [next(iter(table))]
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += table[here]

    assert set(table) == set(states.values) == reached
