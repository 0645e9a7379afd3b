"""Needs of a round: the list, a new one, one with its trace; all without an account."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from funding.answer_wording import words_for_answers
from funding.forms.needs import CommentForm, NeedFilter, SuggestForm
from funding.models import Round, Suggestion, Theme
from funding.queries.needs import listed_needs, need_with_trace, needs_alike, supported_by
from funding.services.priorities import comment_on_need, is_suggesting, stop_supporting, suggest_need, support_need
from funding.views import rounds
from funding.views.browser import browser_for, keep_browser, known_browser, network_of
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import take_turn
from renewal.kernel.parts import Crumb
from renewal.kernel.templatetags.page import number
from renewal.kernel.web import go_to, render_page

PAGE_SIZE = 25
NETWORK_TURNS = 300  # a library's network is one address for many people


def round_or_404(slug: str) -> Round:
    return get_object_or_404(Round.objects.select_related("area__parent", "convenor", "priority_poll"), slug=slug)


def crumbs_of(round_: Round) -> list[Crumb]:
    """The area and the round above a page of the round."""
    return [*rounds.crumbs_of(round_), Crumb(round_.label, reverse("funding:round_detail", args=[round_.slug]))]


@require_GET
def suggestion_list(request: HttpRequest, round: str) -> HttpResponse:
    round_ = round_or_404(round)
    form = NeedFilter(request.GET)
    found = form.picked()
    needs = listed_needs(round_, words=found.get("q", ""), theme=found.get("theme", ""), sort=found.get("sort", ""))
    page = Paginator(needs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "form_filter": form,
        "page": page,
        "count_text": ngettext("%(count)s need", "%(count)s needs", page.paginator.count)
        % {"count": number(page.paginator.count)},
        "chosen": form.chosen(request, but=["sort"]),
        "clear_url": request.path,
        "is_open": is_suggesting(round_, now=timezone.now()),
        "mine": supported_by(round_, known_browser(request, f"round:{round_.pk}")),
        "crumbs": crumbs_of(round_),
        "nav": "rounds",
    }
    return render_page(request, "funding/suggestion_list.html", context)


@require_http_methods(["GET", "POST"])
def suggest(request: HttpRequest, round: str) -> HttpResponse:
    round_ = round_or_404(round)
    if request.method == "GET":
        alike = needs_alike(round_, request.GET.get("text", ""))
        initial = {"text": request.GET.get("text", "")}
        return _suggest_page(request, round_, SuggestForm(initial=initial), alike, status=200)
    form = SuggestForm(request.POST)
    if not form.is_valid():
        return _suggest_page(request, round_, form, [], status=422)
    found = form.cleaned_data
    alike = [] if found["is_different"] else needs_alike(round_, found["text"])
    if alike:  # shown once, before anything is stored: join one, or say that it is different
        return _suggest_page(request, round_, form, alike, status=200, asks=True)
    if not take_turn("suggest", network_of(request), limit=60, seconds=3600):
        form.add_error(None, _("Many needs came from this connection. Try again in an hour, or call us."))
        return _suggest_page(request, round_, form, [], status=422)
    try:
        need = suggest_need(
            round_id=round_.pk,
            text=found["text"],
            why=found["why"],
            language=translation.get_language(),
            theme=Theme.objects.newest().filter(code=found["theme"]).first() if found["theme"] else None,
            browser=browser_for(request, f"round:{round_.pk}"),
            now=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error("text", words_for_answers(refusal))
        return _suggest_page(request, round_, form, [], status=422)
    return keep_browser(request, go_to(request, "funding:suggestion_detail", round=round_.slug, ref=need.ref))


def _suggest_page(
    request: HttpRequest, round_: Round, form: SuggestForm, alike: list[Suggestion], *, status: int, asks: bool = False
) -> HttpResponse:
    context = {
        "round": round_,
        "form": form,
        "alike": alike,
        "asks": asks,
        "is_open": is_suggesting(round_, now=timezone.now()),
        "crumbs": [*crumbs_of(round_), Crumb(_("Needs"), reverse("funding:suggestion_list", args=[round_.slug]))],
        "nav": "rounds",
    }
    return render_page(request, "funding/suggest.html", context, partial="alike-needs", status=status)


@require_GET
def suggestion_detail(request: HttpRequest, round: str, ref: str) -> HttpResponse:
    round_ = round_or_404(round)
    return _need_page(request, round_, ref, CommentForm(), status=200)


def _need_page(request: HttpRequest, round_: Round, ref: str, form: CommentForm, *, status: int) -> HttpResponse:
    need = need_with_trace(round_, ref).first()
    if need is None:
        raise Http404
    context = {
        "round": round_,
        "need": need,
        "form": form,
        "is_open": is_suggesting(round_, now=timezone.now()),
        "is_mine": need.pk in supported_by(round_, known_browser(request, f"round:{round_.pk}")),
        "crumbs": [*crumbs_of(round_), Crumb(_("Needs"), reverse("funding:suggestion_list", args=[round_.slug]))],
        "nav": "rounds",
    }
    return render_page(request, "funding/suggestion_detail.html", context, status=status)


@require_POST
def suggestion_support(request: HttpRequest, round: str, ref: str) -> HttpResponse:
    round_ = round_or_404(round)
    need = get_object_or_404(Suggestion, round=round_, ref=ref)
    browser = browser_for(request, f"round:{round_.pk}")
    act = stop_supporting if request.POST.get("stop") else support_need
    try:
        if not take_turn("support", network_of(request), limit=NETWORK_TURNS, seconds=86_400):
            return _need_page(request, round_, ref, CommentForm(), status=429)
        act(suggestion_id=need.pk, browser=browser, now=timezone.now())
    except DomainError as refusal:
        form = CommentForm({})
        form.errors.clear()
        form.add_error(None, words_for_answers(refusal))
        return keep_browser(request, _need_page(request, round_, ref, form, status=422))
    target = need.merged_into or need
    return keep_browser(request, go_to(request, "funding:suggestion_detail", round=round_.slug, ref=target.ref))


@require_POST
def suggestion_comment(request: HttpRequest, round: str, ref: str) -> HttpResponse:
    round_ = round_or_404(round)
    need = get_object_or_404(Suggestion, round=round_, ref=ref)
    form = CommentForm(request.POST)
    if form.is_valid() and not take_turn("comment", network_of(request), limit=40, seconds=3600):
        form.add_error(None, _("Many comments came from this connection. Try again in an hour."))
    if form.is_valid():
        try:
            comment_on_need(
                suggestion_id=need.pk,
                browser=browser_for(request, f"round:{round_.pk}"),
                language=translation.get_language(),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return keep_browser(request, go_to(request, "funding:suggestion_detail", round=round_.slug, ref=need.ref))
    return _need_page(request, round_, ref, form, status=422)
