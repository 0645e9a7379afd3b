"""One spelling for every document that is hashed."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment without a zone cannot be hashed")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a canonical document")


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("floats cannot stand in a canonical document")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"key {key!r} of a canonical document is not text")
            _no_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _no_floats(inner)


def canonical_json(document: Any) -> bytes:
    """Write a document as UTF-8 JSON with sorted keys and no spaces, so that equal documents have equal bytes.

    Takes text, whole numbers, true/false/null, lists, maps with text keys, days and aware moments (written in UTC).
    Floats raise TypeError: their spelling is not the same everywhere. (A subset of RFC 8785.)
    """
    _no_floats(document)
    text = json.dumps(
        document, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(document: Any) -> str:
    """Return the SHA-256 of a document's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(document)).hexdigest()
