"""A round's own page, and the door to its vote."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.models import Project, Round, Step
from funding.queries.reviews import hours_and_refusals
from funding.queries.rounds import applying_in, money_of, round_step, rounds_for_pages, step_window, timeline
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page
from voting.models import PollState


def crumbs_of(round_: Round) -> list[Crumb]:
    """The pages above a round's pages."""
    return [
        Crumb(_("Home"), reverse("renewal:home")),
        Crumb(round_.area.label, reverse("communities:area_detail", args=[round_.area.slug])),
    ]


@require_safe
def round_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The timeline, what people can do now, who may vote, the rules and the money."""
    round_ = get_object_or_404(rounds_for_pages(), slug=slug)
    if round_.all_year:
        return go_to(request, "funding:small_list", round_.area.slug)
    now = timezone.now()
    step = round_step(round_, now)
    hours, refused = hours_and_refusals(round_)
    context = {
        "help_hours": hours,
        "refused": refused,
        "round": round_,
        "nav": "rounds",
        "crumbs": crumbs_of(round_),
        "step": step,
        "steps": timeline(round_, now),
        "vote": step_window(round_, Step.VOTE),
        "window": step_window(round_, step) if step else None,
        "first": min((phase.starts_at for phase in round_.phases.all()), default=None),
        "money": money_of(round_),
        "applying": applying_in(round_),
        "project_count": Project.objects.filter(round=round_).public().count(),
        "vote_open": round_.poll is not None and round_.poll.state == PollState.OPEN,
        "result_out": round_.poll is not None and round_.poll.state == PollState.PUBLISHED,
    }
    return render_page(request, "funding/round.html", context)


@require_safe
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the round's open poll; at any other time say plainly where the round stands and what to do."""
    round_ = get_object_or_404(rounds_for_pages(), slug=slug)
    if round_.all_year:
        return go_to(request, "funding:small_list", round_.area.slug)
    if round_.poll is not None and round_.poll.state != PollState.DRAFT:
        return go_to(request, "voting:start", round_.poll.slug)
    context = {
        "round": round_,
        "nav": "rounds",
        "crumbs": [*crumbs_of(round_), Crumb(round_.label, reverse("funding:round_detail", args=[slug]))],
        "vote": step_window(round_, Step.VOTE),
        "is_over": (window := step_window(round_, Step.VOTE)) is not None and window.ends_at <= timezone.now(),
    }
    return render_page(request, "funding/vote_closed.html", context)
