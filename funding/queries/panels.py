"""Reads of panels: those a person may open, projects that wait for one, and minutes as data."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from communities.models import OfficerRole, Role, User
from funding.models import (
    InterestDeclaration,
    MeetingState,
    Panel,
    PanelItem,
    PanelMeeting,
    PanelOutcome,
    PanelVoice,
    Review,
)
from funding.queries.reviews import projects_to_check
from renewal.kernel.clock import london_day


def panels_of(user: User, *, at: datetime) -> QuerySet[Panel]:
    """Panels a person may open: those they sit on, and those of the bodies for which they check."""
    held = OfficerRole.objects.filter(user=user, role__in=[Role.REVIEWER, Role.LEAD]).held(on=london_day(at))
    return (
        Panel.objects.filter(Q(body__in=held.values("body")) | Q(seats__user=user, seats__until=None))
        .select_related("body", "reserve")
        .distinct()
        .order_by("body__name", "name")
    )


def reviews_for_panel(panel: Panel, user: User, *, at: datetime) -> QuerySet[Review]:
    """Open checks of a body that a panel must look at and that no signed minutes have decided, soonest first."""
    decided = PanelItem.objects.filter(
        meeting__state=MeetingState.SIGNED, outcome__in=[PanelOutcome.GO_ON, PanelOutcome.NOT_GO_ON]
    )
    return (
        Review.objects.filter(
            ended_at=None, needs_panel=True, project__checked_by=panel.body, project__in=projects_to_check(user, at=at)
        )
        .exclude(project__reviews__panel_items__in=decided)
        .select_related("project")
        .order_by("due_on", "id")
    )


def minutes(meeting: PanelMeeting, *, reader: User | None) -> list[PanelItem]:
    """The items of a meeting with every voice; those to whose project the reader named a barring link are left out."""
    items = meeting.items.select_related("review__project__round", "review__project__group", "review__project__body")
    if reader is not None:
        barred = InterestDeclaration.objects.barring(reader)
        items = items.exclude(review__project__interests__in=barred)
    voices = PanelVoice.objects.select_related("seat__user").order_by("seat__id")
    return list(items.prefetch_related(Prefetch("voices", voices)).order_by("position"))


def minutes_as_data(meeting: PanelMeeting, *, reader: User | None) -> dict[str, Any]:
    """Write signed minutes as data: who was there, who left, how votes fell, why; nobody's address."""
    return {
        "panel": meeting.panel.name,
        "body": meeting.panel.body.name,
        "on": meeting.on.isoformat(),
        "place": meeting.place,
        "quorum": meeting.panel.quorum,
        "links_asked_first": meeting.links_asked,
        "minuted_by": str(meeting.minuted_by),
        "signed_by": str(meeting.signed_by),
        "signed_at": meeting.signed_at.isoformat() if meeting.signed_at else None,
        "items": [
            {
                "project": item.review.project.reference,
                "title": item.review.project.title or item.review.project.title_cy,
                "outcome": item.outcome,
                "words": {"en": item.words, "cy": item.words_cy},
                "voices": [{"name": str(voice.seat.user), "part": voice.part} for voice in item.voices.all()],
            }
            for item in minutes(meeting, reader=reader)
        ],
    }
