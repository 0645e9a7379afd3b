"""Put the needs of a round to the vote: a poll of kind ``priorities``, counted in proportional order."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from communities.models import User
from funding.models import Round
from funding.services.officers import role_at
from funding.services.priorities import NotSuggesting
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from voting.models import Poll, PollKind, RollKind
from voting.services.polls import OptionDraft, set_up_poll

FEWEST, MOST = 2, 40  # needs on one ballot; the rest stays on its page with its support


class TooFewNeeds(DomainError):
    """A vote on the order needs at least two needs."""


@transaction.atomic
def set_up_priority_poll(*, round_id: int, opens_at: datetime, closes_at: datetime, actor: User, now: datetime) -> Poll:
    """Freeze the needs that stand as the options of a poll; with more than 40, those with most people asking.

    The poll opens by its own services; from then on the round takes no more needs.
    """
    round_ = Round.objects.select_for_update(of=("self",)).select_related("area", "convenor").get(pk=round_id)
    role_at(body=round_.convenor, actor=actor, now=now)
    if round_.priority_poll_id is not None:
        raise NotSuggesting(round_id=round_id)
    needs = list(round_.suggestions.standing().most_supported()[:MOST])
    if len(needs) < FEWEST:
        raise TooFewNeeds(found=len(needs), fewest=FEWEST)
    with translation.override("en"):
        paths = {need.ref: reverse("funding:suggestion_detail", args=[round_.slug, need.ref]) for need in needs}
    poll = set_up_poll(
        area_id=round_.area_id,
        title=f"Which needs come first in {round_.area.name}?",
        title_cy=f"Pa anghenion ddaw gyntaf yn {round_.area.name_cy or round_.area.name}?",
        kind=PollKind.PRIORITIES,
        roll_kind=RollKind.OPEN,
        opens_at=opens_at,
        closes_at=closes_at,
        budget_pence=len(needs),
        rule="priorities",
        parameters={},
        limits={},
        floors=[],
        options=[
            OptionDraft(
                ref=need.ref,
                title=need.text,
                title_cy=need.text_cy,
                summary=need.why[:300],
                summary_cy="",
                cost_pence=1,
                demands={},
                tags=[need.theme.code] if need.theme else [],
                at_most_one_of="",
                url_path=paths[need.ref],
            )
            for need in sorted(needs, key=lambda need: need.number)
        ],
        voting_age=round_.voting_age,
        forecast_ballots=max(100, round_.area.population // 20),
        actor=actor,
        now=now,
    )
    Round.objects.filter(pk=round_id, priority_poll=None).update(priority_poll=poll)
    record(actor=actor, action="priorities.poll_set_up", subject=round_, poll_id=poll.pk, needs=len(needs))
    return poll
