"""Whatever happens to small awards in whatever order: the tables hold, and no penny is lost or promised twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.models import (
    COMBINE_MOVES,
    PROJECT_MOVES,
    PURSE_MOVES,
    Award,
    Balance,
    CombineOffer,
    Project,
    SmallIdea,
    SmallMonth,
    SmallPurse,
)
from funding.services import awards, combining, projects, purses, small_awards
from funding.services.ledger import check_ledger
from renewal.kernel.errors import DomainError
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_group, make_member, make_project, make_round
from tests.factories.small import make_idea, make_purse, make_resident

pytestmark = pytest.mark.django_db
FAR = ["support", "support", "month", "reverse", "support", "withdraw", "month", "end"]
ACTIONS = ["support", "withdraw", "month", "reverse", "open", "back", "propose", "end"]


@pytest.fixture
def scene():
    """A purse with three ideas that ask for much and little, and three residents."""
    purse = make_purse()
    left = purses.money_in(purse)
    ideas = [
        make_idea(purse, 1, capital=left["capital"]),
        make_idea(purse, 2, capital=left["capital"] // 2, revenue=left["revenue"]),
        make_idea(purse, 3, revenue=left["revenue"] // 3, opened=NOW + timedelta(days=10)),
    ]
    residents = [make_resident(purse.area, number) for number in (1, 2, 3)]
    return purse, ideas, residents


def act(name, scene, number, now):
    purse, ideas, residents = scene
    idea, resident = ideas[number % 3], residents[number % 2]
    person = purse.signed_by if number % 2 else purse.proposed_by
    award = Award.objects.order_by("pk").first()
    {
        "support": lambda: small_awards.support_idea(
            idea_id=idea.pk, resident_id=resident.pk, area_codes=purse.area.chain_codes, now=now
        ),
        "withdraw": lambda: projects.withdraw_project(
            project_id=idea.project_id, actor=idea.project.created_by, now=now
        ),
        "month": lambda: small_awards.advance_small_awards(now=now),
        "reverse": lambda: award and awards.reverse_award(award_id=award.pk, because="Closed.", now=now),
        "open": lambda: purses.open_purse(purse_id=purse.pk, actor=person, now=now),
        "back": lambda: purses.send_purse_back(purse_id=purse.pk, actor=person, now=now),
        "propose": lambda: purses.propose_purse(
            area_id=purse.area_id, cycle_id=purse.cycle_id, body_id=purse.body_id, percent=5, actor=person, now=now
        ),
        "end": lambda: small_awards.end_purse(purse_id=purse.pk, now=now),
    }[name]()  # fmt: skip


def observe(scene):
    purse, ideas, _ = scene
    return {
        "purse": SmallPurse.objects.get(pk=purse.pk).state,
        "projects": dict(Project.objects.filter(small_idea__in=[idea.pk for idea in ideas]).values_list("pk", "state")),
        "months": dict(SmallMonth.objects.filter(decided_at__isnull=False).values_list("pk", "digest")),
        "money": Balance.objects.filter(restricted=True).aggregate(sum=Sum("pence"))["sum"],
    }


def compare(scene, before, after):
    assert after["purse"] == before["purse"] or after["purse"] in PURSE_MOVES[before["purse"]]
    for key, state in before["projects"].items():
        assert after["projects"][key] == state or after["projects"][key] in PROJECT_MOVES[state]
    assert before["months"].items() <= after["months"].items()
    assert after["money"] == before["money"]
    purse = SmallPurse.objects.get(pk=scene[0].pk)
    aside = sum(part.pence for part in purse.parts.all())
    promised = (
        Award.objects.standing()
        .filter(round=purse.round)
        .aggregate(sum=Sum("capital_pence", default=0) + Sum("revenue_pence", default=0))["sum"]
    )
    left = sum(purses.money_in(purse).values())
    assert left + promised == aside if purse.state == "open" else left == 0
    return after


steps = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5), st.integers(0, 40)), max_size=8)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, len(FAR)), anything=steps)
def test_no_path_leaves_the_tables_of_small_awards_or_loses_a_penny(scene, start, anything):
    path = [(name, number, 12 if name == "month" else 1) for number, name in enumerate(FAR[:start])] + anything
    now = NOW
    with transaction.atomic():
        seen = observe(scene)
        for name, number, days in path:
            now += timedelta(days=days)
            try:
                with transaction.atomic():
                    act(name, scene, number, now)
            except DomainError:
                pass
            seen = compare(scene, seen, observe(scene))
        assert check_ledger(now=now).differences == []
        transaction.set_rollback(True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.tuples(st.sampled_from(["offer", "agree", "decline", "back"]), st.integers(0, 1)), max_size=6))
def test_no_path_leaves_the_table_of_offers_to_combine(two_projects, path):
    first, second, people = two_projects
    with transaction.atomic():
        seen = {}
        for name, number in path:
            offer = CombineOffer.objects.order_by("-pk").first()
            pk, actor = offer.pk if offer else 0, people[number]
            try:
                with transaction.atomic():
                    {
                        "offer": lambda actor=actor: combining.offer_to_combine(
                            project_id=first.pk, into_id=second.pk, words="W", actor=actor, now=NOW
                        ),
                        "agree": lambda pk=pk, actor=actor: combining.agree_to_combine(
                            offer_id=pk, actor=actor, now=NOW
                        ),
                        "decline": lambda pk=pk, actor=actor: combining.decline_to_combine(
                            offer_id=pk, words="", actor=actor, now=NOW
                        ),
                        "back": lambda pk=pk, actor=actor: combining.take_offer_back(offer_id=pk, actor=actor, now=NOW),
                    }[name]()
            except (DomainError, CombineOffer.DoesNotExist):
                pass
            after = dict(CombineOffer.objects.values_list("pk", "state"))
            assert all(after[key] == state or after[key] in COMBINE_MOVES[state] for key, state in seen.items())
            agreed = "agreed" in after.values()
            assert (Project.objects.get(pk=first.pk).state == "combined") is agreed
            seen = after
        transaction.set_rollback(True)


@pytest.fixture
def two_projects():
    areas = make_country()
    round_ = make_round(areas["ASH-N"], make_council(areas["ASH"]))
    groups = [make_group(round_.area, slug) for slug in ("allotments", "cooks")]
    people = [make_member(group, name) for group, name in zip(groups, ("Kelly", "Cook"), strict=True)]
    made = [make_project(round_, group=group, number=number) for number, group in enumerate(groups, start=1)]
    return (*made, people)


def test_a_month_is_never_decided_before_it_has_ended(scene):
    month = SmallMonth.objects.get(first_day="2027-03-01")

    assert small_awards.settle_month(month_id=month.pk, now=datetime(2027, 3, 31, 22, 59, tzinfo=UTC)) is False
    assert small_awards.settle_month(month_id=month.pk, now=datetime(2027, 3, 31, 23, 0, tzinfo=UTC)) is True
    assert SmallIdea.objects.filter(month=month).count() == 3
