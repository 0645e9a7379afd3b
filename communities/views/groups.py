"""Start a group, its hub and its public page, its details, its end."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities import group_pages, queries
from communities.access import SignedInRequest, signed_in
from communities.forms.groups import DetailsForm, FindGroupForm, JoinForm, StartForm
from communities.forms.helping import RouteForm
from communities.forms.plain import NothingForm
from communities.group_queries import public_groups
from communities.models import Group, GroupMerge, Invitation
from communities.services.groups import answer_merge, change_group, close_group, propose_merge, withdraw_merge
from communities.services.helping import is_helper_of
from communities.services.members import accept_invitation, decline_invitation
from communities.views.parts import (
    FormPage,
    answer_form,
    answer_press,
    crumbs_of,
    for_group,
    form_for,
    group_of,
    press_for_group,
    route_of,
    run_group,
)
from renewal.kernel.clock import london_day
from renewal.kernel.web import go_to, render_page

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    """Look for a group by name or by what it does."""
    form = FindGroupForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(public_groups(words=words), 20).get_page(request.GET.get("page"))
    context = {"form": form, "words": words, "page": page, "rows": group_pages.entries(page.object_list)}
    return render_page(request, "communities/group_list.html", context)


@FORM
def group_start(request: HttpRequest) -> HttpResponse:
    """Is this for us? Every "no" gives a route."""
    form = form_for(request, StartForm)
    routes = []
    if request.method == "POST" and form.is_valid():
        routes = group_pages.routes_for(form.cleaned_data)
        if not routes:
            return go_to(request, "communities:group_create", "name")
    status = 422 if form.is_bound and not form.is_valid() else 200
    context = {"form": form, "routes": routes}
    return render_page(request, "communities/group_start.html", context, status=status)


@signed_in
@require_safe
def my_groups(request: SignedInRequest) -> HttpResponse:
    """List the groups the person belongs to, and invitations that wait."""
    now = timezone.now()
    context = {
        "groups": Group.objects.of_member(request.user).select_related("area").order_by("name", "id"),
        "invitations": Invitation.objects.waiting(at=now).to_person(request.user).select_related("group", "invited_by"),
    }
    return render_page(request, "communities/my_groups.html", context)


@signed_in
@require_POST
def invitation_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.to_person(request.user).select_related("group"), pk=pk)
    now = timezone.now()
    if request.POST.get("answer") == "no":
        return answer_press(
            request,
            lambda: decline_invitation(invitation_id=pk, actor=request.user, now=now),
            ("communities:my_groups",),
            _("You declined the invitation."),
        )
    return answer_press(
        request,
        lambda: accept_invitation(invitation_id=pk, actor=request.user, now=now),
        ("communities:my_groups",),
        _("You now belong to %(group)s.") % {"group": invitation.group.name},
    )


@signed_in
@require_safe
def group_home(request: SignedInRequest, group: str) -> HttpResponse:
    """The hub of a group: what to do next, and where everything is."""
    here = group_of(request, group)
    context = group_pages.hub(here, request.user, now=timezone.now())
    if context["is_helper"]:
        context["route_form"] = RouteForm(initial={"route": route_of(request, here)})
    return render_page(request, "communities/group_home.html", context)


@require_safe
def group_detail(request: HttpRequest, group: str) -> HttpResponse:
    """A group's public page: what it is for, how it is run, what it shows, who holds its money."""
    here = get_object_or_404(Group.objects.select_related("area__parent", "merged_into"), slug=group)
    context = group_pages.public(here, on=london_day(timezone.now()))
    context["body"] = queries.body_for(here.area)
    return render_page(request, "communities/group_detail.html", context)


@signed_in
@FORM
def group_change(request: SignedInRequest, group: str) -> HttpResponse:
    here = run_group(request, group)
    facts = {name: getattr(here, name) for name in ("name", "legal_form", "roles", "aims", "website", "language")}
    form = form_for(request, DetailsForm, initial=facts)
    page = FormPage(_("Change your group’s details"), _("Save"), reverse("communities:group_home", args=[here.slug]))
    return answer_form(
        request,
        form,
        page,
        for_group(
            request,
            here,
            "details",
            lambda said: change_group(group_id=here.pk, changes=said, actor=request.user, now=timezone.now()),
        ),
        ("communities:group_home", here.slug),
        _("Your group’s details are saved."),
        context={"crumbs": crumbs_of(here), "group": here},
    )


@signed_in
@FORM
def group_close(request: SignedInRequest, group: str) -> HttpResponse:
    here = run_group(request, group)
    helped = is_helper_of(request.user, here)
    page = FormPage(
        _("Close %(group)s?") % {"group": here.name},
        _("Close the group"),
        reverse("communities:group_home", args=[here.slug]),
        intro=_("Its public page and its past stay. Nobody can change them, and it cannot be opened again."),
    )
    return answer_form(
        request,
        form_for(request, NothingForm),
        page,
        for_group(
            request,
            here,
            "close",
            lambda said: close_group(group_id=here.pk, actor=request.user, now=timezone.now()),
            facts=dict,
        ),
        ("communities:group_home", here.slug) if helped else ("communities:my_groups",),
        "" if helped else _("%(group)s is closed. Its page stays.") % {"group": here.name},
        context={"crumbs": crumbs_of(here)},
    )


@signed_in
@FORM
def group_join(request: SignedInRequest, group: str) -> HttpResponse:
    """Ask to become part of another group."""
    here = run_group(request, group)
    form = form_for(request, JoinForm)
    if request.method == "POST" and form.is_valid():
        into = group_pages.group_called(form.cleaned_data["into"], besides=here)
        if into is None:
            form.add_error("into", _("We found no other group with this name. Type it as it stands on its page"))
        else:
            form.cleaned_data["into"] = into.pk
    page = FormPage(
        _("Become part of another group"),
        _("Ask the other group"),
        reverse("communities:group_home", args=[here.slug]),
        intro=_("If it agrees, your members move over. Your page and your past stay."),
    )
    return answer_form(
        request,
        form,
        page,
        for_group(
            request,
            here,
            "join",
            lambda said: propose_merge(group_id=here.pk, into_id=said["into"], actor=request.user, now=timezone.now()),
            facts=lambda said: {"into_id": said["into"]},
        ),
        ("communities:group_home", here.slug),
        "" if is_helper_of(request.user, here) else _("We asked the other group."),
        context={"crumbs": crumbs_of(here)},
    )


@signed_in
@require_POST
def merge_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The group that was asked agrees or declines; the one that asked may take it back."""
    owned = Group.objects.run_by(request.user)
    answer, now = request.POST.get("answer", ""), timezone.now()
    if answer == "withdraw":
        merge = get_object_or_404(GroupMerge.objects.filter(group__in=owned).select_related("group"), pk=pk)
        return press_for_group(
            request,
            merge.group,
            "join",
            lambda: withdraw_merge(merge_id=pk, actor=request.user, now=now),
            ("communities:group_home", merge.group.slug),
            _("You took it back."),
            facts={"merge_id": pk, "answer": "withdraw"},
        )
    merge = get_object_or_404(GroupMerge.objects.filter(into__in=owned).select_related("into", "group"), pk=pk)
    agree = answer == "yes"
    return press_for_group(
        request,
        merge.into,
        "join",
        lambda: answer_merge(merge_id=pk, agree=agree, actor=request.user, now=now),
        ("communities:group_home", merge.into.slug),
        _("%(group)s is part of your group now.") % {"group": merge.group.name} if agree else _("You declined."),
        facts={"merge_id": pk, "answer": "yes" if agree else "no"},
    )
