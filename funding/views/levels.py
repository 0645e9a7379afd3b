"""Who decides about a project, in public with every test, and the hearing of challenges."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, officer_required
from communities.models import Area, Body, OfficerRole, Role
from funding.forms.challenges import ChallengeForm, RulingForm
from funding.models import Challenge, ChallengeState, LevelDecision, Project
from funding.queries.levels import areas_for_shares, level_sentence, lines_of_challenges, lines_of_tests
from funding.rules.answering import last_day
from funding.services.levels import make_challenge, rule_on_challenge
from funding.wording import words_for
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page


@require_http_methods(["GET", "HEAD", "POST"])
def project_level(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The record of a project's deciding level; a lead of a council here may ask for a second look."""
    project = get_object_or_404(Project.objects.public().select_related("round__area"), round__slug=slug, reference=ref)
    decision = project.level_decisions.current().select_related("area", "host").first()
    body = _body_of(request, decision)
    form = ChallengeForm(request.POST if request.method == "POST" else None) if body and decision else None
    if request.method == "POST":
        if form is None or body is None or decision is None:
            raise Http404
        if form.is_valid():
            try:
                make_challenge(decision=decision, body=body, words=form.cleaned_data["words"], now=timezone.now())
            except DomainError as refusal:
                form.add_error(None, words_for(refusal))
            else:
                messages.success(request, _("A reviewer from another authority will rule on this."))
                return go_to(request, "funding:project_level", slug, ref)
    context = {
        "project": project,
        "decision": decision,
        "sentence": level_sentence(decision) if decision else "",
        "tests": lines_of_tests(decision) if decision else [],
        "payers": _payers(decision) if decision else [],
        "last_day": last_day(decision.challenge_until) if decision else None,
        "challenges": lines_of_challenges(decision.challenges.all()) if decision else [],
        "earlier": [
            (old, lines_of_challenges(old.challenges.all()))
            for old in project.level_decisions.filter(superseded_at__isnull=False).order_by("-number")[:5]
        ],
        "may_challenge": decision is not None and timezone.now() < decision.challenge_until,
        "form": form,
        "nav": "rounds",
        "crumbs": [
            Crumb(project.round.label, reverse("funding:round_detail", args=[slug])),
            Crumb(project.label, reverse("funding:project_detail", args=[slug, ref])),
        ],
    }
    return render_page(request, "funding/project_level.html", context, status=422 if form and form.errors else 200)


def _body_of(request: HttpRequest, decision: LevelDecision | None) -> Body | None:
    """Return the body for which this person may challenge: lead of a body in whose area the project gains."""
    now = timezone.now()
    if decision is None or not request.user.is_authenticated or now >= decision.challenge_until:
        return None
    roles = (
        OfficerRole.objects.filter(user=request.user, role=Role.LEAD, body__isnull=False)
        .held(on=london_day(now))
        .select_related("body__area")
    )
    paths = list(Area.objects.filter(code__in=[*decision.kept, *decision.dropped]).values_list("path", flat=True))
    for role in roles:
        if role.body is not None and any(path.startswith(role.body.area.path) for path in paths):
            return role.body
    return None


def _payers(decision: LevelDecision) -> list[tuple[str, int]]:
    names = {area.code: area.label for area in Area.objects.filter(code__in=decision.payers)}
    return [(names.get(code, code), sum(by.values())) for code, by in sorted(decision.payers.items())]


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.REVIEWER)
def challenge_rule(request: SignedInRequest, pk: int) -> HttpResponse:
    """A reviewer of another authority reads a challenge and rules once."""
    challenge = get_object_or_404(
        Challenge.objects.select_related("decision__project__round", "decision__area", "holder__area", "by_body"),
        pk=pk,
        state=ChallengeState.WAITING,
    )
    decision = challenge.decision
    form = RulingForm(
        request.POST if request.method == "POST" else None,
        decision=decision,
        areas=areas_for_shares(decision) if decision else (),
    )
    if request.method == "POST" and form.is_valid():
        try:
            rule_on_challenge(
                challenge_id=challenge.pk,
                reviewer=request.user,
                upheld=form.cleaned_data["upheld"] == "yes",
                ruling=form.cleaned_data["ruling"],
                shares=form.shares(),
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("Your ruling is published."))
            return go_to(request, "renewal:staff_home")
    context = {
        "challenge": challenge,
        "decision": decision,
        "sentence": level_sentence(decision) if decision else "",
        "tests": lines_of_tests(decision) if decision else [],
        "form": form,
        "staff_nav": "work",
    }
    return render_page(request, "funding/staff/challenge_rule.html", context, status=422 if form.errors else 200)
