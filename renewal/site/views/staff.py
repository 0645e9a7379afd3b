"""The officers' first page: all that waits for them, by the day it is due."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest, officer_required
from renewal.kernel.clock import london_day, working_days_between
from renewal.kernel.staff import SHORT, WorkItem, in_sections, menu_of, work_of
from renewal.kernel.web import render_page


@dataclass(frozen=True)
class Line:
    """One row of the list, its days counted."""

    title: str
    url: str
    note: str
    due_on: date | None
    left_words: str
    is_late: bool


@dataclass
class WorkGroup:
    key: str
    title: str
    rows: list[Line] = field(default_factory=list)


@require_safe
@officer_required()
def staff_home(request: SignedInRequest) -> HttpResponse:
    """Show what is overdue, due today, this week and later."""
    now = timezone.now()
    items = work_of(request.user, now)
    groups = grouped(items, today=london_day(now))
    total = sum(item.count for item in items)
    summary = ngettext("%(count)d thing is waiting for you.", "%(count)d things are waiting for you.", total)
    links = menu_of(request.user)
    sections = [section for section in in_sections(links) if section.title] if len(links) > SHORT else []
    context = {
        "groups": groups,
        "summary": summary % {"count": total},
        "sections": sections,
        "staff_nav": "work",
    }
    return render_page(request, "site/staff_home.html", context)


def grouped(items: Iterable[WorkItem], *, today: date) -> list[WorkGroup]:
    """Sort work into overdue, today, this week (to Sunday), later and without a date; empty groups are left out."""
    groups = {
        "overdue": WorkGroup("overdue", _("Overdue")),
        "today": WorkGroup("today", _("Due today")),
        "week": WorkGroup("week", _("Due this week")),
        "later": WorkGroup("later", _("Due later")),
        "undated": WorkGroup("undated", _("No date")),
    }
    sunday = today + timedelta(days=6 - today.weekday())
    for item in items:
        if item.due_on is None:
            key = "undated"
        elif item.due_on < today:
            key = "overdue"
        elif item.due_on == today:
            key = "today"
        else:
            key = "week" if item.due_on <= sunday else "later"
        groups[key].rows.append(line_of(item, today=today))
    return [group for group in groups.values() if group.rows]


def line_of(item: WorkItem, *, today: date) -> Line:
    """Write the days left in words; lateness is a word, not a colour."""
    if item.due_on is None:
        return Line(item.title, item.url, item.note, None, "", False)
    left = working_days_between(today, item.due_on, nation="england")
    if item.due_on < today:
        words = ngettext("Overdue by %(count)d", "Overdue by %(count)d", max(1, -left)) % {"count": max(1, -left)}
        return Line(item.title, item.url, item.note, item.due_on, words, True)
    return Line(item.title, item.url, item.note, item.due_on, str(left), False)
