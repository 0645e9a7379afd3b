"""What bodies answered: the adopted needs, one duty in full, the board of a body, and residents' voices on delivery."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities.access import SignedInRequest, signed_in
from communities.models import Body
from communities.services.helping import is_helper_of
from communities.views.parts import note_step
from funding.answer_states import MandateState
from funding.answer_wording import words_for_answers
from funding.forms.voices import DeliveryForm, RightingForm
from funding.models import Action, Answer, Charter, DeliveryVoice, Mandate, PriorityList, Project
from funding.queries.answers import (
    BOARD_STATES,
    action_lines,
    board,
    board_figures,
    board_lines,
    board_rows,
    full_mandates,
    history_of,
    status_of,
)
from funding.queries.areas_asked import list_asked
from funding.rules.answering import last_day, working_days_left
from funding.services.delivery import say_delivered
from funding.services.rejections import (
    appeal_rejection,
    cure_project,
)
from funding.views.browser import browser_for, keep_browser, network_of
from funding.views.needs import crumbs_of, round_or_404
from renewal.kernel.clock import london_day
from renewal.kernel.downloads import atom_feed, csv_response
from renewal.kernel.errors import DomainError
from renewal.kernel.languages import local
from renewal.kernel.limits import take_turn
from renewal.kernel.web import go_to, render_page

PAGE_SIZE = 25


@require_GET
def priority_list(request: HttpRequest, round: str, version: int | None = None) -> HttpResponse:
    """The newest version, or the one of the address: old links still resolve (G-4.2-A3)."""
    round_ = round_or_404(round)
    lists = list(PriorityList.objects.filter(round=round_).select_related("poll").order_by("-version"))
    shown = next((one for one in lists if version in (None, one.version)), None)
    if version is not None and shown is None:
        raise Http404
    context = {
        "round": round_,
        "asked": list_asked(shown, now=timezone.now()) if shown else None,
        "shown": shown,
        "newest": lists[0] if lists else None,
        "lists": lists,
        "crumbs": crumbs_of(round_),
        "nav": "rounds",
    }
    return render_page(request, "funding/priority_list.html", context)


@require_GET
def mandate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    mandate = get_object_or_404(full_mandates(), pk=pk)
    now = timezone.now()
    answers = list(mandate.answers.all())
    joint = getattr(mandate, "joint_answer", None)
    context = {
        "mandate": mandate,
        "status": status_of(mandate, now=now),
        "last_day": last_day(mandate.due_at),
        "days_left": working_days_left(now, mandate.due_at, nation=mandate.area.nation),
        "answers": [(answer, action_lines(answer, now=now)) for answer in answers],
        "joint": joint,
        "events": history_of(mandate),
        "hear_by": last_day(mandate.appeal.hear_by) if hasattr(mandate, "appeal") else None,
        "appeal_late": hasattr(mandate, "appeal") and not mandate.appeal.outcome and mandate.appeal.hear_by <= now,
        "may_right": _may_right(request, mandate),
        "crumbs": crumbs_of(mandate.round) if mandate.round else [],
        "nav": "rounds",
    }
    return render_page(request, "funding/mandate_detail.html", context)


def _may_right(request: HttpRequest, mandate: Mandate) -> bool:
    """Tell whether this person's group may cure or appeal now."""
    if mandate.state != MandateState.REJECTED or not request.user.is_authenticated:
        return False
    return Project.objects.of_member(request.user).filter(round=mandate.round, reference=mandate.ref).exists()


