"""For whom somebody may write things down: the areas they help, and what can be written down there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from communities.models import Area, Helper, OfficerRole, User
from communities.offices import holds_office
from funding.models import Action, ActionEvent, Question, Round, SmallIdea, Step
from funding.services.officers import ANSWERING
from funding.services.priorities import is_suggesting
from renewal.kernel.clock import london_day
from voting.models import Helper as PlaceHelper


def areas_helped(user: User, *, on: date) -> QuerySet[Area]:
    """Areas for whose residents somebody may write things down on a day.

    Officers who answer for a body, people whom a body accredited, and accredited people of a help place, each for the
    area of the body or place and all areas below it.
    """
    officer = OfficerRole.objects.filter(user=user, role__in=ANSWERING).held(on=on)
    paths = {
        *officer.exclude(body=None).values_list("body__area__path", flat=True),
        *Helper.objects.filter(user=user).accredited(on=on).values_list("body__area__path", flat=True),
        *PlaceHelper.objects.filter(user_id=user.pk).active(on=on).values_list("place__area__path", flat=True),
    }
    scope = Q(pk__in=[])
    for path in paths:
        scope |= Q(path__startswith=path)
    return Area.objects.filter(scope, valid_to=None).order_by("name", "pk")


def helps_residents(user: User) -> bool:
    """Tell whether the menu shows the page; used by the staff menu, which knows no moment."""
    from django.utils import timezone

    on = london_day(timezone.now())
    return (
        holds_office(user, *ANSWERING)
        or Helper.objects.filter(user=user).accredited(on=on).exists()
        or PlaceHelper.objects.filter(user_id=user.pk).active(on=on).exists()
    )


@dataclass(frozen=True)
class ToWriteDown:
    """What a helper can do for somebody of one area now."""

    area: Area
    rounds: Sequence[Round]
    petitions: Sequence[Question]
    actions: Sequence[Action]
    ideas: Sequence[SmallIdea]


def to_write_down(area: Area, *, now: datetime) -> ToWriteDown:
    """Collect the rounds that take needs, the petitions that stand, and the actions that people can look at."""
    rounds = Round.objects.filter(area=area).in_step(Step.PRIORITIES, at=now).select_related("priority_poll", "area")
    petitions = Question.objects.standing().filter(area__code__in=area.chain_codes, kind=Question.Kind.PETITION)
    done = Action.objects.filter(answer__mandate__area=area, events__kind=ActionEvent.Kind.DONE)
    actions = done.distinct().select_related("answer__mandate__body").order_by("-due_on", "id")
    return ToWriteDown(
        area=area,
        rounds=[round_ for round_ in rounds.order_by("pk") if is_suggesting(round_, now=now)],
        petitions=list(petitions.select_related("body", "area").order_by("-asked_at", "-id")[:20]),
        actions=list(actions[:20]),
        ideas=list(
            SmallIdea.objects.collecting(at=now)
            .filter(project__round__area__code__in=area.chain_codes)
            .select_related("project__group", "project__body")
            .order_by("closes_at", "pk")[:20]
        ),
    )
