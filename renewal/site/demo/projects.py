"""The demo's projects: in every state, with checks and reasons, and the votes that their dates have opened."""

from datetime import datetime, timedelta

from django.utils.text import slugify

from communities.models import Evidence, Group, LegalForm, Membership, User
from funding.models import (
    BeneficiaryShare,
    BudgetLine,
    Decision,
    Finding,
    HelpGiven,
    Partner,
    Phase,
    Priority,
    Project,
    Review,
    ReviewNote,
    Round,
    Step,
    Theme,
)
from funding.queries.rounds import round_step, rounds_for_pages
from funding.services import appeals, decisions, declarations, projects
from funding.services.partner_checks import check_partner
from funding.services.rounds import VoteNotReady, open_vote
from renewal.kernel.clock import add_working_days, london_day
from renewal.site.demo.project_words import BY_PREFIX, Words
from renewal.site.demo.world import World

FORMS = [LegalForm.CHARITY, LegalForm.CLUB, LegalForm.INFORMAL, LegalForm.CIO, LegalForm.SOCIETY, LegalForm.CIC]
REASONS = {
    "legal-safe": ("The owner agrees and there is insurance.", "Mae’r perchennog yn cytuno ac mae yswiriant."),
    "cost": ("We saw two quotes. Our own estimate is close.", "Gwelsom ddau ddyfynbris. Mae ein hamcangyfrif yn agos."),
    "here": ("Eight in 10 people who gain live here.", "Mae wyth o bob 10 sy’n elwa yn byw yma."),
    "paid-work": ("Volunteers stand beside paid staff.", "Mae gwirfoddolwyr yn sefyll wrth ochr staff cyflogedig."),
}


# Projects that somebody who can sign in wrote: being written, waiting for changes, refused with an appeal.
HILL = len(BY_PREFIX["HIL"])
WRITERS = {
    "ASR-003": "tom", "ASR-004": "tom", f"HIL-{HILL - 1:03d}": "kelly", f"HIL-{HILL:03d}": "kelly",
    "LLA-001": "gethin", "CWM-003": "gethin", "CWM-004": "gethin",
}  # fmt: skip
TOM_IS = "writes for groups in Ashcombe Riverside; one project needs changes, one was refused"


def seed(world: World) -> None:
    """Write the projects of every round that takes or took ideas, then open the votes that have begun."""
    people = {
        name: User.objects.get(email=f"{name}@example.org")
        for name in ("kelly", "hassan", "gethin", "tom", "priya", "owen", "ruth")
    }
    world.sign_ins.append((people["tom"].email, f"Tom: {TOM_IS}"))
    for round_ in rounds_for_pages().filter(prefix__in=BY_PREFIX).order_by("pk"):
        step = round_step(round_, world.now)
        if step is None or step == Step.PRIORITIES:
            continue
        officers = (
            (people["owen"], people["ruth"]) if round_.area.nation == "wales" else (people["priya"], people["owen"])
        )
        made = [
            write_project(round_, words, number, people, world)
            for number, words in enumerate(BY_PREFIX[round_.prefix], start=1)
        ]
        if step == Step.IDEAS:
            ideas(made, world)
        elif step == Step.CHECKS:
            checking(made, officers, world)
        else:
            passed(round_, made, officers, world)
    extra_for_ashcombe_north(people, world)


def group_named(name: str, round_: Round, number: int, people: dict[str, User], world: World) -> tuple[Group, User]:
    """Find a group by name, or register it, and give it with the member who writes for it.

    Whoever can sign in writes the projects that have a story; the others are written by an office, not by a person.
    """
    group = Group.objects.filter(name=name).first()
    if group is None:
        group = Group.objects.create(
            slug=slugify(name)[:120], name=name, legal_form=FORMS[number % len(FORMS)], area=round_.area,
            aims="", language="cy" if round_.area.nation == "wales" else "en",
        )  # fmt: skip
    member = group.memberships.filter(left_at__isnull=True).select_related("user").order_by("pk").first()
    if member is not None:
        return group, member.user
    persona = WRITERS.get(f"{round_.prefix}-{number:03d}")
    writer = (
        people[persona] if persona else User.objects.create_user(f"{group.slug}@example.org", name=f"Secretary, {name}")
    )
    Membership.objects.create(group=group, user=writer, role="owner", joined_at=world.now - world.days(300))
    return group, writer


def dated(round_: Round, step: Step) -> Phase:
    """Find the dates of a step that every round of the demo has."""
    return next(phase for phase in round_.phases.all() if phase.step == step)


