"""Accredited helpers: groups they help, steps that wait for a group's word."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.access import SignedInRequest, signed_in
from communities.forms.helping import ConfirmForm, HelpForm, RouteForm
from communities.models import Group, HelpedStep, Helper, OfficerRole
from communities.rules.names import skeleton_of
from communities.services.helped_deeds import ask_to_help
from communities.services.helped_steps import confirm_helped_step, journey_words, refuse_helped_step
from communities.services.helping import NoSuchGroup, is_helper_of
from communities.views.create import DRAFT
from communities.views.parts import ROUTES, FormPage, answer_form, answer_press, form_for, group_of, settle
from renewal.kernel.clock import london_day
from renewal.kernel.parts import Crumb
from renewal.kernel.templatetags.page import route
from renewal.kernel.web import go_to, render_page


def _may_confirm(request: SignedInRequest) -> bool:
    """Officers and accredited helpers take a group's word."""
    on = london_day(timezone.now())
    return (
        Helper.objects.filter(user=request.user).accredited(on=on).exists()
        or OfficerRole.objects.filter(user=request.user).held(on=on).exists()
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def helper_home(request: SignedInRequest) -> HttpResponse:
    """Groups this person helps, and what waits; begin to register one."""
    if not _may_confirm(request):
        raise Http404
    is_helper = Helper.objects.filter(user=request.user).accredited(on=london_day(timezone.now())).exists()
    if request.method == "POST" and not is_helper:
        raise Http404
    form = HelpForm(request.POST if "group" in request.POST else None)
    if request.method == "POST" and "group" in request.POST:
        if settle(form, lambda said: _offer_help(request, said)):
            return go_to(request, "communities:helper_home")
    elif request.method == "POST":
        request.session[DRAFT] = {"helped": True}
        return go_to(request, "communities:group_create", "name")
    steps = HelpedStep.objects.filter(state="waiting").select_related("group", "helper__user")
    context = {
        "is_helper": is_helper,
        "groups": Group.objects.of_member(request.user).filter(memberships__role="helper").order_by("name", "id"),
        "steps": [(step, journey_words(step.journey)) for step in steps[:50]],
    }
    context["form"] = form
    status = 422 if form.is_bound else 200
    return render_page(request, "communities/helper_home.html", context, status=status)


def _offer_help(request: SignedInRequest, said: dict[str, Any]) -> None:
    group = Group.objects.active().filter(skeleton=skeleton_of(said["group"])).order_by("id").first()
    if group is None:
        raise NoSuchGroup(name=said["group"])
    ask_to_help(group_id=group.pk, route=said["route"], actor=request.user, now=timezone.now())
    words = _("%(group)s gets a letter or e-mail with a code. You may help once it gives you the code.")
    messages.success(request, words % {"group": group.name})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def helped_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a group's word: its code, or its signature seen by another."""
    if not _may_confirm(request):
        raise Http404
    step = get_object_or_404(HelpedStep.objects.select_related("group", "helper__user"), pk=pk)
    page = FormPage(
        _("Did %(group)s agree?") % {"group": step.group.name},
        _("Confirm"),
        reverse("communities:helper_home"),
        intro=_("%(helper)s did this: %(journey)s.")
        % {"helper": str(step.helper.user), "journey": journey_words(step.journey)},
    )
    return answer_form(
        request,
        form_for(request, ConfirmForm, initial={"how": "code"}),
        page,
        lambda said: confirm_helped_step(
            step_id=pk, how=said["how"], code=said["code"], actor=request.user, now=timezone.now()
        ),
        ("communities:helper_home",),
        _("Confirmed."),
        context={"crumbs": [Crumb(_("Helping groups"), route("communities:helper_home"))]},
    )


@signed_in
@require_POST
def helped_answer(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """A member of the group looks at what was done for it, and agrees or says it is wrong."""
    here = get_object_or_404(Group.objects.of_member(request.user), slug=group)
    get_object_or_404(HelpedStep.objects.filter(group=here), pk=pk)
    now, back = timezone.now(), ("communities:group_home", here.slug)
    if request.POST.get("answer") == "no":
        return answer_press(
            request,
            lambda: refuse_helped_step(step_id=pk, actor=request.user, now=now),
            back,
            _("It is marked as not what you wanted. Call us and we will put it right."),
        )
    return answer_press(
        request,
        lambda: confirm_helped_step(step_id=pk, how="member", actor=request.user, now=now),
        back,
        _("Confirmed."),
    )


@signed_in
@require_POST
def help_route(request: SignedInRequest, group: str) -> HttpResponse:
    """A helper says how the group and they work together today; the steps noted from now on say so."""
    here = group_of(request, group)
    form = RouteForm(request.POST)
    if is_helper_of(request.user, here) and form.is_valid():
        request.session[ROUTES] = {**request.session.get(ROUTES, {}), str(here.pk): form.cleaned_data["route"]}
        messages.success(request, _("Saved. Each step you note says so."))
    return go_to(request, "communities:group_home", here.slug)
