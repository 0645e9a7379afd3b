"""Agreements between a group and a fund-holder: signed by both, changed by both, ended when no money is left."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from communities import holding_money
from communities.holding_money import HeldMoney, set_held_money
from communities.models import AgreementSignature, AgreementVersion
from communities.services import holding_requests, holdings
from communities.services.groups import Moved
from communities.services.holdings import AlreadySigned, MoneyLeft, NotForThisSide, OwnHolder, VersionOld
from renewal.kernel.models import AuditEvent, Notice
from tests.communities.holding_scene import state
from tests.factories.communities import NOON, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger():
    """A ledger that says what is held, by agreement."""
    held, before = {}, (list(holding_money._query), list(holding_money._mover))
    set_held_money(lambda agreement_id: held.get(agreement_id, HeldMoney(0, 0)))
    yield held
    holding_money._query[:], holding_money._mover[:] = before


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
