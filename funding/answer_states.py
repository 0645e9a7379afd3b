"""States of a body's duty to answer, and the moves between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MandateKind(TextChoices):
    PRIORITY = "priority", _("A need")
    PROJECT = "project", _("A chosen project")
    RAISED = "raised", _("A need from several areas")


class MandateState(TextChoices):
    """``waiting`` has no answer yet; whether it is overdue is read from the clock, never stored."""

    WAITING = "waiting", _("No answer yet")
    ACCEPTED = "accepted", _("Accepted")
    IN_PART = "in_part", _("Accepted in part")
    CANNOT = "cannot", _("Cannot be done")
    BY_DEFAULT = "by_default", _("Accepted by default")
    REJECTED = "rejected", _("Rejected, may be put right")
    CURED = "cured", _("Put right, waiting for a new answer")
    APPEALED = "appealed", _("Before an independent panel")
    REJECTED_FOR_GOOD = "rejected_for_good", _("Rejected")


class AnswerKind(TextChoices):
    ACCEPT = "accept", _("Accept")
    IN_PART = "in_part", _("Accepted in part")
    CANNOT = "cannot", _("Cannot be done")
    REJECT = "reject", _("Reject")
    BY_DEFAULT = "by_default", _("Accepted by default")


# A cured project waits for a second answer; every other state but ``waiting`` carries a published answer.
ANSWERED = [
    MandateState.ACCEPTED,
    MandateState.IN_PART,
    MandateState.CANNOT,
    MandateState.BY_DEFAULT,
    MandateState.REJECTED,
    MandateState.APPEALED,
    MandateState.REJECTED_FOR_GOOD,
]

PROJECT_MOVES: dict[MandateState, set[MandateState]] = {
    MandateState.WAITING: {MandateState.ACCEPTED, MandateState.BY_DEFAULT, MandateState.REJECTED},
    MandateState.REJECTED: {MandateState.CURED, MandateState.APPEALED, MandateState.REJECTED_FOR_GOOD},
    MandateState.CURED: {MandateState.ACCEPTED, MandateState.BY_DEFAULT, MandateState.REJECTED},
    MandateState.APPEALED: {MandateState.ACCEPTED, MandateState.REJECTED_FOR_GOOD},
    MandateState.ACCEPTED: set(),
    MandateState.BY_DEFAULT: set(),
    MandateState.REJECTED_FOR_GOOD: set(),
}
# A body may answer a need again, with a new published answer; the earlier ones stay.
_NEED = {MandateState.ACCEPTED, MandateState.IN_PART, MandateState.CANNOT}
NEED_MOVES: dict[MandateState, set[MandateState]] = {
    MandateState.WAITING: _NEED,
    **dict.fromkeys(sorted(_NEED), _NEED),
}
