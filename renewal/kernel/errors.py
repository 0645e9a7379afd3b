"""The one base of everything a service may refuse."""

from typing import Any


class DomainError(Exception):
    """A refusal that people can act on; carries amounts and ids as attributes, never a finished sentence.

    Subclasses are defined beside the service that raises them: ``raise PotOverspent(asked=…, left=…)``.
    The web edge turns one into a sentence in its app's ``wording.py``.
    """

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(", ".join(f"{name}={value}" for name, value in sorted(facts.items())))

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None
