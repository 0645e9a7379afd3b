"""The steward's pages: home, runs and their signatures, parameter sets, differences, work over many areas."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.access import SignedInRequest, has_fresh_step, officer_required
from communities.models import Area, Role
from funding.forms.money import RunForm, percent_text
from funding.forms.parameters import ParameterForm, general_facts, lowest_levels
from funding.models import (
    AllocationRun,
    Cycle,
    FanOut,
    ParameterSet,
    ParameterSetState,
)
from funding.power_words import power_words
from funding.problem_words import problem_words
from funding.queries.fund import (
    areas_with_nothing_open,
    difference_of,
    preview_of,
    progress_of,
    progress_of_all,
    waiting_runs,
)
from funding.queries.ledger import last_check
from funding.queries.shares import headline, level_lines, level_name
from funding.rules.levels import LEVELS
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import NATIONS
from funding.rules.problems import ParameterError
from funding.services.allocation import approve_run, request_run
from funding.services.fanout import count_all, tell_all
from funding.services.parameter_sets import edit_parameter_set, write_parameter_set
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.money import Pence, pounds
from renewal.kernel.parts import Cell, Column, Crumb, Row
from renewal.kernel.web import go_to, render_page

steward = officer_required(Role.STEWARD)
PAGE_SIZE = 50


def fund_crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("The fund"), reverse("funding:steward_home")), *more]


@require_safe
@steward
def steward_home(request: SignedInRequest) -> HttpResponse:
    """Runs that wait, the years, parameter sets, work that is under way, areas with nothing open."""
    now = timezone.now()
    works = list(FanOut.objects.order_by("-asked_at")[:5])
    progress = progress_of_all(works)
    context = {
        "staff_nav": "fund",
        "runs": waiting_runs(),
        "cycles": Cycle.objects.select_related("fund").order_by("-year")[:10],
        "posted": AllocationRun.objects.posted().defer("inputs").select_related("cycle").order_by("-cycle__year")[:10],
        "sets": ParameterSet.objects.order_by("-version")[:10],
        "works": [(work, progress[work.pk]) for work in works],
        "idle": areas_with_nothing_open(now=now),
        "check": last_check(),
    }
    return render_page(request, "funding/staff/steward_home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@steward
def run_new(request: SignedInRequest) -> HttpResponse:
    """Ask for a year to be divided; two other people sign the figures."""
    form = RunForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cycle = form.cleaned_data["cycle"]
        corrects = AllocationRun.objects.posted().filter(cycle=cycle).values_list("pk", flat=True).first()
        try:
            run = request_run(
                cycle_id=cycle.pk,
                parameter_set_id=form.cleaned_data["parameter_set"].pk,
                actor=request.user,
                corrects_id=corrects,
                now=timezone.now(),
            )
        except ParameterError as wrong:
            for problem in wrong.problems[:5]:
                form.add_error(None, problem_words(problem))
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:run_detail", run.pk)
    context = {"form": form, "staff_nav": "fund", "crumbs": fund_crumbs()}
    return render_page(request, "funding/staff/run_new.html", context, status=422 if form.errors else 200)


@require_safe
@steward
def run_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """A run's figures, its hash, who signed, and what is next."""
    run = get_object_or_404(
        AllocationRun.objects.defer("inputs").select_related("cycle", "parameter_set", "asked_by", "corrects"), pk=pk
    )
    approvals = list(run.approvals.select_related("user"))
    may_sign = (
        run.state == "computed"
        and run.asked_by_id != request.user.pk
        and all(approval.user_id != request.user.pk for approval in approvals)
    )
    context = {
        "run": run,
        "sums": headline(run.totals) if run.totals else None,
        "levels": level_lines(run.totals) if run.totals else [],
        "approvals": approvals,
        "may_sign": may_sign,
        "fresh": has_fresh_step(request),
        "asked_myself": run.asked_by_id == request.user.pk,
        "entries": run.entries.count(),
        "staff_nav": "fund",
        "crumbs": fund_crumbs(),
    }
    return render_page(request, "funding/staff/run_detail.html", context)


