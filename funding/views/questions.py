"""Questions and petitions of an area: the list, a new one, one with its replies and signatures."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities.models import Area
from communities.services.residents import AddressIncomplete, AddressNotInAnArea
from funding.answer_wording import words_for_answers
from funding.forms.voices import LetterCodeForm, QuestionForm, SignForm
from funding.models import Question
from funding.queries.answers import bodies_answering
from funding.rules.answering import PETITION_THRESHOLD, last_day
from funding.services.letter_codes import Signed
from funding.services.petitions import ask_to_sign, sign_with_code
from funding.services.questions import ask_question
from funding.views.browser import browser_for, keep_browser, network_of
from funding.views.gatherings import area_crumbs
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import take_turn
from renewal.kernel.web import go_to, render_page

PAGE_SIZE = 25


@require_GET
def question_list(request: HttpRequest, area: str) -> HttpResponse:
    area_ = get_object_or_404(Area, slug=area)
    rows = Question.objects.standing().filter(area=area_).select_related("body").prefetch_related("replies")
    page = Paginator(rows.order_by("-asked_at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "area": area_,
        "page": page,
        "lines": [(row, last_day(row.due_at), is_overdue(row, now=now)) for row in page.object_list],
        "threshold": PETITION_THRESHOLD,
        "crumbs": area_crumbs(area_),
        "nav": "area",
    }
    return render_page(request, "funding/question_list.html", context)


def is_overdue(question: Question, *, now: datetime) -> bool:
    return not question.replies.all() and question.due_at <= now


@require_http_methods(["GET", "POST"])
def question_ask(request: HttpRequest, area: str) -> HttpResponse:
    area_ = get_object_or_404(Area, slug=area)
    form = QuestionForm(request.POST if request.method == "POST" else None, bodies=bodies_answering(area_))
    if request.method == "POST" and form.is_valid():
        if not take_turn("question", network_of(request), limit=20, seconds=3600):
            form.add_error(None, _("Many questions came from this connection. Try again in an hour, or call us."))
        else:
            try:
                question = ask_question(
                    area=area_,
                    browser=browser_for(request, "questions"),
                    language=translation.get_language(),
                    now=timezone.now(),
                    **form.cleaned_data,
                )
            except DomainError as refusal:
                form.add_error("text", words_for_answers(refusal))
            else:
                return keep_browser(request, go_to(request, "funding:question_detail", question.pk))
    context = {"area": area_, "form": form, "crumbs": area_crumbs(area_), "nav": "area"}
    return render_page(request, "funding/question_ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def question_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a petition as somebody who lives there: at once where we know the home, else by the code of a letter."""
    question = get_object_or_404(
        Question.objects.standing().filter(kind=Question.Kind.PETITION).select_related("body", "area"), pk=pk
    )
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not take_turn("sign", network_of(request), limit=60, seconds=3600):
            form.add_error(None, _("Many people signed from this connection. Try again in an hour, or call us."))
        else:
            try:
                came = ask_to_sign(
                    question_id=pk, language=translation.get_language(), now=timezone.now(), **form.cleaned_data
                )
            except (AddressIncomplete, AddressNotInAnArea):
                form.add_error(
                    "postcode", _("We could not match that address to one area. Call us, and we sign with you.")
                )
            except DomainError as refusal:
                form.add_error(None, words_for_answers(refusal))
            else:
                if came == Signed.LETTER:
                    return go_to(request, "funding:question_code", pk)
                return _thanks(request, pk, is_new=came == Signed.NOW)
    context = {"question": question, "form": form, "crumbs": area_crumbs(question.area), "nav": "area"}
    return render_page(request, "funding/question_sign.html", context, status=422 if form.errors else 200)


def _thanks(request: HttpRequest, pk: int, *, is_new: bool) -> HttpResponse:
    words = _("We have your signature.") if is_new else _("You have signed this petition already.")
    messages.success(request, words)
    return go_to(request, "funding:question_detail", pk)


@require_http_methods(["GET", "POST"])
def question_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign with the code of the letter that we sent."""
    petitions = Question.objects.standing().filter(kind=Question.Kind.PETITION)
    question = get_object_or_404(petitions.select_related("body", "area"), pk=pk)
    form = LetterCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not take_turn("sign-code", f"{network_of(request)} {pk}", limit=10, seconds=3600):
            form.add_error(None, _("Many codes were tried from this connection. Try again in an hour, or call us."))
        else:
            try:
                is_new = sign_with_code(question_id=pk, code=form.cleaned_data["code"], now=timezone.now())
            except DomainError as refusal:
                form.add_error("code", words_for_answers(refusal))
            else:
                return _thanks(request, pk, is_new=is_new)
    context = {"question": question, "form": form, "crumbs": area_crumbs(question.area), "nav": "area"}
    return render_page(request, "funding/question_code.html", context, status=422 if form.errors else 200)


@require_GET
def question_detail(request: HttpRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("body", "area").prefetch_related("replies"), pk=pk)
    context = {
        "question": question,
        "last_day": last_day(question.due_at),
        "is_overdue": is_overdue(question, now=timezone.now()),
        "threshold": PETITION_THRESHOLD,
        "missing": max(0, PETITION_THRESHOLD - question.verified_count),
        "crumbs": area_crumbs(question.area),
        "nav": "area",
    }
    return render_page(request, "funding/question_detail.html", context)
