"""Helpers and officers write down what residents say by phone, on paper or side by side; each counts like online."""

import secrets
from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities.access import SignedInRequest, signed_in
from communities.models import Area
from communities.services.residents import AddressIncomplete, AddressNotInAnArea
from funding.answer_wording import words_for_answers
from funding.forms.helping import (
    HelpedCommentForm,
    HelpedNeedForm,
    HelpedQuestionForm,
    HelpedSignForm,
    HelpedVoiceForm,
    PostUpdatesForm,
    StopLettersForm,
)
from funding.models import Action, DeliveryVoice, Question, Round, SmallIdea, Suggestion, Theme
from funding.queries.answers import bodies_answering
from funding.queries.helping import areas_helped, to_write_down
from funding.queries.needs import needs_alike
from funding.services.delivery import say_delivered
from funding.services.petitions import sign_beside
from funding.services.priorities import add_heard, comment_on_need, suggest_need
from funding.services.questions import ask_question
from funding.services.small_awards import NotCollecting, NotHere
from funding.services.small_support import support_beside
from funding.services.updates import post_updates, stop_letters
from funding.wording import words_for
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.forms import PlainForm
from renewal.kernel.keyed import keyed_hash
from renewal.kernel.languages import local
from renewal.kernel.web import go_to, render_page

MOST_AREAS = 500  # places in the list; a helper of a whole nation types the address of the place's page


def _areas(request: SignedInRequest) -> QuerySet[Area]:
    """Areas that this person helps; nobody else has a page here (P1)."""
    areas = areas_helped(request.user, on=london_day(timezone.now()))
    if not areas.exists():
        raise Http404
    return areas


def _area(request: SignedInRequest, area_id: int) -> Area:
    """One area that this person helps, or an area above: a petition or an answer may belong to a wider one."""
    areas = _areas(request)
    found = areas.filter(pk=area_id).first()
    if found is None:
        below = areas.first()
        found = Area.objects.filter(pk=area_id, code__in=below.chain_codes if below else []).first()
    if found is None:
        raise Http404
    return found


@require_GET
@signed_in
def helping_residents(request: SignedInRequest) -> HttpResponse:
    """One page for a phone call or a library table: choose the area, then what the person wants to do."""
    helped = _areas(request)
    areas = list(helped[:MOST_AREAS])
    chosen = helped.filter(slug=request.GET.get("area", "")).first()
    if chosen is None and len(areas) == 1:
        chosen = areas[0]
    context = {
        "areas": areas,
        "chosen": chosen,
        "found": to_write_down(chosen, now=timezone.now()) if chosen else None,
        "staff_nav": "helping_residents",
    }
    return render_page(request, "funding/helping/residents.html", context)


def _form_page(
    request: SignedInRequest, form: PlainForm, *, title: str, lead: str, button: str, area: Area, status: int = 200
) -> HttpResponse:
    back = f"{reverse('funding:helping_residents')}?area={area.slug}"
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "area": area,
        "back": back,
        "staff_nav": "helping_residents",
    }
    return render_page(request, "funding/helping/form.html", context, status=422 if form.errors else status)


def _done(request: SignedInRequest, area: Area, words: str) -> HttpResponse:
    messages.success(request, words)
    return go_to(request, f"{reverse('funding:helping_residents')}?area={area.slug}")


def _try(form: PlainForm, act: Callable[[], str]) -> str | None:
    """Do one thing; None and words in the form when it was refused."""
    try:
        return act()
    except (AddressIncomplete, AddressNotInAnArea):
        form.add_error("postcode", _("This address does not lead to one area. Check the postcode with them."))
    except DomainError as refusal:
        form.add_error(None, words_for_answers(refusal))
    return None