@require_http_methods(["GET", "POST"])
def action_say(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a resident's word on whether an action was done."""
    action = get_object_or_404(Action.objects.select_related("answer__mandate__body"), pk=pk)
    form = DeliveryForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not take_turn("voice", network_of(request), limit=60, seconds=86_400):
        form.add_error(None, _("Many people told us from this connection today. Try again tomorrow, or call us."))
    if form.is_valid():
        try:
            say_delivered(
                action_id=action.pk,
                verdict=DeliveryVoice.Verdict(form.cleaned_data["verdict"]),
                words=form.cleaned_data["words"],
                browser=browser_for(request, "delivery"),
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return keep_browser(request, go_to(request, "funding:mandate_detail", action.answer.mandate_id))
    context = {"action": action, "words": local(action.words, action.words_cy), "form": form, "nav": "rounds"}
    page = render_page(request, "funding/action_say.html", context, status=422 if form.errors else 200)
    return keep_browser(request, page)


@require_http_methods(["GET", "POST"])
@signed_in
def mandate_right(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the group behind a rejected project put it right or appeal (R15)."""
    mandate = get_object_or_404(full_mandates(), pk=pk)
    if not _may_right(request, mandate):
        raise Http404
    form = RightingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = cure_project if form.cleaned_data["way"] == "cure" else appeal_rejection
        group = Project.objects.get(round=mandate.round, reference=mandate.ref).group
        try:
            if group is not None and is_helper_of(request.user, group):
                note_step(request, group, "right", effect="right", facts={"mandate_id": pk, **form.cleaned_data})
            else:
                act(mandate_id=pk, words=form.cleaned_data["words"], actor=request.user, now=timezone.now())
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:mandate_detail", pk)
    context = {
        "mandate": mandate,
        "answer": mandate.answers.all()[0],
        "last_day": last_day(mandate.cure_until) if mandate.cure_until else None,
        "form": form,
        "nav": "rounds",
    }
    return render_page(request, "funding/mandate_right.html", context, status=422 if form.errors else 200)


# The board of a body -----------------------------------------------------------------------------


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the types alone
    """Pages of a list whose length is known already, so that it is not counted twice."""

    known = 0

    @property
    def count(self) -> int:
        return self.known


@require_GET
def board_page(request: HttpRequest, body: str) -> HttpResponse:
    body_ = get_object_or_404(Body.objects.select_related("area"), slug=body)
    now = timezone.now()
    status = request.GET.get("status", "")
    figures = board_figures(body_, now=now)
    pages = CountedPaginator(board(body_, now=now, status=status), PAGE_SIZE)
    pages.known = figures.get(status, figures["all"])
    page = pages.get_page(request.GET.get("page"))
    names = {
        "overdue": _("No answer"),
        "due": _("Answer due"),
        "accepted": _("Accepted"),
        "refused": _("Refused"),
    }
    context = {
        "body": body_,
        "body_name": local(body_.name, body_.name_cy),
        "figures": [(key, names[key], figures[key]) for key in BOARD_STATES],
        "chosen": names.get(status, ""),
        "status": status,
        "page": page,
        "lines": board_lines(page.object_list, now=now),
        "charter": Charter.objects.of_body(body_, on=london_day(now)),
        "nav": "area",
    }
    return render_page(request, "funding/board.html", context)


@require_GET
def board_download(request: HttpRequest, body: str) -> StreamingHttpResponse:
    body_ = get_object_or_404(Body, slug=body)
    return csv_response(f"answers-{body_.slug}.csv", board_rows(body_, now=timezone.now()))


@require_GET
def board_feed(request: HttpRequest, body: str) -> HttpResponse:
    """Atom: the newest 50 answers of a body."""
    body_ = get_object_or_404(Body, slug=body)
    answers = (
        Answer.objects.filter(mandate__body=body_)
        .select_related("mandate")
        .prefetch_related(Prefetch("actions", Action.objects.order_by("number")))
        .order_by("-published_at", "-id")[:50]
    )
    site = settings.SITE_ADDRESS
    entries = [
        {
            "id": f"{site}{reverse('funding:mandate_detail', args=[answer.mandate_id])}#answer-{answer.number}",
            "title": f"{answer.get_kind_display()}: {answer.mandate.label}",
            "link": f"{site}{reverse('funding:mandate_detail', args=[answer.mandate_id])}",
            "updated": answer.published_at,
            "author": local(body_.name, body_.name_cy),
            "summary": local(answer.words, answer.words_cy),
        }
        for answer in answers
    ]
    feed = atom_feed(
        title=_("Answers of %(body)s") % {"body": local(body_.name, body_.name_cy)},
        address=f"{site}{request.path}",
        page=f"{site}{reverse('funding:board', args=[body_.slug])}",
        updated=answers[0].published_at if answers else timezone.now(),
        entries=entries,
        language=translation.get_language(),
    )
    return HttpResponse(feed, content_type="application/atom+xml; charset=utf-8")
