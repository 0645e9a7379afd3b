"""Rounds: open one, and do the work that the boundaries of its steps trigger, once each (J1)."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from communities.models import Area, Body, User
from funding.models import (
    Criterion,
    Cycle,
    Phase,
    Project,
    ProjectState,
    Round,
    RoundWork,
    Step,
    Work,
)
from funding.models.round import STEP_ORDER
from funding.queries.pots import demands_of, poll_terms
from funding.queries.rounds import money_of, rounds_for_pages, windows_of
from funding.services.awards import post_awards
from funding.services.interests import note_interests_of, note_new_interests
from funding.services.joint import joint_projects_in, on_ballot_of, projects_sent_here, sent_away, share_of
from funding.services.mandates import make_mandates
from funding.services.notices import tell_group
from funding.services.projects import StepNotOpen, move
from funding.services.unsent import end_unanswered, end_unsent
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from voting.models import Poll, PollState
from voting.models.poll import GRACE
from voting.services import polls
from voting.services.counts import count_poll, publish_result
from voting.services.opening import open_box_in_child

logger = logging.getLogger(__name__)

# The fixed questions of a check: code, question, Welsh, guidance, Welsh. A round copies them when it opens.
CRITERIA = [
    (
        "legal-safe",
        "Is it legal and safe?",
        "A yw’n gyfreithlon ac yn ddiogel?",
        "Consents, insurance and safeguarding are in place, or there is a date for them.",
        "Mae caniatâd, yswiriant a diogelu yn eu lle, neu mae dyddiad ar eu cyfer.",
    ),
    (
        "cost",
        "Is the cost right?",
        "A yw’r gost yn gywir?",
        "Compare quotes. Write your own estimate beside the group’s.",
        "Cymharwch ddyfynbrisiau. Ysgrifennwch eich amcangyfrif eich hun wrth ymyl un y grŵp.",
    ),
    (
        "here",
        "Does it help people here?",
        "A yw’n helpu pobl yma?",
        "Most of the people who gain live in the area of the round.",
        "Mae’r rhan fwyaf o’r bobl sy’n elwa yn byw yn ardal y rownd.",
    ),
    (
        "paid-work",
        "Do volunteers stand beside paid staff, never in their place?",
        "A yw gwirfoddolwyr yn sefyll wrth ochr staff cyflogedig, byth yn eu lle?",
        "Paid roles get at least the real living wage.",
        "Mae rolau cyflogedig yn cael o leiaf y cyflog byw gwirioneddol.",
    ),
]


class StepsOutOfOrder(DomainError):
    """The windows of a round do not follow the order of the steps."""


class VoteNotReady(DomainError):
    """A round's vote cannot open: ``missing`` says what (projects, money, Welsh)."""


@transaction.atomic
def open_round(
    *,
    area_id: int,
    cycle_id: int,
    convenor_id: int,
    slug: str,
    prefix: str,
    title: str,
    title_cy: str,
    windows: Mapping[str, tuple[datetime, datetime]],
    actor: User | None,
    now: datetime,
    voting_age: int = 16,
) -> Round:
    """Open a round with its dated steps and a frozen copy of the check's criteria.

    ``windows`` gives each step's half-open window by its name. Raises StepsOutOfOrder when a later step begins earlier.
    """
    starts = [windows[step][0] for step in STEP_ORDER if step in windows]
    if sorted(starts) != starts or set(windows) - set(STEP_ORDER):
        raise StepsOutOfOrder(steps=sorted(windows))
    round_ = Round.objects.create(
        area=Area.objects.get(pk=area_id),
        cycle=Cycle.objects.get(pk=cycle_id),
        convenor=Body.objects.get(pk=convenor_id),
        slug=slug,
        prefix=prefix,
        title=title,
        title_cy=title_cy,
        voting_age=voting_age,
    )
    Phase.objects.bulk_create(
        Phase(round=round_, step=step, starts_at=start, ends_at=end) for step, (start, end) in windows.items()
    )
    copy_criteria(round_, CRITERIA)
    record(actor=actor, action="round.opened", subject=round_, area_id=area_id, steps=len(windows))
    return round_


def copy_criteria(round_: Round, rows: Sequence[tuple[str, str, str, str, str]]) -> None:
    """Freeze a copy of the check's questions with a round."""
    Criterion.objects.bulk_create(
        Criterion(
            round=round_, code=code, question=question, question_cy=cy, guidance=guidance, guidance_cy=guidance_cy,
            position=position,
        )
        for position, (code, question, cy, guidance, guidance_cy) in enumerate(rows, start=1)
    )  # fmt: skip


