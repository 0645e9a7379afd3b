"""Whatever people do with groups, in whatever order: only moves of the tables, history grows, each state has a page."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from communities.models import (
    AgreementVersion,
    FundHolder,
    Group,
    GroupMerge,
    HelpedStep,
    Helper,
    HoldingAgreement,
    Invitation,
    Listing,
    Membership,
)
from communities.services import groups, helped_steps, holders, holding_requests, holdings, listings, members
from communities.states import (
    AGREEMENT_MOVES,
    GROUP_MOVES,
    HELPED_MOVES,
    HOLDER_MOVES,
    INVITATION_MOVES,
    LISTING_MOVES,
    MERGE_MOVES,
)
from renewal.kernel.errors import DomainError
from renewal.kernel.models import AuditEvent
from tests.communities import worlds
from tests.factories.communities import (
    NOON,
    BodyFactory,
    GroupFactory,
    HolderFactory,
    MembershipFactory,
    UserFactory,
    show_purpose,
)
from tests.support.catalogue import client_of
from tests.support.world import build_world

pytestmark = pytest.mark.django_db
TABLES = {
    Group: GROUP_MOVES, Invitation: INVITATION_MOVES, GroupMerge: MERGE_MOVES, FundHolder: HOLDER_MOVES,
    HoldingAgreement: AGREEMENT_MOVES, Listing: LISTING_MOVES, HelpedStep: HELPED_MOVES,
}  # fmt: skip


class Scene:
    """Two groups with an owner and a second member each, a fund-holder, a guest, an accredited helper."""

    def __init__(self):
        self.groups = [GroupFactory() for _number in range(2)]
        self.owners = [MembershipFactory(group=group).user for group in self.groups]
        for group in self.groups:
            show_purpose(group)
            MembershipFactory(group=group, role="editor")
        self.holder = HolderFactory(areas=[self.groups[0].area.parent])
        self.treasurer = MembershipFactory(group=self.holder.group).user
        self.guest = UserFactory()
        self.helper = Helper.objects.create(user=UserFactory(), body=BodyFactory(), accredited_on=NOON.date())
        Membership.objects.create(group=self.groups[0], user=self.helper.user, role="helper", joined_at=NOON)
        Listing.objects.create(
            group=self.groups[0], area=self.groups[0].area, kind="need", title="A shed", text="Blown down.",
            listed_by=self.owners[0], listed_at=NOON,
        )  # fmt: skip
        self.now = NOON

    def newest(self, model, **filters):
        found = model.objects.filter(**filters).order_by("-pk").first()
        return found.pk if found else 0

    def act(self, name, which):
        group, owner = self.groups[which], self.owners[which]
        said = {"actor": owner, "now": self.now}
        invitation, merge = self.newest(Invitation, group=group), self.newest(GroupMerge)
        agreement, step = self.newest(HoldingAgreement, group=group), self.newest(HelpedStep)
        membership = self.newest(Membership, group=group, left_at=None)
        {
            "close": lambda: groups.close_group(group_id=group.pk, **said),
            "propose": lambda: groups.propose_merge(group_id=group.pk, into_id=self.groups[1 - which].pk, **said),
            "agree": lambda: groups.answer_merge(merge_id=merge, agree=True, **said),
            "decline": lambda: groups.answer_merge(merge_id=merge, agree=False, **said),
            "withdraw merge": lambda: groups.withdraw_merge(merge_id=merge, **said),
            "invite": lambda: members.invite_member(group_id=group.pk, email=self.guest.email, role="editor", **said),
            "accept": lambda: members.accept_invitation(invitation_id=invitation, actor=self.guest, now=self.now),
            "refuse": lambda: members.decline_invitation(invitation_id=invitation, actor=self.guest, now=self.now),
            "take back": lambda: members.withdraw_invitation(group_id=group.pk, invitation_id=invitation, **said),
            "leave": lambda: members.end_membership(group_id=group.pk, membership_id=membership, **said),
            "month": lambda: self.pass_time(30),
            "pause": lambda: holders.move_holder(holder_id=self.holder.pk, new="paused", **said),
            "offer": lambda: holders.move_holder(holder_id=self.holder.pk, new="offering", **said),
            "stop": lambda: holders.move_holder(holder_id=self.holder.pk, new="closed", **said),
            "ask": lambda: holding_requests.ask_holder(
                group_id=group.pk, holder_id=self.holder.pk, purpose="Seeds", amount_pence=100_000, **said
            ),
            "hold": lambda: holding_requests.agree_to_hold(agreement_id=agreement, actor=self.treasurer, now=self.now),
            "sign": lambda: holdings.sign_agreement(
                version_id=self.newest(AgreementVersion, agreement=agreement), side="group", **said
            ),
            "freeze": lambda: holdings.freeze_agreement(agreement_id=agreement, reason="x", **said),
            "end": lambda: holdings.end_agreement(agreement_id=agreement, **said),
            "list": lambda: listings.move_listing(listing_id=self.newest(Listing), new="closed", **said),
            "relist": lambda: listings.move_listing(listing_id=self.newest(Listing), new="open", **said),
            "help": lambda: helped_steps.record_helped_step(
                group_id=self.groups[0].pk, journey="close", route="phone", effect="close", actor=self.helper.user,
                now=self.now,
            ),
            "confirm": lambda: helped_steps.confirm_helped_step(step_id=step, how="member", **said),
            "wrong": lambda: helped_steps.refuse_helped_step(step_id=step, **said),
        }[name]()  # fmt: skip

    def pass_time(self, days):
        self.now += timedelta(days=days)
        members.expire_invitations(now=self.now)
        holding_requests.expire_requests(now=self.now)


ACTIONS = [
    "close", "propose", "agree", "decline", "withdraw merge", "invite", "accept", "refuse", "take back", "leave",
    "month", "pause", "offer", "stop", "ask", "hold", "sign", "freeze", "end", "list", "relist", "help", "confirm",
    "wrong",
]  # fmt: skip
FAR = ["invite", "accept", "ask", "hold", "sign", "freeze", "end", "stop", "propose", "agree"]
paths = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1)), max_size=12)


def states():
    return {model: dict(model.objects.values_list("pk", "state")) for model in TABLES}


def history():
    return {model: model.objects.count() for model in (*TABLES, Membership, AuditEvent)}


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(0, len(FAR)), anything=paths)
@example(start=len(FAR), anything=[("close", 0), ("close", 1), ("agree", 1)])
@example(start=0, anything=[("help", 0), ("confirm", 0), ("wrong", 0), ("close", 0)])
@example(start=0, anything=[("ask", 0), ("close", 0), ("month", 0), ("stop", 0), ("offer", 0)])
def test_no_path_leaves_the_tables_and_no_history_is_lost(start, anything):
    with transaction.atomic():
        scene = Scene()
        before, rows = states(), history()
        for name, which in [(name, 0) for name in FAR[:start]] + anything:
            try:
                with transaction.atomic():
                    scene.act(name, which)
            except DomainError:
                pass
            except tuple(model.DoesNotExist for model in (*TABLES, Membership, AgreementVersion)):
                pass
            after, now = states(), history()
            for model, table in TABLES.items():
                for pk, old in before[model].items():
                    new = after[model][pk]
                    assert new == old or new in table[old], f"{name}: {model.__name__} from {old} to {new}"
            assert all(now[model] >= rows[model] for model in rows), f"{name} lost rows"
            assert Membership.objects.filter(left_at=None, group__state="merged").count() == 0
            before, rows = after, now
        transaction.set_rollback(True)


@pytest.mark.parametrize("state", GROUP_MOVES)
def test_every_state_of_a_group_has_a_page(state):
    world = build_world()
    changes = {} if state == "active" else {"ended_at": timezone.now()}
    if state == "merged":
        changes["merged_into"] = world.other_group
    Group.objects.filter(pk=world.group.pk).update(state=state, **changes)

    assert client_of(world, "stranger").get(f"/en/groups/{world.group.slug}/about/").status_code == 200
    assert client_of(world, "member").get(f"/en/groups/{world.group.slug}/").status_code == 200


def withdrawn(world):
    worlds.ask(world)
    holding_requests.withdraw_request(
        agreement_id=HoldingAgreement.objects.get().pk, actor=world.users["member"], now=timezone.now()
    )


def expired(world):
    worlds.ask(world)
    holding_requests.expire_requests(now=timezone.now() + timedelta(days=60))


MADE = {
    "asked": worlds.ask, "offered": worlds.offered, "active": worlds.active, "frozen": worlds.frozen,
    "ended": worlds.ended, "declined": worlds.declined, "withdrawn": withdrawn, "expired": expired,
}  # fmt: skip


@pytest.mark.parametrize("state", AGREEMENT_MOVES)
def test_every_state_of_an_agreement_has_a_page_on_both_sides(state):
    world = build_world()
    MADE[state](world)
    agreement = HoldingAgreement.objects.get()
    assert agreement.state == state

    own = client_of(world, "member").get(f"/en/groups/{world.group.slug}/agreements/{agreement.pk}/")
    theirs = client_of(world, "holder").get(f"/en/fund-holder/groups/{agreement.pk}/")

    assert (own.status_code, theirs.status_code) == (200, 200)


@pytest.mark.parametrize("state", HOLDER_MOVES)
def test_every_state_of_a_fund_holder_has_a_page(state):
    world = build_world()
    FundHolder.objects.filter(pk=world.holder.pk).update(state=state)

    assert client_of(world, "holder").get("/en/fund-holder/").status_code == 200
    assert client_of(world, "stranger").get(f"/en/groups/{world.holder.group.slug}/about/").status_code == 200
