"""What is new in an area, newest first: for a page to read out on the phone, to print, and to pin up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Area
from funding.models import ActionEvent, Answer, Gathering, Phase, PriorityList, Step
from funding.services.news import step_words
from renewal.kernel.languages import local
from renewal.kernel.templatetags.page import number, when

LASTS = timedelta(days=365)
MOST = 20


@dataclass(frozen=True)
class NewsLine:
    """One thing that happened, in a sentence that can be read out, and where it is told in full."""

    at: datetime
    text: str
    url: str


def area_news(area: Area, *, now: datetime) -> Sequence[NewsLine]:
    """Collect the newest steps, orders, answers, deliveries and gatherings of an area, in five queries."""
    since = now - LASTS
    lines = [
        *_steps(area, since=since, now=now),
        *_orders(area, since=since, now=now),
        *_answers(area, since=since, now=now),
        *_deliveries(area, since=since, now=now),
        *_gatherings(area, since=since, now=now),
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST]


def _steps(area: Area, *, since: datetime, now: datetime) -> Iterator[NewsLine]:
    opened = Phase.objects.filter(round__area=area, starts_at__gt=since, starts_at__lte=now).select_related("round")
    for phase in opened.order_by("-starts_at")[:MOST]:
        url = reverse("funding:round_detail", args=[phase.round.slug])
        yield NewsLine(phase.starts_at, step_words(Step(phase.step), area), url)


def _orders(area: Area, *, since: datetime, now: datetime) -> Iterator[NewsLine]:
    adopted = PriorityList.objects.filter(round__area=area, adopted_at__gt=since, adopted_at__lte=now)
    for list_ in adopted.select_related("round").order_by("-adopted_at")[:MOST]:
        text = _order_words(list_) % {"count": number(list_.voters), "why": list_.why_changed}
        yield NewsLine(list_.adopted_at, text, reverse("funding:priority_list", args=[list_.round.slug]))


def _order_words(list_: PriorityList) -> str:
    if list_.version > 1:
        return _("The order of the needs was corrected: %(why)s")
    if not list_.tells_voters:
        return _("Fewer than 30 people put the needs in order.")
    return ngettext(
        "%(count)s person put the needs in order.", "%(count)s people put the needs in order.", list_.voters
    )


def _answers(area: Area, *, since: datetime, now: datetime) -> Iterator[NewsLine]:
    answers = Answer.objects.filter(mandate__area=area, published_at__gt=since, published_at__lte=now)
    for answer in answers.select_related("mandate__body").order_by("-published_at")[:MOST]:
        mandate = answer.mandate
        words = {
            "accept": _("%(body)s accepted: %(title)s."),
            "in_part": _("%(body)s accepted in part: %(title)s."),
            "cannot": _("%(body)s says that it cannot: %(title)s."),
            "reject": _("%(body)s rejected the project: %(title)s."),
            "by_default": _("%(body)s gave no answer, so this is accepted: %(title)s."),
        }[answer.kind]
        facts = {"body": mandate.body.label, "title": mandate.label.rstrip(".")}
        yield NewsLine(answer.published_at, words % facts, reverse("funding:mandate_detail", args=[mandate.pk]))


def _deliveries(area: Area, *, since: datetime, now: datetime) -> Iterator[NewsLine]:
    kinds = [ActionEvent.Kind.DONE, ActionEvent.Kind.SETTLED]
    events = ActionEvent.objects.filter(action__answer__mandate__area=area, kind__in=kinds, at__gt=since, at__lte=now)
    for event in events.select_related("action__answer__mandate__body").order_by("-at")[:MOST]:
        mandate = event.action.answer.mandate
        done = _("%(body)s says that this is done: %(action)s.")
        settled = _("%(body)s says that it has put this right: %(action)s.")
        facts = {
            "body": mandate.body.label,
            "action": local(event.action.words, event.action.words_cy).rstrip("."),
        }
        text = (settled if event.kind == ActionEvent.Kind.SETTLED else done) % facts
        yield NewsLine(event.at, text, reverse("funding:mandate_detail", args=[mandate.pk]))


def _gatherings(area: Area, *, since: datetime, now: datetime) -> Iterator[NewsLine]:
    called = Gathering.objects.filter(area__code__in=area.chain_codes, created_at__gt=since, created_at__lte=now)
    for gathering in called.filter(cancelled_at=None).order_by("-created_at")[:MOST]:
        facts = {"title": gathering.label, "when": when(gathering.starts_at), "where": gathering.where}
        text = _("People meet: %(title)s. %(when)s, %(where)s.") % facts
        yield NewsLine(gathering.created_at, text, reverse("funding:gathering_detail", args=[gathering.pk]))