def advance_rounds(*, now: datetime) -> int:
    """Do all boundary work that is due, a transaction for each piece; returns how many pieces were done.

    A round whose work cannot be done yet (no project passed, no money) is logged and tried again the next time; it
    stops no other round.
    """
    done = 0
    due = [
        (Work.CLOSE_IDEAS, Round.objects.ended(Step.IDEAS, at=now), close_ideas),
        (Work.OPEN_VOTE, Round.objects.in_step(Step.VOTE, at=now), open_vote),
        (Work.POST_RESULT, Round.objects.filter(poll__state=PollState.PUBLISHED), post_result),
    ]
    for work, rounds, do in due:
        for round_id in rounds.undone(work).order_by("pk").values_list("pk", flat=True):
            try:
                done += do(round_id=round_id, now=now)
            except DomainError as refusal:
                logger.warning("round work refused", extra={"round_id": round_id, "status": str(refusal)[:200]})
    end_unanswered(now=now)
    note_new_interests(now=now)
    return done


def begin_work(*, round_id: int, work: Work, now: datetime) -> Round | None:
    """Lock a round and mark a piece of its work as done in this transaction; None when it was done before."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("area", "cycle", "convenor").get(pk=round_id)
    _, is_new = RoundWork.objects.get_or_create(round=round_, work=work, defaults={"done_at": now})
    return round_ if is_new else None


@transaction.atomic
def close_ideas(*, round_id: int, now: datetime) -> bool:
    """When the Ideas step is over, end what was not sent in and does not wait for a group's letter."""
    round_ = begin_work(round_id=round_id, work=Work.CLOSE_IDEAS, now=now)
    if round_ is None:
        return False
    end_unsent(round_id=round_id, now=now)
    record(actor=None, action="round.ideas_closed", subject=round_)
    return True


def options_of(round_: Round, *, now: datetime) -> Sequence[polls.OptionDraft]:
    """Make the options of a round's vote from the projects that passed, in the order of their references.

    Projects that this area decides alone come from other rounds, and its own that another vote to come decides stand
    there instead (R7). Projects that several areas share stand on each area's ballot with that area's share of the
    cost (R§4.3).
    """
    projects: Iterable[Project] = (
        Project.objects.filter(round=round_)
        .exclude(pk__in=sent_away(round_, now=now))
        .in_vote()
        .select_related("round", "theme__strand", "size_of", "group", "body")
        .prefetch_related("tags")
        .order_by("reference")
    )
    projects = [*projects, *projects_sent_here(round_), *joint_projects_in(round_)]
    shares = {project.pk: share for project in projects if (share := share_of(project, round_.area.code)) is not None}
    return [
        polls.OptionDraft(
            ref=project.reference,
            title=project.title or project.title_cy,
            title_cy=project.title_cy or project.title,
            summary=project.summary or project.summary_cy,
            summary_cy=project.summary_cy or project.summary,
            cost_pence=sum(shares[project.pk].values()) if project.pk in shares else project.cost_pence,
            demands=demands_of(project, share=shares.get(project.pk)),
            tags=_codes(project),
            at_most_one_of=(project.size_of or project).reference if _has_sizes(project) else "",
            url_path=f"rounds/{project.round.slug}/projects/{project.reference}/",
            section=project.theme.name if project.theme else "",
            section_cy=project.theme.name_cy if project.theme else "",
        )
        for project in projects
    ]


def _codes(project: Project) -> list[str]:
    codes = {tag.code for tag in project.tags.all()}
    if project.theme:
        codes.add(project.theme.code)
        if project.theme.strand:
            codes.add(project.theme.strand.code)
    return sorted(codes)


def _has_sizes(project: Project) -> bool:
    return project.size_of_id is not None or project.sizes.exists()


def missing_for_vote(round_: Round) -> list[str]:
    """Say what a vote still lacks: projects, money, or (in Wales) titles and summaries in both languages."""
    projects = [*Project.objects.filter(round=round_).in_vote(), *projects_sent_here(round_)]
    missing = []
    if not projects:
        missing.append("projects")
    if money_of(round_).total <= 0:
        missing.append("money")
    if round_.area.nation == "wales" and any(
        not (p.title and p.title_cy and p.summary and p.summary_cy) for p in projects
    ):
        missing.append("welsh")
    return missing


