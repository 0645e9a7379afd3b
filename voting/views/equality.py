"""Questions about the voter, once the vote is safe: each is optional, and only totals are kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communities.models import EqualityQuestionSet
from communities.services.equality import NOT_SAID, add_answer
from renewal.kernel.clock import london_day
from renewal.kernel.forms import PlainForm
from renewal.kernel.languages import local
from renewal.kernel.web import go_to, render_page
from voting import queries
from voting.models import Poll
from voting.services.retention import occasion_of
from voting.views.vote import context_for
from voting.views.voter import receipt_of

SESSION = "about_you"  # how many questions this device has answered, by poll; never what


class EqualityForm(PlainForm):
    """One question about the voter, with "Prefer not to say"."""

    answer = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": later("Choose an answer, or Prefer not to say")}
    )

    def __init__(self, *args: Any, question: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = local(question["question"], question["question_cy"])
        answers = [(one["code"], local(one["text"], one["text_cy"])) for one in question["answers"]]
        self.offer("answer", [*answers, (NOT_SAID, _("Prefer not to say"))])


def _questions(poll: Poll) -> EqualityQuestionSet | None:
    return EqualityQuestionSet.objects.in_force(nation=poll.area.nation, on=london_day(timezone.now()))


@require_safe
@never_cache
def equality(request: HttpRequest, poll: str) -> HttpResponse:
    """Say why we ask, with "Skip all" beside the start; only after a vote from this device."""
    found = queries.public_poll(poll)
    known = _questions(found)
    if receipt_of(request, found) is None or known is None:
        return redirect("voting:start", found.slug)
    context = context_for(found, count=len(known.questions), version=known.version)
    return render_page(request, "voting/equality.html", context)


@never_cache
def equality_question(request: HttpRequest, poll: str, number: int) -> HttpResponse:
    """Ask one question and count its answer; the device keeps how far it has come, never what it said."""
    found = queries.public_poll(poll)
    known, answered = _questions(found), request.session.get(SESSION, {})
    if receipt_of(request, found) is None or known is None:
        return redirect("voting:start", found.slug)
    following = answered.get(found.slug, 0) + 1
    if following > len(known.questions):
        return redirect("voting:sent", found.slug)
    if number != following:
        return redirect("voting:equality_question", found.slug, following)
    question = known.questions[number - 1]
    form = EqualityForm(request.POST if request.method == "POST" else None, question=question)
    if form.is_valid():
        add_answer(
            question_set=known,
            occasion=occasion_of(found),
            question=question["code"],
            answer=form.cleaned_data["answer"],
        )
        request.session[SESSION] = answered | {found.slug: number}
        if number < len(known.questions):
            return go_to(request, "voting:equality_question", found.slug, number + 1)
        messages.success(request, _("Thank you. Only totals are kept, and nothing joins them to your vote."))
        return go_to(request, "voting:sent", found.slug)
    status = 422 if request.method == "POST" else 200
    context = context_for(found, form=form, number=number, count=len(known.questions))
    return render_page(request, "voting/equality_question.html", context, status=status)
