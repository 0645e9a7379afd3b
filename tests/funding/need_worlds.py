"""Needs and the rounds that take them, in every state that a page can show; used by the catalogue."""

from datetime import timedelta

from django.utils import timezone

from funding.models import Mandate, Suggestion
from funding.services.priorities import (
    adopt_list,
    comment_on_need,
    correct_list,
    join_needs,
    leave_out_need,
    suggest_need,
    support_need,
)
from tests.factories.projects import make_round

DAY = timedelta(days=1)
LONG = "Somewhere warm, dry and quiet to meet in the evening, for people of every age, with a kitchen, near a bus stop"


def taking_needs(world, *, slug="needs-2027", prefix="NEE"):
    return make_round(world.area, world.body, step="priorities", now=timezone.now(), prefix=prefix, slug=slug)


def suggested(world, text="Somewhere warm to meet", **more):
    round_ = getattr(world, "needs_round", None) if "needs_round" in vars(world) else None
    world.needs_round = round_ or taking_needs(world)
    return suggest_need(round_id=world.needs_round.pk, text=text, now=timezone.now(), **more)


def in_round(world, **more):
    return {"round": world.need.round.slug, **more}


def one_need(world):
    return in_round(world, ref=world.need.ref)


def round_of(make):
    def build_state(world):
        return {"round": make(world).round.slug}

    return build_state


def pk_of(make):
    def build_state(world):
        return {"pk": make(world).pk}

    return build_state


def need_of(make):
    def build_state(world):
        need = make(world)
        return {"round": need.round.slug, "ref": need.ref}

    return build_state


def told(world):
    """A need with support, comments and a need that joined it."""
    need = suggested(world, why="In winter there is nowhere to sit.", browser="b1")
    other = suggested(world, text="A warm room for everybody")
    now = timezone.now()
    support_need(suggestion_id=need.pk, browser="b2", now=now)
    comment_on_need(suggestion_id=need.pk, text="Yes, by the market.", name="Dev", language="en", browser="b2", now=now)
    join_needs(
        source_id=other.pk, target_id=need.pk, words="Both ask for a warm room", actor=world.users["lead"], now=now
    )
    return need


def joined(world):
    told(world)
    return Suggestion.objects.get(state="merged")


def left_out(world):
    need = suggested(world)
    leave_out_need(
        suggestion_id=need.pk, reason="names_a_person", words="It names a neighbour.", actor=world.users["lead"],
        now=timezone.now(),
    )  # fmt: skip
    return need


def long_need(world):
    return suggested(world, text=LONG, why="Because " * 100)


def closed_round(world):
    return make_round(world.area, world.body, step="ideas", now=timezone.now(), prefix="IDE", slug="ideas-2027")


def need_args(mandate):
    return {"round": mandate.round.slug, "ref": mandate.ref}


def many_needs(world, count):
    for number in range(count):
        need = suggested(world, text=f"Need number {number} of many")
    return {"round": need.round.slug}


def corrected(world):
    """A list from which a need was taken, in a second version."""
    needs = [suggested(world), suggested(world, text="The chapel of another village")]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=634, now=timezone.now())
    correct_list(
        round_id=needs[0].round_id, refs=[needs[0].ref], why="The chapel stands in another area.",
        actor=world.users["lead"], now=timezone.now(),
    )  # fmt: skip
    return Mandate.objects.filter(round=needs[0].round, kind="priority").first()
