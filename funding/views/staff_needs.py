"""Officers of a round sort out needs, add what they heard, set up the vote on the order, and adopt it."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Body, OfficerRole, Role
from funding.answer_wording import words_for_answers
from funding.forms.staff_needs import (
    CorrectForm,
    HeardForm,
    JoinNeedsForm,
    LeaveOutForm,
    NameBodyForm,
    PollForm,
    RaiseForm,
    ThemeForm,
)
from funding.models import (
    LeftOutReason,
    Priority,
    PriorityList,
    RaisedPriority,
    Round,
    Suggestion,
    SuggestionOrigin,
    Theme,
)
from funding.power_words import power_words
from funding.queries.needs import needs_alike, needs_to_sort_out, suggestion_figures
from funding.queries.powers import area_with_power, powers_of
from funding.rules.levels import POWERS
from funding.services.mandates import bodies_above, name_body, raise_priority
from funding.services.priorities import (
    adopt_priorities,
    correct_list,
    describe_need,
    is_suggesting,
    join_needs,
    leave_out_need,
    suggest_need,
)
from funding.services.priority_polls import set_up_priority_poll
from renewal.kernel.clock import at, london_day, start_of
from renewal.kernel.errors import DomainError
from renewal.kernel.forms import PlainForm
from renewal.kernel.web import go_to, render_page

SORTING = (Role.REVIEWER, Role.LEAD)


def round_of_officer(request: SignedInRequest, slug: str) -> Round:
    """Find a round that a body of this officer convenes (P1)."""
    held = OfficerRole.objects.filter(user=request.user, role__in=SORTING).held(on=london_day(timezone.now()))
    rounds = Round.objects.in_turn().filter(convenor__in=held.values("body"))
    return get_object_or_404(rounds.select_related("area__parent", "convenor", "priority_poll"), slug=slug)


@require_GET
@officer_required(*SORTING)
def needs_sort(request: SignedInRequest, round: str) -> HttpResponse:
    round_ = round_of_officer(request, round)
    words = request.GET.get("q", "").strip()[:100]
    needs = needs_to_sort_out(round_)
    if words:
        needs = needs.filter(Q(text__icontains=words) | Q(ref__iexact=words))
    context = {
        "round": round_,
        "needs": needs[:200],
        "words": words,
        "figures": suggestion_figures(round_, now=timezone.now()),
        "is_open": is_suggesting(round_, now=timezone.now()),
        "list": PriorityList.objects.filter(round=round_).order_by("-version").first(),
        "staff_nav": "rounds",
    }
    return render_page(request, "funding/needs_sort.html", context)


@require_http_methods(["GET", "POST"])
@officer_required(*SORTING)
def need_add(request: SignedInRequest, round: str) -> HttpResponse:
    """Add a need that people told an officer or a helper offline."""
    round_ = round_of_officer(request, round)
    form = HeardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            need = suggest_need(
                round_id=round_.pk,
                text=found["text"],
                text_cy=found["text_cy"],
                theme=Theme.objects.newest().filter(code=found["theme"]).first() if found["theme"] else None,
                origin=SuggestionOrigin(found["origin"]),
                people=found["people"],
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:need_sort", round=round_.slug, ref=need.ref)
    context = {"round": round_, "form": form, "staff_nav": "rounds"}
    return render_page(request, "funding/need_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required(*SORTING)
def need_sort(request: SignedInRequest, round: str, ref: str) -> HttpResponse:
    """One need: its theme and Welsh, what sounds like it, joining it, leaving it out."""
    round_ = round_of_officer(request, round)
    need = get_object_or_404(Suggestion.objects.select_related("theme"), round=round_, ref=ref)
    act = request.POST.get("act", "")
    initial = {"theme": need.theme.code if need.theme else "", "text_cy": need.text_cy}
    theme = ThemeForm(request.POST if act == "theme" else None, initial=initial, auto_id="theme_%s")
    join = JoinNeedsForm(
        request.POST if act == "join" else None,
        initial={"target": request.GET.get("target", "")},
        auto_id="join_%s",
    )
    leave = LeaveOutForm(request.POST if act == "leave" else None, auto_id="leave_%s")
    form = {"theme": theme, "join": join, "leave": leave}.get(act)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _do(act, request, need, form)
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:needs_sort", round=round_.slug)
    context = {
        "round": round_,
        "need": need,
        "alike": needs_alike(round_, need.text, but=need.pk),
        "theme_form": theme,
        "join_form": join,
        "leave_form": leave,
        "forms": [theme, join, leave],
        "staff_nav": "rounds",
    }
    return render_page(request, "funding/need_sort.html", context, status=422 if form and form.errors else 200)


def _do(act: str, request: SignedInRequest, need: Suggestion, form: PlainForm) -> None:
    found, now = form.cleaned_data, timezone.now()
    if act == "theme":
        theme = Theme.objects.newest().filter(code=found["theme"]).first() if found["theme"] else None
        describe_need(suggestion_id=need.pk, theme=theme, text_cy=found["text_cy"], actor=request.user, now=now)
    elif act == "join":
        target = Suggestion.objects.filter(round=need.round, ref__iexact=found["target"].strip()).first()
        join_needs(
            source_id=need.pk,
            target_id=target.pk if target else 0,
            words=found["words"],
            actor=request.user,
            now=now,
        )
    else:
        leave_out_need(
            suggestion_id=need.pk,
            reason=LeftOutReason(found["reason"]),
            words=found["words"],
            actor=request.user,
            now=now,
        )


@require_http_methods(["GET", "POST"])
@officer_required(*SORTING)
def priorities_staff(request: SignedInRequest, round: str) -> HttpResponse:
    """The vote on the order: set it up from the needs that stand, and adopt what it decided."""
    round_ = round_of_officer(request, round)
    form = PollForm(request.POST if request.POST.get("act") == "poll" else None)
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "adopt":
                adopt_priorities(round_id=round_.pk, actor=request.user, now=timezone.now())
                return go_to(request, "funding:priorities_staff", round=round_.slug)
            if form.is_valid():
                set_up_priority_poll(
                    round_id=round_.pk,
                    opens_at=start_of(form.cleaned_data["opens_on"]),
                    closes_at=at(form.cleaned_data["closes_on"], 17),
                    actor=request.user,
                    now=timezone.now(),
                )
                return go_to(request, "funding:priorities_staff", round=round_.slug)
        except DomainError as refusal:
            problem = words_for_answers(refusal)
    list_ = PriorityList.objects.filter(round=round_).order_by("-version").first()
    context = {
        "round": round_,
        "form": form,
        "problem": problem,
        "poll": round_.priority_poll,
        "standing": Suggestion.objects.standing().filter(round=round_).count(),
        "list": list_,
        "priorities": list_.priorities.prefetch_related("mandates__body", "raised_by").order_by("rank")
        if list_
        else [],
        "is_lead": round_.convenor.officer_roles.filter(user=request.user, role=Role.LEAD)
        .held(on=london_day(timezone.now()))
        .exists(),
        "staff_nav": "rounds",
    }
    return render_page(request, "funding/priorities_staff.html", context, status=422 if problem or form.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required(*SORTING)
def priority_bodies(request: SignedInRequest, round: str, ref: str) -> HttpResponse:
    """Name another body that must answer a need, or send it up to the level that has the power."""
    round_ = round_of_officer(request, round)
    priority = get_object_or_404(Priority.objects.current().select_related("list__round"), list__round=round_, ref=ref)
    act = request.POST.get("act", "")
    above = bodies_above(round_)
    missing = sorted(POWERS - powers_of(round_.area))
    levels = {power: area_with_power(round_.area, power) for power in missing}
    upper = Body.objects.filter(area__in=set(levels.values())).order_by("name")
    raised = RaisedPriority.objects.filter(area__in=set(levels.values()), cycle=round_.cycle)
    name = NameBodyForm(
        request.POST if act == "name" else None,
        bodies=Body.objects.filter(pk__in=[body.pk for body in above]),
        auto_id="name_%s",
    )
    go_up = RaiseForm(
        request.POST if act == "raise" else None,
        auto_id="raise_%s",
        powers=[(power, f"{power_words(power)} ({levels[power].name})") for power in missing],
        bodies=upper,
        raised=[(str(one.pk), one.title) for one in raised],
    )
    form = {"name": name, "raise": go_up}.get(act)
    if request.method == "POST" and form is not None and form.is_valid():
        found = form.cleaned_data
        try:
            if act == "name":
                name_body(priority_id=priority.pk, body_id=found["body"].pk, actor=request.user, now=timezone.now())
            else:
                raise_priority(
                    priority_id=priority.pk,
                    power=found["power"],
                    body_id=found["body"].pk,
                    words=found["words"],
                    joins=int(found["joins"]) if found["joins"] else None,
                    actor=request.user,
                    now=timezone.now(),
                )
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, reverse("funding:priorities_staff", args=[round_.slug]))
    context = {
        "round": round_,
        "priority": priority,
        "name_form": name,
        "raise_form": go_up,
        "forms": [name, go_up],
        "staff_nav": "rounds",
    }
    return render_page(request, "funding/priority_bodies.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "POST"])
@officer_required(Role.LEAD)
def priorities_correct(request: SignedInRequest, round: str) -> HttpResponse:
    """Correct an adopted list: a new version with its reason; nothing can be moved, no earlier version changes."""
    round_ = round_of_officer(request, round)
    newest = get_object_or_404(PriorityList.objects.filter(round=round_).order_by("-version")[:1])
    current = list(newest.priorities.order_by("rank").values_list("ref", flat=True))
    counted = Priority.objects.filter(list__round=round_, list__version=1).order_by("rank")
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        counted=[(one.ref, f"{one.rank}. {one.label} ({one.ref})") for one in counted],
        initial={"refs": current},
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_list(round_id=round_.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, words_for_answers(refusal))
        else:
            return go_to(request, "funding:priorities_staff", round=round_.slug)
    context = {"round": round_, "newest": newest, "form": form, "staff_nav": "rounds"}
    return render_page(request, "funding/priorities_correct.html", context, status=422 if form.errors else 200)
