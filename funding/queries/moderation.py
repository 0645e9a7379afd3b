"""How the words of residents and the reports about them are shown: what, where, and whose they are."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import User
from funding.models import Challenge, ProjectComment, SuggestionComment, TextReport
from funding.services.moderation import Text, kind_of, reports_for, text_of
from renewal.kernel.clock import london_day
from renewal.kernel.staff import WorkItem


@dataclass(frozen=True)
class Said:
    """One text of residents: what kind, its words, the page it stands on."""

    kind: str
    words: str
    language: str
    place: str
    url: str
    report_url: str


def said_of(text: Text) -> Said:
    """Say what a text is and where it stands."""
    report_url = reverse("funding:text_report", args=[kind_of(text), text.pk])
    if isinstance(text, SuggestionComment):
        need = text.suggestion
        url = reverse("funding:suggestion_detail", args=[need.round.slug, need.ref])
        return Said(_("A comment on a need"), text.text, text.language, need.label, url, report_url)
    if isinstance(text, ProjectComment):
        project = text.project
        url = reverse("funding:project_detail", args=[project.round.slug, project.reference])
        return Said(_("A comment on a project"), text.text, text.language, project.label, url, report_url)
    if isinstance(text, Challenge):
        place = text.holder.area.label if text.holder else text.disputed_project.label
        return Said(
            _("A second look that residents ask for"), text.words, "", place,
            reverse("funding:challenge_detail", args=[text.pk]), report_url,
        )  # fmt: skip
    words = f"{text.text}\n{text.more}".strip()
    url = reverse("funding:question_detail", args=[text.pk])
    return Said(str(text.get_kind_display()), words, text.language, text.body.label, url, report_url)


@dataclass(frozen=True)
class ReportLine:
    """One report as an officer reads it."""

    report: TextReport
    said: Said


def lines_of_reports(reports: list[TextReport]) -> list[ReportLine]:
    return [ReportLine(report, said_of(text_of(report))) for report in reports]


def text_work(user: User, now: datetime) -> list[WorkItem]:
    """What the staff home shows: how many words wait to be looked at, since when."""
    waiting = reports_for(user, now=now)
    count = waiting.count()
    first = waiting.first()
    if first is None:
        return []
    title = ngettext("Look at reported words", "Look at reported words", count)
    return [WorkItem(title, reverse("funding:text_queue"), london_day(first.at), count=count)]
