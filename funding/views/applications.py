"""A group's application: begin, fill in page by page, check, sign off, declare, read what must change, withdraw."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.access import SignedInRequest, signed_in
from communities.models import Group
from communities.services.helping import is_helper_of
from communities.views.parts import note_step
from funding.application_pages import minutes_of, tasks_of, wrong_pages
from funding.forms.checks import AppealForm
from funding.forms.start import StartProjectForm
from funding.models import Partner, Project, ProjectState, Round, Step
from funding.models.project import WRITING
from funding.queries import applications as queries
from funding.queries.partners import lines_today
from funding.queries.projects import nearby_projects, sizes_of
from funding.queries.rounds import round_to_carry_to, rounds_for_pages, step_window
from funding.rules.answering import last_day
from funding.services import appeals, applications, projects
from funding.services.combining import GIVES
from funding.services.paper_in_time import is_typing, typed_until
from funding.services.unsent import answered_until
from funding.views.rounds import crumbs_of
from funding.wording import words_for, words_for_problem
from renewal.kernel.context import HELP_PHONE
from renewal.kernel.errors import DomainError
from renewal.kernel.paper_forms import paper_form
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page


@signed_in
def project_start(request: SignedInRequest, slug: str) -> HttpResponse:
    """Begin a project in a round that takes ideas; people without a group are led to registering one."""
    round_ = get_object_or_404(rounds_for_pages(), slug=slug)
    if round_.all_year:
        return go_to(request, "funding:small_start", round_.area.slug)
    groups = Group.objects.of_member(request.user).filter(state="active")
    now = timezone.now()
    is_open = Round.objects.filter(pk=round_.pk).in_step(Step.IDEAS, at=now).exists()
    helped = groups.filter(memberships__user=request.user, memberships__role="helper")
    on_paper = is_typing(round_, now=now) and helped.exists()
    form = StartProjectForm(
        request.POST if request.method == "POST" else None, groups=helped if on_paper else groups, on_paper=on_paper
    )
    if form.is_valid():
        try:
            project = projects.start_project(
                round_id=round_.pk,
                group_id=form.cleaned_data["group"].pk,
                kind=form.cleaned_data["kind"],
                title=form.cleaned_data["title"],
                language=get_language() or "en",
                received_on=form.cleaned_data.get("received_on"),
                actor=request.user,
                now=now,
            )
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:application_tasks", project.lead_group.slug, project.reference)
    context = {
        "round": round_, "form": form, "has_group": groups.exists(), "is_open": is_open or on_paper, "nav": "rounds",
        "typed_until": typed_until(round_) if on_paper else None,
        "window": step_window(round_, Step.IDEAS),
        "crumbs": [*crumbs_of(round_), Crumb(round_.label, reverse("funding:round_detail", args=[slug]))],
    }  # fmt: skip
    return render_page(request, "funding/project_start.html", context, status=422 if form.is_bound else 200)


def own_application(request: SignedInRequest, group: str, ref: str) -> Project:
    project = queries.application_for(request.user, group=group, ref=ref)
    if project is None:
        raise Http404
    return project


def crumbs_above(project: Project) -> list[Crumb]:
    return [
        Crumb(project.round.label, reverse("funding:round_detail", args=[project.round.slug])),
        Crumb(
            project.label or project.reference,
            reverse("funding:application_tasks", args=[project.lead_group.slug, project.reference]),
        ),
    ]


@require_safe
@signed_in
def application_tasks(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """The task list with save and return; what an officer asked to change stands on top."""
    project = own_application(request, group, ref)
    sections, partners = queries.task_sections(project), lines_today(project)
    context = {
        "project": project,
        "crumbs": crumbs_above(project)[:1],
        "sections": sections,
        "done_count": sum(task.finished for section in sections for task in section.tasks),
        "task_count": sum(len(section.tasks) for section in sections),
        "minutes": minutes_of(project),
        "is_writing": project.state in WRITING,
        "may_declare": project.state == ProjectState.DECLARING and project.signed_by_id != request.user.pk,
        "changes": queries.asked_changes(project) if project.state == ProjectState.CHANGES else None,
        "refusal": project.decisions.filter(kind="refuse", state="made").first(),
        "partners": partners,
        "partner_waits": any(line.waits for line in partners),
        "window": step_window(project.round, Step.IDEAS),
        "offers": project.combine_offers_received.waiting().select_related("project__group"),
        "nearby": [] if project.round.all_year else nearby_projects(project),
        "may_combine": project.state in GIVES and not project.round.all_year,
        "may_size": may_add_size(project),
        "sizes": sizes_of(project),
    }
    return render_page(request, "funding/application_tasks.html", context)


@signed_in
def application_check(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """Check the answers by section, see what is missing, and sign off for the second member."""
    project = own_application(request, group, ref)
    if project.state not in WRITING:
        return go_to(request, "funding:application_tasks", group, ref)
    missing: list[str] = []
    if request.method == "POST":
        facts: dict[str, Any] = {"project_id": project.pk}
        try:
            with transaction.atomic():
                applications.sign_off(
                    project_id=project.pk, actor=request.user, unfinished=wrong_pages(project), now=timezone.now()
                )
                if project.group is not None and is_helper_of(request.user, project.group):
                    until = answered_until(project=project, asked_at=timezone.now())
                    by = {"answer_by": last_day(until).isoformat()} if until else {}
                    note_step(request, project.group, "apply", effect="apply", facts=facts | by)
        except applications.GroupsWordFirst:
            note_step(request, project.lead_group, "change", effect="change", facts=facts)
            return go_to(request, "funding:application_tasks", group, ref)
        except applications.NotReady as refusal:
            missing = [words_for_problem(code) for code in refusal.facts["problems"]]
            wrong = {task for task, _page in refusal.facts["pages"]}
            missing += [
                _("Finish this section: %(title)s.") % {"title": task.title}
                for task in tasks_of(project)
                if task.key in wrong
            ]
        except DomainError as refusal:
            missing = [words_for(refusal)]
        else:
            return go_to(request, "funding:application_sent", group, ref)
    context = {
        "project": project, "crumbs": crumbs_above(project), "cards": queries.answer_cards(project), "missing": missing,
    }  # fmt: skip
    return render_page(request, "funding/application_check.html", context, status=422 if missing else 200)


@require_safe
@signed_in
def application_sent(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """What happens next, after signing off and after sending."""
    project = own_application(request, group, ref)
    review = project.reviews.order_by("-pk").first()
    is_helper = project.group is not None and is_helper_of(request.user, project.group)
    context = {"project": project, "crumbs": crumbs_above(project), "review": review, "is_helper": is_helper}
    return render_page(request, "funding/application_sent.html", context)


@signed_in
def application_declare(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """A second member reads the answers and declares that they are true; or sends it back to writing."""
    project = own_application(request, group, ref)
    if project.state != ProjectState.DECLARING:
        return go_to(request, "funding:application_tasks", group, ref)
    refusal_words = ""
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "back":
                applications.take_back(project_id=project.pk, actor=request.user, now=timezone.now())
                return go_to(request, "funding:application_tasks", group, ref)
            applications.declare_and_send(project_id=project.pk, actor=request.user, now=timezone.now())
        except DomainError as refusal:
            refusal_words = words_for(refusal)
        else:
            return go_to(request, "funding:application_sent", group, ref)
    context = {
        "project": project, "crumbs": crumbs_above(project), "cards": queries.answer_cards(project),
        "is_second": project.signed_by_id != request.user.pk, "refusal": refusal_words,
    }  # fmt: skip
    return render_page(request, "funding/application_declare.html", context, status=422 if refusal_words else 200)


@require_safe
@signed_in
def application_feedback(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """What the council decided or asked to change, by when, with old and new text side by side."""
    project = own_application(request, group, ref)
    context = {
        "project": project,
        "crumbs": crumbs_above(project),
        "decisions": project.decisions.filter(state__in=["made", "reversed"]).select_related("appeal"),
        "notes": project.notes.filter(audience="group").select_related("written_by"),
        "differences": queries.differences(project),
    }
    return render_page(request, "funding/application_feedback.html", context)


@require_safe
@signed_in
def application_paper_download(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """Every question of this application on paper, with the answers there are: to keep, or to fill in by hand."""
    project = own_application(request, group, ref)
    pdf = paper_form(
        title=project.label,
        lead=_("Fill in what you can by hand. Send it back, or read it to us on the phone."),
        parts=queries.paper_parts(project),
        reference=project.reference,
        phone=HELP_PHONE,
    )
    disposition = content_disposition_header(True, f"{project.reference}.pdf")
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition or ""})


@signed_in
def application_withdraw(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """A page of its own that says what stays public, then takes the project out."""
    project = own_application(request, group, ref)
    if request.method == "POST":
        try:
            if project.group is not None and is_helper_of(request.user, project.group):
                note_step(request, project.group, "withdraw", effect="withdraw", facts={"project_id": project.pk})
            else:
                projects.withdraw_project(project_id=project.pk, actor=request.user, now=timezone.now())
                messages.success(request, _("Your project is withdrawn."))
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
        return go_to(request, "funding:application_tasks", group, ref)
    return render_page(
        request, "funding/application_withdraw.html", {"project": project, "crumbs": crumbs_above(project)}
    )


@signed_in
def application_carry(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """Carry a project to a round of the same area that takes ideas now, in one press."""
    project = own_application(request, group, ref)
    now = timezone.now()
    target = round_to_carry_to(project, at=now)
    if request.method == "POST" and target is not None:
        try:
            new = projects.carry_forward(project_id=project.pk, round_id=target.pk, actor=request.user, now=now)
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
            return go_to(request, "funding:application_tasks", group, ref)
        return go_to(request, "funding:application_tasks", group, new.reference)
    context = {"project": project, "crumbs": crumbs_above(project), "target": target}
    return render_page(request, "funding/application_carry.html", context)


def may_add_size(project: Project) -> bool:
    """Tell whether another size can be begun: while the round takes ideas."""
    if project.state not in projects.SIZABLE or project.round.all_year:
        return False
    return applications.is_ideas_open(project, timezone.now())


@signed_in
def application_size(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """Begin another size of a project, in one press; at most one of the sizes can be funded."""
    project = own_application(request, group, ref)
    if request.method == "POST":
        try:
            new = projects.add_size(project_id=project.pk, actor=request.user, now=timezone.now())
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
            return go_to(request, "funding:application_tasks", group, ref)
        messages.success(request, _("This is the other size. Change its name and its costs."))
        return go_to(request, "funding:application_tasks", group, new.reference)
    return render_page(request, "funding/application_size.html", {"project": project, "crumbs": crumbs_above(project)})


@signed_in
def partner_sign(request: SignedInRequest, partner: int) -> HttpResponse:
    """A member of a partner group reads its role and share, and signs in its own account."""
    found = get_object_or_404(
        Partner.objects.select_related("project__round", "project__group", "group").filter(
            left_at__isnull=True, group__in=Group.objects.of_member(request.user)
        ),
        pk=partner,
    )
    if request.method == "POST":
        try:
            applications.sign_as_partner(partner_id=found.pk, actor=request.user, now=timezone.now())
        except applications.GroupsWordFirst:
            note_step(request, found.group, "partner", effect="partner", facts={"partner_id": found.pk})
        except DomainError as refusal:
            messages.warning(request, words_for(refusal))
        else:
            messages.success(request, _("You have signed for your group."))
        return go_to(request, "funding:partner_sign", found.pk)
    line = next((line for line in lines_today(found.project) if line.partner.pk == found.pk), None)
    context = {"partner": found, "project": found.project, "line": line}
    return render_page(request, "funding/partner_sign.html", context)


@signed_in
def application_appeal(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """Ask that different people look again at a refusal, within 20 working days."""
    project = own_application(request, group, ref)
    decision = project.decisions.filter(kind="refuse", state="made", appeal__isnull=True).first()
    if decision is None:
        return go_to(request, "funding:application_feedback", group, ref)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            appeals.send_appeal(decision_id=decision.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except applications.GroupsWordFirst:
            facts = {"decision_id": decision.pk, **form.cleaned_data}
            note_step(request, project.lead_group, "appeal", effect="appeal", facts=facts)
            return go_to(request, "funding:application_feedback", group, ref)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("We have your appeal. Different people will look at the decision."))
            return go_to(request, "funding:application_feedback", group, ref)
    context = {"project": project, "crumbs": crumbs_above(project), "decision": decision, "form": form}
    return render_page(request, "funding/application_appeal.html", context, status=422 if form.is_bound else 200)
