"""What tests of applications write and sign."""

from datetime import timedelta

import pytest

from communities.models import Evidence
from funding.services import applications
from tests.factories.projects import NOW

LINE = {"item": "Lights", "amount_pence": 400_000, "colour": "capital", "source": "asked", "year": 1}


def show_purpose(group, user):
    Evidence.objects.create(
        group=group, kind="social_purpose", basis="constitution", statement="We grow food together.",
        dated_on=NOW.date() - timedelta(days=30), added_by=user, added_at=NOW,
    )  # fmt: skip


def line(item, pence, *, colour="capital", source="asked", **more):
    return {"item": item, "amount_pence": pence, "colour": colour, "source": source, "year": 1, **more}


def sign(project, person):
    applications.sign_off(project_id=project.pk, actor=person, unfinished=[], now=NOW)


def problems(project, person):
    with pytest.raises(applications.NotReady) as refusal:
        sign(project, person)
    return refusal.value.facts["problems"]
