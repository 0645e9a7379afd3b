"""The demo's needs: suggested, joined, voted on through the ballot box, and adopted in the order that was counted."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from communities.models import HowKnown, OfficerRole, Resident, Role, User
from funding.models import Round, Step, Suggestion, SuggestionOrigin, Theme
from funding.services.priorities import (
    adopt_priorities,
    comment_on_need,
    is_suggesting,
    join_needs,
    suggest_need,
    support_need,
)
from funding.services.priority_polls import set_up_priority_poll
from renewal.kernel.clock import at, is_working_day, london_day
from renewal.site.demo.need_words import COMMENTS, NEEDS, OPEN_NEEDS
from renewal.site.demo.world import World
from voting.models import Poll, RollEntry
from voting.models.poll import GRACE
from voting.sealing import DeviceSecret
from voting.services.casting import cast_ballot
from voting.services.counts import count_poll, publish_result
from voting.services.opening import open_box_in_child
from voting.services.polls import close_poll, open_poll

ATOMIC = False  # another role opens the boxes and reads only committed rows


def seed(world: World) -> None:
    """Let every round that is past its first step have its needs counted, and fill the one that takes needs now."""
    votes: list[tuple[Round, Poll]] = []
    for round_ in Round.objects.select_related("area", "convenor").order_by("pk"):
        name = round_.slug.rpartition("-")[0]
        if is_suggesting(round_, now=world.now):
            fill_open_round(round_, world)
        elif name in NEEDS and round_.priority_poll_id is None:
            votes.append((round_, vote_on_needs(round_, *NEEDS[name], world=world)))
    if votes:
        open_box_in_child(*(poll.pk for _round, poll in votes))
    for round_, poll in votes:
        after = poll.closes_at + GRACE
        count_poll(poll_id=poll.pk, now=after)
        publish_result(poll_id=poll.pk, actor=None, now=after)
        adopt_priorities(round_id=round_.pk, now=after)


def officers_of(round_: Round) -> list[User]:
    """People who may act for the body that convenes a round."""
    roles = OfficerRole.objects.filter(body=round_.convenor, role__in=[Role.REVIEWER, Role.LEAD])
    return [role.user for role in roles.select_related("user").order_by("role", "pk")]


def theme(code: str) -> Theme | None:
    return Theme.objects.newest().filter(code=code).first()


def fill_open_round(round_: Round, world: World) -> None:
    """Needs of the last days, with support, words and one pair that says the same."""
    officer = officers_of(round_)[0]
    made = []
    for number, (text, text_cy, code, browsers, people) in enumerate(OPEN_NEEDS):
        need = suggest_need(
            round_id=round_.pk,
            text=text,
            text_cy=text_cy,
            theme=theme(code),
            origin=SuggestionOrigin.CONNECTOR if people > browsers else SuggestionOrigin.WEB,
            people=people,
            actor=officer if people > browsers else None,
            now=world.now - timedelta(days=6, hours=-number),
        )
        for browser in range(browsers):
            support_need(suggestion_id=need.pk, browser=f"demo-{number * 3 + browser}", now=world.now)
        made.append(need)
    for name, language, text in COMMENTS:
        comment_on_need(
            suggestion_id=made[0].pk, text=text, name=name, language=language, browser="demo", now=world.now
        )
    join_needs(
        source_id=made[5].pk,
        target_id=made[4].pk,
        words="Both ask for light on the same path.",
        actor=officer,
        now=world.now,
    )


def vote_on_needs(round_: Round, voters: int, needs: list[tuple[str, str, str, int]], *, world: World) -> Poll:
    """Suggest the needs and vote on them through the ballot box, as of the step's dates; returns the closed poll."""
    window = round_.phases.get(step=Step.PRIORITIES)
    officer, second = officers_of(round_)[:2]
    opens_at = window.starts_at + timedelta(days=12)
    closes_at = closing_time(window.ends_at, opens_at, nation=round_.area.nation)
    refs = []
    for number, (text, text_cy, code, share) in enumerate(needs):
        need = suggest_need(
            round_id=round_.pk,
            text=text,
            text_cy=text_cy,
            theme=theme(code),
            now=window.starts_at + timedelta(days=1 + number),
        )
        Suggestion.objects.filter(pk=need.pk).update(heard_count=voters * share // 20_000)
        refs.append(need.ref)
    poll = set_up_priority_poll(
        round_id=round_.pk, opens_at=opens_at, closes_at=closes_at, actor=officer, now=opens_at - timedelta(days=1)
    )
    open_poll(poll_id=poll.pk, actor=second, now=opens_at)
    cast_for_needs(poll, refs, needs, voters=voters, moment=opens_at, world=world)
    return close_poll(poll_id=poll.pk, now=closes_at + GRACE)


@transaction.atomic  # one commit for all of them: a new demo should open soon
def cast_for_needs(
    poll: Poll,
    refs: list[str],
    needs: list[tuple[str, str, str, int]],
    *,
    voters: int,
    moment: datetime,
    world: World,
) -> None:
    """Let made-up people vote on the needs, each need with its share of supporters in thousandths."""
    residents = Resident.objects.bulk_create(
        Resident(
            area=poll.area,
            match_token=uuid.UUID(int=world.random.getrandbits(128)).hex,
            near_token="",
            how_known=HowKnown.OFFICER,
            known_at=moment,
        )
        for _ in range(voters)
    )
    roll = RollEntry.objects.bulk_create(RollEntry(poll=poll, resident_id=resident.pk) for resident in residents)
    for entry in roll:
        choices = [ref for ref, need in zip(refs, needs, strict=True) if world.random.randrange(1000) < need[3]]
        device = DeviceSecret.new(entry_id=entry.pk)
        cast_ballot(
            poll_id=poll.pk,
            roll_entry_id=entry.pk,
            choices=choices or refs[:1],
            check_code=device.check_code,
            idempotency_key=device.idempotency_key,
            channel="web",
            now=moment + timedelta(days=1),
        )


def closing_time(ends_at: datetime, opens_at: datetime, *, nation: str) -> datetime:
    """5pm on the last working day inside the step."""
    day = london_day(ends_at) - timedelta(days=1)
    while not is_working_day(day, nation=nation or "england"):
        day -= timedelta(days=1)
    return max(at(day, 17), opens_at + timedelta(days=1))
