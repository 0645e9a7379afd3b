"""Panels, their meetings and minutes."""

from django.utils import timezone

from communities.models import User
from funding.models import Review
from funding.services import panels
from tests.factories.projects import make_project, make_round
from tests.support.catalogue import ListPage, Page, Row


def build(world):
    now = timezone.now()
    lead = world.users["lead"]
    round_ = make_round(world.area, world.body, step="checks", now=now, prefix="PAN", slug="panel-round")
    from funding.services.declarations import declare_for_round

    for part in ("lead", "reviewer"):
        declare_for_round(round_id=round_.pk, actor=world.users[part], links={}, now=now)
    project = make_project(round_, group=world.group, number=1)
    Review.objects.filter(project=project).update(needs_panel=True)
    world.panel = panels.make_panel(
        body_id=world.body.pk, name="Work and volunteers panel", name_cy="Panel gwaith a gwirfoddoli", quorum=2,
        actor=lead, now=now,
    )  # fmt: skip
    for number, name in enumerate(("Carol", "Tom", "Gethin")):
        take_seat(world, name, is_chair=not number)
    world.panel_meeting = meeting_of(world)


def take_seat(world, name, *, is_chair=False):
    user = User.objects.create(email=f"{name.lower()}@example.org", name=name)
    panels.seat(
        panel_id=world.panel.pk, email=user.email, is_chair=is_chair, links="none", actor=world.users["lead"],
        now=timezone.now(),
    )  # fmt: skip


def meeting_of(world):
    review = Review.objects.get(needs_panel=True)
    now = timezone.now()
    return panels.call_meeting(
        panel_id=world.panel.pk, on=now.date(), place="The town hall", review_ids=[review.pk],
        actor=world.users["lead"], now=now,
    )  # fmt: skip


def held(world):
    build(world)
    panels.hold_meeting(
        meeting_id=world.panel_meeting.pk, links_asked=True, actor=world.users["lead"], now=timezone.now()
    )
    return {"pk": world.panel_meeting.pk}


def signed(world):
    held(world)
    seats = list(world.panel.seats.order_by("pk"))
    now = timezone.now()
    panels.decide_item(
        item_id=world.panel_meeting.items.get().pk, actor=world.users["lead"], now=now,
        parts=dict(zip([seat.pk for seat in seats], ("for", "against", "for"), strict=True)),
        words="No paid hours are replaced.", words_cy="Nid oes oriau cyflogedig yn cael eu disodli.",
    )  # fmt: skip
    panels.sign_minutes(meeting_id=world.panel_meeting.pk, actor=seats[0].user, now=now)
    return {"pk": world.panel_meeting.pk}


def many_seats(world, count):
    arguments = signed(world)
    for number in range(3 * (count - 1)):
        take_seat(world, f"Seat{number}")
    return arguments


def of_panel(world):
    build(world)
    return {"pk": world.panel.pk}


def called(world):
    build(world)
    return {"pk": world.panel_meeting.pk}


def one(world):
    build(world)
    return {}


def none_yet(world):
    return {}


ANY = {
    "stranger": "sign-in", "reviewer": 200, "lead": 200, "other_reviewer": 200, "other_lead": 200, "others": 404
}  # fmt: skip
OWN = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "others": 404}


def panel_pk(w):
    return {"pk": w.panel.pk}


def meeting_pk(w):
    return {"pk": w.panel_meeting.pk}


ROWS = [
    Row("funding:panels", **ANY),
    Row(
        "funding:panels", method="post", stranger="sign-in", reviewer=422, lead=422, other_reviewer=422, other_lead=422,
        others=404,
    ),
    Row("funding:panel", panel_pk, **OWN),
    Row("funding:panel", panel_pk, method="post", data=lambda w: {"what": "seat"}, stranger="sign-in", reviewer=422,
        lead=422, others=404),
    Row("funding:panel_meeting", meeting_pk, **OWN),
    Row("funding:panel_meeting", meeting_pk, method="post", data=lambda w: {"what": "hold"}, stranger="sign-in",
        reviewer=422, lead=422, others=404),
    Row("funding:panel_minutes", meeting_pk, others=404),  # not signed yet
    Row("funding:panel_minutes_download", meeting_pk, others=404),
]  # fmt: skip
PAGES = [
    Page("funding:panels", "none yet", none_yet, as_="lead"),
    Page("funding:panels", "one", one, as_="lead"),
    Page("funding:panels", "errors", none_yet, as_="lead", method="post", status=422),
    Page("funding:panel", "a project waits", of_panel, as_="lead"),
    Page("funding:panel", "errors", of_panel, as_="lead", method="post", data={"what": "seat"}, status=422),
    Page("funding:panel_meeting", "called", called, as_="lead"),
    Page("funding:panel_meeting", "minutes being written", held, as_="lead"),
    Page("funding:panel_meeting", "signed", signed, as_="lead"),
    Page("funding:panel_minutes", "signed", signed),
]

LISTS = [ListPage("funding:panel_minutes", many_seats)]
