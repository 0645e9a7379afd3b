"""Two groups combine their projects: one offers, the other answers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, signed_in
from communities.views.parts import note_step
from funding.forms.combine import CombineAnswerForm, CombineForm
from funding.models import CombineOffer, Project
from funding.queries.applications import application_for
from funding.queries.projects import projects_to_join
from funding.services import combining
from funding.services.applications import GroupsWordFirst
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page


def _crumbs(project: Project) -> list[Crumb]:
    url = reverse("funding:application_tasks", args=[project.lead_group.slug, project.reference])
    return [Crumb(project.label or project.reference, url)]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def application_combine(request: SignedInRequest, group: str, ref: str) -> HttpResponse:
    """Offer to fold a project into another group's, or take the offer back."""
    project = application_for(request.user, group=group, ref=ref)
    if project is None:
        raise Http404
    now = timezone.now()
    offer = project.combine_offers.waiting().select_related("into__group", "into__round").first()
    others = projects_to_join(project)
    form = CombineForm(request.POST if request.method == "POST" and offer is None else None, projects=others)
    try:
        if request.method == "POST" and offer is not None:
            return _take_back(request, project, offer.pk)
        if form.is_valid():
            into = next(one for one in others if one.reference == form.cleaned_data["into"])
            facts = {"project_id": project.pk, "into_id": into.pk, "words": form.cleaned_data["words"]}
            try:
                combining.offer_to_combine(**facts, actor=request.user, now=now)
            except GroupsWordFirst:
                note_step(request, project.lead_group, "combine", effect="combine", facts=facts)
            else:
                messages.success(request, _("We have asked the other group. Nothing changes before it agrees."))
            return go_to(request, "funding:application_combine", group, ref)
    except DomainError as refusal:
        form.add_error(None, words_for(refusal))
    context = {
        "project": project,
        "offer": offer,
        "others": others,
        "may_offer": project.state in combining.GIVES,
        "form": form,
        "past": project.combine_offers.exclude(state="waiting").select_related("into"),
        "crumbs": _crumbs(project),
    }
    return render_page(request, "funding/application_combine.html", context, status=422 if form.errors else 200)


def _take_back(request: SignedInRequest, project: Project, offer_id: int) -> HttpResponse:
    """Take an offer back; what a helper does waits for the group's word."""
    try:
        combining.take_offer_back(offer_id=offer_id, actor=request.user, now=timezone.now())
    except GroupsWordFirst:
        facts = {"offer_id": offer_id, "answer": "back"}
        note_step(request, project.lead_group, "combine", effect="combine", facts=facts)
    else:
        messages.success(request, _("Your offer is taken back. Both projects go on as they were."))
    return go_to(request, "funding:application_combine", project.lead_group.slug, project.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def combine_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """A member of the other group reads both projects and answers."""
    offer = get_object_or_404(
        CombineOffer.objects.to_member(request.user).select_related(
            "project__group", "project__round", "into__group", "into__round", "offered_by", "answered_by"
        ),
        pk=pk,
    )
    form = CombineAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        try:
            if form.cleaned_data["answer"] == "yes":
                combining.agree_to_combine(offer_id=pk, actor=request.user, now=now)
                messages.success(request, _("You agreed. Their project is part of yours now."))
            else:
                combining.decline_to_combine(offer_id=pk, words=form.cleaned_data["words"], actor=request.user, now=now)
                messages.success(request, _("You said no. Both projects go on as they were."))
        except GroupsWordFirst:
            facts = {"offer_id": pk, **form.cleaned_data}
            note_step(request, offer.into.lead_group, "combine", effect="combine", facts=facts)
            return go_to(request, "funding:combine_answer", pk)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:combine_answer", pk)
    context = {"offer": offer, "form": form, "crumbs": _crumbs(offer.into)}
    return render_page(request, "funding/combine_offer.html", context, status=422 if form.errors else 200)