def _help(
    request: SignedInRequest, form: PlainForm, act: Callable[[], str], *, title: str, lead: str, button: str, area: Area
) -> HttpResponse:
    """Do what a complete form says and go back to the helper's page; else show the form with what is wrong."""
    if request.method == "POST" and form.is_valid() and (words := _try(form, act)):
        return _done(request, area, words)
    return _form_page(request, form, title=title, lead=lead, button=button, area=area)


@require_http_methods(["GET", "POST"])
@signed_in
def helped_need(request: SignedInRequest, round: str) -> HttpResponse:
    """Write down a need, or count it where it stands already: what sounds alike is shown before anything is stored."""
    round_ = get_object_or_404(Round.objects.select_related("area", "priority_poll"), slug=round)
    area = _area(request, round_.area_id)
    alike = needs_alike(round_, request.POST.get("text", ""))
    asks = bool(alike) and "joins" not in request.POST
    form = HelpedNeedForm(request.POST if request.method == "POST" else None, alike=alike)
    if asks:  # shown as a question first, not as a mistake
        form = HelpedNeedForm(initial=request.POST.dict(), alike=alike)
    elif request.method == "POST" and form.is_valid():
        words = _try(form, lambda: _write_need(request, round_, form))
        if words:
            return _done(request, area, words)
    return _form_page(
        request,
        form,
        title=_("Write down what somebody asked for"),
        lead=_("It counts like a need that somebody typed. You are on record as the helper, the person is not."),
        button=_("Write it down"),
        area=area,
    )


def _write_need(request: SignedInRequest, round_: Round, form: HelpedNeedForm) -> str:
    found = form.cleaned_data
    joins = found.get("joins", "new")
    if joins != "new":
        need = add_heard(suggestion_id=int(joins), people=found["people"], actor=request.user, now=timezone.now())
        return _("Counted with %(ref)s: %(text)s") % {"ref": need.ref, "text": need.label}
    need = suggest_need(
        round_id=round_.pk,
        text=found["text"],
        text_cy=found["text_cy"],
        theme=Theme.objects.newest().filter(code=found["theme"]).first() if found["theme"] else None,
        origin=form.origin,
        people=found["people"],
        actor=request.user,
        now=timezone.now(),
    )
    return _("Written down as %(ref)s: %(text)s") % {"ref": need.ref, "text": need.label}


