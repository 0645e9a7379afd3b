"""Projects that cannot wait for the priorities: who may open the officers' page, and its states."""

from django.utils import timezone

from funding.models import Project
from funding.services.emergencies import decide_emergency, propose_emergency
from tests.factories.projects import make_project
from tests.funding.answer_worlds import ADOPTED
from tests.funding.need_worlds import closed_round
from tests.funding.who import OFFICERS, POST_OFFICERS
from tests.support.catalogue import ListPage, Page, Row

WHY = {"reason": "danger", "words": "The roof of the hall may fall.", "words_cy": "", "evidence": "Engineer, 1 March."}


def adopted(world):
    return {"slug": ADOPTED["round"]}


def a_round(world):
    world.urgent_round = closed_round(world)
    return {"slug": world.urgent_round.slug}


def proposed(world, number=1):
    round_ = vars(world).get("urgent_round") or closed_round(world)
    world.urgent_round = round_
    project = make_project(round_, group=world.group, number=number)
    Project.objects.filter(pk=project.pk).update(priority=None)
    world.urgent = propose_emergency(project_id=project.pk, actor=world.users["lead"], now=timezone.now(), **WHY)
    return {"slug": round_.slug}


def recorded(world):
    slug = proposed(world)
    decide_emergency(route_id=world.urgent.pk, agree=True, actor=world.users["reviewer"], now=timezone.now())
    return slug


def shown(world):
    slug = recorded(world)
    return slug | {"ref": world.urgent.project.reference}


def many(world, count):
    for number in range(1, count + 1):
        slug = proposed(world, number)
    return slug


ROWS = [
    Row("funding:emergencies", adopted, **OFFICERS),
    Row("funding:emergencies", adopted, method="post", **POST_OFFICERS),
]
PAGES = [
    Page("funding:emergencies", "nothing on record", a_round, as_="reviewer"),
    Page("funding:emergencies", "waits for a second officer", proposed, as_="reviewer"),
    Page("funding:emergencies", "on record", recorded, as_="lead"),
    Page("funding:emergencies", "nothing typed", a_round, as_="reviewer", method="post", status=422),
    Page(
        "funding:emergencies", "the first officer agrees", proposed, as_="lead", method="post", status=422,
        data=lambda w: {"act": "agree", "route": str(w.urgent.pk)},
    ),
    Page("funding:project_detail", "cannot wait for the priorities", shown),
]  # fmt: skip
LISTS = [ListPage("funding:emergencies", many, as_="reviewer")]
