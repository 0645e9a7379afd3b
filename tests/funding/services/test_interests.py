"""Who has an interest in a project on the ballot neither helps, vouches nor keys papers for its vote (T§3.6)."""

import pytest

from communities.models import Membership
from funding.models import Partner, Step
from funding.services.declarations import declare_interest
from funding.services.rounds import advance_rounds
from tests.factories.communities import UserFactory
from tests.factories.money import make_council, make_country, make_cycle, make_posted_run
from tests.factories.projects import NOW, make_group, make_member, make_officer, make_project, make_round
from tests.factories.voting import cast
from voting.models import HelpPlace, PollInterest
from voting.services.errors import InterestDeclared
from voting.services.paper import begin_batch, seal_batch
from voting.services.roll import Person, check_by_helper

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote():
    """A round in its vote with one project of a group and a partner group."""
    areas = make_country()
    area, council = areas["ASH-N"], make_council(areas["ASH"])
    cycle = make_cycle()
    make_posted_run(cycle)
    round_ = make_round(area, council, step=Step.VOTE, cycle=cycle.pk)
    project = make_project(round_, number=1, state="passed")
    partner = make_group(area, slug="choir")
    Partner.objects.create(project=project, group=partner, role="Sings", invited_at=NOW)
    return round_, project, partner, council


def interested(poll, user) -> bool:
    return PollInterest.objects.filter(poll=poll, user_id=user.pk).exists()


def opened(round_):
    advance_rounds(now=NOW)
    round_.refresh_from_db()
    return round_.poll


def test_members_partners_and_barred_officers_are_noted_when_the_vote_opens(vote):
    round_, project, partner, council = vote
    singer, neighbour = make_member(partner, "singer"), UserFactory()
    barred, free = make_officer(council, "barred", declared=round_), make_officer(council, "free", declared=round_)
    declare_interest(project_id=project.pk, actor=barred, kind="family", words="", now=NOW)
    declare_interest(project_id=project.pk, actor=free, kind="known", words="", now=NOW)

    poll = opened(round_)

    assert [interested(poll, one) for one in (project.created_by, singer, barred)] == [True, True, True]
    assert [interested(poll, one) for one in (neighbour, free)] == [False, False]


def test_an_interest_that_arises_during_the_vote_bars_from_then_on(vote):
    round_, project, _, council = vote
    poll = opened(round_)
    clerk, joiner = make_officer(council, "clerk", role="counting", declared=round_), UserFactory()
    assert not interested(poll, clerk)

    declare_interest(project_id=project.pk, actor=clerk, kind="supplier", words="", now=NOW)
    Membership.objects.create(group=project.group, user=joiner, role="editor", joined_at=NOW)
    advance_rounds(now=NOW)

    assert interested(poll, clerk)
    assert interested(poll, joiner)


def test_a_member_of_the_group_cannot_help_vouch_or_handle_papers_and_a_neighbour_can(vote):
    round_, project, *_ = vote
    member, neighbour = project.created_by, UserFactory()
    poll = opened(round_)
    place = HelpPlace.objects.create(
        area=round_.area, name="Day centre", kind="service", may_vouch=True, postcode="ZZ1 2CD"
    )
    place.helpers.create(user_id=member.pk, starts_on=NOW.date())
    batch = begin_batch(poll_id=poll.pk, label="A1", actor=neighbour, now=NOW)
    tom = Person("Tom", "", "")
    ways = {
        "helps": lambda who: cast(poll, choices=[project.reference], channel="phone", helper=who, now=NOW),
        "vouches": lambda who: check_by_helper(
            poll=poll, person=tom, helper=who, place=place, no_address=True, now=NOW
        ),
        "seals": lambda who: seal_batch(batch_id=batch.pk, actor=who, now=NOW),
    }
    assert ways["helps"](neighbour).tracker
    type(batch).objects.filter(pk=batch.pk).update(state="comparing")

    for way in ways.values():
        with pytest.raises(InterestDeclared):
            way(member)
