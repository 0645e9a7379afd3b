"""What a group says about how it works: governance, safeguarding, evidence, register numbers, interests."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities import group_queries as reads
from communities.access import SignedInRequest, signed_in
from communities.forms.profiles import (
    EvidenceForm,
    GovernanceForm,
    InterestForm,
    NumberForm,
    SafeguardingForm,
)
from communities.group_pages import seats_sentence
from communities.models import Evidence, Group, OfficerRole
from communities.rules.identifiers import SCHEMES
from communities.services import profiles
from communities.services.groups import add_identifier, remove_identifier
from communities.views.parts import (
    FormPage,
    answer_form,
    answer_press,
    crumbs_of,
    for_group,
    form_for,
    group_of,
    press_for_group,
)
from communities.wording import minimum_words
from renewal.kernel.clock import london_day

FORM = require_http_methods(["GET", "HEAD", "POST"])


def home_of(group: Group) -> str:
    return reverse("communities:group_home", args=[group.slug])


@signed_in
@FORM
def governance(request: SignedInRequest, group: str) -> HttpResponse:
    """Five short questions; the answer is dated today and the former ones stay."""
    here, now = group_of(request, group), timezone.now()
    before = reads.governance_of(here)
    names = ("seats", "local_seats", "how_decided", "how_to_join", "money_kept", "civil_seats", "public_seats")
    initial = {name: getattr(before, name) for name in (*names, "private_seats")} if before else {}
    minimums = reads.informal_minimums(here, on=london_day(now)) if here.is_informal else []

    def write(said: dict[str, Any]) -> None:
        said |= {name: said[name] or 0 for name in ("civil_seats", "public_seats", "private_seats")}
        profiles.write_governance(group_id=here.pk, as_of=london_day(now), actor=request.user, now=now, **said)

    return answer_form(
        request,
        form_for(request, GovernanceForm, initial=initial),
        FormPage(_("How you work"), _("Save"), home_of(here), intro=_("Five short questions. No papers to upload.")),
        for_group(request, here, "profile", write),
        ("communities:group_home", here.slug),
        _("How you work is saved."),
        template="communities/governance.html",
        context={
            "crumbs": crumbs_of(here),
            "group": here,
            "before": before,
            "sentence": seats_sentence(reads.group_standing(here, on=london_day(now))),
            "minimums": [(minimum_words(m.code, m.amount), m.met) for m in minimums],
        },
    )


@signed_in
@FORM
def safeguarding(request: SignedInRequest, group: str) -> HttpResponse:
    """Who keeps people safe, and how; reviewed every year. Levels and dates of checks, never certificates."""
    here, now = group_of(request, group), timezone.now()
    before = reads.safeguarding_of(here)
    names = ("works_with", "lead_name", "policy", "reviewed_on", "reporting_route", "checks_level", "checks_on")
    initial = {name: getattr(before, name) for name in names} if before else {}
    return answer_form(
        request,
        form_for(request, SafeguardingForm, initial=initial),
        FormPage(
            _("Keeping people safe"),
            _("Save"),
            home_of(here),
            intro=_("If you do not have a policy, we can help you write one. Your page stays open either way."),
        ),
        for_group(
            request,
            here,
            "profile",
            lambda said: profiles.write_safeguarding(group_id=here.pk, actor=request.user, now=now, **said),
        ),
        ("communities:group_home", here.slug),
        _("How you keep people safe is saved."),
        context={"crumbs": crumbs_of(here), "group": here, "count": True},
    )


@signed_in
@FORM
def evidence(request: SignedInRequest, group: str) -> HttpResponse:
    """What the group shows, each with its day, and a form for one more."""
    here, now = group_of(request, group), timezone.now()
    on = london_day(now)
    return answer_form(
        request,
        form_for(request, EvidenceForm, initial={"kind": request.GET.get("kind", "social_purpose")}),
        FormPage(
            _("What your group shows"),
            _("Add"),
            home_of(here),
            intro=_("Say what it is, what day it is from and where people can see it. Do not send papers."),
        ),
        for_group(
            request,
            here,
            "profile",
            lambda said: profiles.add_evidence(group_id=here.pk, actor=request.user, now=now, **said),
        ),
        ("communities:evidence", here.slug),
        _("It is on your group’s page."),
        template="communities/evidence.html",
        context={
            "crumbs": crumbs_of(here),
            "group": here,
            "current": list(here.evidence.current(on=on).select_related("seen_by")),
            "ended": list(here.evidence.filter(withdrawn_at=None, expires_on__lte=on)),
        },
    )


@signed_in
@require_POST
def evidence_withdraw(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    here = group_of(request, group)
    get_object_or_404(here.evidence, pk=pk)
    return press_for_group(
        request,
        here,
        "profile",
        lambda: profiles.withdraw_evidence(group_id=here.pk, evidence_id=pk, actor=request.user, now=timezone.now()),
        ("communities:evidence", here.slug),
        _("It is off your group’s page."),
    )


@signed_in
@require_POST
def evidence_see(request: SignedInRequest, pk: int) -> HttpResponse:
    """An officer notes having seen what a group shows."""
    on = london_day(timezone.now())
    if not OfficerRole.objects.filter(user=request.user).held(on=on).exists():
        get_object_or_404(Evidence.objects.none())
    row = get_object_or_404(Evidence.objects.select_related("group"), pk=pk)
    return answer_press(
        request,
        lambda: profiles.see_evidence(evidence_id=pk, actor=request.user, now=timezone.now()),
        ("communities:group_detail", row.group.slug),
        _("You noted that you have seen it today."),
    )


@signed_in
@FORM
def numbers(request: SignedInRequest, group: str) -> HttpResponse:
    """The group's numbers in public registers, and a form for one more."""
    here = group_of(request, group)
    rows = [(row, SCHEMES[row.scheme].name) for row in here.identifiers.filter(removed_at=None)]
    return answer_form(
        request,
        form_for(request, NumberForm),
        FormPage(_("Your numbers in public registers"), _("Add"), home_of(here)),
        for_group(
            request,
            here,
            "profile",
            lambda said: add_identifier(
                group_id=here.pk, scheme=said["scheme"], typed=said["number"], actor=request.user, now=timezone.now()
            ),
        ),
        ("communities:numbers", here.slug),
        _("The number is on your group’s page."),
        template="communities/numbers.html",
        context={"crumbs": crumbs_of(here), "group": here, "rows": rows},
    )


