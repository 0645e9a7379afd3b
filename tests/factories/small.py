"""An area with money set aside for small awards, and ideas in any state of it."""

from datetime import date, timedelta

from communities.models import Evidence, Resident, Role
from funding.models import Project, Review, RoundDeclaration, SmallIdea
from funding.services.purses import open_purse, propose_purse
from funding.services.small_awards import commit_months, support_idea
from tests.factories.money import make_council, make_country, make_cycle, make_officer, make_posted_run, make_round
from tests.factories.projects import NOW, make_group, make_member


def make_purse(*, percent: int = 10, now=NOW):
    """Divide a small country's money, then set a share of ASH-N's pots aside by two officers of its council."""
    areas = make_country()
    council = make_council(areas["ASH"])
    cycle = make_cycle()
    make_posted_run(cycle)
    make_round(areas["ASH-N"], cycle, slug="north-2027", convenor=council)
    first, second = make_officer(council, "Owen", Role.LEAD), make_officer(council, "Ruth", Role.FINANCE)
    purse = propose_purse(
        area_id=areas["ASH-N"].pk, cycle_id=cycle.pk, body_id=council.pk, percent=percent, actor=first, now=now
    )
    purse = open_purse(purse_id=purse.pk, actor=second, now=now)
    commit_months(purse_id=purse.pk, now=now)
    return purse


def show_purpose(group, user) -> None:
    Evidence.objects.create(
        group=group, kind="social_purpose", basis="constitution", statement="We grow food together.",
        dated_on=NOW.date() - timedelta(days=30), added_by=user, added_at=NOW,
    )  # fmt: skip


def make_sent_idea(purse, number: int = 1, *, capital: int = 0, revenue: int = 0, legal_form="club") -> Project:
    """An idea that waits for its light check."""
    group = make_group(purse.area, f"friends-{number}", legal_form=legal_form)
    owner = make_member(group, f"owner{number}")
    show_purpose(group, owner)
    project = Project.objects.create(
        round=purse.round, reference=f"{purse.round.prefix}-{number:03d}", group=group, checked_by=purse.round.convenor,
        kind="small", state="sent", title=f"Idea {number}", title_cy=f"Syniad {number}", summary="A small thing.",
        capital_pence=capital, revenue_pence=revenue, created_by=owner, created_at=NOW, sent_at=NOW,
    )  # fmt: skip
    for position, (colour, pence) in enumerate((("capital", capital), ("revenue", revenue)), start=1):
        if pence:
            project.lines.create(position=position, item="Things", colour=colour, amount_pence=pence)
    project.shares.create(area=purse.area, percent=100)
    Review.objects.create(project=project, due_on=date(2027, 3, 12))
    return project


def make_idea(purse, number: int = 1, *, opened=NOW, **more) -> SmallIdea:
    """An idea that passed its light check and stands open for support for 14 days from ``opened``."""
    project = make_sent_idea(purse, number, **more)
    RoundDeclaration.objects.get_or_create(officer=purse.proposed_by, round=purse.round, defaults={"declared_at": NOW})
    project.reviews.update(ended_at=opened)
    project.decisions.create(
        review=project.reviews.get(), kind="pass", state="made", proposed_by=purse.proposed_by, proposed_at=opened
    )
    Project.objects.filter(pk=project.pk).update(state="passed")
    project.refresh_from_db()
    return SmallIdea.objects.create(project=project, opened_at=opened, closes_at=opened + timedelta(days=14))


def make_resident(area, number: int) -> Resident:
    return Resident.objects.create(
        area=area, match_token=f"{number:064x}", near_token=f"{number:064x}", how_known="address", known_at=NOW
    )


def give_support(idea: SmallIdea, count: int, *, now=NOW, first: int = 1) -> None:
    """Let so many residents of the idea's area support it."""
    area = idea.project.round.area
    for number in range(first, first + count):
        resident = Resident.objects.filter(match_token=f"{number:064x}").first() or make_resident(area, number)
        support_idea(idea_id=idea.pk, resident_id=resident.pk, area_codes=area.chain_codes, now=now)
