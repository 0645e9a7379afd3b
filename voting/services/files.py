"""Where the downloads of a published poll lie, and which there are."""

from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from voting.models import Poll

NAMES = ("round.zip", "election.pb", "result.json", "log.json", "votes.csv", "ballots.json", "heads.json")


@dataclass(frozen=True)
class ResultFile:
    """One download: its name and size."""

    name: str
    kilobytes: int


def folder_of(poll: Poll) -> str:
    """Where the files of a vote's result lie in the store."""
    return f"polls/{poll.slug}"


def result_files(poll: Poll) -> dict[str, ResultFile]:
    """List the downloads that exist, by name without the dot: ``round_zip``, ``election_pb`` …"""
    found = {}
    for name in NAMES[:-1]:
        path = f"{folder_of(poll)}/{name}"
        if default_storage.exists(path):
            found[name.replace(".", "_")] = ResultFile(name, max(1, default_storage.size(path) // 1024))
    return found


def open_result_file(poll: Poll, name: str) -> IO[Any] | None:
    """Open one download; None when there is none of that name."""
    path = f"{folder_of(poll)}/{name}"
    return default_storage.open(path) if name in NAMES and default_storage.exists(path) else None


def save_result_file(poll: Poll, name: str, content: bytes) -> None:
    """Write a download, in place of an older one."""
    path = f"{folder_of(poll)}/{name}"
    if default_storage.exists(path):
        default_storage.delete(path)
    default_storage.save(path, ContentFile(content))
