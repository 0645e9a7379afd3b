"""Officers answer: what waits for them, one answer, the second signature, what came of actions, questions, appeals."""

import secrets

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import OfficerRole, Role
from funding.answer_states import AnswerKind, MandateKind, MandateState
from funding.answer_wording import words_for_answers
from funding.forms.staff_answers import (
    AnswerForm,
    JoinForm,
    PanelForm,
    ReplyForm,
    ReportForm,
)
from funding.forms.voices import ToldForm
from funding.models import (
    Action,
    ActionEvent,
    Answer,
    AnswerAppeal,
    AnswerDraft,
    DeliveryVoice,
    Mandate,
    Question,
    Round,
)
from funding.queries.answers import action_lines, full_mandates, status_of, to_answer
from funding.rules.answering import last_day, working_days_left
from funding.services.answers import (
    answer_mandate,
    draft_digest,
    join_answer,
    sign_answer,
    wording_of,
)
from funding.services.delivery import (
    report_action,
    say_delivered,
)
from funding.services.questions import reply_to_question
from funding.services.rejections import decide_appeal
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.keyed import keyed_hash
from renewal.kernel.web import go_to, render_page

ANSWERING = (Role.REVIEWER, Role.LEAD)


@require_GET
@officer_required(*ANSWERING)
def answer_queue(request: SignedInRequest) -> HttpResponse:
    """Answers to write and to sign, soonest first; questions to reply to."""
    now = timezone.now()
    rows = [
        (row, status_of(row, now=now), last_day(row.due_at), working_days_left(now, row.due_at, nation=row.area.nation))
        for row in to_answer(request.user, now=now)[:200]
    ]
    bodies = OfficerRole.objects.filter(user=request.user).held(on=london_day(now)).values("body")
    questions = Question.objects.standing().unanswered().filter(body__in=bodies).order_by("due_at", "id")
    promised = (
        Action.objects.with_marks()
        .filter(answer__mandate__body__in=bodies, done_at=None)
        .select_related("answer__mandate")
        .order_by("due_on", "id")
    )
    disputed = Action.objects.with_marks().filter(answer__mandate__body__in=bodies, disputes__gt=0)
    context = {
        "rows": rows,
        "overdue": sum(days < 0 for *_rest, days in rows),
        "questions": [(row, last_day(row.due_at)) for row in questions.select_related("area")[:100]],
        "promised": promised[:100],
        "rounds": Round.objects.in_turn().filter(convenor__in=bodies).order_by("-created_at", "id")[:50],
        "appeals": AnswerAppeal.objects.filter(outcome="")
        .exclude(mandate__body__in=bodies)
        .select_related("mandate__body")
        .order_by("hear_by", "id")[:20],
        "disputed": disputed.select_related("answer__mandate").order_by("due_on", "id")[:100],
        "is_lead": OfficerRole.objects.filter(user=request.user, role=Role.LEAD).held(on=london_day(now)).exists(),
        "staff_nav": "answers",
    }
    return render_page(request, "funding/answer_queue.html", context)


def mandate_for(request: SignedInRequest, pk: int) -> Mandate:
    """Find a mandate of a body for which the person acts today; anybody else gets a helpful 404 (P1)."""
    mine = Mandate.objects.of_officer(request.user, on=london_day(timezone.now()))
    return get_object_or_404(full_mandates().filter(pk__in=mine.values("pk")), pk=pk)


