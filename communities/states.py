"""States of groups, agreements, invitations and what else moves, and the tables of permitted moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

Moves = dict[str, frozenset[str]]


class GroupState(models.TextChoices):
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Joined with another group")


GROUP_MOVES: Moves = {
    "active": frozenset({"closed", "merged"}),
    "closed": frozenset(),
    "merged": frozenset(),
}


class InvitationState(models.TextChoices):
    WAITING = "waiting", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")
    EXPIRED = "expired", _("Ran out")


INVITATION_MOVES: Moves = {
    "waiting": frozenset({"accepted", "declined", "withdrawn", "expired"}),
    "accepted": frozenset(),
    "declined": frozenset(),
    "withdrawn": frozenset(),
    "expired": frozenset(),
}


class MergeState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for the other group")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")


MERGE_MOVES: Moves = {
    "proposed": frozenset({"agreed", "declined", "withdrawn"}),
    "agreed": frozenset(),
    "declined": frozenset(),
    "withdrawn": frozenset(),
}


class HolderState(models.TextChoices):
    """Whether an organisation takes on more groups; agreements that stand are not touched by it."""

    OFFERING = "offering", _("Open to groups")
    PAUSED = "paused", _("Not taking on groups now")
    CLOSED = "closed", _("No longer a fund-holder")


HOLDER_MOVES: Moves = {
    "offering": frozenset({"paused", "closed"}),
    "paused": frozenset({"offering", "closed"}),
    "closed": frozenset(),
}


class AgreementState(models.TextChoices):
    ASKED = "asked", _("Waiting for an answer")
    OFFERED = "offered", _("Waiting for signatures")
    ACTIVE = "active", _("Agreed")
    FROZEN = "frozen", _("Ending: no payments")
    ENDED = "ended", _("Ended")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("No answer in time")
    WITHDRAWN = "withdrawn", _("Taken back by the group")


# Frozen: nothing is paid while the money moves. Active again when the group stays after all; ended at a balance of nil.
AGREEMENT_MOVES: Moves = {
    "asked": frozenset({"offered", "declined", "expired", "withdrawn"}),
    "offered": frozenset({"active", "declined", "withdrawn"}),
    "active": frozenset({"frozen"}),
    "frozen": frozenset({"active", "ended"}),
    "ended": frozenset(),
    "declined": frozenset(),
    "expired": frozenset(),
    "withdrawn": frozenset(),
}
AGREEMENT_OPEN = ("asked", "offered", "active", "frozen")
AGREEMENT_IN_FORCE = ("active", "frozen")


class ListingState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


LISTING_MOVES: Moves = {"open": frozenset({"closed"}), "closed": frozenset({"open"})}


class HelpedState(models.TextChoices):
    WAITING = "waiting", _("Waiting for the group to confirm")
    CONFIRMED = "confirmed", _("Confirmed by the group")
    REFUSED = "refused", _("Not what the group wanted")


HELPED_MOVES: Moves = {
    "waiting": frozenset({"confirmed", "refused"}),
    "confirmed": frozenset(),
    "refused": frozenset(),
}
