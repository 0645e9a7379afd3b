"""G§3D, DESIGN: every journey of a group has a route without the internet, and the group confirms it."""

from datetime import timedelta

import pytest
from django.utils import translation

from communities.models import AgreementSignature, HelpedStep, Helper, Route
from communities.services import helping
from communities.services.groups import ContactDraft, GroupDraft
from communities.services.helped_deeds import ask_to_help, register_for_group
from communities.services.helped_steps import (
    NeedsAnother,
    StepSettled,
    WrongCode,
    confirm_helped_step,
    journey_words,
    journeys,
    record_helped_step,
    refuse_helped_step,
)
from communities.services.helping import NotAccredited, start_helping
from communities.services.holdings import NotForThisSide, sign_agreement
from renewal.kernel.models import Notice
from tests.communities.holding_scene import Scene
from tests.factories.communities import NOON, AreaFactory, BodyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper():
    return Helper.objects.create(user=UserFactory(), body=BodyFactory(), accredited_on=NOON.date())


def register(helper, **said):
    draft = GroupDraft(
        name="Mill Lane Allotments",
        legal_form="informal",
        area_id=AreaFactory().pk,
        aims="We grow food.",
        contacts=(
            ContactDraft("Margaret", postal="1 Mill Lane\nAshcombe\nZZ1 2CD"),
            ContactDraft("Tom", phone="01632 960111"),
        ),
        not_a_party=True,
    )
    return register_for_group(draft=draft, route="phone", actor=helper.user, now=NOON)


def test_a_group_without_the_internet_is_registered_and_gets_a_letter_with_a_code(helper):
    group, step, code = register(helper)

    letter = Notice.objects.get(kind="helped-step")
    assert (letter.channel, letter.address) == ("letter", "Margaret\n1 Mill Lane\nAshcombe\nZZ1 2CD")
    assert f"{code[:4]} {code[4:]}" in letter.body
    assert code not in str(HelpedStep.objects.values().get())
    assert group.memberships.get().role == "helper"
    assert step.state == "waiting"


def test_the_group_confirms_with_its_code_in_any_spelling_and_once(helper):
    _group, step, code = register(helper)

    confirm_helped_step(
        step_id=step.pk, how="code", code=f" {code[:4].lower()}-{code[4:]} ", actor=helper.user, now=NOON
    )

    step.refresh_from_db()
    assert (step.state, step.confirmed_how) == ("confirmed", "code")
    with pytest.raises(StepSettled):
        confirm_helped_step(step_id=step.pk, how="code", code=code, actor=helper.user, now=NOON)
    with pytest.raises(StepSettled):
        refuse_helped_step(step_id=step.pk, actor=UserFactory(), now=NOON)


def test_a_wrong_code_and_the_helpers_own_word_confirm_nothing(helper):
    group, step, _code = register(helper)

    with pytest.raises(WrongCode):
        confirm_helped_step(step_id=step.pk, how="code", code="AAAA AAAA", actor=helper.user, now=NOON)
    for how in ("signature", "member"):
        with pytest.raises(NeedsAnother):
            confirm_helped_step(step_id=step.pk, how=how, actor=helper.user, now=NOON)
    with pytest.raises(NotAccredited):
        confirm_helped_step(step_id=step.pk, how="member", actor=UserFactory(), now=NOON)
    member = MembershipFactory(group=group).user
    assert confirm_helped_step(step_id=step.pk, how="member", actor=member, now=NOON).state == "confirmed"


def test_nobody_helps_before_or_after_accreditation(helper):
    group, _step, _code = register(helper)
    Helper.objects.filter(pk=helper.pk).update(ends_on=NOON.date() + timedelta(days=10))

    with pytest.raises(NotAccredited):
        record_helped_step(
            group_id=group.pk, journey="listing", route="phone", actor=helper.user, now=NOON + timedelta(days=10)
        )
    with pytest.raises(NotAccredited):
        start_helping(group_id=group.pk, actor=UserFactory(), now=NOON)


def test_a_helpers_signature_counts_only_when_the_group_has_confirmed(helper):
    scene = Scene()
    agreement, version = scene.agreed()
    start_helping(group_id=scene.group.pk, actor=helper.user, now=NOON)
    with pytest.raises(NotForThisSide):
        sign_agreement(version_id=version.pk, side="group", actor=helper.user, now=NOON)
    step, code = record_helped_step(
        group_id=scene.group.pk, journey="sign_holder", route="paper", effect="sign_holder",
        facts={"version_id": version.pk}, actor=helper.user, now=NOON,
    )  # fmt: skip
    agreement.refresh_from_db()
    assert agreement.state == "offered"

    confirm_helped_step(step_id=step.pk, how="code", code=code, actor=helper.user, now=NOON)

    agreement.refresh_from_db()
    assert agreement.state == "active"
    assert AgreementSignature.objects.get(version=version, side="group").helped == step


def test_a_refused_step_never_takes_effect(helper):
    scene = Scene()
    agreement, version = scene.agreed()
    start_helping(group_id=scene.group.pk, actor=helper.user, now=NOON)
    step, code = record_helped_step(
        group_id=scene.group.pk, journey="sign_holder", route="paper", effect="sign_holder",
        facts={"version_id": version.pk}, actor=helper.user, now=NOON,
    )  # fmt: skip

    refuse_helped_step(step_id=step.pk, actor=scene.member, now=NOON)

    with pytest.raises(StepSettled):
        confirm_helped_step(step_id=step.pk, how="code", code=code, actor=helper.user, now=NOON)
    agreement.refresh_from_db()
    assert agreement.state == "offered"


def test_a_helper_may_act_for_a_registered_group_only_after_the_group_has_given_its_code(helper):
    scene = Scene()
    scene.group.contacts.create(name="Margaret", email="margaret@example.org", since=NOON)
    step, code = ask_to_help(group_id=scene.group.pk, route="phone", actor=helper.user, now=NOON)
    assert not helping.is_helper_of(helper.user, scene.group)
    assert Notice.objects.get(kind="helped-step").address == "margaret@example.org"

    confirm_helped_step(step_id=step.pk, how="code", code=code, actor=helper.user, now=NOON)

    assert helping.is_helper_of(helper.user, scene.group)


def test_codes_cannot_be_tried_without_end(helper):
    _group, step, code = register(helper)

    for _try in range(10):
        with pytest.raises(WrongCode):
            confirm_helped_step(step_id=step.pk, how="code", code="AAAAAAAA", actor=helper.user, now=NOON)

    with pytest.raises(WrongCode):
        confirm_helped_step(step_id=step.pk, how="code", code=code, actor=helper.user, now=NOON)


@pytest.mark.parametrize("route", Route.values)
@pytest.mark.parametrize("journey", journeys())
def test_each_journey_can_be_recorded_on_each_route_and_told_to_the_group(helper, journey, route):
    group, _step, _code = register(helper)
    before = Notice.objects.count()

    step, _code = record_helped_step(group_id=group.pk, journey=journey, route=route, actor=helper.user, now=NOON)

    assert (step.journey, step.route, step.state) == (journey, route, "waiting")
    assert Notice.objects.count() == before + 1
    with translation.override("en"):
        assert journey_words(journey) in Notice.objects.order_by("pk").last().body
