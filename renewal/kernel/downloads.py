"""Files that people open elsewhere: CSV without formulas, calendars, feeds."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpResponse, StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet runs as a formula: text that begins like one gets an apostrophe before it.

    Numbers, days and nothing at all (an empty cell) stay as they are: a minus sum is no formula.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_response(name: str, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Stream rows as a CSV file in UTF-8 with a byte order mark, so that Excel reads Welsh."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([safe_cell(value) for value in row]) for row in rows)

    def content() -> Iterable[str]:
        yield "\ufeff"
        yield from lines

    response = StreamingHttpResponse(content(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _fold(line: str) -> str:
    """Fold a calendar line at 75 bytes (RFC 5545 §3.1), never inside a letter."""
    parts: list[str] = []
    part = b""
    for char in line:
        raw = char.encode()
        if len(part) + len(raw) > (75 if not parts else 74):
            parts.append(part.decode())
            part = b""
        part += raw
    return "\r\n ".join([*parts, part.decode()])


def _calendar_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "").replace("\n", "\\n")


def calendar_moment(moment: datetime) -> str:
    """Write a moment as calendars want it: in UTC, 20270305T170000Z."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def calendar_file(name: str, events: Iterable[Sequence[tuple[str, str]]]) -> str:
    """Write an iCalendar file (RFC 5545): each event is a list of properties; text values are escaped here."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//National Renewal Fund//Gatherings//EN",
        f"X-WR-CALNAME:{_calendar_text(name)}",
    ]
    plain = {"DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "STATUS", "UID", "URL", "LAST-MODIFIED"}
    for event in events:
        lines.append("BEGIN:VEVENT")
        lines += [f"{key}:{value if key in plain else _calendar_text(value)}" for key, value in event]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(_fold(line) + "\r\n" for line in lines)


def calendar_response(name: str, text: str) -> HttpResponse:
    """Answer with a calendar file."""
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def atom_feed(
    *, title: str, address: str, page: str, updated: datetime, entries: Iterable[dict[str, object]], language: str
) -> str:
    """Write an Atom feed (RFC 4287). Entries: id, title, link, updated, summary, author."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>',
        f"<id>{escape(address)}</id>",
        f"<title>{escape(title)}</title>",
        f'<link rel="self" href={quoteattr(address)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>',
        f"<updated>{updated.astimezone(UTC).isoformat()}</updated>",
    ]
    for entry in entries:
        moment = entry["updated"]
        written = moment.astimezone(UTC).isoformat() if isinstance(moment, datetime) else ""
        lines += [
            "<entry>",
            f"<id>{escape(str(entry['id']))}</id>",
            f"<title>{escape(str(entry['title']))}</title>",
            f'<link rel="alternate" type="text/html" href={quoteattr(str(entry["link"]))}/>',
            f"<updated>{written}</updated>",
            f"<author><name>{escape(str(entry['author']))}</name></author>",
            f"<summary>{escape(str(entry['summary']))}</summary>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])
