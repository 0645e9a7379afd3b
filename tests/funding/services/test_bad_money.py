"""Bad input to the division of money, through the services: one clear message each, and nothing is written."""

import pytest

from communities.models import Area
from funding.models import Account, AllocationRun, BeneficiaryShare, Entry, LevelDecision, ParameterSet, Pot
from funding.rules.parameters import default_document
from funding.rules.problems import ParameterError
from funding.services.allocation import request_run
from funding.services.levels import decide_level
from funding.services.parameter_sets import write_parameter_set
from renewal.kernel.models import AuditEvent, OutboxMessage
from tests.factories.money import (
    NOW,
    make_country,
    make_cycle,
    make_posted_run,
    make_project,
    make_round,
    make_set,
)

pytestmark = pytest.mark.django_db
WRITTEN = (AllocationRun, ParameterSet, Account, Entry, Pot, LevelDecision, AuditEvent, OutboxMessage)


def written():
    return {model.__name__: model.objects.count() for model in WRITTEN}


def ask(areas, **sums):
    """Ask for a run; what was there before it is what must be there after a refusal."""
    cycle, parameters = make_cycle(**sums), make_set()
    return lambda: request_run(cycle_id=cycle.pk, parameter_set_id=parameters.pk, now=NOW)


def orphan(areas):
    Area.objects.filter(pk=areas["UK"].pk).update(path="UK/")
    Area.objects.filter(code__startswith="ASH-").exclude(code="ASH-N").delete()
    Area.objects.filter(code__in=["MILL", "OLD", "FERN"]).delete()
    Area.objects.filter(pk=areas["ASH"].pk).update(valid_to="2026-01-01")
    return ask(areas)


def circle(areas):
    Area.objects.filter(pk=areas["VALE"].pk).update(parent=areas["ASH"])
    return ask(areas)


def nobody(areas):
    Area.objects.filter(pk=areas["ASH-N"].pk).update(population=0)
    return ask(areas)


def floors(areas):
    return ask(areas, capital_pence=1_000_000, revenue_pence=0)


def with_block(**changes):
    """Write a set whose block for England is changed."""

    def begin(areas):
        document = default_document()
        for dotted, value in changes.items():
            *way, last = dotted.split("__")
            here = document["nations"]["E92000001"]
            for step in way:
                here = here[step]
            here[last] = value
        return lambda: write_parameter_set(name="Wrong", document=document, now=NOW)

    return begin


def shares(areas):
    cycle = make_cycle()
    make_posted_run(cycle)
    project = make_project(make_round(areas["ASH-N"], cycle), "ASN-001", capital=1_000)
    BeneficiaryShare.objects.filter(project=project).delete()
    BeneficiaryShare.objects.create(project=project, area=areas["ASH-N"], percent=99)
    return lambda: decide_level(project_id=project.pk, now=NOW)


def powers(areas):
    cycle = make_cycle()
    make_posted_run(cycle)
    project = make_project(make_round(areas["ASH-N"], cycle), "ASN-001", capital=1_000)
    return lambda: decide_level(project_id=project.pk, now=NOW, powers=["war_and_peace"])


CASES = {
    "orphan area": (orphan, "ASH-N has no place in the tree: its parent ASH is not there."),
    "cycle in the tree": (circle, "ASH is its own ancestor: the parents run in a circle."),
    "zero people": (nobody, "ASH-N has 0 people."),
    "negative floor": (with_block(floor_pence=-1), "floor"),
    "floors above the total": (floors, "The floors come to £15,000, more than the £9,500 there is to share."),
    "keep rate above 1": (with_block(keep_bp__authority=10_001), "keep_bp.authority"),
    "unknown power in a set": (with_block(powers__neighbourhood=["war_and_peace"]), "war_and_peace"),
    "unknown power of a project": (powers, "war_and_peace"),
    "shares not summing to 1,000,000": (
        shares,
        "beneficiary shares: the shares come to 990,000 millionths. They must come to 1,000,000.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_has_one_clear_message_and_writes_nothing(name):
    prepare, message = CASES[name]
    act = prepare(make_country())
    before = written()

    with pytest.raises(ParameterError) as refusal:
        act()

    assert len(refusal.value.problems) == 1
    assert message in str(refusal.value)
    assert str(refusal.value).endswith(".")
    assert written() == before