@signed_in
@require_POST
def number_remove(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    here = group_of(request, group)
    get_object_or_404(here.identifiers.filter(removed_at=None), pk=pk)
    return press_for_group(
        request,
        here,
        "profile",
        lambda: remove_identifier(group_id=here.pk, identifier_id=pk, actor=request.user, now=timezone.now()),
        ("communities:numbers", here.slug),
        _("The number is off your group’s page."),
    )


@signed_in
@FORM
def interests(request: SignedInRequest, group: str) -> HttpResponse:
    """The group's public register of interests, and a form for one more line."""
    here, now = group_of(request, group), timezone.now()
    return answer_form(
        request,
        form_for(request, InterestForm),
        FormPage(
            _("Register of interests"),
            _("Add"),
            home_of(here),
            intro=_("Write down who has to do with somebody your group pays, buys from or works with. It is public."),
        ),
        for_group(
            request,
            here,
            "profile",
            lambda said: profiles.add_conflict(group_id=here.pk, actor=request.user, now=now, **said),
        ),
        ("communities:interests", here.slug),
        _("The line is on your register."),
        template="communities/interests.html",
        context={"crumbs": crumbs_of(here), "group": here, "rows": list(here.conflicts.all())},
    )


@signed_in
@require_POST
def interest_end(request: SignedInRequest, group: str, pk: int) -> HttpResponse:
    here = group_of(request, group)
    get_object_or_404(here.conflicts.filter(until=None), pk=pk)
    return press_for_group(
        request,
        here,
        "profile",
        lambda: profiles.end_conflict(group_id=here.pk, conflict_id=pk, actor=request.user, now=timezone.now()),
        ("communities:interests", here.slug),
        _("The interest ended today. The line stays."),
    )
