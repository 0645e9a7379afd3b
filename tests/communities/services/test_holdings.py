from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from communities import holding_money
from communities.holding_money import HeldMoney, set_held_money
from communities.models import (
    AgreementSignature,
    AgreementVersion,
    DeclineGround,
    HoldingAgreement,
    InformalRule,
)
from communities.services import holders, holding_requests, holdings
from communities.services.groups import Moved
from communities.services.holders import FeeTooHigh, HolderTerms, NotEstablished, StillHolding
from communities.services.holding_requests import (
    AboveLimit,
    AlreadyAsked,
    GroundMissing,
    HolderNotOpen,
    NoSocialPurpose,
)
from communities.services.holdings import AlreadySigned, MoneyLeft, NotForThisSide, OwnHolder, VersionOld
from renewal.kernel.models import AuditEvent, Notice
from tests.factories.communities import (
    NOON,
    AreaFactory,
    GroupFactory,
    HolderFactory,
    MembershipFactory,
    UserFactory,
    show_purpose,
)

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


class Scene:
    """A group, a fund-holder that serves its area, and a person on each side."""

    def __init__(self):
        self.area = AreaFactory()
        self.group = GroupFactory(area=self.area, legal_form="informal")
        show_purpose(self.group)
        self.member = MembershipFactory(group=self.group).user
        self.holder = HolderFactory(areas=[self.area.parent])
        self.treasurer = MembershipFactory(group=self.holder.group).user

    def another_holder(self):
        holder = HolderFactory(areas=[self.area])
        MembershipFactory(group=holder.group)
        return holder

    def ask(self, **said):
        facts = {"purpose": "Seeds", "amount_pence": 300_000, "actor": self.member, "now": NOON} | said
        return holding_requests.ask_holder(
            group_id=self.group.pk, holder_id=facts.pop("holder_id", self.holder.pk), **facts
        )

    def agreed(self):
        agreement = self.ask()
        version = holding_requests.agree_to_hold(agreement_id=agreement.pk, actor=self.treasurer, now=NOON)
        return agreement, version

    def active(self):
        agreement, version = self.agreed()
        return holdings.sign_agreement(version_id=version.pk, side="group", actor=self.member, now=NOON)


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def ledger():
    """A ledger that says what is held, by agreement."""
    held, before = {}, (list(holding_money._query), list(holding_money._mover))
    set_held_money(lambda agreement_id: held.get(agreement_id, HeldMoney(0, 0)))
    yield held
    holding_money._query[:], holding_money._mover[:] = before


def state(agreement):
    return HoldingAgreement.objects.get(pk=agreement.pk).state


def test_an_answer_is_due_in_ten_working_days_of_the_groups_nation(scene):
    before_easter = datetime(2027, 3, 22, 12, tzinfo=ZoneInfo("Europe/London"))

    assert scene.ask(now=before_easter).due_on.isoformat() == "2027-04-07"  # Good Friday and Easter Monday do not count


def test_signed_by_both_sides_an_agreement_is_in_force(scene):
    agreement = scene.active()

    assert (agreement.state, agreement.active_from) == ("active", NOON)
    assert holdings.version_in_force(agreement).number == 1
    assert holdings.agreement_in_force(scene.group) == agreement


def test_the_terms_are_those_of_the_offer_and_are_hashed(scene):
    _agreement, version = scene.agreed()
    terms = version.terms

    assert (terms["fee_permille"], terms["purpose"], terms["amount_pence"]) == (50, "Seeds", 300_000)
    assert "free_speech" in terms["clauses"]
    assert len(version.digest) == 64


def test_one_person_cannot_sign_for_both_sides(scene):
    MembershipFactory(group=scene.group, user=scene.treasurer)
    agreement = scene.ask()

    with pytest.raises(OwnHolder):
        holding_requests.agree_to_hold(agreement_id=agreement.pk, actor=scene.treasurer, now=NOON)

    assert state(agreement) == "asked"


def test_the_database_refuses_one_person_on_both_sides(scene):
    _agreement, version = scene.agreed()

    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementSignature.objects.create(version=version, side="group", signed_by=scene.treasurer, signed_at=NOON)


