"""Projects in public: the list of a round, and one project with everything known about it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.maps import map_of_children
from communities.models import Area
from funding.forms.projects import ProjectFilters
from funding.models import ProjectState, Round
from funding.queries.levels import current_level, level_sentence
from funding.queries.project_page import checks_of, comments_of, holder_of, last_decision, project_for_page, story_of
from funding.queries.projects import TAG_KINDS, areas_that_gain, costs_of, listed_projects, shuffle_seed
from funding.queries.rounds import money_of, rounds_for_pages
from funding.views.rounds import crumbs_of
from renewal.kernel.money import pounds
from renewal.kernel.paging import LeanPaginator
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import go_to, render_page
from voting.models import PollState

PAGE_SIZE = 20


@require_safe
def project_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The round's projects: filtered, shuffled per visitor or sorted, a page at a time."""
    round_ = get_object_or_404(rounds_for_pages(), slug=slug)
    if round_.all_year:
        return go_to(request, "funding:small_list", round_.area.slug)
    if request.GET.get("view") == "map":
        return _map(request, round_)
    form = ProjectFilters(request.GET, areas=_areas_below(round_))
    picked = form.picked()
    seed = shuffle_seed(round_, request.session.session_key or request.META.get("HTTP_USER_AGENT", ""), timezone.now())
    found = listed_projects(
        round_, theme=picked.get("theme", ""), area=picked.get("area", ""), cost=picked.get("cost", ""),
        status=picked.get("status", ""), words=picked.get("q", ""), sort=picked.get("sort", ""), seed=seed,
    )  # fmt: skip
    page = LeanPaginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    here = reverse("funding:project_list", args=[slug])
    context = {
        "round": round_,
        "nav": "rounds",
        "crumbs": [*crumbs_of(round_), Crumb(round_.label, reverse("funding:round_detail", args=[slug]))],
        "filters": form,
        "chosen": form.chosen(request, but=["sort"]),
        "clear_url": here,
        "page": page,
        "count_text": _count_text(page.paginator.count, shuffled="sort" not in picked and "q" not in picked),
        "money": money_of(round_),
        "tag_kinds": TAG_KINDS,
    }  # fmt: skip
    return render_page(request, "funding/projects.html", context)


def _map(request: HttpRequest, round_: Round) -> HttpResponse:
    """Where the projects do good: an outline with numbered pins, and the same in a table (UX.md §11)."""
    found = areas_that_gain(round_)
    here = reverse("funding:project_list", args=[round_.slug])
    context = {
        "round": round_,
        "nav": "rounds",
        "crumbs": [
            *crumbs_of(round_),
            Crumb(round_.label, reverse("funding:round_detail", args=[round_.slug])),
            Crumb(_("Projects"), here),
        ],
        "map": map_of_children(round_.area, [area for area, _count in found]),
        "columns": [Column(_("Area")), Column(_("Projects"), numeric=True)],
        "rows": [
            Row(
                [
                    Cell(f"{number}. {area.label}", url=f"{here}?area={area.slug}"),
                    Cell(count, numeric=True),
                ],
                key=f"place-{number}",
            )
            for number, (area, count) in enumerate(found, start=1)
        ],
        "here": here,
    }
    return render_page(request, "funding/projects_map.html", context)


def _areas_below(round_: Round) -> list[Area]:
    return list(Area.objects.filter(project_shares__project__round=round_).distinct().order_by("name"))


def _count_text(count: int, *, shuffled: bool) -> str:
    words = ngettext("%(count)s project.", "%(count)s projects.", count) % {"count": f"{count:,}"}
    return " ".join([words, _("Shuffled, so that nobody is always first.")]) if shuffled and count > 1 else words


def _crumbs_above(round_: Round) -> list[Crumb]:
    if round_.all_year:
        return [Crumb(_("Small awards"), reverse("funding:small_list", args=[round_.area.slug]))]
    return [
        Crumb(round_.label, reverse("funding:round_detail", args=[round_.slug])),
        Crumb(_("Projects"), reverse("funding:project_list", args=[round_.slug])),
    ]


@require_safe
def project_detail(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """One project: what, where, who, the cost table, what was checked, what has happened."""
    project = project_for_page(slug, ref)
    if project is None:
        raise Http404
    round_ = project.round
    money = None if round_.all_year else money_of(round_)
    costs = costs_of(project)
    idea = getattr(project, "small_idea", None)
    now = timezone.now()
    context = {
        "project": project,
        "round": round_,
        "nav": "area" if round_.all_year else "rounds",
        "crumbs": [
            *crumbs_of(round_)[1:],
            *_crumbs_above(round_),
        ],
        "idea": idea,
        "collecting": idea is not None and project.state == "passed" and idea.opened_at <= now < idea.closes_at,
        "month": idea.month.document.get("month", "") if idea is not None and idea.month else "",
        "costs": costs,
        "money": money,
        "columns": [Column(_("Item")), Column(_("Kind")), Column(_("Cost"), numeric=True)],
        "rows": [Row([Cell(c.item), Cell(c.kind), Cell(pounds(c.amount), numeric=True)]) for c in costs.asked],
        "total": [Cell(_("Total asked for")), Cell(""), Cell(pounds(costs.total), numeric=True)],
        "story": story_of(project),
        "urgent": project.emergencies.standing().select_related("body", "proposed_by", "second"),
        "comments": comments_of(project),
        "holder": holder_of(project),
        "level_sentence": level_sentence(level) if (level := current_level(project)) else "",
        "checks": checks_of(project),
        "decision": last_decision(project),
        "help_minutes": sum(given.minutes for given in project.help_given.all()),
        "tag_kind": TAG_KINDS.get(ProjectState(project.state), "plain"),
        "in_vote": project.state == ProjectState.PASSED
        and round_.poll is not None
        and round_.poll.state == PollState.OPEN,
    }
    return render_page(request, "funding/project.html", context)