def write_project(round_: Round, words: Words, number: int, people: dict[str, User], world: World) -> Project:
    """Write one project as it was sent in during Ideas, with its costs, its area and its first version."""
    group, writer = group_named(words.group, round_, number, people, world)
    ideas_window = dated(round_, Step.IDEAS)
    sent = min(ideas_window.starts_at + timedelta(days=3 + number * 2), world.now - timedelta(hours=number))
    wales = round_.area.nation == "wales"
    priorities = list(Priority.objects.current().filter(list__round=round_))
    project = Project.objects.create(
        round=round_,
        reference=f"{round_.prefix}-{number:03d}",
        group=group,
        checked_by=round_.convenor,
        state="sent",
        language="cy" if wales and number % 2 else "en",
        title=words.title,
        title_cy=words.title_cy,
        summary=words.summary,
        summary_cy=words.summary_cy,
        theme=Theme.objects.newest().get(code=words.theme),
        place=words.place,
        timing="",
        builds_on="",
        capital_pence=words.capital * 100,
        revenue_pence=words.revenue * 100,
        priority=priorities[number % len(priorities)] if priorities else None,
        created_by=writer,
        created_at=sent - timedelta(days=6),
        signed_by=writer,
        declared_by=people["hassan"],
        sent_at=sent,
    )
    project.tags.set(Theme.objects.newest().filter(code__in=words.tags.split()))
    lines = [("capital", words.capital), ("revenue", words.revenue)]
    names = {"capital": "Equipment and work", "revenue": "Running it for a year"}
    BudgetLine.objects.bulk_create(
        BudgetLine(project=project, position=position, item=names[colour], colour=colour, amount_pence=pounds * 100)
        for position, (colour, pounds) in enumerate(lines, start=1)
        if pounds
    )
    BeneficiaryShare.objects.create(project=project, area=round_.area, percent=100)
    projects.keep_version(project=project, actor=writer, now=sent)
    Review.objects.create(
        project=project,
        due_on=add_working_days(london_day(sent), 10, nation=round_.area.nation or "england"),
    )
    return project


def ideas(made: list[Project], world: World) -> None:
    """While ideas are open some projects are still being written; nobody but the group sees them."""
    for project in made[-2:]:
        project.reviews.all().delete()
        Project.objects.filter(pk=project.pk).update(state="draft", sent_at=None, signed_by=None, declared_by=None)


def find(project: Project, officer: User, now: datetime) -> Review:
    """Check a project against every criterion, each met."""
    Review.objects.filter(project=project).update(officer=officer, assigned_at=now, began_at=now)
    review = project.reviews.get()
    Finding.objects.bulk_create(
        Finding(
            review=review, criterion=criterion, met="meets", reason=REASONS[criterion.code][0],
            reason_cy=REASONS[criterion.code][1], found_at=now,
        )
        for criterion in project.round.criteria.all()
    )  # fmt: skip
    return review


def let_pass(project: Project, officer: User, now: datetime) -> None:
    review = find(project, officer, now)
    Decision.objects.create(
        project=project, review=review, kind="pass", state="made", proposed_by=officer, proposed_at=now
    )
    Review.objects.filter(pk=review.pk).update(ended_at=now)
    Project.objects.filter(pk=project.pk).update(state="passed")


def passed(round_: Round, made: list[Project], officers: tuple[User, User], world: World) -> None:
    """A round whose vote has begun: every project was checked in time, and its poll opens as on that morning."""
    window = dated(round_, Step.CHECKS)
    vote = dated(round_, Step.VOTE)
    for number, project in enumerate(made):
        let_pass(project, officers[0], window.starts_at + timedelta(days=5 + number))
    if round_.prefix == "ASH":
        smaller_size(made[3], officers[0], window.starts_at + timedelta(days=9))
        withdrawn_later(made[0], officers[0], window.starts_at + timedelta(days=9))
    try:
        open_vote(round_id=round_.pk, now=vote.starts_at)
    except VoteNotReady as refusal:
        world.known[f"not open: {round_.slug}"] = str(refusal)


def copy_of(project: Project, reference: str, officer: User, now: datetime, **changes: object) -> Project:
    """Write another project of the same round, checked the same way."""
    fields = {
        field.attname: getattr(project, field.attname)
        for field in Project._meta.concrete_fields
        if field.name not in ("id", "titles", "search")
    }
    new = Project.objects.create(**{**fields, "reference": reference, "state": "sent", **changes})
    BudgetLine.objects.create(
        project=new, position=1, item="Equipment and work", colour="capital", amount_pence=new.capital_pence
    )
    BeneficiaryShare.objects.create(project=new, area=project.round.area, percent=100)
    projects.keep_version(project=new, actor=project.created_by, now=project.sent_at or now)
    Review.objects.create(project=new, due_on=london_day(now))
    let_pass(new, officer, now)
    return new


