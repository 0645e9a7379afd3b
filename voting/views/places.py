"""Officers' pages for help with voting: places and helpers, and what is watched in a vote."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.access import SignedInRequest
from communities.models import User
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Cell, Column, Row
from renewal.kernel.web import go_to, render_page
from voting.models import Helper, HelpPlace
from voting.services import places as service
from voting.staff_forms import PLACE_KINDS, PlaceForm
from voting.views.calendar import own_areas
from voting.views.staff import officers, own_poll
from voting.watch import Watched, watch_list
from voting.wording import words_for


def own_places(request: SignedInRequest) -> QuerySet[HelpPlace]:
    """Fetch the places in the areas of the councils that this officer works for."""
    within = [place.pk for area in own_areas(request) for place in HelpPlace.objects.filter(
        is_active=True, area__path__startswith=area.path
    )]  # fmt: skip
    return HelpPlace.objects.filter(pk__in=within).select_related("area")


@officers
def help_places(request: SignedInRequest) -> HttpResponse:
    """Where people help others vote, who they are, and a form for one more place."""
    form = PlaceForm(request.POST if request.method == "POST" else None, within=own_areas(request))
    if form.is_valid():
        try:
            service.add_place(**form.facts(), actor=request.user, now=timezone.now())
        except DomainError as refusal:
            form.add_error("lead_name", words_for(refusal))
        else:
            messages.success(request, _("The place is on the list that voters see."))
            return go_to(request, "voting:help_places")
    today = london_day(timezone.now())
    places = list(own_places(request).prefetch_related("helpers"))
    names = dict(
        User.objects.filter(pk__in=[one.user_id for place in places for one in place.helpers.all()]).values_list(
            "pk", "name"
        )
    )
    shown = [
        (
            place,
            PLACE_KINDS[place.kind],
            [
                (one, names.get(one.user_id, ""))
                for one in place.helpers.all()
                if one.ends_on is None or one.ends_on > today
            ],
        )
        for place in places
    ]
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "places": shown, "staff_nav": "assisted"}
    return render_page(request, "voting/staff_places.html", context, status=status)


@require_POST
@officers
def help_place(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accredit a helper at a place, end one, or close the place."""
    place, now = get_object_or_404(own_places(request), pk=pk), timezone.now()
    step = request.POST.get("step")
    try:
        if step == "accredit":
            service.accredit_helper(place_id=place.pk, email=request.POST.get("email", ""), actor=request.user, now=now)
            messages.success(request, _("Accredited from today."))
        elif step == "end":
            helper = get_object_or_404(Helper, place=place, pk=request.POST.get("helper") or 0)
            service.end_helper(helper_id=helper.pk, actor=request.user, now=now)
            messages.success(request, _("Ended today."))
        elif step == "close":
            service.close_place(place_id=place.pk, actor=request.user, now=now)
            messages.success(request, _("The place is off the list."))
    except DomainError as refusal:
        messages.warning(request, words_for(refusal))
    return go_to(request, "voting:help_places")


@require_safe
@officers
def watch(request: SignedInRequest, poll: str) -> HttpResponse:
    """Votes by helper and place, and doors with many people: where to look, never what was chosen."""
    found = own_poll(request, poll)
    seen = watch_list(found)
    figures = [Column(words, numeric=True) for words in (_("Votes"), _("Most in a day"))]
    columns = [Column(_("Name")), *figures, Column(_("Note"))]
    context = {
        "poll": found,
        "seen": seen,
        "columns": columns,
        "helper_rows": _rows(seen.helpers),
        "place_rows": _rows(seen.places),
        "staff_nav": "polls",
    }
    return render_page(request, "voting/staff_watch.html", context)


def _rows(watched: list[Watched]) -> list[Row]:
    return [
        Row(
            [
                Cell(one.name),
                Cell(one.votes, numeric=True),
                Cell(one.most_in_a_day, numeric=True),
                Cell(_("Look at this"), tag="wait") if one.needs_a_look else Cell(""),
            ]
        )
        for one in watched
    ]