@require_POST
@steward
def run_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign the figures that were shown, by their hash."""
    run = get_object_or_404(AllocationRun.objects.defer("inputs"), pk=pk)
    if not has_fresh_step(request):
        messages.error(request, _("Confirm that it is you first, then sign."))
        return go_to(request, "funding:run_detail", run.pk)
    try:
        approve_run(run_id=run.pk, user=request.user, outcome_hash=request.POST.get("seen", ""), now=timezone.now())
    except DomainError as refusal:
        messages.error(request, words_for(refusal))
    else:
        messages.success(request, _("You have signed. The figures are posted when two people have signed."))
    return go_to(request, "funding:run_detail", run.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@steward
def parameter_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a set; edit it while it is a draft, with every fault told beside its field."""
    found = get_object_or_404(ParameterSet, pk=pk)
    draft = found.state == ParameterSetState.DRAFT
    form = ParameterForm(request.POST if request.method == "POST" else None, document=found.document) if draft else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            edit_parameter_set(
                parameter_set_id=found.pk, document=form.as_document(), actor=request.user, now=timezone.now()
            )
        except ParameterError as wrong:
            form.add_problems(wrong.problems)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("The draft is saved."))
            return go_to(request, "funding:parameter_set", found.pk)
    context = {
        "set": found,
        "form": form,
        "others": ParameterSet.objects.exclude(pk=found.pk).order_by("-version")[:10],
        "nations": _nations(found),
        "general": general_facts(found.document),
        "absent": [name for code, name in NATIONS.items() if code not in found.document["nations"]],
        "staff_nav": "fund",
        "crumbs": fund_crumbs(),
    }
    return render_page(
        request, "funding/staff/parameter_set.html", context, status=422 if form is not None and form.errors else 200
    )


@dataclass(frozen=True)
class NationRead:
    """A nation's block of a set in use, in words."""

    code: str
    name: str
    adopted_by: str
    adopted_on: date
    facts: list[tuple[str, str]]


def _nations(found: ParameterSet) -> list[NationRead]:
    """Each nation's block with its name, where the tree knows it, and its figures in words."""
    parameters = read_parameters(found.document)
    names = {area.code: area.label for area in Area.objects.filter(code__in=parameters.nations)}
    rows = []
    for code, block in sorted(parameters.nations.items()):
        keeps = ", ".join(f"{level_name(level)} {percent_text(rate)}%" for level, rate in block.keep_bp.items())
        need = block.need
        powers = lowest_levels(block.powers)
        cap = pounds(Pence(block.cap_pence_per_head)) if block.cap_pence_per_head else _("no limit")
        facts = [
            (_("Kept"), keeps),
            (_("Need counts a person"), f"{need.lo_permille / 1000:g} – {need.hi_permille / 1000:g}"),
            (_("Least for a neighbourhood"), pounds(Pence(block.floor_pence))),
            (_("Most for each person"), cap),
            *(
                (_("Powers from here up: %(level)s") % {"level": level_name(level)}, ", ".join(held))
                for level in reversed(LEVELS)
                if (held := [power_words(power) for power, lowest in powers.items() if lowest == level])
            ),
        ]
        rows.append(
            NationRead(code, names.get(code, NATIONS.get(code, code)), block.adopted_by, block.adopted_on, facts)
        )
    return rows


