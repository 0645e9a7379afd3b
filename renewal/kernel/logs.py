"""Logs of facts: one JSON object a line, known keys only, so that no personal data slips in.

What an exception or a library puts into a message may hold anything (a unique key that was broken, an address that was
asked for). So an exception is logged as its kind and where it rose, without its words; a refused request as its status
and the name of its route; a failed job as its task.
"""

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

ALLOWED = frozenset(
    {"message_id", "task_name", "status", "method", "route", "run_id", "poll_id", "count", "seconds", "signal"}
)


class FactsFormatter(logging.Formatter):
    """Write a record as JSON: time, level, logger, message and the allowed extras; other extras are dropped."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line |= _of_library(record) or {"message": record.getMessage()}
        line |= {key: value for key, value in record.__dict__.items() if key in ALLOWED or key.endswith("_id")}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["rose_at"] = where_it_rose(record.exc_info[1])
        return json.dumps(line, default=str)


def where_it_rose(error: BaseException | None) -> list[str]:
    """List our own frames and the last few of the libraries: file, line and function, no words, no values."""
    frames = list(traceback.extract_tb(error.__traceback__)) if error is not None else []
    kept = [frame for frame in frames[:-4] if "site-packages" not in frame.filename][-8:] + frames[-4:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in kept]


def _of_library(record: logging.LogRecord) -> dict[str, object] | None:
    """Say in our words what these libraries would say with somebody's data in it."""
    if record.name == "django.request":
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        return {
            "message": "request failed" if record.levelno >= logging.ERROR else "request refused",
            "status": getattr(record, "status_code", None),
            "method": getattr(request, "method", None),
            "route": getattr(match, "view_name", None),
        }
    if record.name.startswith("django.security"):
        return {"message": f"refused as {record.name.rpartition('.')[2]}"}
    if record.name == "celery.app.trace":
        facts = record.args if isinstance(record.args, Mapping) else {}
        kind = "job failed" if record.levelno >= logging.ERROR else "job done"
        return {"message": kind, "task_name": facts.get("name"), "run_id": facts.get("id")}
    if record.name.startswith("fido2"):
        return {"message": "a passkey was added or used"}  # its own words name the passkey, which is one person's
    if record.name == "celery.worker.strategy":
        return {"message": "job received"}
    return None
