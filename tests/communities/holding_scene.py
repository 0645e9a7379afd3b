"""A group, a fund-holder and a person on each side, for tests of requests and agreements."""

from communities.models import HoldingAgreement
from communities.services import holding_requests, holdings
from tests.factories.communities import (
    NOON,
    AreaFactory,
    GroupFactory,
    HolderFactory,
    MembershipFactory,
    show_purpose,
)


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


def state(agreement):
    return HoldingAgreement.objects.get(pk=agreement.pk).state
