"""Two groups combine their projects."""

from django.utils import timezone

from funding.models import CombineOffer
from funding.services.combining import offer_to_combine
from tests.factories.projects import make_project, make_round
from tests.support.catalogue import Page, Row


def two_projects(world):
    """A project of each group in one round; the first could become part of the second."""
    if not hasattr(world, "theirs"):
        round_ = make_round(world.area, world.body, now=timezone.now(), prefix="CMB", slug="upper-combining-2027")
        world.ours = make_project(round_, group=world.group, number=61)
        world.theirs = make_project(round_, group=world.other_group, number=62)
    return world


def combining(world):
    two_projects(world)
    return {"group": world.group.slug, "ref": world.ours.reference}


def offered(world):
    two_projects(world)
    if not CombineOffer.objects.exists():
        world.offer = offer_to_combine(
            project_id=world.ours.pk, into_id=world.theirs.pk, words="We plan the same beds on the same street.",
            actor=world.users["member"], now=timezone.now(),
        )  # fmt: skip
    return world


def answering(world):
    return {"pk": offered(world).offer.pk}


def asked(world):
    offered(world)
    return combining(world)


def asked_by_another(world):
    offered(world)
    return {"group": world.other_group.slug, "ref": world.theirs.reference}


ROWS = [
    Row("funding:application_combine", combining, stranger="sign-in", member=200, others=404),
    Row("funding:application_combine", combining, method="post", stranger="sign-in", member=422, others=404),
    Row("funding:combine_answer", answering, stranger="sign-in", other_member=200, others=404),
    Row("funding:combine_answer", answering, method="post", stranger="sign-in", other_member=422, others=404),
]
PAGES = [
    Page("funding:application_combine", "choose a project", combining, as_="member"),
    Page("funding:application_combine", "errors", combining, as_="member", method="post", status=422),
    Page("funding:application_combine", "waiting for the other group", asked, as_="member"),
    Page("funding:combine_answer", "an offer", answering, as_="other_member"),
    Page("funding:combine_answer", "errors", answering, as_="other_member", method="post", status=422),
    Page("funding:application_tasks", "an offer to combine", asked_by_another, as_="other_member"),
]
