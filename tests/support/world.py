"""A small made-up world with one person in every part, for the permission matrix and the page catalogue."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from communities.models import Area, Body, Evidence, FundHolder, Group, Membership, OfficerRole, User

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
STARTED = date(2026, 1, 1)
OFFICERS = ("reviewer", "lead", "counting", "finance", "auditor")
PARTS = (
    "stranger",  # not signed in
    "person",  # signed in, belongs to nothing
    "member",  # of world.group
    "other_member",  # of world.other_group
    *OFFICERS,  # of world.body, one person for each role
    *(f"other_{role}" for role in OFFICERS),  # of world.other_body
    "steward",  # at fund level
    "holder",  # acts for world.holder (communities fills it in)
    "other_holder",
)


@dataclass
class World:
    """The people and things that rows may refer to; an app's ``build(world)`` adds its own under new names."""

    now: datetime = NOW
    users: dict[str, User | None] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:  # what builds add: world.round_, world.award …
        raise AttributeError(f"the world has no {name!r}: does your app's build(world) make it?")


def build_world() -> World:
    """Make an authority with two neighbourhoods, two bodies, two groups and a person for each of PARTS."""
    world = World()
    world.uk = make_area("T02", "United Testdom", "uk", parent=None)
    world.nation = make_area("T92", "Testland", "nation", parent=world.uk)
    world.authority = make_area("T06", "Testborough", "authority", parent=world.nation)
    world.area = make_area("T05-1", "Upper Test", "neighbourhood", parent=world.authority)
    world.other_area = make_area("T05-2", "Lower Test", "neighbourhood", parent=world.authority)
    world.body = Body.objects.create(
        slug="test-council", name="Testborough Council", kind="council", area=world.authority
    )
    world.other_body = Body.objects.create(slug="health", name="Testland Health", kind="health", area=world.nation)
    world.group = Group.objects.create(slug="upper-group", name="Upper Group", legal_form="informal", area=world.area)
    world.other_group = Group.objects.create(
        slug="lower-group", name="Lower Group", legal_form="charity", area=world.other_area
    )
    people = User.objects.bulk_create(make_user(part) for part in PARTS if part != "stranger")
    world.users = {"stranger": None} | {person.name.lower().replace(" ", "_"): person for person in people}
    Membership.objects.bulk_create(
        Membership(group=group, user=world.users[part], role="owner", joined_at=NOW)
        for part, group in (("member", world.group), ("other_member", world.other_group))
    )
    OfficerRole.objects.bulk_create(
        appoint(world.users[f"{other}{role}"], role, body)
        for role in OFFICERS
        for other, body in (("", world.body), ("other_", world.other_body))
    )
    appoint(world.users["steward"], "steward", None).save()
    world.holder = make_holder(world, "upper-trust", "Upper Trust", "holder")
    world.other_holder = make_holder(world, "lower-trust", "Lower Trust", "other_holder")
    return world


def make_holder(world: World, slug: str, name: str, part: str) -> FundHolder:
    """Make a charity that holds money for groups of the authority; the person of ``part`` runs its pages."""
    group = Group.objects.create(slug=slug, name=name, legal_form="charity", area=world.authority)
    Membership.objects.create(group=group, user=world.users[part], role="owner", joined_at=NOW)
    holder = FundHolder.objects.create(
        group=group,
        fee_basis="on_spend",
        fee_permille=50,
        most_award_pence=1_000_000,
        most_groups=5,
        pays_in_days=10,
        asks_for="Two contacts and a budget.",
        offered_at=NOW,
    )
    holder.areas.add(world.authority)
    Evidence.objects.create(
        group=group, kind="social_purpose", basis="charity", statement="To help neighbours.", dated_on=STARTED,
        added_at=NOW,
    )  # fmt: skip
    return holder


def make_area(code: str, name: str, level: str, *, parent: Area | None) -> Area:
    return Area.objects.create(
        code=code,
        slug=name.lower().replace(" ", "-"),
        name=name,
        level=level,
        nation="" if level == "uk" else "england",
        parent=parent,
        path=(parent.path if parent else "") + code + "/",
        population=8_000,
        valid_from=STARTED,
    )


def make_user(part: str) -> User:
    """Somebody as sign-up would keep them, not stored yet."""
    person = User(email=f"{part.replace('_', '-')}@example.org", name=part.replace("_", " ").title())
    person.set_unusable_password()
    return person


def appoint(user: User | None, role: str, body: Body | None) -> OfficerRole:
    return OfficerRole(user=user, body=body, role=role, starts_on=STARTED)
