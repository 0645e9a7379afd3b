"""Residents ask for a second look at who decides, or at who holds the money (R9): make it, support it, read it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.models import Area, Resident
from communities.services.residents import AddressIncomplete, AddressNotInAnArea, known_resident
from funding.forms.challenges import ResidentChallengeForm
from funding.forms.voices import SignForm
from funding.models import Challenge, Project
from funding.queries.holders import standing_holder
from funding.queries.levels import challenge_place, level_sentence, line_of_challenge
from funding.queries.shares import standing_run
from funding.rules.answering import last_day
from funding.services.levels import challenge_as_resident, support_challenge
from funding.views.browser import network_of
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import take_turn
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page


def _as_resident(request: HttpRequest, form: SignForm, do: Callable[[Resident], Challenge]) -> Challenge | None:
    """Recognise the person who filled in a form and do something as that resident; None with words on the form."""
    if not take_turn("challenge", network_of(request), limit=60, seconds=3600):
        form.add_error(None, _("Many people wrote from this connection. Try again in an hour, or call us."))
        return None
    address = {name: form.cleaned_data[name] for name in ("name", "house", "postcode")}
    try:
        return do(known_resident(now=timezone.now(), **address))
    except (AddressIncomplete, AddressNotInAnArea):
        form.add_error("postcode", _("We could not match that address to one area. Call us, and we do it with you."))
    except DomainError as refusal:
        form.add_error(None, words_for(refusal))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def level_challenge(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """A resident says that the areas that gain are wrong; 24 more make a ruling due."""
    project = get_object_or_404(Project.objects.public().select_related("round__area"), round__slug=slug, reference=ref)
    decision = project.level_decisions.current().select_related("project__round__area", "area").first()
    form = ResidentChallengeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        made = _as_resident(
            request,
            form,
            lambda resident: challenge_as_resident(
                words=words, resident=resident, decision=decision, now=timezone.now()
            ),
        )
        if made is not None:
            messages.success(request, _("Published. Ask your neighbours to support it: 25 residents are needed."))
            return go_to(request, "funding:challenge_detail", made.pk)
    context = {
        "nav": "rounds",
        "title": project.label,
        "sentence": level_sentence(decision) if decision else "",
        "open": decision is not None and timezone.now() < decision.challenge_until,
        "last_day": last_day(decision.challenge_until) if decision else None,
        "back": reverse("funding:project_level", args=[slug, ref]),
        "form": form,
        "crumbs": [
            Crumb(project.label, reverse("funding:project_detail", args=[slug, ref])),
            Crumb(_("Who decides"), reverse("funding:project_level", args=[slug, ref])),
        ],
    }
    return render_page(request, "funding/challenge_make.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def holder_challenge(request: HttpRequest, area: str) -> HttpResponse:
    """A resident says that a later choice of who holds the money is wrong."""
    place = get_object_or_404(Area, slug=area)
    run = standing_run(place)
    holder = standing_holder(place, run) if run else None
    form = ResidentChallengeForm(request.POST if request.method == "POST" else None)
    form.fields["words"].help_text = _("Say why an earlier body of the list should hold it. Your words are published.")
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        made = _as_resident(
            request,
            form,
            lambda resident: challenge_as_resident(words=words, resident=resident, holder=holder, now=timezone.now()),
        )
        if made is not None:
            messages.success(request, _("Published. Ask your neighbours to support it: 25 residents are needed."))
            return go_to(request, "funding:challenge_detail", made.pk)
    is_open = holder is not None and not holder.first_willing and timezone.now() < holder.challenge_until
    context = {
        "nav": "money",
        "title": place.label,
        "sentence": holder.reason if holder else "",
        "open": is_open,
        "last_day": last_day(holder.challenge_until) if holder else None,
        "back": reverse("funding:pot_holder", args=[place.slug]),
        "form": form,
        "crumbs": [
            Crumb(place.label, reverse("funding:share_detail", args=[place.slug])),
            Crumb(_("Who looks after the money"), reverse("funding:pot_holder", args=[place.slug])),
        ],
    }
    return render_page(request, "funding/challenge_make.html", context, status=422 if form.errors else 200)


def _challenge_or_404(pk: int) -> Challenge:
    return get_object_or_404(
        Challenge.objects.select_related(
            "decision__project__round__area",
            "decision__area",
            "holder__area",
            "holder__candidate__body",
            "holder__candidate__group",
            "by_body",
            "reviewer_body",
            "hidden_body",
        ),
        pk=pk,
    )


def _about(challenge: Challenge) -> Crumb:
    """The page of what is disputed."""
    if challenge.holder:
        return Crumb(challenge.holder.area.label, reverse("funding:pot_holder", args=[challenge.holder.area.slug]))
    project = challenge.disputed_project
    return Crumb(project.label, reverse("funding:project_level", args=[project.round.slug, project.reference]))


@require_safe
def challenge_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A challenge in public: its words, how many support it, the ruling."""
    challenge = _challenge_or_404(pk)
    fresh = challenge.decision.project.level_decisions.current().first() if challenge.decision else None
    context = {
        "nav": "rounds" if challenge.decision else "money",
        "line": line_of_challenge(challenge),
        "challenge": challenge,
        "about": _about(challenge),
        "place": challenge_place(challenge),
        "last_day": last_day(challenge.closes_at),
        "open": timezone.now() < challenge.closes_at,
        "now_says": level_sentence(fresh) if fresh and challenge.state == "upheld" else "",
        "crumbs": [_about(challenge)],
    }
    return render_page(request, "funding/challenge_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def challenge_support(request: HttpRequest, pk: int) -> HttpResponse:
    """Support a challenge as somebody who lives there, once; a helper fills it in beside a person just the same."""
    challenge = _challenge_or_404(pk)
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        done = _as_resident(
            request, form, lambda resident: support_challenge(challenge_id=pk, resident=resident, now=now)
        )
        if done is not None:
            messages.success(request, _("We have counted you. You count once, however often you send this."))
            return go_to(request, "funding:challenge_detail", pk)
    context = {
        "nav": "rounds" if challenge.decision else "money",
        "challenge": challenge,
        "place": challenge_place(challenge),
        "form": form,
        "crumbs": [_about(challenge), Crumb(_("Second look"), reverse("funding:challenge_detail", args=[pk]))],
    }
    return render_page(request, "funding/challenge_support.html", context, status=422 if form.errors else 200)
