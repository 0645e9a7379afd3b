"""A public body's own project, as its officers write it."""

from django.utils import timezone

from funding.models import Project
from funding.services import body_projects as services
from tests.factories.projects import make_round
from tests.support.catalogue import Page, Row

LINE = {"item": "Lights", "amount_pence": 400_000, "colour": "capital", "source": "asked", "year": 1}


def checkers_near(world):
    """The other body's area lies above; its officers could check a project of the council."""
    if not hasattr(world, "own"):
        round_ = make_round(world.area, world.body, now=timezone.now(), prefix="OWN", slug="upper-own-2027")
        world.own = services.start_body_project(
            round_id=round_.pk, body_id=world.body.pk, title="Lights on the river path", language="en",
            actor=world.users["reviewer"], now=timezone.now(),
        )  # fmt: skip
    return world


def own(world):
    return {"ref": checkers_near(world).own.reference}


def listed(world):
    checkers_near(world)
    return {}


def signed(world):
    arguments = own(world)
    details = {"summary": "Twelve lamps.", "place": "River path", "timing": "By March", "builds_on": "The walk."}
    services.write_body_project(
        project_id=world.own.pk, details=details, lines=[LINE], actor=world.users["reviewer"], now=timezone.now()
    )
    services.sign_body_project(project_id=world.own.pk, actor=world.users["reviewer"], now=timezone.now())
    return arguments


def changes(world):
    arguments = own(world)
    Project.objects.filter(pk=world.own.pk).update(state="changes", sent_at=timezone.now())
    return arguments


def no_round(world):
    return {}


PROPOSER = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "others": 404}
ROWS = [
    Row("funding:own_projects", listed, **PROPOSER, other_reviewer=200, other_lead=200),
    Row("funding:own_projects", listed, method="post", stranger="sign-in", reviewer=422, lead=422, other_reviewer=422,
        other_lead=422, others=404),
    Row("funding:own_project", own, **PROPOSER),
    Row("funding:own_project", own, method="post", data=lambda w: {"what": "write"}, stranger="sign-in", reviewer=422,
        lead=422, others=404),
]  # fmt: skip
PAGES = [
    Page("funding:own_projects", "one project", listed, as_="reviewer"),
    Page("funding:own_projects", "no round is open", no_round, as_="other_lead"),
    Page("funding:own_projects", "errors", listed, as_="reviewer", method="post", status=422),
    Page("funding:own_project", "being written", own, as_="reviewer"),
    Page("funding:own_project", "errors", own, as_="reviewer", method="post", data={"what": "write"}, status=422),
    Page("funding:own_project", "a second officer reads it", signed, as_="lead"),
    Page("funding:own_project", "changes are asked for", changes, as_="reviewer"),
]
