from voting.models.poll import Option, Poll, PollKind, PollState, RollKind

__all__ = ["Option", "Poll", "PollKind", "PollState", "RollKind"]
