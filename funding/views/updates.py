"""Updates by e-mail without an account: ask, confirm by a code, stop in one step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities.models import Area
from funding.answer_wording import words_for_answers
from funding.forms.voices import CodeForm, UpdatesForm
from funding.models import Round, UpdateRequest
from funding.queries.news_lines import area_news
from funding.services.updates import ask_for_updates, confirm_updates, stop_updates, subject_of
from funding.views.browser import network_of
from funding.views.gatherings import area_crumbs
from renewal.kernel.errors import DomainError
from renewal.kernel.languages import local
from renewal.kernel.limits import take_turn
from renewal.kernel.web import go_to, render_page

WAITING = "updates_waiting"


@require_http_methods(["GET", "POST"])
def updates(request: HttpRequest) -> HttpResponse:
    """Ask for updates of the area or round that the address names (``?area=`` or ``?round=``, ``&project=``)."""
    source = request.POST if request.method == "POST" else request.GET
    round_ = Round.objects.filter(slug=source.get("round", "")).first() if source.get("round") else None
    area = None if round_ else Area.objects.filter(slug=source.get("area", "")).first()
    form = UpdatesForm(
        request.POST if request.method == "POST" else None, initial={"language": translation.get_language()}
    )
    about = round_ or area
    if request.method == "POST" and about is None:
        form.add_error(None, _("Choose a place or a round first. Look for the link “Get updates” on its page."))
    if request.method == "POST" and form.is_valid():
        if not take_turn("updates", network_of(request), limit=20, seconds=3600):
            form.add_error(None, _("Many codes went to this connection. Try again in an hour."))
        else:
            wish = ask_for_updates(
                area=area, round_=round_, ref=source.get("project", "")[:32], now=timezone.now(), **form.cleaned_data
            )
            request.session[WAITING] = wish.pk
            return go_to(request, "renewal:updates_confirm")
    context = {
        "form": form,
        "about": about,
        "about_name": (
            local(round_.title, round_.title_cy) if round_ else local(area.name, area.name_cy) if area else ""
        ),
        "round": round_,
        "area": area,
        "project": source.get("project", "")[:32],
        "nav": "area",
    }
    return render_page(request, "funding/updates.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def updates_confirm(request: HttpRequest) -> HttpResponse:
    wish = UpdateRequest.objects.select_related("area", "round").filter(pk=request.session.get(WAITING, 0)).first()
    if wish is None:
        return go_to(request, "renewal:updates")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            wish = confirm_updates(request_id=wish.pk, code=form.cleaned_data["code"], now=timezone.now())
        except DomainError as refusal:
            form.add_error("code", words_for_answers(refusal))
    context = {"form": form, "wish": wish, "about_name": subject_of(wish), "nav": "area"}
    return render_page(request, "funding/updates_confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def updates_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The stop link of an e-mail: one page with one button, so that a mail scanner does not stop it."""
    wish = UpdateRequest.objects.select_related("area", "round").filter(stop_token=token).first()
    stopped = wish is None
    if request.method == "POST":
        stop_updates(stop_token=token)
        stopped = True
    context = {"wish": wish, "about_name": subject_of(wish) if wish else "", "stopped": stopped, "nav": "area"}
    return render_page(request, "funding/updates_stop.html", context)


@require_GET
def area_news_page(request: HttpRequest, area: str) -> HttpResponse:
    """The news of an area on one page: to print, and to read out on the phone."""
    area_ = get_object_or_404(Area, slug=area)
    context = {
        "area": area_,
        "lines": area_news(area_, now=timezone.now()),
        "crumbs": area_crumbs(area_),
        "nav": "area",
    }
    return render_page(request, "funding/news_of_area.html", context)
