"""What the rows and pages of this package refer to, made from a fresh world."""

from datetime import date, timedelta

from django.utils import timezone

from communities.models import HelpedStep, Helper, HoldingAgreement, Listing, OrganisationIdentifier
from communities.services import holding_requests, holdings, listings
from communities.services.members import invite_member
from communities.services.profiles import add_conflict
from tests.factories.communities import show_purpose


def purposeful(w):
    """Give both groups and holders their social purpose."""
    for group in (w.group, w.other_group, w.holder.group, w.other_holder.group):
        if not group.evidence.exists():
            show_purpose(group)


def ask(w, *, group=None, holder=None, asker="member"):
    purposeful(w)
    return holding_requests.ask_holder(
        group_id=(group or w.group).pk,
        holder_id=(holder or w.holder).pk,
        purpose="Seeds, tools and a shed.",
        amount_pence=300_000,
        actor=w.users[asker],
        now=timezone.now(),
    )


def offered(w):
    w.agreement = ask(w)
    w.version = holding_requests.agree_to_hold(agreement_id=w.agreement.pk, actor=w.users["holder"], now=timezone.now())
    w.agreement.refresh_from_db()
    return w.agreement


def active(w):
    offered(w)
    holdings.sign_agreement(version_id=w.version.pk, side="group", actor=w.users["member"], now=timezone.now())
    w.agreement.refresh_from_db()
    return w.agreement


def frozen(w):
    active(w)
    holdings.freeze_agreement(
        agreement_id=w.agreement.pk,
        reason="The group has closed its shop.",
        actor=w.users["member"],
        now=timezone.now(),
    )
    return w.agreement


def declined(w):
    w.agreement = ask(w)
    holding_requests.decline_to_hold(
        agreement_id=w.agreement.pk, ground="budget", words="The sums do not add up yet.", actor=w.users["holder"],
        now=timezone.now(),
    )  # fmt: skip
    return w.agreement


def ended(w):
    frozen(w)
    holdings.end_agreement(agreement_id=w.agreement.pk, actor=w.users["member"], now=timezone.now())
    return w.agreement


def build(w):
    """One of everything that a row may name, of world.group and world.holder."""
    purposeful(w)
    member = w.users["member"]
    now = timezone.now()
    w.asked = HoldingAgreement.objects.get(pk=ask(w).pk)
    w.listing = listing_of(w)
    w.conversation = listings.answer_listing(
        listing_id=w.listing.pk, text="I can help.", actor=w.users["person"], now=now
    )
    w.invitation = invite_member(
        group_id=w.group.pk, email=w.users["person"].email, role="editor", actor=member, now=now
    )
    w.evidence = w.group.evidence.first()
    w.number = OrganisationIdentifier.objects.create(
        group=w.group, scheme="GB-CHC", number="1164883", preferred=True, added_at=now
    )
    w.interest = add_conflict(
        group_id=w.group.pk, person="Kelly", interest="Works for the builder", handled="Leaves the room",
        since=date(2026, 1, 1), actor=member, now=now,
    )  # fmt: skip
    w.membership = w.group.memberships.get(user=member)
    w.helper = Helper.objects.create(user=w.users["reviewer"], body=w.body, accredited_on=date(2026, 1, 1))
    w.step = helped(w)


def helped(w, *, helper=None):
    if helper is None and not hasattr_(w, "helper"):
        w.helper = Helper.objects.create(user=w.users["reviewer"], body=w.body, accredited_on=date(2026, 1, 1))
    return HelpedStep.objects.create(
        group=w.group,
        helper=helper or w.helper,
        journey="register",
        route="phone",
        code_hash="0" * 64,
        done_at=timezone.now() - timedelta(days=1),
    )


def hasattr_(w, name):
    return name in w.__dict__


def listing_of(w, kind="need"):
    facts = {
        "hours": "Thursdays", "place": "Mill Lane", "expenses": "Bus fares", "access": "Step-free",
        "complements": "The paid cook",
    }  # fmt: skip
    return Listing.objects.create(
        group=w.group, area=w.area, kind=kind, title="A lockable shed", text="Ours has blown down.",
        listed_by=w.users["member"], listed_at=timezone.now(), **(facts if kind == "volunteer" else {}),
    )  # fmt: skip
