"""A panel with signed minutes and a meeting to come, and two groups who think about combining their projects."""

from datetime import timedelta

from communities.models import Body, User
from funding.models import Project, Review, Round
from funding.services.combining import offer_to_combine
from funding.services.panels import call_meeting, decide_item, hold_meeting, make_panel, seat, sign_minutes
from renewal.kernel.clock import london_day
from renewal.site.demo.world import World

SEATS = [
    ("tom@example.org", True, "Writes for two groups in Ashcombe Riverside."),
    ("hassan@example.org", False, "Treasurer of a charity that holds money for groups."),
    ("gethin@example.org", False, "No links in Ashcombe."),
]


def seed(world: World) -> None:
    """Let a panel of Ashcombe Council meet about the projects that are checked now, and one group make an offer."""
    reviews = Review.objects.filter(project__round__prefix="ASR", ended_at=None, project__state="sent").order_by("pk")
    meet(list(reviews[:2]), world)
    for round_ in Round.objects.filter(prefix="HIL"):
        offer(round_, world)


def meet(reviews: list[Review], world: World) -> None:
    """One meeting a week ago, decided and signed; one in five days."""
    lead, officer = (User.objects.get(email=f"{name}@example.org") for name in ("owen", "priya"))
    then = world.now - timedelta(days=7)
    panel = make_panel(
        body_id=Body.objects.get(slug="ashcombe-council").pk, name="Work and volunteers panel",
        name_cy="Panel gwaith a gwirfoddoli", quorum=2, actor=lead, now=then - timedelta(days=30),
    )  # fmt: skip
    seats = [
        seat(panel_id=panel.pk, email=email, is_chair=chairs, links=links, actor=lead, now=then - timedelta(days=30))
        for email, chairs, links in SEATS
    ]
    for review, on in zip(reviews, (then, world.now + timedelta(days=5)), strict=False):
        Review.objects.filter(pk=review.pk).update(needs_panel=True)
        meeting = call_meeting(
            panel_id=panel.pk, on=london_day(on), place="Ashcombe Town Hall, room 2", review_ids=[review.pk],
            actor=officer, now=min(on, world.now) - timedelta(days=3),
        )  # fmt: skip
        if on > world.now:
            continue
        hold_meeting(meeting_id=meeting.pk, links_asked=True, actor=officer, now=then)
        decide_item(
            item_id=meeting.items.get().pk, actor=officer, now=then,
            parts=dict(zip((one.pk for one in seats), ("for", "for", "away"), strict=True)),
            words="The volunteers help beside the paid worker. No paid hours go.",
            words_cy="Mae’r gwirfoddolwyr yn helpu wrth ochr y gweithiwr cyflogedig. Nid oes oriau’n cael eu colli.",
        )  # fmt: skip
        sign_minutes(meeting_id=meeting.pk, actor=seats[0].user, now=then + timedelta(days=1))


def offer(round_: Round, world: World) -> None:
    """One group offers to fold its project into another group's; the other has not answered yet."""
    sent = list(Project.objects.filter(round=round_, state="sent", group__isnull=False).order_by("reference"))
    pairs = ((one, other) for one in sent for other in sent if one.group_id != other.group_id)
    for one, other in pairs:
        offer_to_combine(
            project_id=one.pk, into_id=other.pk, actor=one.created_by, now=world.now - timedelta(days=1),
            words="Both need the same hall. Together it opens on four days.",
        )  # fmt: skip
        return
