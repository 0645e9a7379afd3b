"""What the ballot box may refuse; wording.py has a sentence for each."""

from renewal.kernel.errors import DomainError


class PollNotReady(DomainError):
    """A poll cannot open; ``problems`` lists what the validator found."""


class PollMoved(DomainError):
    """The poll is not in the state that this step starts from; ``state`` says where it is."""


class RollIsFrozen(DomainError):
    """A list roll was fixed when its poll opened; nobody is added to it."""


class RollHasBegun(DomainError):
    """Somebody is on the roll, or has a code: area and kind of the roll stay as they are."""


class NeedsComeFromTheRound(DomainError):
    """A need can be left out of a vote on priorities, but not be added to it; ``refs`` are the new ones."""


class SecondPersonNeeded(DomainError):
    """The person who began this may not also finish it."""


class VotingNotOpen(DomainError):
    """The poll takes no votes at this moment."""


class VotingHasClosed(DomainError):
    """The vote arrived after closing."""


class EarlierVoteStands(DomainError):
    """A vote on paper or in person is there already and stands; ``channel`` is the arriving one."""


class ChoicesRefused(DomainError):
    """The choices break the poll's frozen rules; ``why`` is unknown, repeated, too_many, over_budget or withdrawn."""


class InterestDeclared(DomainError):
    """This person has an interest in an option of the poll, and may not help, vouch or key papers."""


class SentBySomebodyElse(DomainError):
    """The idempotency key belongs to another person's vote."""


class TooManyTries(DomainError):
    """Somebody guesses; try again later or call."""


class CodeNotKnown(DomainError):
    """No code of this poll reads like this, or it has been made void."""


class CodeOfSomebodyElse(DomainError):
    """The code has been used by another person."""


class NoMatch(DomainError):
    """Name and address match nobody on the list of this poll."""


class NotOfThisArea(DomainError):
    """The postcode lies outside the area of this poll."""


class BoxNotReady(DomainError):
    """The box cannot be opened: ``why`` says what is missing."""