@require_safe
@steward
def parameter_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a set would do with the newest year's money, level by level; nothing is written."""
    found = get_object_or_404(ParameterSet, pk=pk)
    cycle = Cycle.objects.order_by("-year").first()
    problems: list[str] = []
    totals = None
    if cycle is not None:
        try:
            totals = preview_of(cycle, found)
        except ParameterError as wrong:
            problems = [problem_words(problem) for problem in wrong.problems[:5]]
    standing = (
        AllocationRun.objects.posted().filter(cycle=cycle).defer("inputs").select_related("parameter_set").first()
    )
    lines = level_lines(totals) if totals else []
    context = {
        "set": found,
        "cycle": cycle,
        "problems": problems,
        "sums": headline(totals) if totals else None,
        "near": next((line for line in lines if line.level == "neighbourhood"), None),
        "columns": [
            Column(_("Level")),
            Column(_("Areas"), numeric=True),
            Column(_("Money"), numeric=True),
            Column(_("Share"), numeric=True),
        ],
        "rows": [
            Row(
                [
                    Cell(line.name.capitalize()),
                    Cell(f"{line.count:,}", numeric=True),
                    Cell(pounds(Pence(line.pence)), numeric=True),
                    Cell(f"{line.percent}%", numeric=True),
                ]
            )
            for line in lines
        ],
        "standing": standing,
        "staff_nav": "fund",
        "crumbs": fund_crumbs(Crumb(str(found), reverse("funding:parameter_set", args=[found.pk]))),
    }
    return render_page(request, "funding/staff/parameter_preview.html", context)


@require_POST
@steward
def parameter_set_copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a draft from an existing set."""
    base = get_object_or_404(ParameterSet, pk=pk)
    fresh = write_parameter_set(name=base.name, based_on=base, actor=request.user, now=timezone.now())
    return go_to(request, "funding:parameter_set", fresh.pk)


@require_safe
@steward
def parameter_difference(request: SignedInRequest, pk: int, other: int) -> HttpResponse:
    """What each area would keep under two sets, the largest change first; nothing is written."""
    one, two = get_object_or_404(ParameterSet, pk=pk), get_object_or_404(ParameterSet, pk=other)
    cycle = Cycle.objects.order_by("-year", "pk").first()
    problems: list[str] = []
    rows: list[Row] = []
    page = None
    if cycle is not None:
        try:
            page = Paginator(difference_of(cycle, one, two), PAGE_SIZE).get_page(request.GET.get("page"))
        except ParameterError as wrong:
            problems = [problem_words(problem) for problem in wrong.problems[:5]]
        else:
            rows = [
                Row(
                    [
                        Cell(row.area.label),
                        Cell(row.area.code),
                        Cell(pounds(row.before), numeric=True),
                        Cell(pounds(row.after), numeric=True),
                        Cell(pounds(row.change), numeric=True),
                    ]
                )
                for row in page.object_list
            ]
    context = {
        "one": one,
        "other": two,
        "cycle": cycle,
        "page": page,
        "rows": rows,
        "problems": problems,
        "columns": [
            Column(_("Area")),
            Column(_("Code")),
            Column(_("Version %(n)s") % {"n": one.version}, numeric=True),
            Column(_("Version %(n)s") % {"n": two.version}, numeric=True),
            Column(_("Change"), numeric=True),
        ],
        "staff_nav": "fund",
        "crumbs": fund_crumbs(Crumb(str(one), reverse("funding:parameter_set", args=[one.pk]))),
    }
    return render_page(request, "funding/staff/parameter_difference.html", context)


@require_POST
@steward
def fan_out_start(request: SignedInRequest, kind: str) -> HttpResponse:
    """Start counting every opened box, or telling every area about its money."""
    now = timezone.now()
    if kind == "counts":
        work = count_all(now=now, actor=request.user)
    else:
        cycle = get_object_or_404(Cycle, pk=request.POST.get("cycle") or 0)
        work = tell_all(cycle=cycle, now=now, actor=request.user)
    return go_to(request, "funding:fan_out", work.pk)


@require_safe
@steward
def fan_out(request: HttpRequest, pk: int) -> HttpResponse:
    """How far work over many areas has come, and which hosts did it."""
    work = get_object_or_404(FanOut.objects.select_related("cycle", "asked_by"), pk=pk)
    failed = work.parts.filter(state="failed").order_by("pk")[:50]
    context = {
        "work": work,
        "progress": progress_of(work),
        "failed": failed,
        "staff_nav": "fund",
        "crumbs": fund_crumbs(),
    }
    return render_page(request, "funding/staff/fan_out.html", context)
