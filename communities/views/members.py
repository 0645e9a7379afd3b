"""Who belongs to a group: invite, change what somebody can do, leave, contacts."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.access import SignedInRequest, signed_in
from communities.forms.groups import ContactsForm, HelpedContactsForm, InviteForm
from communities.models import MembershipRole
from communities.services.groups import ContactDraft, change_contacts, check_contacts
from communities.services.helping import is_helper_of
from communities.services.members import change_role, end_membership, invite_member, withdraw_invitation
from communities.views.parts import (
    FormPage,
    answer_form,
    answer_press,
    crumbs_of,
    for_group,
    form_for,
    group_of,
    own_group,
    run_group,
)
from renewal.kernel.web import go_to

FORM = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@FORM
def people(request: SignedInRequest, group: str) -> HttpResponse:
    """Members and invitations; who runs the pages can invite."""
    here, now = group_of(request, group), timezone.now()
    members = list(here.memberships.filter(left_at=None).select_related("user").order_by("joined_at", "id"))
    mine = next(row for row in members if row.user_id == request.user.pk)
    is_owner = mine.role == MembershipRole.OWNER
    is_helper = mine.role == MembershipRole.HELPER
    if request.method == "POST" and not (is_owner or is_helper):
        return go_to(request, "communities:people", here.slug)
    return answer_form(
        request,
        form_for(request, InviteForm),
        FormPage(_("People"), _("Send the invitation"), reverse("communities:group_home", args=[here.slug])),
        for_group(
            request,
            here,
            "invite",
            lambda said: invite_member(group_id=here.pk, actor=request.user, now=now, **said),
            facts=dict,
        ),
        ("communities:people", here.slug),
        "" if is_helper else _("The invitation is on its way."),
        template="communities/people.html",
        context={
            "crumbs": crumbs_of(here),
            "group": here,
            "members": members,
            "mine": mine,
            "is_owner": is_owner,
            "is_helper": is_helper,
            "invitations": list(here.invitations.waiting(at=now)),
            "contacts": list(here.contacts.filter(until=None)),
        },
    )


@signed_in
@require_POST
def member_role(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    here = own_group(request, group)
    get_object_or_404(here.memberships.filter(left_at=None), pk=pk)
    role = request.POST.get("role", "")
    if role not in (MembershipRole.OWNER, MembershipRole.EDITOR):
        return go_to(request, "communities:people", here.slug)
    return answer_press(
        request,
        lambda: change_role(group_id=here.pk, membership_id=pk, role=role, actor=request.user, now=timezone.now()),
        ("communities:people", here.slug),
        _("Saved."),
    )


@signed_in
@require_POST
def member_end(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """Leave, or take a member off: one's own membership, or any for who runs the pages."""
    here = group_of(request, group)
    membership = get_object_or_404(here.memberships.filter(left_at=None), pk=pk)
    leaving = membership.user_id == request.user.pk
    if not leaving:
        here = own_group(request, group)
    return answer_press(
        request,
        lambda: end_membership(group_id=here.pk, membership_id=pk, actor=request.user, now=timezone.now()),
        ("communities:my_groups",) if leaving else ("communities:people", here.slug),
        _("You have left the group.") if leaving else _("The person does not belong to the group any more."),
    )


@signed_in
@require_POST
def invitation_withdraw(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    here = own_group(request, group)
    get_object_or_404(here.invitations, pk=pk)
    return answer_press(
        request,
        lambda: withdraw_invitation(group_id=here.pk, invitation_id=pk, actor=request.user, now=timezone.now()),
        ("communities:people", here.slug),
        _("The invitation is taken back."),
    )


@signed_in
@FORM
def contacts(request: SignedInRequest, group: str) -> HttpResponse:
    here = run_group(request, group)
    is_helper = is_helper_of(request.user, here)
    initial: dict[str, Any] = {}
    for which, row in zip(("first", "second"), here.contacts.filter(until=None), strict=False):
        initial |= {f"{which}_{part}": getattr(row, part) for part in ("name", "email", "phone", "postal")}

    def drafts(said: dict[str, Any]) -> list[ContactDraft]:
        parts = ("name", "email", "phone", "postal")
        return [ContactDraft(*(said.get(f"{which}_{part}", "") for part in parts)) for which in ("first", "second")]

    def change(said: dict[str, Any]) -> None:
        change_contacts(group_id=here.pk, contacts=drafts(said), actor=request.user, now=timezone.now())

    def kept(said: dict[str, Any]) -> dict[str, Any]:
        check_contacts(drafts(said))
        return {"contacts": [asdict(draft) for draft in drafts(said)]}

    return answer_form(
        request,
        form_for(
            request, HelpedContactsForm if is_helper or initial.get("first_postal") else ContactsForm, initial=initial
        ),
        FormPage(_("Contacts"), _("Save"), reverse("communities:people", args=[here.slug])),
        for_group(request, here, "contacts", change, facts=kept),
        ("communities:people", here.slug),
        "" if is_helper else _("The contacts are saved."),
        context={"crumbs": crumbs_of(here), "group": here},
    )
