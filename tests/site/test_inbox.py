"""UX §13: one inbox for each person: what waits in every part they have, by when; letters where nobody has e-mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Membership
from communities.services import holding_requests
from communities.services.helped_steps import record_helped_step
from funding.models import Partner, Project
from funding.services import decisions, declarations
from funding.services.notices import tell_group
from renewal.kernel.models import Notice
from renewal.kernel.staff import waiting_for
from tests.communities import worlds
from tests.factories.projects import make_project, make_refusal, make_round
from tests.support.catalogue import client_of
from tests.support.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def titles(world, part, now=None):
    return [(item.title, item.due_on) for item in waiting_for(world.users[part], now or timezone.now())]


def test_a_request_waits_for_the_holder_by_its_day_and_then_the_terms_for_the_group(world):
    agreement = worlds.ask(world)
    assert ("Upper Group asks you to look after its money", agreement.due_on) in titles(world, "holder")
    assert titles(world, "member") == []

    holding_requests.agree_to_hold(agreement_id=agreement.pk, actor=world.users["holder"], now=timezone.now())

    assert titles(world, "holder") == []
    assert titles(world, "member") == [("Read and sign the terms of Upper Trust", None)]


def test_projects_wait_at_each_step_for_who_must_act(world):
    now = timezone.now()
    round_ = make_round(world.area, world.body, now=now, prefix="INB")
    for part in ("lead", "reviewer"):
        declarations.declare_for_round(round_id=round_.pk, actor=world.users[part], links={}, now=now)
    project = make_project(round_, group=world.group, state="draft", created_by=world.users["member"])
    closes = round_.phases.get(step="ideas").ends_at.date()
    assert titles(world, "member") == [("Finish and send: Raised beds 1", closes)]

    Project.objects.filter(pk=project.pk).update(state="declaring", signed_by=world.users["member"])
    assert titles(world, "member") == []  # a second member declares
    Membership.objects.create(group=world.group, user=world.users["person"], role="editor", joined_at=now)
    assert titles(world, "person") == [("Read and declare: Raised beds 1", closes)]

    other = make_project(round_, group=world.group, number=2)
    day = (now + timedelta(days=9)).date()
    decisions.ask_for_changes(
        project_id=other.pk, actor=world.users["lead"], words="Say who keeps the key.", words_cy="", tasks=["about"],
        group_replies_by=day, now=now,
    )  # fmt: skip
    assert ("Answer what must change: Raised beds 2", day) in titles(world, "person")

    third = make_project(round_, group=world.group, number=3)
    decision = make_refusal(third, world.users["lead"], world.users["reviewer"])
    decision.__class__.objects.filter(pk=decision.pk).update(proposed_at=now, seconded_at=now)
    assert any("look again: Raised beds 3" in title for title, _due in titles(world, "person"))
    assert not any("look again" in title for title, _due in titles(world, "person", now + timedelta(days=60)))


def test_partners_helped_steps_and_officers_work_stand_in_the_same_inbox(world):
    now = timezone.now()
    worlds.build(world)
    round_ = make_round(world.area, world.body, now=now, prefix="INB")
    project = make_project(round_, group=world.other_group, state="draft")
    Partner.objects.create(project=project, group=world.group, role="Cooks", share_pence=1, invited_at=now)
    make_project(round_, group=world.other_group, number=2)

    seen = [title for title, _due in titles(world, "member")]

    assert "Sign as a partner: Raised beds 1" in seen
    assert any(title.startswith("Confirm: Reviewer registered the group") for title in seen)
    assert any(title.startswith("Say whether you have a link") for title, _due in titles(world, "lead"))


def test_the_inbox_shows_only_ones_own(world):
    worlds.ask(world)

    page = client_of(world, "other_holder").get("/en/inbox/").content.decode()

    assert "Upper Group" not in page


def alone(world):
    """Leave the group with a postal address and no member with an account."""
    world.group.memberships.all().delete()
    world.group.contacts.create(name="Margaret", postal="1 Mill Lane\nZZ1 2CD", since=timezone.now())
    world.group.__class__.objects.filter(pk=world.group.pk).update(language="cy")
    world.group.refresh_from_db()


def test_a_group_without_accounts_gets_each_notice_as_a_letter_in_its_language(world):
    project = make_project(make_round(world.area, world.body, now=timezone.now(), prefix="INB"), group=world.group)
    alone(world)
    project.group.refresh_from_db()

    tell_group(project=project, kind="application_sent", now=timezone.now())
    tell_group(project=project, kind="application_sent", now=timezone.now())

    letter = Notice.objects.get()
    assert (letter.channel, letter.language, letter.office_id) == ("letter", "cy", world.body.pk)
    assert letter.address == "Margaret\n1 Mill Lane\nZZ1 2CD"


def test_a_fund_holder_s_answer_reaches_a_group_without_accounts(world):
    agreement = worlds.ask(world)
    alone(world)

    holding_requests.decline_to_hold(
        agreement_id=agreement.pk, ground="budget", words="Too large.", actor=world.users["holder"], now=timezone.now()
    )

    assert Notice.objects.get(kind="holding-declined").channel == "letter"


def test_a_group_with_accounts_gets_no_letter(world):
    project = make_project(make_round(world.area, world.body, now=timezone.now(), prefix="INB"), group=world.group)
    world.group.contacts.create(name="Margaret", postal="1 Mill Lane", since=timezone.now())

    tell_group(project=project, kind="application_sent", now=timezone.now())

    assert not Notice.objects.filter(channel="letter").exists()


def test_an_office_prints_only_its_own_letters(world):
    worlds.build(world)
    world.group.contacts.create(name="Margaret", postal="1 Mill Lane", since=timezone.now())
    record_helped_step(
        group_id=world.group.pk, journey="profile", route="phone", actor=helper_in(world), now=timezone.now()
    )

    assert "1 letter waits." in client_of(world, "reviewer").get("/en/staff/letters/").content.decode()
    assert "1 letter waits." not in client_of(world, "other_reviewer").get("/en/staff/letters/").content.decode()
    client_of(world, "reviewer").post("/en/staff/letters/", {"office": str(world.body.pk)})
    assert Notice.objects.get(channel="letter").address == ""


def helper_in(world):
    Membership.objects.create(group=world.group, user=world.users["reviewer"], role="helper", joined_at=timezone.now())
    return world.users["reviewer"]
