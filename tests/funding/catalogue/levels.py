"""At which level a project is decided, and who disputes it."""

from django.utils import timezone

from funding.models import LevelDecision
from funding.services.levels import decide_level, make_challenge
from tests.funding.catalogue.awards import with_awards
from tests.support.catalogue import Page, Row


def decided(world):
    with_awards(world)
    decide_level(project_id=world.awarded.projects.get(reference="AWD-002").pk, now=timezone.now())
    return {"slug": world.awarded.slug, "ref": "AWD-002"}


def undecided(world):
    return {"slug": with_awards(world).awarded.slug, "ref": "AWD-001"}


def challenged(world):
    decided(world)
    decision = LevelDecision.objects.get()
    world.challenge = make_challenge(
        decision=decision, words="Only one street gains.", body=world.body, now=timezone.now()
    )
    return {"pk": world.challenge.pk}


def gathering(world):
    decided(world)
    world.challenge = make_challenge(
        decision=LevelDecision.objects.get(), words="One street gains.", now=timezone.now()
    )
    return {"pk": world.challenge.pk}


ADDRESS = {"name": "Amina Example", "house": "1", "postcode": "ZZ99 9ZZ"}
ROWS = [
    Row("funding:project_level", decided, others=200),
    Row(
        "funding:project_level", decided, method="post", data=lambda w: {"words": "Wrong."},
        lead=303, other_lead=303, others=404,
    ),
    Row("funding:challenge_rule", challenged, stranger="sign-in", reviewer=200, other_reviewer=200, others=404),
    Row(
        "funding:challenge_rule", challenged, method="post", data=lambda w: {"upheld": "no", "ruling": "It stands."},
        stranger="sign-in", reviewer=422, other_reviewer=422, others=404,
    ),
    Row("funding:level_challenge", decided, others=200),
    Row("funding:level_challenge", decided, method="post", others=422),
    Row("funding:challenge_detail", gathering, others=200),
    Row("funding:challenge_support", gathering, others=200),
    Row("funding:challenge_support", gathering, method="post", data=lambda w: ADDRESS, others=422),
]  # fmt: skip
PAGES = [
    Page("funding:project_level", "decided", decided),
    Page("funding:project_level", "not worked out yet", undecided),
    Page("funding:project_level", "a lead may challenge", decided, as_="lead"),
    Page("funding:project_level", "no words", decided, as_="lead", method="post", data={"words": ""}, status=422),
    Page("funding:challenge_rule", "waiting", challenged, as_="other_reviewer"),
    Page("funding:challenge_rule", "nothing chosen", challenged, as_="other_reviewer", method="post", status=422),
    Page("funding:level_challenge", "open", decided),
    Page("funding:level_challenge", "not worked out yet", undecided),
    Page("funding:level_challenge", "nothing typed", decided, method="post", status=422),
    Page("funding:challenge_detail", "gathering support", gathering),
    Page("funding:challenge_detail", "by a council", challenged),
    Page("funding:challenge_support", "form", gathering),
    Page("funding:challenge_support", "nothing typed", gathering, method="post", status=422),
]  # fmt: skip
