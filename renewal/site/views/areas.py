"""Find an area by postcode, and an area's own page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.area_page import sections_of
from communities.maps import map_among_neighbours, map_of_children
from communities.models import Area, AreaLevel
from communities.queries import LookUpState, area_chain, area_of_postcode, areas_in, body_for
from renewal.kernel.clock import london_day
from renewal.kernel.context import HELP_PHONE
from renewal.kernel.parts import Crumb
from renewal.kernel.templatetags.page import route
from renewal.kernel.web import go_to, render_page
from renewal.site.forms import NOT_SURE, ChooseAreaForm, FindAreaForm

CHOICES = "areas-to-choose"  # session key: codes of areas, never the postcode


@require_http_methods(["GET", "HEAD", "POST"])
def area_find(request: HttpRequest) -> HttpResponse:
    """Ask for a postcode and lead to its area; the postcode stands in no address and is not kept."""
    today = london_day(timezone.now())
    roots = Area.objects.filter(parent=None).current(on=today)
    if request.method != "POST":
        return render_page(request, "site/area_find.html", {"form": FindAreaForm(), "nav": "area", "roots": roots})
    form = FindAreaForm(request.POST)
    nearby: list[Area] = []
    if form.is_valid():
        found = area_of_postcode(form.cleaned_data["postcode"], on=today)
        if found.state == LookUpState.FOUND:
            return go_to(request, "communities:area_detail", found.areas[0].slug)
        if found.state == LookUpState.SPLIT:
            request.session[CHOICES] = [area.code for area in found.areas]
            return go_to(request, "communities:area_split")
        form.add_error("postcode", _words_for(found.state))
        nearby = found.nearby
    context = {"form": form, "nav": "area", "roots": roots, "nearby": nearby}
    return render_page(request, "site/area_find.html", context, status=422)


def _words_for(state: LookUpState) -> str:
    if state == LookUpState.UNKNOWN:
        return _("We do not know this postcode yet. It may be new. Choose your area below or call %(phone)s") % {
            "phone": HELP_PHONE
        }
    if state == LookUpState.OUTSIDE:
        return _("We could not find a round for this postcode. You can look at nearby areas or call %(phone)s") % {
            "phone": HELP_PHONE
        }
    return _("Enter a full UK postcode, like ZZ1 2CD")


@require_http_methods(["GET", "HEAD", "POST"])
def area_split(request: HttpRequest) -> HttpResponse:
    """Let the person choose between the neighbourhoods a postcode may lie in."""
    codes = request.session.get(CHOICES, [])
    areas = list(Area.objects.filter(code__in=codes).select_related("parent"))
    if len(areas) < 2:
        return go_to(request, "communities:area_find")
    form = ChooseAreaForm(request.POST if request.method == "POST" else None, areas=areas)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["area"] != NOT_SURE:
            return go_to(request, "communities:area_detail", form.cleaned_data["area"])
        messages.info(
            request, _("Call %(phone)s and we will find your neighbourhood with you.") % {"phone": HELP_PHONE}
        )
        parent = areas[0].parent or areas[0]
        return go_to(request, "communities:area_detail", parent.slug)
    context = {"form": form, "nav": "area", "back_url": route("communities:area_find")}
    return render_page(request, "site/area_split.html", context, status=422 if form.is_bound else 200)


@require_safe
def area_detail(request: HttpRequest, area: str) -> HttpResponse:
    """Show an area: its money, what is open, what people asked for, who decides, who to call."""
    now = timezone.now()
    place = get_object_or_404(Area.objects.select_related("parent", "outline"), slug=area)
    language = get_language() or "en"
    children = areas_in(place, on=london_day(now))
    neighbours = areas_in(place.parent, on=london_day(now)) if place.parent and not children else []
    sections = sections_of(place, now=now)
    above = area_chain(place)[:-1]
    context = {
        "area": place,
        "name": place.name_in(language),
        "nav": "area",
        "crumbs": [Crumb(_("Home"), route("renewal:home")), *(_crumb(upper, language) for upper in above)],
        "sections": sections,
        "decides": [section.found for section in sections["decides"]],
        "body": body_for(place),
        "children": [(child, child.name_in(language)) for child in children],
        "is_authority": place.level == AreaLevel.AUTHORITY,
        "children_map": map_of_children(place, children) if children else None,
        "map": map_among_neighbours(place, neighbours) if neighbours else None,
        "successors": [(after, after.name_in(language)) for after in place.successors.all()] if place.valid_to else [],
        "ended": place.valid_to if place.valid_to and place.valid_to <= london_day(now) else None,
    }
    return render_page(request, "site/area_detail.html", context)


def _crumb(area: Area, language: str) -> Crumb:
    return Crumb(area.name_in(language), route("communities:area_detail", area.slug))
