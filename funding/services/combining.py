"""Combine two projects with the consent of both groups: offer, agree, decline, take back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import HelpedStep, Membership, User
from funding.models import CombineOffer, CombineState, Project
from funding.models.combine import COMBINE_MOVES
from funding.services.applications import check_speaks
from funding.services.projects import CannotCombine, combine_projects
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.notices import give_notice

GIVES = ("draft", "sent", "changes")  # a project that can be folded into another
TAKES = ("sent", "changes")  # and one that can take another in: others know of it


class OfferMoved(DomainError):
    """Somebody answered first; carries the ``state`` it was expected in."""


class OfferStands(DomainError):
    """The project is on offer to another one already."""


class SamePerson(DomainError):
    """A person of both groups agrees with themselves: the other group needs another member."""


@transaction.atomic
def offer_to_combine(
    *, project_id: int, into_id: int, words: str, actor: User, now: datetime, helped: HelpedStep | None = None
) -> CombineOffer:
    """Offer to fold a group's project into another group's of the same round; the other group is asked."""
    project = Project.objects.select_for_update(of=("self",)).select_related("round", "group").get(pk=project_id)
    into = Project.objects.select_related("round", "group").get(pk=into_id)
    check_speaks(actor, project.group_id, helped, effect="combine")
    if project.pk == into.pk or project.round_id != into.round_id or into.group_id is None:
        raise CannotCombine(state=into.state)
    if project.state not in GIVES or into.state not in TAKES:
        raise CannotCombine(state=project.state if project.state not in GIVES else into.state)
    if project.combine_offers.waiting().exists():
        raise OfferStands(project_id=project_id)
    offer = CombineOffer.objects.create(
        project=project, into=into, words=words.strip(), offered_by=actor, offered_at=now
    )
    record(actor=actor, action="combine.offered", subject=offer, into_id=into_id)
    _tell(offer, into, now)
    return offer


def _locked(offer_id: int) -> CombineOffer:
    return (
        CombineOffer.objects.select_for_update(of=("self",))
        .select_related("project__group", "into__group")
        .get(pk=offer_id)
    )


def _move(offer: CombineOffer, new: str, **changes: Any) -> None:
    if new not in COMBINE_MOVES[offer.state]:
        raise OfferMoved(state=offer.state)
    if not CombineOffer.objects.filter(pk=offer.pk, state=offer.state).update(state=new, **changes):
        raise OfferMoved(state=offer.state)
    offer.refresh_from_db()


@transaction.atomic
def agree_to_combine(*, offer_id: int, actor: User, now: datetime, helped: HelpedStep | None = None) -> CombineOffer:
    """A member of the group that takes it in agrees: the two become one, and both pages say so."""
    offer = _locked(offer_id)
    check_speaks(actor, offer.into.group_id, helped, effect="combine")
    if offer.offered_by_id == actor.pk:
        raise SamePerson(user_id=actor.pk)
    _move(offer, CombineState.AGREED, answered_by=actor, answered_at=now)
    combine_projects(
        project_id=offer.project_id, into_id=offer.into_id, actor=offer.offered_by, other_actor=actor, now=now
    )
    record(actor=actor, action="combine.agreed", subject=offer)
    _tell(offer, offer.project, now)
    return offer


@transaction.atomic
def decline_to_combine(
    *, offer_id: int, words: str, actor: User, now: datetime, helped: HelpedStep | None = None
) -> CombineOffer:
    """A member of the other group says no; both projects go on as they were."""
    offer = _locked(offer_id)
    check_speaks(actor, offer.into.group_id, helped, effect="combine")
    _move(offer, CombineState.DECLINED, answered_by=actor, answered_at=now, answer=words.strip())
    record(actor=actor, action="combine.declined", subject=offer)
    _tell(offer, offer.project, now)
    return offer


@transaction.atomic
def take_offer_back(*, offer_id: int, actor: User, now: datetime, helped: HelpedStep | None = None) -> CombineOffer:
    """The group that offered takes its offer back."""
    offer = _locked(offer_id)
    check_speaks(actor, offer.project.group_id, helped, effect="combine")
    _move(offer, CombineState.TAKEN_BACK, answered_by=actor, answered_at=now)
    record(actor=actor, action="combine.taken_back", subject=offer)
    return offer


def _tell(offer: CombineOffer, project: Project, now: datetime) -> None:
    """Tell the members of the group of one of the two projects where the offer stands, in their languages."""
    members = Membership.objects.filter(group=project.group_id, left_at__isnull=True).select_related("user")
    for membership in members.order_by("pk"):
        person = membership.user
        with translation.override(person.language):
            titles = {"first": offer.project.label, "second": offer.into.label}
            give_notice(
                kind=f"combine_{offer.state}",
                person_id=person.pk,
                address=person.email,
                language=person.language,
                subject=_("Combining “%(first)s” with “%(second)s”") % titles,
                body="\n\n".join([str(CombineState(offer.state).label) + ".", _("Sign in to read it and to answer.")]),
                about=offer,
                key=f"combine:{offer.pk}:{offer.state}:{person.pk}",
                now=now,
            )
