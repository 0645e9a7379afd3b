"""People, places and groups, with the least that the database asks for."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from communities.models import (
    Area,
    AreaLevel,
    Body,
    BodyKind,
    Evidence,
    FundHolder,
    Group,
    LegalForm,
    Membership,
    MembershipRole,
    OfficerRole,
    PostcodeRange,
    Role,
    User,
)

NOON = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class AreaFactory(DjangoModelFactory):
    """A neighbourhood in an authority in England; say ``level`` and ``parent`` for others."""

    class Meta:
        model = Area

    code = factory.Sequence(lambda n: f"ZT{n:07d}")
    slug = factory.Sequence(lambda n: f"area-{n}")
    name = factory.Sequence(lambda n: f"Area {n}")
    level = AreaLevel.NEIGHBOURHOOD
    nation = "england"
    population = 8_000
    valid_from = date(2025, 4, 1)
    parent = factory.Maybe(
        factory.LazyAttribute(lambda me: me.level == AreaLevel.NEIGHBOURHOOD),
        factory.SubFactory("tests.factories.communities.AreaFactory", level=AreaLevel.AUTHORITY),
        factory.Maybe(
            factory.LazyAttribute(lambda me: me.level == AreaLevel.UK),
            None,
            factory.SubFactory("tests.factories.communities.AreaFactory", level=AreaLevel.UK, nation=""),
        ),
    )
    path = factory.LazyAttribute(lambda me: f"{me.parent.path if me.parent else ''}{me.code}/")


def end_areas(areas, *, on, followed_by=()):
    """End areas on a day, as a later folder of areas would."""
    for area in areas:
        area.valid_to = on
        area.save(update_fields=["valid_to"])
        area.successors.add(*followed_by)


class PostcodeRangeFactory(DjangoModelFactory):
    class Meta:
        model = PostcodeRange

    outward = "ZZ1"
    first_inward = "0AA"
    last_inward = "9ZZ"
    area = factory.SubFactory(AreaFactory)


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = Body

    slug = factory.Sequence(lambda n: f"body-{n}")
    name = factory.Sequence(lambda n: f"Council {n}")
    kind = BodyKind.COUNCIL
    area = factory.SubFactory(AreaFactory, level=AreaLevel.AUTHORITY)


class OfficerRoleFactory(DjangoModelFactory):
    class Meta:
        model = OfficerRole

    user = factory.SubFactory(UserFactory)
    body = factory.SubFactory(BodyFactory)
    role = Role.REVIEWER
    starts_on = date(2025, 4, 1)


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = Group

    slug = factory.Sequence(lambda n: f"group-{n}")
    name = factory.Sequence(lambda n: f"Allotment Friends {n}")
    legal_form = LegalForm.INFORMAL
    area = factory.SubFactory(AreaFactory)
    aims = "We grow food together."


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    group = factory.SubFactory(GroupFactory)
    user = factory.SubFactory(UserFactory)
    role = MembershipRole.OWNER
    joined_at = NOON


class HolderFactory(DjangoModelFactory):
    """A charity that offers to hold money for groups of ``areas`` (say ``areas=[area]``)."""

    class Meta:
        model = FundHolder
        skip_postgeneration_save = True

    group = factory.SubFactory(GroupFactory, legal_form=LegalForm.CHARITY)
    capacity = "agent"
    fee_basis = "on_spend"
    fee_permille = 50
    most_award_pence = 1_000_000
    most_groups = 5
    pays_in_days = 10
    asks_for = "Two contacts and a budget."
    offered_at = NOON

    @factory.post_generation
    def areas(self, create, given, **kwargs):
        if create and given:
            self.areas.set(given)

    @factory.post_generation
    def purpose(self, create, given, **kwargs):
        """A holder shows its social purpose, unless the test says ``purpose=False``."""
        if create and given is not False:
            show_purpose(self.group)


def show_purpose(group, *, actor=None, on=date(2026, 1, 1)):
    """Give a group evidence of a social purpose."""
    return Evidence.objects.create(
        group=group,
        kind="social_purpose",
        basis="charity" if group.legal_form == "charity" else "written_aims",
        statement="To help neighbours.",
        dated_on=on,
        added_by=actor,
        added_at=NOON,
    )
