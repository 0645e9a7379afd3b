"""Small awards of an area: what there is, bring an idea, support one, how a month was decided."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.access import SignedInRequest, signed_in
from communities.models import Area, Group
from communities.services.residents import AddressIncomplete, AddressNotInAnArea
from funding.forms.small import StartSmallForm
from funding.forms.voices import LetterCodeForm, SignForm
from funding.models import Project, PurseState, SmallMonth, SmallPurse
from funding.queries import small_awards as queries
from funding.services.letter_codes import Signed
from funding.services.projects import start_project
from funding.services.small_support import ask_to_support, support_with_code
from funding.views.browser import network_of
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import take_turn
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import go_to, render_page

SIGNS_AN_HOUR = 60  # a library's network is one address for many people


def _crumbs(area: Area, *, inside: bool = True) -> list[Crumb]:
    above = Crumb(area.label, reverse("communities:area_detail", args=[area.slug]))
    found = [Crumb(_("Home"), reverse("renewal:home")), above]
    return [*found, Crumb(_("Small awards"), reverse("funding:small_list", args=[area.slug]))] if inside else found


@require_safe
def small_list(request: HttpRequest, area: str) -> HttpResponse:
    """What is set aside, what people can support now, what is being checked, what was funded, and each month."""
    area_ = get_object_or_404(Area.objects.select_related("parent"), slug=area)
    purse = queries.purse_of(area_)
    context: dict[str, Any] = {
        "area": area_, "purse": purse, "nav": "area", "crumbs": _crumbs(area_, inside=False),
    }  # fmt: skip
    if purse is not None:
        now = timezone.now()
        context |= {
            "is_open": purse.state == PurseState.OPEN,
            "money": queries.money_of_purse(purse),
            "open_now": queries.ideas_open(purse, at=now)[:100],
            "between": queries.ideas_between(purse, at=now)[:100],
            "checked": queries.ideas_checked(purse)[:100],
            "funded": queries.ideas_funded(purse)[:20],
            "months": queries.months_decided(purse)[:24],
            "promise": queries.promise_of(purse, at=now),
        }
    return render_page(request, "funding/small_list.html", context)


def _open_purse(area: str) -> SmallPurse:
    purse = queries.purse_of(get_object_or_404(Area.objects.select_related("parent"), slug=area))
    if purse is None:
        raise Http404
    return purse


@signed_in
def small_start(request: SignedInRequest, area: str) -> HttpResponse:
    """Begin an idea or a joint start; people without a group are led to registering one."""
    purse = _open_purse(area)
    groups = Group.objects.of_member(request.user).filter(state="active")
    form = StartSmallForm(request.POST if request.method == "POST" else None, groups=groups)
    if form.is_valid():
        try:
            project = start_project(
                round_id=purse.round_id or 0,
                group_id=form.cleaned_data["group"].pk,
                kind=form.cleaned_data["kind"],
                title=form.cleaned_data["title"],
                language=get_language() or "en",
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:application_tasks", form.cleaned_data["group"].slug, project.reference)
    context = {
        "area": purse.area,
        "purse": purse,
        "form": form,
        "has_group": groups.exists(),
        "is_open": purse.state == PurseState.OPEN,
        "nav": "area",
        "crumbs": _crumbs(purse.area),
    }
    return render_page(request, "funding/small_start.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def small_support(request: HttpRequest, area: str, ref: str) -> HttpResponse:
    """Support an idea as somebody who lives in its area; a helper fills it in beside a person just the same."""
    area_ = get_object_or_404(Area, slug=area)
    project = queries.idea_for_support(area_, ref)
    if project is None:
        raise Http404
    idea, now = project.small_idea, timezone.now()
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not take_turn("small-support", network_of(request), limit=SIGNS_AN_HOUR, seconds=3600):
            form.add_error(None, _("Many people came from this connection. Try again in an hour, or call us."))
        else:
            try:
                came = ask_to_support(idea_id=idea.pk, language=get_language() or "en", now=now, **form.cleaned_data)
            except (AddressIncomplete, AddressNotInAnArea):
                form.add_error(
                    "postcode", _("We could not match that address to one area. Call us, and we do it with you.")
                )
            except DomainError as refusal:
                form.add_error(None, words_for(refusal))
            else:
                if came == Signed.LETTER:
                    return go_to(request, "funding:small_code", area, ref)
                return _supported(request, project, is_new=came == Signed.NOW)
    context = {
        "area": area_,
        "project": project,
        "idea": idea,
        "form": form,
        "is_open": idea.opened_at <= now < idea.closes_at and project.state == "passed",
        "nav": "area",
        "crumbs": _crumbs(area_),
    }
    return render_page(request, "funding/small_support.html", context, status=422 if form.errors else 200)


def _supported(request: HttpRequest, project: Project, *, is_new: bool) -> HttpResponse:
    words = _("You support this idea.") if is_new else _("You supported this idea already.")
    messages.success(request, words)
    return go_to(request, "funding:project_detail", project.round.slug, project.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def small_code(request: HttpRequest, area: str, ref: str) -> HttpResponse:
    """Support an idea with the code of the letter that we sent."""
    area_ = get_object_or_404(Area, slug=area)
    project = queries.idea_for_support(area_, ref)
    if project is None:
        raise Http404
    form = LetterCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not take_turn("small-code", f"{network_of(request)} {ref}", limit=10, seconds=3600):
            form.add_error(None, _("Many codes were tried from this connection. Try again in an hour, or call us."))
        else:
            try:
                is_new = support_with_code(
                    idea_id=project.small_idea.pk, code=form.cleaned_data["code"], now=timezone.now()
                )
            except DomainError as refusal:
                form.add_error("code", words_for(refusal))
            else:
                return _supported(request, project, is_new=is_new)
    context = {"area": area_, "project": project, "form": form, "nav": "area", "crumbs": _crumbs(area_)}
    return render_page(request, "funding/small_code.html", context, status=422 if form.errors else 200)


def _month(area: str, month: str) -> SmallMonth:
    found = SmallMonth.objects.filter(
        purse__area__slug=area, purse__state__in=["open", "closed"], decided_at__isnull=False, document__month=month
    )
    return get_object_or_404(found.select_related("purse__area__parent").order_by("-first_day", "-pk")[:1])


@require_safe
def small_month(request: HttpRequest, area: str, month: str) -> HttpResponse:
    """How one month was decided: every idea in order with its support and the reason."""
    decided = _month(area, month)
    lines = queries.lines_of(decided)
    context = {
        "area": decided.purse.area,
        "month": decided,
        "lines": lines,
        "columns": [Column(_("Idea")), Column(_("Residents for it"), numeric=True), Column(_("What became of it"))],
        "rows": [
            Row(
                [
                    Cell(
                        f"{line.place}. {line.project.label}",
                        url=reverse("funding:project_detail", args=[line.project.round.slug, line.project.reference]),
                    ),
                    Cell(line.support, numeric=True),
                    Cell(f"{line.project.get_state_display()}. {line.reason}"),
                ]
            )
            for line in lines
        ],
        "nav": "area",
        "crumbs": _crumbs(decided.purse.area),
    }
    return render_page(request, "funding/small_month.html", context)


@require_safe
def small_month_file(request: HttpRequest, area: str, month: str) -> HttpResponse:
    """The decision as data, with the secret and the seed, so that anybody can repeat it."""
    decided = _month(area, month)
    response = JsonResponse({**decided.document, "digest": decided.digest}, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="small-awards-{decided.purse.area.slug}-{month}.json"'
    return response
