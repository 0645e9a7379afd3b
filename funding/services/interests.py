"""Tell the ballot box who has an interest in a project on a ballot; voting knows neither groups nor checks."""

from datetime import datetime, timedelta

from django.db.models import Q

from communities.models import Membership
from funding.models import InterestDeclaration, Partner, Project
from voting.models import Poll
from voting.services.interests import note_interests

LOOKS_BACK = timedelta(hours=3)
UNDER_WAY = ["open", "paused", "closed"]  # from opening until the box is opened: helpers and clerks are at work


def note_interests_of(poll: Poll) -> None:
    """Note everybody who may not help with a vote on projects; noting again changes nothing (J1).

    These are the members of the projects' groups and partner groups, who wrote or signed a project, and the officers
    who declared a barring interest.
    """
    on_ballot = Project.objects.filter(reference__in=poll.options.values("ref"))
    refs = dict(on_ballot.values_list("pk", "reference"))
    pairs: set[tuple[int, str]] = set()
    for pk, *people in on_ballot.values_list("pk", "created_by", "signed_by", "declared_by"):
        pairs |= {(person, refs[pk]) for person in people if person is not None}
    groups: dict[int, set[str]] = {}
    partners = on_ballot.filter(partners__left_at__isnull=True, partners__isnull=False)
    for group_id, pk in [
        *on_ballot.exclude(group=None).values_list("group", "pk"),
        *partners.values_list("partners__group", "pk"),
    ]:
        groups.setdefault(group_id, set()).add(refs[pk])
    members = Membership.objects.filter(group__in=groups, left_at__isnull=True)
    for user_id, group_id in members.values_list("user", "group"):
        pairs |= {(user_id, ref) for ref in groups[group_id]}
    declared = InterestDeclaration.objects.filter(project__in=refs, bars=True)
    pairs |= {(officer, refs[pk]) for officer, pk in declared.values_list("officer", "project")}
    note_interests(poll_id=poll.pk, pairs=pairs)


def note_declared_interest(*, project: Project, user_id: int) -> None:
    """Note a barring interest that is declared while the project stands on a ballot."""
    for poll_id in Poll.objects.filter(state__in=UNDER_WAY, options__ref=project.reference).values_list(
        "pk", flat=True
    ):
        note_interests(poll_id=poll_id, pairs=[(user_id, project.reference)])


def note_new_interests(*, now: datetime) -> None:
    """Note who joined a group or a partnership in the last hours, in the votes that run; a late job catches up."""
    since = now - LOOKS_BACK
    groups = Membership.objects.filter(joined_at__gte=since, left_at__isnull=True).values("group")
    partnered = Partner.objects.filter(Q(group__in=groups) | Q(invited_at__gte=since), left_at__isnull=True)
    touched = Project.objects.filter(Q(group__in=groups) | Q(pk__in=partnered.values("project")))
    polls = Poll.objects.real().filter(state__in=UNDER_WAY, options__ref__in=touched.values("reference"))
    for poll in polls.distinct().order_by("pk"):
        note_interests_of(poll)
