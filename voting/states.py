"""The states of polls, ballots and paper batches, and the moves between them."""

from django.db import models


class PollState(models.TextChoices):
    DRAFT = "draft"
    REHEARSAL = "rehearsal"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    OPENED = "opened"
    COUNTED = "counted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


# From each state, where a poll may go. `opened` is the box, not the poll: ballots have been unsealed.
POLL_MOVES: dict[str, frozenset[str]] = {
    PollState.DRAFT: frozenset({PollState.REHEARSAL, PollState.OPEN, PollState.CANCELLED}),
    PollState.REHEARSAL: frozenset({PollState.DRAFT, PollState.OPEN, PollState.CANCELLED}),
    PollState.OPEN: frozenset({PollState.PAUSED, PollState.CLOSED, PollState.CANCELLED}),
    PollState.PAUSED: frozenset({PollState.OPEN, PollState.CANCELLED}),
    PollState.CLOSED: frozenset({PollState.OPENED, PollState.CANCELLED}),
    PollState.OPENED: frozenset({PollState.COUNTED}),
    PollState.COUNTED: frozenset({PollState.PUBLISHED}),
    PollState.PUBLISHED: frozenset(),
    PollState.CANCELLED: frozenset(),
}


class BallotStatus(models.TextChoices):
    LIVE = "live"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Channel(models.TextChoices):
    """How a vote came in. `assisted` is in person, beside a helper."""

    WEB = "web"
    PAPER = "paper"
    PHONE = "phone"
    ASSISTED = "assisted"


class BatchState(models.TextChoices):
    RECEIVING = "receiving"
    FIRST_ENTRY = "first_entry"
    SECOND_ENTRY = "second_entry"
    COMPARING = "comparing"
    SEALED = "sealed"


BATCH_MOVES: dict[str, frozenset[str]] = {
    BatchState.RECEIVING: frozenset({BatchState.FIRST_ENTRY}),
    BatchState.FIRST_ENTRY: frozenset({BatchState.SECOND_ENTRY}),
    BatchState.SECOND_ENTRY: frozenset({BatchState.COMPARING}),
    BatchState.COMPARING: frozenset({BatchState.SEALED}),
    BatchState.SEALED: frozenset(),
}


class CodeState(models.TextChoices):
    NEW = "new"
    USED = "used"
    VOID = "void"


class CheckMethod(models.TextChoices):
    """The ways to show where you live; never only one is offered."""

    CODE = "code"
    ADDRESS = "address"
    HELPER = "helper"
    NO_ADDRESS = "no-address"
