"""Finding each other: what groups offer and need, lend a hand, messages."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.access import SignedInRequest, signed_in
from communities.forms.listings import ListingForm, MessageForm, ThanksForm
from communities.models import Conversation, Group, Listing, ListingKind
from communities.services import listings
from communities.views.parts import (
    FormPage,
    answer_form,
    crumbs_of,
    for_group,
    form_for,
    group_of,
    press_for_group,
)
from renewal.kernel.clock import london_day
from renewal.kernel.parts import Crumb
from renewal.kernel.templatetags.page import route
from renewal.kernel.web import go_to, render_page

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listing_list(request: HttpRequest) -> HttpResponse:
    """Everything open, by kind; a link for each kind."""
    kind = request.GET.get("kind", "")
    found = Listing.objects.open(on=london_day(timezone.now())).select_related("group", "area")
    if kind in ListingKind.values:
        found = found.filter(kind=kind)
    context = {
        "page": Paginator(found, 20).get_page(request.GET.get("page")),
        "kinds": ListingKind.choices,
        "kind": kind,
    }
    return render_page(request, "communities/listing_list.html", context)


@FORM
def listing_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One listing; who has signed in can write to the group, and nobody sees an address."""
    listing = get_object_or_404(Listing.objects.select_related("group", "area"), pk=pk)
    is_own = (
        request.user.is_authenticated and Group.objects.of_member(request.user).filter(pk=listing.group_id).exists()
    )
    is_open = listing.state == "open" and listing.group.state == "active"
    context: dict[str, Any] = {
        "listing": listing,
        "crumbs": [Crumb(_("Lend a hand, offer, ask"), route("communities:listing_list"))],
        "is_own": is_own,
        "is_open": is_open,
        "sign_in_url": f"{route('renewal:sign_in')}?next={request.path}",
    }
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.path, route("renewal:sign_in"))
    if request.method == "POST" and (is_own or not is_open):
        return go_to(request, "communities:listing_detail", pk)
    if not request.user.is_authenticated or is_own or not is_open:
        return render_page(request, "communities/listing_detail.html", context)
    user = request.user
    return answer_form(
        request,
        form_for(request, MessageForm),
        FormPage(listing.title, _("Send"), reverse("communities:listing_list")),
        lambda said: listings.answer_listing(listing_id=pk, text=said["text"], actor=user, now=timezone.now()),
        ("communities:conversation_list",),
        _("We have passed your message on."),
        template="communities/listing_detail.html",
        context=context,
    )


@signed_in
@FORM
def listing_new(request: SignedInRequest, group: str) -> HttpResponse:
    """List what a group offers or needs."""
    here = group_of(request, group)

    def add(said: dict[str, Any]) -> None:
        kind, title, text = said.pop("kind"), said.pop("title"), said.pop("text")
        listings.list_it(
            group_id=here.pk, kind=kind, title=title, text=text, facts=said, actor=request.user, now=timezone.now()
        )

    return answer_form(
        request,
        form_for(request, ListingForm),
        FormPage(_("What do you offer or need?"), _("Put it up"), reverse("communities:group_home", args=[here.slug])),
        for_group(request, here, "listing", add),
        ("communities:group_home", here.slug),
        _("It is up. People can write to you through us."),
        context={"crumbs": crumbs_of(here), "group": here, "count": True},
    )


@signed_in
@require_POST
def listing_move(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    """Take a listing down, or put it up again."""
    here = group_of(request, group)
    listing = get_object_or_404(here.listings, pk=pk)
    new = "closed" if listing.state == "open" else "open"
    return press_for_group(
        request,
        here,
        "listing",
        lambda: listings.move_listing(listing_id=pk, new=new, actor=request.user, now=timezone.now()),
        ("communities:group_home", here.slug),
        _("It is down.") if new == "closed" else _("It is up again."),
    )


@signed_in
@require_safe
def conversation_list(request: SignedInRequest) -> HttpResponse:
    found = Conversation.objects.of_person(request.user).select_related("listing__group", "begun_by").distinct()
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render_page(request, "communities/conversation_list.html", {"page": page})


@signed_in
@FORM
def conversation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read and answer; each side sees names, never addresses."""
    found = get_object_or_404(
        Conversation.objects.of_person(request.user).select_related("listing__group", "begun_by").distinct(), pk=pk
    )
    for_group = found.begun_by_id != request.user.pk

    def send(said: dict[str, Any]) -> None:
        now = timezone.now()
        if for_group:
            listings.reply_for_group(conversation_id=pk, text=said["text"], actor=request.user, now=now)
        else:
            listings.answer_listing(listing_id=found.listing_id, text=said["text"], actor=request.user, now=now)

    return answer_form(
        request,
        form_for(request, MessageForm),
        FormPage(found.listing.title, _("Send"), reverse("communities:conversation_list")),
        send,
        ("communities:conversation", pk),
        _("We have passed your message on."),
        template="communities/conversation.html",
        context={
            "crumbs": [Crumb(_("Messages"), route("communities:conversation_list"))],
            "conversation": found,
            "letters": list(found.messages.select_related("sent_by")),
            "for_group": for_group,
            "thanks_url": reverse("communities:conversation_thank", args=[pk]) if for_group else "",
        },
    )


@signed_in
@FORM
def conversation_thank(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record thanks to somebody who lent a hand."""
    mine = Conversation.objects.filter(listing__group__in=Group.objects.of_member(request.user))
    found = get_object_or_404(mine.select_related("begun_by", "listing"), pk=pk)
    return answer_form(
        request,
        form_for(request, ThanksForm),
        FormPage(
            _("Thank %(person)s") % {"person": str(found.begun_by)},
            _("Record the thanks"),
            reverse("communities:conversation", args=[pk]),
        ),
        lambda said: listings.thank(conversation_id=pk, words=said["words"], actor=request.user, now=timezone.now()),
        ("communities:conversation", pk),
        _("Your thanks are recorded."),
    )
