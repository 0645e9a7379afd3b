"""Rounds that take needs, adopted lists, mandates and answers, with the least that the database asks for."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from communities.models import Role
from funding.answer_states import AnswerKind
from funding.models import (
    Answer,
    Charter,
    Cycle,
    Fund,
    Gathering,
    Ground,
    Mandate,
    Phase,
    Question,
    Round,
    Step,
    Suggestion,
)
from funding.services.answers import PlannedAction, Wording, answer_mandate, draft_digest, sign_answer
from funding.services.priorities import adopt_list
from tests.factories.communities import AreaFactory, BodyFactory, OfficerRoleFactory

NOON = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)
ACTIONS = (PlannedAction("Two rooms open in the library", date(2027, 10, 1)),)
YES = Wording(AnswerKind.ACCEPT, "We will open two rooms.", actions=ACTIONS)
REJECT = Wording(
    AnswerKind.REJECT,
    "The site is contaminated.",
    ground=Ground.LEGALITY,
    provision="Environmental Protection Act 1990",
)


class FundFactory(DjangoModelFactory):
    class Meta:
        model = Fund
        django_get_or_create = ("slug",)

    slug = "national-renewal-fund"
    name = "National Renewal Fund"


class CycleFactory(DjangoModelFactory):
    class Meta:
        model = Cycle
        django_get_or_create = ("fund", "year")

    fund = factory.SubFactory(FundFactory)
    year = 2027
    capital_pence = 100_000_000
    revenue_pence = 50_000_000
    starts_on = date(2027, 4, 1)
    ends_on = date(2028, 4, 1)


class PhaseFactory(DjangoModelFactory):
    class Meta:
        model = Phase

    step = Step.PRIORITIES
    starts_at = NOON - timedelta(days=30)
    ends_at = NOON + timedelta(days=30)


class RoundFactory(DjangoModelFactory):
    """A round of a neighbourhood whose council convenes it; ``taking_needs`` opens its first step around NOON."""

    class Meta:
        model = Round
        skip_postgeneration_save = True

    class Params:
        taking_needs = True

    slug = factory.Sequence(lambda n: f"round-{n}")
    area = factory.SubFactory(AreaFactory)
    cycle = factory.SubFactory(CycleFactory)
    convenor = factory.SubFactory(BodyFactory, area=factory.SelfAttribute("..area.parent"))
    title = factory.Sequence(lambda n: f"Area {n} 2027 round")
    prefix = factory.Sequence(lambda n: f"R{n % 1000:03d}")

    @factory.post_generation
    def phases_open(self, create, wanted, **more):
        if create and wanted is not False:
            PhaseFactory(round=self)


class SuggestionFactory(DjangoModelFactory):
    class Meta:
        model = Suggestion

    round = factory.SubFactory(RoundFactory)
    number = factory.Sequence(lambda n: n + 1)
    ref = factory.LazyAttribute(lambda me: f"{me.round.prefix}-N{me.number:02d}")
    text = factory.Sequence(lambda n: f"Somewhere warm to meet, number {n}")
    created_at = NOON


class CharterFactory(DjangoModelFactory):
    class Meta:
        model = Charter

    body = factory.SubFactory(BodyFactory)
    instrument = "resolution"
    title = "Council resolution 14 of 2026"
    scrutiny_email = "scrutiny@example.org"
    scrutiny_name = "Scrutiny committee"
    starts_on = date(2026, 1, 1)


class ProjectMandateFactory(DjangoModelFactory):
    """A chosen project that waits for its body's answer until 2 April 2027."""

    class Meta:
        model = Mandate

    kind = "project"
    round = factory.SubFactory(RoundFactory)
    body = factory.LazyAttribute(lambda me: me.round.convenor)
    area = factory.LazyAttribute(lambda me: me.round.area)
    ref = factory.Sequence(lambda n: f"ASH-{n:03d}")
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Kitchen {n}")
    cost_pence = 600_000
    made_at = NOON
    due_at = datetime(2027, 4, 2, 23, 0, tzinfo=UTC)


class GatheringFactory(DjangoModelFactory):
    class Meta:
        model = Gathering

    area = factory.LazyAttribute(lambda me: me.round.area)
    round = factory.SubFactory(RoundFactory)
    convenor = factory.LazyAttribute(lambda me: me.round.convenor)
    title = "What does this place need?"
    starts_at = NOON + timedelta(days=7)
    ends_at = NOON + timedelta(days=7, hours=2)
    place = "Ashcombe Library, Market Place"
    access = "Step-free, hearing loop"
    languages = "English, Arabic"
    phone = "01632 960100"
    created_at = NOON


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    area = factory.SubFactory(AreaFactory)
    body = factory.SubFactory(BodyFactory)
    text = "When will the clinic open on Saturdays?"
    asked_at = NOON
    due_at = NOON + timedelta(days=28)


def officer_of(body, *, role=Role.REVIEWER):
    """Appoint a new person in a role of a body."""
    return OfficerRoleFactory(body=body, role=role).user


def need_owed(**more):
    """Adopt a need of a round, so that its body owes an answer."""
    round_ = RoundFactory(**more)
    need = SuggestionFactory(round=round_)
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=634, now=NOON)
    return Mandate.objects.get(round=round_, kind="priority")


def publish(mandate, wording, *, now=NOON):
    """Answer with two officers of the body."""
    draft = answer_mandate(mandate_id=mandate.pk, wording=wording, actor=officer_of(mandate.body), now=now)
    if isinstance(draft, Answer):
        return draft
    return sign_answer(mandate_id=mandate.pk, seen=draft_digest(draft), actor=officer_of(mandate.body), now=now)
