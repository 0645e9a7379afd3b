"""Logs of facts: one JSON line each, known keys only, so that no personal data slips in."""

import json
import logging
from datetime import UTC, datetime

ALLOWED = frozenset({"message_id", "task_name", "status", "method", "route", "run_id", "poll_id", "count", "seconds"})


class FactsFormatter(logging.Formatter):
    """Write a record as JSON: time, level, logger, message and the allowed extras; other extras are dropped."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in record.__dict__.items() if key in ALLOWED or key.endswith("_id")}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