@transaction.atomic
def open_vote(*, round_id: int, now: datetime) -> bool:
    """When the Vote step begins, freeze the projects that passed into a poll and open it; raises VoteNotReady."""
    round_ = begin_work(round_id=round_id, work=Work.OPEN_VOTE, now=now)
    if round_ is None:
        return False
    if missing := missing_for_vote(round_):
        raise VoteNotReady(missing=missing)
    terms = poll_terms(round_)
    window = round_.phases.get(step=Step.VOTE)
    poll = polls.set_up_poll(
        area_id=round_.area_id,
        title=round_.title,
        title_cy=round_.title_cy,
        kind="approve",
        roll_kind="open",
        opens_at=window.starts_at,
        closes_at=window.ends_at,
        budget_pence=terms.budget_pence,
        rule="equal-shares",
        parameters={"completion": "add1u"},
        limits=terms.limits,
        floors=terms.floors,
        options=options_of(round_, now=now),
        voting_age=round_.voting_age,
        forecast_ballots=max(100, round_.area.population // 20),
        actor=None,
        now=now,
    )
    polls.open_poll(poll_id=poll.pk, actor=None, now=now)
    note_interests_of(poll)
    Round.objects.filter(pk=round_.pk).update(poll=poll)
    record(actor=None, action="round.vote_opened", subject=round_, poll_id=poll.pk)
    return True


@transaction.atomic
def post_result(*, round_id: int, now: datetime) -> bool:
    """When a result is published, say what became of each project, post the awards and make the duties to answer."""
    round_ = begin_work(round_id=round_id, work=Work.POST_RESULT, now=now)
    if round_ is None:
        return False
    if round_.poll is None:
        raise ValueError(f"round {round_id} has no vote whose result could be posted")
    outcome = round_.poll.outcome
    refs = list(round_.poll.options.values_list("ref", flat=True))
    projects = on_ballot_of(round_, refs).filter(state=ProjectState.PASSED)
    for project in projects.select_related("round__area", "checked_by", "group", "body").order_by("reference"):
        state = ProjectState.FUNDED if project.reference in outcome.selected else ProjectState.UNFUNDED
        move(project_id=project.pk, old="passed", new=state, ended_at=outcome.published_at)
        tell_group(project=project, kind=str(state), now=now)
    post_awards(round_id=round_id, now=now)
    make_mandates(round_id=round_id, now=now)
    record(actor=None, action="round.result_posted", subject=round_, selected=len(outcome.selected))
    return True


def shift_round(*, round_id: int, by: timedelta) -> None:
    """Move all dates of a demo round; the exclusion constraint is met because every window moves by one amount."""
    with transaction.atomic():
        phases = list(Phase.objects.filter(round_id=round_id))
        Phase.objects.filter(round_id=round_id).delete()
        for phase in phases:
            phase.pk, phase.starts_at, phase.ends_at = None, phase.starts_at + by, phase.ends_at + by
        Phase.objects.bulk_create(phases)


def advance_one_step(*, round_id: int, now: datetime) -> Step:
    """Move a demo round to its next step: shift its dates so that the step has just begun, and do the work that is due.

    Leaving Vote ends the vote through the ballot box's own services, as if its closing time had come: close, open the
    box, count, publish. Only the demo calls this; nothing else moves a frozen vote's end.
    """
    round_ = rounds_for_pages().get(pk=round_id)
    windows = sorted(windows_of(round_), key=lambda window: window.starts_at)
    following = next((window for window in windows if window.starts_at > now), None)
    if following is None:
        raise StepNotOpen(step="the last step has begun")
    if round_.poll is not None and round_.poll.state in (PollState.OPEN, PollState.CLOSED, PollState.OPENED):
        end_vote(poll_id=round_.poll.pk)
    shift_round(round_id=round_id, by=now - following.starts_at)
    advance_rounds(now=now)
    return Step(following.step)


def end_vote(*, poll_id: int) -> None:
    """Close a demo's poll as at its closing time, open the box, count it and publish the result."""
    poll = Poll.objects.get(pk=poll_id)
    moment = poll.closes_at + GRACE
    polls.close_poll(poll_id=poll_id, now=moment)
    open_box_in_child(poll_id=poll_id)
    count_poll(poll_id=poll_id, now=moment)
    publish_result(poll_id=poll_id, actor=None, now=moment)