@require_http_methods(["GET", "POST"])
@signed_in
def helped_comment(request: SignedInRequest, round: str) -> HttpResponse:
    """Write down what somebody says about a need that stands."""
    round_ = get_object_or_404(Round.objects.select_related("area"), slug=round)
    area = _area(request, round_.area_id)
    form = HelpedCommentForm(
        request.POST if request.method == "POST" else None, initial={"need": request.GET.get("need", "")[:32]}
    )

    def act() -> str:
        found = form.cleaned_data
        need = Suggestion.objects.filter(round=round_, ref__iexact=found["need"].strip()).first()
        if need is None:
            form.add_error("need", _("No need of this round has that number. It stands on the page of the need."))
            return ""
        comment = comment_on_need(
            suggestion_id=need.pk, text=found["text"], name=found["name"], route=found["route"], actor=request.user,
            language=translation.get_language(), now=timezone.now(),
        )  # fmt: skip
        return _("Written down below: %(text)s") % {"text": comment.suggestion.label}

    return _help(
        request,
        form,
        act,
        title=_("Write down what somebody says about a need"),
        lead=_("Read the words back before you send them. They stand below the need for everybody to read."),
        button=_("Write it down"),
        area=area,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def helped_question(request: SignedInRequest, area: str) -> HttpResponse:
    area_ = _area(request, get_object_or_404(Area, slug=area).pk)
    form = HelpedQuestionForm(request.POST if request.method == "POST" else None, bodies=bodies_answering(area_))

    def act() -> str:
        question = ask_question(
            area=area_,
            browser="",
            language=translation.get_language(),
            actor=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
        return _("Published: %(text)s") % {"text": question.text}

    return _help(
        request,
        form,
        act,
        title=_("Ask a question for somebody"),
        lead=_("The question and its answer are public. Read the words back before you send them."),
        button=_("Publish the question"),
        area=area_,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def helped_signature(request: SignedInRequest, pk: int) -> HttpResponse:
    petitions = Question.objects.standing().filter(kind=Question.Kind.PETITION)
    question = get_object_or_404(petitions.select_related("area"), pk=pk)
    area = _area(request, question.area_id)
    form = HelpedSignForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        found = {name: form.cleaned_data[name] for name in ("name", "house", "postcode", "route")}
        is_new = sign_beside(question_id=pk, actor=request.user, now=timezone.now(), **found)
        return _("The signature counts.") if is_new else _("This person has signed already.")

    return _help(
        request,
        form,
        act,
        title=_("Sign a petition with somebody"),
        lead=question.text,
        button=_("Sign for them"),
        area=area,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def helped_support(request: SignedInRequest, pk: int) -> HttpResponse:
    """Support a small idea with somebody whom the helper knows to live there."""
    idea = get_object_or_404(SmallIdea.objects.select_related("project__round__area"), pk=pk)
    area = _area(request, idea.project.round.area_id)
    form = HelpedSignForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        found = {name: form.cleaned_data[name] for name in ("name", "house", "postcode", "route")}
        try:
            is_new = support_beside(idea_id=pk, actor=request.user, now=timezone.now(), **found)
        except (NotCollecting, NotHere) as refusal:
            form.add_error(None, words_for(refusal))
            return ""
        return _("The support counts.") if is_new else _("This person supported it already.")

    return _help(
        request,
        form,
        act,
        title=_("Support an idea with somebody"),
        lead=idea.project.label,
        button=_("Support it for them"),
        area=area,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def helped_voice(request: SignedInRequest, pk: int) -> HttpResponse:
    """What somebody found where a body says that something is done."""
    action = get_object_or_404(Action.objects.select_related("answer__mandate__area", "answer__mandate__body"), pk=pk)
    area = _area(request, action.answer.mandate.area_id)
    form = HelpedVoiceForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        say_delivered(
            action_id=pk,
            verdict=DeliveryVoice.Verdict(form.cleaned_data["verdict"]),
            words=form.cleaned_data["words"],
            route=form.cleaned_data["route"],
            browser=keyed_hash("told", secrets.token_hex(16)),
            actor=request.user,
            now=timezone.now(),
        )
        return _("Written down. Everybody can see it on the page of the answer.")

    return _help(
        request,
        form,
        act,
        title=_("Write down what somebody found"),
        lead=local(action.words, action.words_cy),
        button=_("Write it down"),
        area=area,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def helped_updates(request: SignedInRequest, area: str) -> HttpResponse:
    """News by letter for somebody without e-mail."""
    area_ = _area(request, get_object_or_404(Area, slug=area).pk)
    form = PostUpdatesForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        wish = post_updates(area=area_, actor=request.user, now=timezone.now(), **form.cleaned_data)
        return _("Letters will come. Their number is %(number)s, to stop them by phone.") % {"number": wish.pk}

    return _help(
        request,
        form,
        act,
        title=_("Send news by letter"),
        lead=_("News of %(area)s when a step opens, a body answers, or something is done.") % {"area": area_.spoken},
        button=_("Send letters"),
        area=area_,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def helped_stop(request: SignedInRequest) -> HttpResponse:
    """Somebody called to stop letters: one number, one step."""
    area = _areas(request)[0]
    form = StopLettersForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        stopped = stop_letters(number=form.cleaned_data["number"], actor=request.user)
        return _done(request, area, _("The letters stop.") if stopped else _("No letters go out under this number."))
    return _form_page(
        request,
        form,
        title=_("Stop letters"),
        lead=_("Ask for the number at the foot of the letter."),
        button=_("Stop the letters"),
        area=area,
    )