def test_only_who_acts_for_a_side_signs_for_it_and_once(scene):
    _agreement, version = scene.agreed()

    with pytest.raises(NotForThisSide):
        holdings.sign_agreement(version_id=version.pk, side="group", actor=UserFactory(), now=NOON)
    with pytest.raises(AlreadySigned):
        holdings.sign_agreement(version_id=version.pk, side="holder", actor=scene.treasurer, now=NOON)


def test_new_terms_leave_the_signed_ones_in_force_until_both_sign(scene):
    agreement = scene.active()
    new = holdings.propose_terms(
        agreement_id=agreement.pk, side="holder", changes={"pays_in_days": 5}, actor=scene.treasurer, now=NOON
    )

    assert holdings.version_in_force(agreement).number == 1
    old = agreement.versions.get(number=1)
    with pytest.raises(VersionOld):
        holdings.sign_agreement(version_id=old.pk, side="group", actor=scene.member, now=NOON)
    holdings.sign_agreement(version_id=new.pk, side="group", actor=scene.member, now=NOON)
    assert holdings.version_in_force(agreement).terms["pays_in_days"] == 5


def test_signed_terms_cannot_be_edited_by_the_app(scene):
    _agreement, version = scene.agreed()

    for change in (
        lambda: AgreementVersion.objects.filter(pk=version.pk).update(terms={}),
        lambda: AgreementSignature.objects.filter(version=version).delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()


@pytest.mark.parametrize("ground", DeclineGround.values)
def test_a_holder_declines_on_a_coded_ground_with_words(scene, ground):
    agreement = scene.ask()

    holding_requests.decline_to_hold(
        agreement_id=agreement.pk, ground=ground, words="Why", actor=scene.treasurer, now=NOON
    )

    agreement.refresh_from_db()
    assert (agreement.state, agreement.ground, agreement.ground_words) == ("declined", ground, "Why")


@pytest.mark.parametrize(("ground", "words"), [("", "Why"), ("campaigning", "Why"), ("law", " "), ("politics", "x")])
def test_there_is_no_other_ground_and_no_refusal_without_words(scene, ground, words):
    agreement = scene.ask()

    with pytest.raises(GroundMissing):
        holding_requests.decline_to_hold(
            agreement_id=agreement.pk, ground=ground, words=words, actor=scene.treasurer, now=NOON
        )

    assert state(agreement) == "asked"


def test_no_ground_is_about_what_a_group_says():
    """Issue 6, part 4: no holder ground restricts campaigning or criticism."""
    words = " ".join([*DeclineGround.values, *(str(label).lower() for label in DeclineGround.labels)])

    assert set(DeclineGround.values) == {
        "law", "safeguarding", "budget", "conflict", "insolvency", "outside_objects", "trustees_duty",
    }  # fmt: skip
    for forbidden in ("campaign", "critic", "politic", "speech", "reputation", "protest", "lobby", "opinion"):
        assert forbidden not in words


def test_the_database_refuses_a_refusal_without_a_ground(scene):
    agreement = scene.ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        HoldingAgreement.objects.filter(pk=agreement.pk).update(
            state="declined", ground="campaigning", ground_words="x"
        )


def test_when_a_holder_declines_the_next_wish_is_asked(scene):
    second, third = scene.another_holder(), scene.another_holder()
    agreement = scene.ask(next_holder_ids=[second.pk, third.pk])

    following = holding_requests.decline_to_hold(
        agreement_id=agreement.pk, ground="budget", words="Why", actor=scene.treasurer, now=NOON
    )

    assert (following.holder, following.state, following.wish) == (second, "asked", 2)
    assert scene.group.holder_wishes.get(used_at=None).holder == third


def test_an_unanswered_request_expires_and_the_next_is_asked_once(scene):
    second = scene.another_holder()
    agreement = scene.ask(next_holder_ids=[second.pk])
    due = NOON + timedelta(days=40)

    assert holding_requests.expire_requests(now=NOON + timedelta(days=3)) == 0
    assert holding_requests.expire_requests(now=due) == 1
    assert holding_requests.expire_requests(now=due) == 0

    assert state(agreement) == "expired"
    assert scene.group.holdings.get(state="asked").holder == second


def test_a_holder_that_cannot_be_asked_is_passed_over(scene):
    paused, third = scene.another_holder(), scene.another_holder()
    agreement = scene.ask(next_holder_ids=[paused.pk, third.pk])
    holders.move_holder(holder_id=paused.pk, new="paused", actor=UserFactory(), now=NOON)

    following = holding_requests.decline_to_hold(
        agreement_id=agreement.pk, ground="budget", words="Why", actor=scene.treasurer, now=NOON
    )

    assert following.holder == third


def test_who_cannot_be_asked_is_refused_with_the_reason(scene):
    elsewhere = HolderFactory(areas=[AreaFactory()])
    full = HolderFactory(areas=[scene.area], most_groups=1)
    HoldingAgreement.objects.create(
        group=GroupFactory(), holder=full, state="active", purpose="x", amount_pence=1, asked_by=scene.member,
        asked_at=NOON, due_on=TODAY, active_from=NOON,
    )  # fmt: skip

    for holder, reason in ((elsewhere, "area"), (full, "full")):
        with pytest.raises(HolderNotOpen) as refusal:
            scene.ask(holder_id=holder.pk)
        assert refusal.value.reason == reason


def test_limits_of_the_holder_and_of_informal_groups_hold_to_the_penny(scene):
    assert scene.ask(amount_pence=500_000).amount_pence == 500_000
    second = scene.another_holder()
    with pytest.raises(AboveLimit) as refusal:
        scene.ask(holder_id=second.pk, amount_pence=500_001)
    assert (refusal.value.most_pence, refusal.value.whose) == (500_000, "informal")
    scene.group.legal_form = "club"
    scene.group.save()
    with pytest.raises(AboveLimit) as refusal:
        scene.ask(holder_id=second.pk, amount_pence=1_000_001)
    assert refusal.value.whose == "holder"


def test_a_rule_of_a_later_day_does_not_hold_today(scene):
    InformalRule.objects.create(code="award_pence", amount=1, starts_on=TODAY + timedelta(days=1), source="test")

    assert scene.ask()


def test_nobody_is_asked_twice_nor_asks_itself_nor_without_purpose(scene):
    scene.ask()
    with pytest.raises(AlreadyAsked):
        scene.ask()
    with pytest.raises(OwnHolder):
        holding_requests.ask_holder(
            group_id=scene.holder.group_id, holder_id=scene.holder.pk, purpose="x", amount_pence=1,
            actor=scene.treasurer, now=NOON,
        )  # fmt: skip
    scene.group.evidence.all().delete()
    with pytest.raises(NoSocialPurpose):
        scene.ask(holder_id=scene.another_holder().pk)


def test_money_moves_first_then_an_agreement_ends(scene, ledger):
    agreement = scene.active()
    with pytest.raises(Moved):
        holdings.end_agreement(agreement_id=agreement.pk, actor=scene.member, now=NOON)
    holdings.freeze_agreement(agreement_id=agreement.pk, reason="Moving on", actor=scene.member, now=NOON)
    for left in (HeldMoney(1, 0), HeldMoney(0, 1)):
        ledger[agreement.pk] = left
        with pytest.raises(MoneyLeft) as refusal:
            holdings.end_agreement(agreement_id=agreement.pk, actor=scene.member, now=NOON)
        assert (refusal.value.balance_pence, refusal.value.awards) == (left.balance_pence, left.awards)

    ledger[agreement.pk] = HeldMoney(0, 0)
    holdings.end_agreement(agreement_id=agreement.pk, actor=scene.member, now=NOON)

    assert state(agreement) == "ended"


def test_a_frozen_agreement_pays_nothing_and_may_go_on(scene):
    agreement = scene.active()
    holdings.freeze_agreement(agreement_id=agreement.pk, reason="x", actor=scene.member, now=NOON)
    assert holdings.agreement_in_force(scene.group) is None

    holdings.unfreeze_agreement(agreement_id=agreement.pk, actor=scene.member, now=NOON)

    assert holdings.agreement_in_force(scene.group) == agreement


def test_a_group_moves_to_another_holder_only_when_that_agreement_is_in_force(scene):
    agreement, second = scene.active(), scene.another_holder()
    other = scene.ask(holder_id=second.pk)

    with pytest.raises(Moved):
        holdings.freeze_agreement(
            agreement_id=agreement.pk, reason="x", moves_to_id=other.pk, actor=scene.member, now=NOON
        )
    treasurer = second.group.memberships.get().user
    version = holding_requests.agree_to_hold(agreement_id=other.pk, actor=treasurer, now=NOON)
    holdings.sign_agreement(version_id=version.pk, side="group", actor=scene.member, now=NOON)
    holdings.freeze_agreement(agreement_id=agreement.pk, reason="x", moves_to_id=other.pk, actor=scene.member, now=NOON)

    agreement.refresh_from_db()
    assert (agreement.state, agreement.moves_to) == ("frozen", other)


def test_both_sides_hear_of_each_step_in_their_language(scene):
    scene.treasurer.language = "cy"
    scene.treasurer.save()
    scene.active()

    told = Notice.objects.order_by("pk").values_list("kind", "person_id", "language")
    assert list(told) == [
        ("holding-asked", scene.treasurer.pk, "cy"),
        ("holding-offered", scene.member.pk, "en"),
        ("holding-active", scene.treasurer.pk, "cy"),
    ]


def test_every_step_is_audited(scene):
    agreement = scene.active()

    events = AuditEvent.objects.filter(subject_kind="communities.holdingagreement", subject_id=str(agreement.pk))
    assert set(events.values_list("action", flat=True)) == {
        "holding.asked", "holding.offered", "holding.signed", "holding.active",
    }  # fmt: skip


def terms(**said):
    facts = {"capacity": "agent", "fee_basis": "on_spend", "fee_permille": 50, "most_award_pence": 1, "most_groups": 1,
             "pays_in_days": 1, "asks_for": "x"} | said  # fmt: skip
    return HolderTerms(**facts)


def established():
    group = GroupFactory(legal_form="charity")
    show_purpose(group)
    for kind in ("constitution", "accounts", "insurance", "bank"):
        group.evidence.create(kind=kind, statement="x", dated_on=TODAY, added_at=NOON)
    return group


def test_an_established_organisation_offers_and_changes_its_offer_without_touching_what_is_signed():
    group = established()
    holder = holders.offer_to_hold(
        group_id=group.pk, terms=terms(), area_ids=[group.area_id], actor=UserFactory(), now=NOON
    )
    again = holders.offer_to_hold(
        group_id=group.pk, terms=terms(fee_permille=70), area_ids=[group.area_id], actor=UserFactory(), now=NOON
    )

    assert (again.pk, again.fee_permille) == (holder.pk, 70)


def test_what_an_organisation_does_not_show_is_named():
    with pytest.raises(NotEstablished) as refusal:
        holders.offer_to_hold(group_id=GroupFactory().pk, terms=terms(), area_ids=[], actor=UserFactory(), now=NOON)

    assert refusal.value.missing == ["legal_form", "social_purpose", "constitution", "accounts", "insurance", "bank"]


@pytest.mark.parametrize(("permille", "is_allowed"), [(100, True), (101, False)])
def test_a_fee_is_capped_at_ten_percent(permille, is_allowed):
    group = established()

    def offer():
        return holders.offer_to_hold(
            group_id=group.pk, terms=terms(fee_permille=permille), area_ids=[], actor=UserFactory(), now=NOON
        )

    if is_allowed:
        assert offer().fee_permille == 100
    else:
        with pytest.raises(FeeTooHigh):
            offer()


def test_a_holder_without_a_social_purpose_is_not_asked(scene):
    holder = HolderFactory(areas=[scene.area], purpose=False)

    with pytest.raises(holding_requests.HolderNotOpen) as refusal:
        scene.ask(holder_id=holder.pk)

    assert refusal.value.facts["reason"] == "purpose"


def test_a_holder_with_open_agreements_cannot_stop(scene):
    scene.active()

    with pytest.raises(StillHolding):
        holders.move_holder(holder_id=scene.holder.pk, new="closed", actor=scene.treasurer, now=NOON)


def test_two_answers_at_once_leave_one(scene):
    agreement = scene.ask()
    holding_requests.agree_to_hold(agreement_id=agreement.pk, actor=scene.treasurer, now=NOON)

    with pytest.raises(Moved):
        holding_requests.agree_to_hold(agreement_id=agreement.pk, actor=scene.treasurer, now=NOON)
    assert agreement.versions.count() == 1
    assert connection.vendor == "postgresql"
