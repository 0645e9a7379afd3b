"""S12 with the real database: whatever bodies and groups do, in any order, nobody is added and nobody is moved."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.models import Membership
from funding.answer_states import AnswerKind, MandateState
from funding.models import Award, FrozenSelection, Ground, Mandate
from funding.rules.reserve import promote
from funding.services.answers import (
    Wording,
    answer_mandate,
    draft_digest,
    sign_answer,
)
from funding.services.awards import frozen_list, post_awards
from funding.services.ledger import check_ledger
from funding.services.mandates import make_mandates, settle_silence
from funding.services.rejections import (
    appeal_rejection,
    cure_project,
    decide_appeal,
    end_cures,
)
from funding.services.reserve import release_rejected
from renewal.kernel.errors import DomainError
from renewal.site.demo.answers import answer_projects
from renewal.site.demo.world import World
from tests.factories.answers import officer_of
from tests.factories.communities import BodyFactory
from tests.factories.money import (
    NOW,
    make_country,
    make_cycle,
    make_person,
    make_posted_run,
    make_project,
    make_round,
    publish_outcome,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REFS = [f"MIL-00{number}" for number in range(1, 7)]
NO = Wording(AnswerKind.REJECT, "No.", ground=Ground.LEGALITY, provision="Building Act 1984, section 16")
PANEL = [{"name": name, "from": "Elsewhere"} for name in ("A", "B", "C")]


class Town:
    """A counted round with its awards, duties and people, and a clock that only goes on."""

    def __init__(self) -> None:
        areas = make_country()
        cycle = make_cycle()
        make_posted_run(cycle)
        round_ = make_round(areas["MILL"], cycle)
        projects = [
            make_project(round_, "MIL-001", capital=1_000_000),
            make_project(round_, "MIL-002", capital=2_000_000, revenue=500_000),
            make_project(round_, "MIL-003", revenue=300_000, form="informal"),
            make_project(round_, "MIL-004", capital=6_000_000),
            make_project(round_, "MIL-005", capital=900_000),
            make_project(round_, "MIL-006", capital=100_000),
        ]
        self.round = publish_outcome(
            round_,
            projects,
            selected=["MIL-002", "MIL-001", "MIL-003"],
            limits={"capital": 3_100_000, "revenue": 800_000},
            votes=dict(zip(REFS, (80, 90, 70, 60, 50, 50), strict=True)),
        )
        post_awards(round_id=self.round.pk, now=NOW)
        make_mandates(round_id=self.round.pk, now=NOW)
        self.first, self.second = officer_of(self.round.convenor), officer_of(self.round.convenor)
        self.elsewhere = officer_of(BodyFactory(area=areas["ASH"]))
        self.proposer = make_person("Proposer")
        for project in projects:
            Membership.objects.create(group=project.group, user=self.proposer, role="owner", joined_at=NOW)
        self.now = NOW

    def do(self, what: str, ref: str) -> None:
        """Try one thing; what the rules refuse changes nothing."""
        mandate = Mandate.objects.filter(round=self.round, ref=ref).first()
        if what == "wait":
            self.now += 9 * DAY
        elif mandate is not None:
            try:
                with transaction.atomic():
                    getattr(self, what)(mandate.pk)
            except DomainError:
                pass
        settle_silence(now=self.now)
        end_cures(now=self.now)
        release_rejected(round_id=self.round.pk, now=self.now)

    def accept(self, pk: int) -> None:
        answer_mandate(mandate_id=pk, wording=Wording(AnswerKind.ACCEPT, ""), actor=self.first, now=self.now)

    def reject(self, pk: int) -> None:
        draft = answer_mandate(mandate_id=pk, wording=NO, actor=self.first, now=self.now)
        sign_answer(mandate_id=pk, seen=draft_digest(draft), actor=self.second, now=self.now)

    def cure(self, pk: int) -> None:
        cure_project(mandate_id=pk, words="Put right.", actor=self.proposer, now=self.now)

    def appeal(self, pk: int) -> None:
        appeal_rejection(mandate_id=pk, words="It is lawful.", actor=self.proposer, now=self.now)

    def uphold(self, pk: int) -> None:
        self._decide(pk, "upheld")

    def turn_down(self, pk: int) -> None:
        self._decide(pk, "turned_down")

    def _decide(self, pk: int, outcome: str) -> None:
        decide_appeal(mandate_id=pk, outcome=outcome, reasons="Read.", panel=PANEL, actor=self.elsewhere, now=self.now)


@pytest.fixture
def town():
    return Town()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "reject", "cure", "appeal", "uphold", "turn_down", "wait"]), st.sampled_from(REFS)
    ),
    min_size=1,
    max_size=14,
)


def standing(town):
    """References of the projects that keep or hold their money, in the frozen order."""
    duties = Mandate.objects.filter(round=town.round, kind="project").exclude(state="rejected_for_good")
    return list(duties.order_by("position").values_list("ref", flat=True))


def in_order_of(frozen, funded):
    """Tell whether ``funded`` is the frozen order with some left out: nobody was moved above anybody."""
    rest = iter(frozen)
    return all(ref in rest for ref in funded)


def broken(town):
    """Name every part of S12 that does not hold now."""
    frozen = frozen_list(FrozenSelection.objects.get(round=town.round).document)
    funded = list(
        Award.objects.standing()
        .filter(round=town.round)
        .order_by("position")
        .values_list("project__reference", flat=True)
    )
    late = Mandate.objects.filter(
        round=town.round, state__in=[MandateState.WAITING, MandateState.CURED], due_at__lte=town.now
    )
    parts = {
        "funded beyond the list": set(funded) <= set(frozen.order()),
        "moved": in_order_of(frozen.order(), funded),
        "money and duty differ": funded == standing(town),
        "unanswered after the deadline": not late.exists(),
    }
    return [name for name, holds in parts.items() if not holds]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_s12_after_any_answers_the_funded_are_selected_or_reserve_in_the_frozen_order(town, steps):
    with transaction.atomic():
        town.now = NOW
        for what, ref in steps:
            town.do(what, ref)
            assert broken(town) == []
        assert check_ledger(now=town.now).differences == []
        transaction.set_rollback(True)


def backwards(frozen, **facts):
    """A reserve list read from its end."""
    return promote(replace(frozen, reserve=frozen.reserve[::-1]), **facts)


def nobody(**facts):
    return []


@pytest.mark.parametrize(
    ("where", "variant", "part"),
    [
        ("funding.services.reserve.promote", backwards, "moved"),
        ("release_rejected", nobody, "money and duty differ"),
        ("settle_silence", nobody, "unanswered after the deadline"),
    ],
    ids=["reserve list backwards", "an award stays after its duty ended", "silence never counts"],
)
def test_s12_fails_on_a_broken_variant(town, monkeypatch, where, variant, part):
    monkeypatch.setattr(where if "." in where else f"{__name__}.{where}", variant)
    found = set()
    for what, ref in [("reject", "MIL-002"), ("wait", ""), ("wait", ""), ("wait", ""), ("wait", "")]:
        town.do(what, ref)
        found |= set(broken(town))

    assert part in found


def test_a_body_that_rejects_one_lawfully_and_leaves_the_rest_silent_frees_its_money_for_the_next_that_fits(town):
    first = Mandate.objects.get(round=town.round, ref="MIL-001")
    town.reject(first.pk)
    first.refresh_from_db()
    town.now = first.cure_until

    town.do("wait", "")

    states = dict(Mandate.objects.filter(round=town.round).values_list("ref", "state"))
    assert states == {
        "MIL-001": "rejected_for_good",
        "MIL-002": "by_default",
        "MIL-003": "by_default",
        "MIL-005": "waiting",
        "MIL-006": "waiting",
    }
    assert not Award.objects.exclude(state__in=["conditional", "reversed"]).exists()  # silence opened no gate


def test_a_cured_project_keeps_its_money_and_its_place(town):
    mandate = Mandate.objects.get(round=town.round, ref="MIL-001")
    town.reject(mandate.pk)
    town.do("cure", "MIL-001")

    held = standing(town)
    town.do("accept", "MIL-001")

    assert held == ["MIL-002", "MIL-001", "MIL-003"]
    assert standing(town) == held
    mandate.refresh_from_db()
    assert mandate.state == "accepted"


def test_a_project_is_cured_once_and_a_second_rejection_leaves_the_appeal(town):
    mandate = Mandate.objects.get(round=town.round, ref="MIL-001")
    for what in ("reject", "cure", "reject", "cure"):
        town.do(what, "MIL-001")
    mandate.refresh_from_db()
    after_second = mandate.state

    town.do("appeal", "MIL-001")
    town.do("uphold", "MIL-001")

    mandate.refresh_from_db()
    assert (after_second, mandate.state) == ("rejected", "accepted")


def test_officers_of_the_body_that_rejected_cannot_record_the_panel(town):
    mandate = Mandate.objects.get(round=town.round, ref="MIL-001")
    town.reject(mandate.pk)
    town.appeal(mandate.pk)

    town.elsewhere = town.first
    town.do("turn_down", "MIL-001")

    mandate.refresh_from_db()
    assert mandate.state == "appealed"


def test_a_stranger_can_neither_cure_nor_appeal(town):
    mandate = Mandate.objects.get(round=town.round, ref="MIL-001")
    town.reject(mandate.pk)
    town.proposer = make_person("Stranger")

    for act in (town.cure, town.appeal):
        with pytest.raises(Exception, match="does not exist"):
            act(mandate.pk)


def test_the_demo_accepts_the_first_project_and_lets_silence_accept_where_time_has_passed(town):
    world = World(now=NOW + DAY)
    answer_projects(world)
    first = dict(Mandate.objects.filter(round=town.round).values_list("position", "state"))

    answer_projects(World(now=NOW + 60 * DAY))

    assert first == {1: "accepted", 2: "waiting", 3: "waiting"}
    later = Mandate.objects.filter(round=town.round).values_list("position", "state")
    assert dict(later) == {1: "accepted", 2: "by_default", 3: "by_default"}