@require_http_methods(["GET", "POST"])
@officer_required(*ANSWERING)
def answer_write(request: SignedInRequest, pk: int) -> HttpResponse:
    mandate = mandate_for(request, pk)
    draft = AnswerDraft.objects.filter(mandate=mandate).first()
    form = AnswerForm(
        request.POST if request.method == "POST" else None, subject=MandateKind(mandate.kind), initial=_initial(draft)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = answer_mandate(mandate_id=pk, wording=form.wording(), actor=request.user, now=timezone.now())
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            published = isinstance(made, Answer)
            return go_to(request, "funding:mandate_detail" if published else "funding:answer_sign", pk)
    joinable = Answer.objects.filter(
        mandate__kind=mandate.kind,
        mandate__round=mandate.round,
        mandate__ref=mandate.ref,
        kind__in=[AnswerKind.ACCEPT, AnswerKind.IN_PART],
    ).exclude(mandate=mandate)
    now = timezone.now()
    context = {
        "mandate": mandate,
        "status": status_of(mandate, now=now),
        "last_day": last_day(mandate.due_at),
        "days_left": working_days_left(now, mandate.due_at, nation=mandate.area.nation),
        "form": form,
        "joinable": joinable.select_related("mandate__body") if mandate.state == MandateState.WAITING else [],
        "answers": [(one, action_lines(one, now=now)) for one in mandate.answers.all()],
        "staff_nav": "answers",
    }
    return render_page(request, "funding/answer_write.html", context, status=422 if form.errors else 200)


def _initial(draft: AnswerDraft | None) -> dict[str, object]:
    """Show a draft again in the form, so that nothing typed is lost."""
    if draft is None:
        return {}
    wording = wording_of(draft)
    initial: dict[str, object] = {
        "kind": wording.kind,
        "ground": wording.ground,
        "provision": wording.provision,
        "words": wording.words,
        "words_cy": wording.words_cy,
    }
    for number, action in enumerate(wording.actions, start=1):
        initial |= {f"action_{number}": action.words, f"due_{number}": action.due_on}
    for pledge in wording.pledges:
        initial |= {"pledge_words": pledge.words}
        initial |= {"money": pledge.amount_pence} if pledge.amount_pence else {"hours": pledge.staff_hours}
    return initial


@require_http_methods(["GET", "POST"])
@officer_required(*ANSWERING)
def answer_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """The second officer reads exactly what will be published, and signs it."""
    mandate = mandate_for(request, pk)
    draft = AnswerDraft.objects.select_related("written_by__user").filter(mandate=mandate).first()
    if draft is None:
        return go_to(request, "funding:answer_write", pk)
    problem = ""
    if request.method == "POST":
        try:
            sign_answer(mandate_id=pk, seen=request.POST.get("seen", ""), actor=request.user, now=timezone.now())
        except DomainError as refusal:
            problem = words_for_answers(refusal)
        else:
            return go_to(request, "funding:mandate_detail", pk)
    context = {
        "mandate": mandate,
        "draft": draft,
        "wording": wording_of(draft),
        "seen": draft_digest(draft),
        "is_mine": draft.written_by.user_id == request.user.pk,
        "last_day": last_day(mandate.due_at),
        "problem": problem,
        "staff_nav": "answers",
    }
    return render_page(request, "funding/answer_sign.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
@officer_required(*ANSWERING)
def answer_join(request: SignedInRequest, pk: int, answer: int) -> HttpResponse:
    """Join another body's answer to the same need, with a pledge."""
    mandate = mandate_for(request, pk)
    other = get_object_or_404(
        Answer.objects.select_related("mandate__body").filter(
            mandate__kind=mandate.kind, mandate__round=mandate.round, mandate__ref=mandate.ref
        ),
        pk=answer,
    )
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            join_answer(
                mandate_id=pk, answer_id=answer, pledges=[form.pledge()], actor=request.user, now=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:mandate_detail", pk)
    context = {"mandate": mandate, "other": other, "form": form, "staff_nav": "answers"}
    return render_page(request, "funding/answer_join.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required(*ANSWERING)
def action_report(request: SignedInRequest, pk: int) -> HttpResponse:
    mine = Mandate.objects.of_officer(request.user, on=london_day(timezone.now()))
    action = get_object_or_404(
        Action.objects.with_marks()
        .filter(answer__mandate__in=mine.values("pk"))
        .select_related("answer__mandate__body")
        .prefetch_related("events", "voices"),
        pk=pk,
    )
    told = request.POST.get("act") == "told"
    form = ReportForm(request.POST if request.method == "POST" and not told else None)
    told_form = ToldForm(request.POST if told else None, auto_id="told_%s")
    active = told_form if told else form
    if request.method == "POST" and active.is_valid():
        found = active.cleaned_data
        try:
            if told:
                say_delivered(
                    action_id=pk,
                    verdict=DeliveryVoice.Verdict(found["verdict"]),
                    words=found["words"],
                    route=found["route"],
                    browser=keyed_hash("told", secrets.token_hex(16)),
                    actor=request.user,
                    now=timezone.now(),
                )
            else:
                kind = ActionEvent.Kind(found["kind"])
                report_action(action_id=pk, actor=request.user, now=timezone.now(), **found | {"kind": kind})
        except DomainError as refusal:
            active.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:mandate_detail", action.answer.mandate_id)
    context = {
        "action": action,
        "mandate": action.answer.mandate,
        "report_form": form,
        "told_form": told_form,
        "forms": [form, told_form],
        "staff_nav": "answers",
    }
    return render_page(request, "funding/action_report.html", context, status=422 if active.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required(*ANSWERING)
def question_reply(request: SignedInRequest, pk: int) -> HttpResponse:
    bodies = OfficerRole.objects.filter(user=request.user).held(on=london_day(timezone.now())).values("body")
    question = get_object_or_404(
        Question.objects.filter(body__in=bodies).select_related("body", "area").prefetch_related("replies"), pk=pk
    )
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            reply_to_question(question_id=pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:question_detail", pk)
    context = {"question": question, "last_day": last_day(question.due_at), "form": form, "staff_nav": "answers"}
    return render_page(request, "funding/question_reply.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required()
def appeal_hear(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record what an independent panel decided; officers of the body that rejected find nothing here."""
    appeal = get_object_or_404(AnswerAppeal.objects.select_related("mandate__body").filter(outcome=""), mandate=pk)
    held = OfficerRole.objects.filter(user=request.user).held(on=london_day(timezone.now()))
    if held.filter(body=appeal.mandate.body).exists():
        raise Http404
    form = PanelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data | {"outcome": AnswerAppeal.Outcome(form.cleaned_data["outcome"])}
        try:
            decide_appeal(mandate_id=pk, actor=request.user, now=timezone.now(), **found)
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:mandate_detail", pk)
    context = {
        "appeal": appeal,
        "mandate": appeal.mandate,
        "answer": appeal.mandate.answers.order_by("-number").first(),
        "form": form,
        "staff_nav": "answers",
    }
    return render_page(request, "funding/appeal_hear.html", context, status=422 if form.errors else 200)
