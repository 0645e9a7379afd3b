"""Reads of groups: how they are run, what they show, whether they may lead, what they still have to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Q, QuerySet

from communities.models import (
    CIVIL_SOCIETY,
    Evidence,
    GovernanceProfile,
    Group,
    InformalRule,
    LegalForm,
    SafeguardingProfile,
    WorksWith,
)

REVIEW_EVERY = timedelta(days=365)


def rule_amount(code: str, *, on: date) -> int:
    """Return the amount of a safeguard as it stands on a day; raises InformalRule.DoesNotExist before the first."""
    return InformalRule.objects.filter(code=code, starts_on__lte=on).latest("starts_on").amount


def governance_of(group: Group) -> GovernanceProfile | None:
    """Return the latest answer a group gave on how it is run."""
    return group.governance_profiles.first()


@dataclass(frozen=True)
class Standing:
    """What a group's seats make it: shares are exact; a share is None where the group has not said."""

    local_share: Fraction | None
    local_percent: int | None
    is_locally_governed: bool
    is_cross_sector: bool
    sectors: tuple[str, ...]
    as_of: date | None


def standing_of(profile: GovernanceProfile | None, *, threshold_percent: int) -> Standing:
    """Work out from seats whether a group is locally governed (at least the threshold) and cross-sector.

    Cross-sector: at least two sectors hold seats, civil society at least a third of all seats, and none more than half
    unless it is civil society.
    """
    if profile is None:
        return Standing(None, None, False, False, (), None)
    held = {"civil": profile.civil_seats, "public": profile.public_seats, "private": profile.private_seats}
    sectors = tuple(name for name, count in held.items() if count)
    cross = (
        len(sectors) >= 2
        and profile.civil_seats * 3 >= profile.seats
        and max(profile.public_seats, profile.private_seats) * 2 <= profile.seats
    )
    is_local = profile.local_seats * 100 >= threshold_percent * profile.seats
    return Standing(profile.local_share, profile.local_percent, is_local, cross, sectors, profile.as_of)


def group_standing(group: Group, *, on: date) -> Standing:
    """Return how a group's seats stand on a day, by the share of local seats that counts as local then."""
    return standing_of(governance_of(group), threshold_percent=rule_amount("local_percent", on=on))


def sector_of(group: Group) -> str:
    """Return civil, public or private, by legal form."""
    if group.legal_form == LegalForm.PUBLIC_BODY:
        return "public"
    return "civil" if group.legal_form in CIVIL_SOCIETY else "private"


def social_purpose(group: Group, *, on: date) -> Evidence | None:
    """Return the newest evidence of social purpose that holds on a day."""
    return group.evidence.social_purpose().current(on=on).first()


def may_not_lead(group_ids: Iterable[int], *, on: date) -> set[int]:
    """Return which of some groups may not lead, partner or hold on a day: not active, or no social purpose shown."""
    wanted = set(group_ids)
    shown = Evidence.objects.filter(group__in=wanted, group__state="active").social_purpose().current(on=on)
    return wanted - set(shown.values_list("group_id", flat=True))


def may_lead(group: Group, *, on: date) -> bool:
    """Tell whether a group may lead, partner or hold: it is active and shows its social purpose."""
    return not may_not_lead([group.pk], on=on)


def safeguarding_of(group: Group) -> SafeguardingProfile | None:
    """Return what a group said last about keeping people safe."""
    return group.safeguarding_profiles.first()


@dataclass(frozen=True)
class SafeguardingStanding:
    """Whether money may go to a group as far as safeguarding is concerned, and until when (G-4.5-A5)."""

    said: bool
    in_date: bool
    review_due: date | None
    wants_help: bool = False


def safeguarding_standing(group: Group, *, on: date) -> SafeguardingStanding:
    """Who works with nobody at risk is in date; the others while their own policy was reviewed within a year."""
    profile = safeguarding_of(group)
    if profile is None:
        return SafeguardingStanding(said=False, in_date=False, review_due=None)
    if profile.works_with == WorksWith.NONE:
        return SafeguardingStanding(said=True, in_date=True, review_due=None)
    if profile.policy != "own" or profile.reviewed_on is None:
        return SafeguardingStanding(said=True, in_date=False, review_due=None, wants_help=profile.policy == "help")
    due = profile.reviewed_on + REVIEW_EVERY
    return SafeguardingStanding(said=True, in_date=on <= due, review_due=due)


def named_people(group: Group) -> int:
    """Count the people a group is known by: members and contacts, each name once."""
    names = {contact.name.casefold() for contact in group.contacts.all() if contact.until is None}
    names |= {
        str(membership.user).casefold()
        for membership in group.memberships.select_related("user")
        if membership.left_at is None and membership.role != "helper"
    }
    return len(names)


@dataclass(frozen=True)
class Minimum:
    """One thing the minimum set asks of an informal group; ``met`` and a code for its words."""

    code: str
    met: bool
    amount: int = 0


def informal_minimums(group: Group, *, on: date) -> list[Minimum]:
    """List the minimum set for informal groups (G§3D) and what of it this group meets on a day."""
    kinds = set(group.evidence.current(on=on).values_list("kind", flat=True))
    people = rule_amount("named_people", on=on)
    return [
        Minimum("aims", bool(group.aims.strip()) or "constitution" in kinds),
        Minimum("named_people", named_people(group) >= people, people),
        Minimum("area", True),
        Minimum("safeguarding", safeguarding_of(group) is not None),
        Minimum("code_of_conduct", "code_of_conduct" in kinds),
        Minimum("governance", governance_of(group) is not None),
    ]


def public_groups(*, words: str = "", area_path: str = "") -> "QuerySet[Group]":
    """Find groups by name or aims, in an area and below; newest last."""
    found = Group.objects.active().select_related("area").order_by("name", "id")
    for word in words.split()[:6]:
        found = found.filter(Q(name__icontains=word) | Q(aims__icontains=word))
    if area_path:
        found = found.filter(area__path__startswith=area_path)
    return found
