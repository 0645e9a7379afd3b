"""Who holds a pot: the list, the choice, and who disputes it."""

from django.utils import timezone

from communities.models import Body
from funding.models import HolderKind
from funding.services.holders import decide_proposal, list_candidate, propose_holder
from tests.factories.money import NOW
from tests.funding.catalogue.money import area_with_money, many_pots, nothing_but_money, with_money
from tests.support.catalogue import ListPage, Page, Row


def holder_list(world):
    """A list of two: a local trust and the council."""
    with_money(world)
    rows = [(world.other_body, HolderKind.LOCAL_CIVIL_SOCIETY), (world.body, HolderKind.COUNCIL)]
    world.listed = [
        list_candidate(area=world.area, cycle=world.cycle, body=body, kind=kind, now=NOW) for body, kind in rows
    ]
    return {"area": world.area.slug}


def first_chosen(world):
    where = holder_list(world)
    propose_holder(candidate_id=world.listed[0].pk, actor=world.users["lead"], now=timezone.now())
    return where


def later_proposed(world):
    where = holder_list(world)
    world.proposal = propose_holder(
        candidate_id=world.listed[1].pk, actor=world.users["finance"], reason="The trust is closing.",
        now=timezone.now(),
    )  # fmt: skip
    return where


def later_chosen(world):
    where = later_proposed(world)
    decide_proposal(proposal_id=world.proposal.pk, actor=world.users["lead"], confirm=True, now=timezone.now())
    return where


def many_candidates(world, count):
    with_money(world)
    for number in range(count):
        body = Body.objects.create(
            slug=f"trust-{number}", name=f"Trust {number}", kind="community_anchor", area=world.authority
        )
        kind = HolderKind.LOCAL_CIVIL_SOCIETY
        list_candidate(area=world.area, cycle=world.cycle, body=body, kind=kind, now=NOW)
    return {"area": world.area.slug}


CHOOSERS = {"stranger": "sign-in", "lead": 200, "finance": 200, "reviewer": 200, "steward": 200, "others": 404}
CHOOSERS_POST = {"stranger": "sign-in", "lead": 303, "finance": 303, "reviewer": 303, "steward": 303, "others": 404}
ROWS = [
    Row("funding:pot_holder", first_chosen, others=200),
    Row("funding:holder_challenge", later_chosen, others=200),
    Row("funding:holder_challenge", later_chosen, method="post", others=422),
    Row(
        "funding:holders_staff", nothing_but_money, stranger="sign-in", lead=200, other_lead=200, finance=200,
        other_finance=200, reviewer=200, other_reviewer=200, steward=200, others=404,
    ),
    Row("funding:holder_choose", holder_list, **CHOOSERS),
    Row(
        "funding:holder_choose", holder_list, method="post", data=lambda w: {"candidate": w.listed[0].pk},
        **CHOOSERS_POST,
    ),
    Row("funding:holder_list", holder_list, method="post", **CHOOSERS_POST),
    Row(
        "funding:holder_decline", holder_list, method="post",
        data=lambda w: {"candidate": w.listed[0].pk, "words": "Letter of 1 March"}, **CHOOSERS_POST,
    ),
]  # fmt: skip
PAGES = [
    Page("funding:pot_holder", "no list yet", area_with_money),
    Page("funding:pot_holder", "first willing", first_chosen),
    Page("funding:pot_holder", "a later choice", later_chosen),
    Page("funding:pot_holder", "nothing divided yet", lambda w: {"area": w.area.slug}),
    Page("funding:holder_challenge", "open", later_chosen),
    Page("funding:holder_challenge", "cannot be challenged", first_chosen),
    Page("funding:holder_challenge", "nothing typed", later_chosen, method="post", status=422),
    Page("funding:holders_staff", "nothing divided yet", as_="lead"),
    Page("funding:holders_staff", "areas", lambda w: later_proposed(w) and {}, as_="lead"),
    Page("funding:holder_choose", "no list yet", area_with_money, as_="lead"),
    Page("funding:holder_choose", "list", holder_list, as_="lead"),
    Page("funding:holder_choose", "chosen", later_chosen, as_="lead"),
    Page("funding:holder_choose", "second person", later_proposed, as_="lead"),
    Page("funding:holder_choose", "proposed myself", later_proposed, as_="finance"),
    Page("funding:holder_choose", "nothing chosen", holder_list, as_="lead", method="post", status=422),
]  # fmt: skip
LISTS = [
    ListPage("funding:holders_staff", many_pots, as_="steward"),
    ListPage("funding:holder_choose", many_candidates, as_="lead"),
]
