"""The where-you-live check: a way, then one question a page. Answers travel in an encrypted cookie until it is over."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from renewal.kernel.errors import DomainError
from renewal.kernel.forms import PlainForm
from renewal.kernel.web import go_to, render_page
from voting import queries
from voting.forms import QUESTIONS, ContactForm, MethodForm, questions_of
from voting.models import Poll, RollEntry
from voting.services.errors import CodeNotKnown, CodeOfSomebodyElse
from voting.services.roll import Person, check_by_address, check_by_code, every_ballot_of, keep_contact, routes_of
from voting.states import CheckMethod
from voting.views.vote import context_for
from voting.views.voter import (
    answers_of,
    caller_of,
    checked_entries,
    forget_answers,
    forget_voter,
    is_shared,
    keep_answers,
    keep_shared,
    remember_entries,
)
from voting.wording import words_for

BY_PERSON = {CheckMethod.HELPER.value, CheckMethod.NO_ADDRESS.value}


@never_cache
def residency_method(request: HttpRequest, poll: str) -> HttpResponse:
    """Choose a way to show where you live; never only one. A shared device forgets the person before."""
    found, shared = queries.public_poll(poll), is_shared(request)
    data = request.POST if request.method == "POST" else None
    form = MethodForm(data, routes=routes_of(found), initial={"is_shared": shared})
    if form.is_valid():
        response = go_to(request, "voting:residency", found.slug, form.cleaned_data["method"])
        return keep_shared(response, shared=form.cleaned_data["is_shared"])
    status = 422 if request.method == "POST" else 200
    response = render_page(request, "voting/residency_method.html", context_for(found, form=form), status=status)
    if shared and request.method == "GET":
        forget_voter(request, response)
    return response


@never_cache
def residency(request: HttpRequest, poll: str, method: str, question: str = "") -> HttpResponse:
    """Ask one question of a way through the check; the last one decides. Two ways lead to a person instead."""
    found = queries.public_poll(poll)
    if method not in routes_of(found):
        return redirect("voting:residency_method", found.slug)
    if method in BY_PERSON:
        context = context_for(found, method=method, places=queries.places_that_help(found))
        return render_page(request, "voting/residency_by_person.html", context)
    asked, answers = questions_of(found, method), answers_of(request, found)
    question = question or asked[0]
    if question not in asked or not answers.keys() >= set(asked[: asked.index(question)]):
        return redirect("voting:residency", found.slug, method)
    data = request.POST if request.method == "POST" else None
    form = QUESTIONS[question](data, initial=answers.get(question), poll=found)
    if form.is_valid():
        return _go_on(request, found, method, question, answers | {question: form.cleaned_data}, form)
    return _question(request, found, method, question, form)


def _question(request: HttpRequest, poll: Poll, method: str, question: str, form: PlainForm) -> HttpResponse:
    asked = questions_of(poll, method)
    context = context_for(
        poll, form=form, method=method, question=question, place=asked.index(question) + 1, count=len(asked)
    )
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/residency.html", context, status=status)


def _go_on(
    request: HttpRequest, poll: Poll, method: str, question: str, answers: dict[str, dict[str, str]], form: PlainForm
) -> HttpResponse:
    """Go to the next question, or make the check; who is too young leaves nothing behind."""
    asked = questions_of(poll, method)
    if question == "age" and not answers["age"]["is_old_enough"]:
        return forget_answers(render_page(request, "voting/too_young.html", context_for(poll)), poll)
    if question != asked[-1]:
        following = asked[asked.index(question) + 1]
        return keep_answers(
            go_to(request, "voting:residency_question", poll.slug, method, following),
            poll,
            answers,
            shared=is_shared(request),
        )
    now = timezone.now()
    try:
        entry = _check(request, poll, method, answers, now)
    except DomainError as refusal:
        if not request.session.session_key:  # from now on the tries of this browser are counted
            request.session.create()
        if not isinstance(refusal, CodeNotKnown | CodeOfSomebodyElse):
            form.add_error(None, words_for(refusal))
            return _question(request, poll, method, question, form)
        wrong = QUESTIONS["code"](answers["code"], poll=poll)  # the fault lies with the code: ask for that again
        wrong.add_error("code", words_for(refusal))
        return _question(request, poll, method, "code", wrong)
    keep_contact(entry=entry, email="", language=get_language() or "en")
    remember_entries(request, every_ballot_of(entry=entry, now=now))
    following = "voting:choose" if entry.contact_email else "voting:contact"
    return forget_answers(go_to(request, following, poll.slug), poll)


def _check(
    request: HttpRequest, poll: Poll, method: str, answers: dict[str, dict[str, str]], now: datetime
) -> RollEntry:
    caller, person = caller_of(request), Person(**answers["home"]) if "home" in answers else None
    if method == CheckMethod.CODE or person is None:
        return check_by_code(poll=poll, code=answers["code"]["code"], person=person, caller=caller, now=now)
    return check_by_address(poll=poll, person=person, caller=caller, now=now)


@never_cache
def contact(request: HttpRequest, poll: str) -> HttpResponse:
    """Ask, once the check is passed, where to send a reminder; nobody has to say. For every ballot it opened."""
    found = queries.public_poll(poll)
    entries = checked_entries(request)
    if found.pk not in entries:
        return redirect("voting:residency_method", found.slug)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        for entry in RollEntry.objects.filter(pk__in=entries.values()).order_by("pk"):
            keep_contact(entry=entry, email=form.cleaned_data["email"], language=get_language() or "en")
        return go_to(request, "voting:choose", found.slug)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/contact.html", context_for(found, form=form), status=status)