def smaller_size(project: Project, officer: User, now: datetime) -> None:
    """The same project in a smaller size: at most one of the two can be funded."""
    copy_of(
        project, "ASH-015", officer, now, title="Three benches on the river path", summary="Three benches with arms.",
        capital_pence=390_000, revenue_pence=0, size_of_id=project.pk,
    )  # fmt: skip


def withdrawn_later(project: Project, officer: User, now: datetime) -> None:
    copy_of(
        project, "ASH-016", officer, now, title="A floating reed bed on the pond",
        summary="Reeds on rafts that clean the water and shelter birds.", capital_pence=280_000, revenue_pence=0,
    )  # fmt: skip


def extra_for_ashcombe_north(people: dict[str, User], world: World) -> None:
    """One project was withdrawn after voting had begun: the ballot and its page say so."""
    project = Project.objects.filter(reference="ASH-016", state="passed").first()
    if project is not None and project.round.poll_id:
        projects.withdraw_project(project_id=project.pk, actor=project.created_by, now=world.now - timedelta(days=1))


def with_partners(project: Project, others: list[Project], officer: User, now: datetime) -> None:
    """Two groups take part: one shows its purpose; the other does not yet, so its share waits."""
    for number, other in enumerate(others):
        group, person = other.group, other.created_by
        if group is None:
            continue
        if number == 0:
            Evidence.objects.create(
                group=group, kind="social_purpose", basis="constitution", dated_on=london_day(now) - timedelta(days=60),
                statement="To help people who live here.", added_by=person, added_at=now,
            )  # fmt: skip
        partner = Partner.objects.create(
            project=project, group=group, role="Lends the hall and two helpers" if number else "Teaches on Thursdays",
            share_pence=50_000 + 25_000 * number, invited_at=now, signed_by=person, signed_at=now,
        )  # fmt: skip
        if number == 0:
            check_partner(
                partner_id=partner.pk, finding="clear", words="Accounts seen, policy of this year.",
                words_cy="Gwelwyd y cyfrifon, a pholisi eleni.", actor=officer, now=now,
            )  # fmt: skip


def checking(made: list[Project], officers: tuple[User, User], world: World) -> None:
    """A round in Checks: passed, begun, waiting for changes, refused with an appeal, and one with a conflict."""
    first, second = officers
    now = world.now
    for number, project in enumerate(made):
        if number % 4 == 0:
            let_pass(project, first, now - timedelta(days=2))
        elif number % 4 == 1:
            Review.objects.filter(project=project).update(officer=first, assigned_at=now, began_at=now)
    decisions.ask_for_changes(
        project_id=made[2].pk, actor=first, tasks=["costs", "place"], now=now,
        words="Add a second quote for the largest cost. Say who keeps the key.",
        words_cy="Ychwanegwch ail ddyfynbris ar gyfer y gost fwyaf. Dywedwch pwy sy’n cadw’r allwedd.",
        group_replies_by=add_working_days(london_day(now), 5, nation=made[2].round.area.nation or "england"),
    )  # fmt: skip
    with_partners(made[1], made[4:6], first, now)
    refused = made[3]
    HelpGiven.objects.create(project=refused, kind="help", minutes=90, officer=first, on=london_day(now))
    decision = decisions.propose_refusal(
        project_id=refused.pk, actor=first, reason="no_consent", now=now,
        words="The owner of the land has said no in writing. We asked twice and met once.",
        words_cy="Mae perchennog y tir wedi dweud na yn ysgrifenedig. Gofynnwyd ddwywaith a chafwyd un cyfarfod.",
        next_step="Look for another place with us. The project can be carried to the next round.",
        next_step_cy="Chwiliwch am le arall gyda ni. Gall y prosiect fynd ymlaen i’r rownd nesaf.",
    )  # fmt: skip
    decisions.second_refusal(decision_id=decision.pk, actor=second, now=now)
    appeals.send_appeal(
        decision_id=decision.pk, actor=refused.created_by, ground="fact", now=now,
        words="The land belongs to the parish, not to the owner who was asked.",
    )  # fmt: skip
    ReviewNote.objects.create(
        project=made[5], audience="group", words="Could you say how many people came last year?", written_by=first,
        written_at=now,
    )  # fmt: skip
    declarations.declare_interest(
        project_id=made[6].pk, actor=first, kind="family", words="My sister is the treasurer.", now=now
    )
