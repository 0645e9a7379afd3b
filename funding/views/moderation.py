"""Report words of residents, ask for a second look at hidden ones, and the officers' pages that answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.access import SignedInRequest, officer_required
from funding.answer_wording import words_for_answers
from funding.forms.moderation import AnswerReportForm, ReportForm, ShowAgainForm
from funding.models import Challenge, HiddenReason, TextReport
from funding.queries.moderation import lines_of_reports, said_of
from funding.services.moderation import (
    TEXTS,
    Text,
    answer_report,
    ask_to_show,
    body_of,
    kind_of,
    report_text,
    reports_for,
    second_look,
    text_of,
)
from funding.services.officers import ANSWERING
from funding.views.browser import browser_for, keep_browser, network_of
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import take_turn
from renewal.kernel.web import go_to, render_page

PAGE_SIZE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def text_report(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say what is wrong with words that are shown, or ask for a second look at words that are hidden."""
    if kind not in TEXTS:
        raise Http404
    text: Text = get_object_or_404(TEXTS[kind], pk=pk)  # type: ignore[assignment]  # of four models, one
    is_hidden = text.hidden_at is not None
    form = (ShowAgainForm if is_hidden else ReportForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not take_turn("report", network_of(request), limit=40, seconds=3600):
            form.add_error(None, _("Many reports came from this connection. Try again in an hour, or call us."))
        else:
            try:
                _ask(request, text, form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, words_for_answers(refusal))
            else:
                messages.success(request, _("Thank you. An officer will look at it."))
                return keep_browser(request, go_to(request, said_of(text).url))
    context = {
        "text": text,
        "said": said_of(text),
        "is_hidden": is_hidden,
        "body": text.hidden_body if isinstance(text, Challenge) else body_of(text),
        "settled": second_look(text),
        "form": form,
    }
    return render_page(request, "funding/text_report.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, text: Text, found: dict[str, str]) -> None:
    browser, now = browser_for(request, f"report:{kind_of(text)}:{text.pk}"), timezone.now()
    if text.hidden_at is not None:
        ask_to_show(text=text, words=found["words"], browser=browser, now=now)
    else:
        report_text(text=text, reason=HiddenReason(found["reason"]), words=found["words"], browser=browser, now=now)


@require_safe
@officer_required(*ANSWERING)
def text_queue(request: SignedInRequest) -> HttpResponse:
    """Reported words that this officer may look at, oldest report first."""
    page = Paginator(reports_for(request.user, now=timezone.now()), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": lines_of_reports(list(page.object_list)), "staff_nav": "texts"}
    return render_page(request, "funding/staff/text_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(*ANSWERING)
def text_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One report: hide the words with a reason or leave them; for a second look, show them again or not."""
    report = get_object_or_404(reports_for(request.user, now=timezone.now()), pk=pk)
    is_second = report.asks == TextReport.Asks.SHOW
    form = AnswerReportForm(request.POST if request.method == "POST" else None, is_second=is_second)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            answer_report(
                report_id=pk, yes=found["decision"] == "yes", reason=found.get("reason", ""), words=found["words"],
                actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            messages.success(request, _("Decided. The reports that ask the same are answered with it."))
            return go_to(request, "funding:text_queue")
    text = text_of(report)
    context = {
        "report": report,
        "text": text,
        "said": said_of(text),
        "is_second": is_second,
        "form": form,
        "staff_nav": "texts",
    }
    return render_page(request, "funding/staff/text_answer.html", context, status=422 if form.errors else 200)
