from voting.models.ballot import BallotDraft, BoxBallot, PublishedBallot, SealedBallot
from voting.models.calendar import PeriodException, PreElectionPeriod
from voting.models.count import BoxOpening, Count, CountStep, Outcome, Scrutiny
from voting.models.letters import LetterJob, LetterPart
from voting.models.log import LogEntry, LogHead
from voting.models.paper import Adjudication, PaperBatch, PaperEntry, SpoiltReason
from voting.models.poll import Option, Poll, PollKey, PollKind, RollKind
from voting.models.request import PollRequest
from voting.models.roll import (
    AddressList,
    CodeBatch,
    Helper,
    HelpEvent,
    HelpPlace,
    LetterRequest,
    ListedPerson,
    ListPart,
    PollInterest,
    PostalNote,
    ResidencyCheck,
    RollEntry,
    TryCount,
    VotingCode,
)
from voting.states import PollState

__all__ = [
    "AddressList",
    "Adjudication",
    "BallotDraft",
    "BoxBallot",
    "BoxOpening",
    "CodeBatch",
    "Count",
    "CountStep",
    "HelpEvent",
    "HelpPlace",
    "Helper",
    "LetterJob",
    "LetterPart",
    "LetterRequest",
    "ListPart",
    "ListedPerson",
    "LogEntry",
    "LogHead",
    "Option",
    "Outcome",
    "PaperBatch",
    "PaperEntry",
    "PeriodException",
    "Poll",
    "PollInterest",
    "PollKey",
    "PollKind",
    "PollRequest",
    "PollState",
    "PostalNote",
    "PreElectionPeriod",
    "PublishedBallot",
    "ResidencyCheck",
    "RollEntry",
    "RollKind",
    "Scrutiny",
    "SealedBallot",
    "SpoiltReason",
    "TryCount",
    "VotingCode",
]
