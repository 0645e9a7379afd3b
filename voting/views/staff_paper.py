"""Paper batches: declarations, two blind entries, differences, sealing. Keyboard first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from renewal.kernel.errors import DomainError
from renewal.kernel.parts import Cell, Column, Row
from renewal.kernel.web import go_to, render_page
from voting.models import Adjudication, PaperBatch, PaperEntry, Poll
from voting.services import paper
from voting.services.roll import Person
from voting.staff_forms import BatchForm, DeclarationForm, PaperForm
from voting.states import BatchState
from voting.views.staff import own_polls
from voting.wording import SPOILT, paper_words

counting = officer_required(Role.COUNTING, Role.LEAD)
STEPS = {
    "receiving": later("Receiving envelopes"),
    "first_entry": later("First entry"),
    "second_entry": later("Second entry"),
    "comparing": later("Comparing"),
    "sealed": later("Sealed"),
}


def own_batch(request: SignedInRequest, pk: int) -> PaperBatch:
    """Fetch a batch of a vote that this officer runs."""
    batches = PaperBatch.objects.filter(poll__in=own_polls(request)).select_related("poll")
    return get_object_or_404(batches, pk=pk)


def refs_by_number(poll: Poll) -> dict[int, str]:
    return dict(poll.options.order_by("number").values_list("number", "ref"))


@counting
def paper_batches(request: SignedInRequest) -> HttpResponse:
    """All batches, and a form to begin one."""
    polls = own_polls(request).filter(state__in=["open", "paused", "closed"])
    form = BatchForm(request.POST or None)
    form.offer_rows("poll", polls)
    if form.is_valid():
        batch = paper.begin_batch(
            poll_id=form.cleaned_data["poll"].pk,
            label=form.cleaned_data["label"],
            actor=request.user,
            now=timezone.now(),
        )
        return go_to(request, "voting:paper_batch", batch.pk)
    batches = PaperBatch.objects.filter(poll__in=own_polls(request)).select_related("poll").order_by("-pk")
    rows = [
        Row(
            [
                Cell(batch.label, url=f"{batch.pk}/"),
                Cell(batch.poll.label),
                Cell(batch.envelope_count, numeric=True),
                Cell(STEPS[batch.state], tag="good" if batch.state == BatchState.SEALED else "wait"),
            ]
        )
        for batch in batches
    ]
    columns = [Column(_("Batch")), Column(_("Vote")), Column(_("Envelopes"), numeric=True), Column(_("Step"))]
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "rows": rows, "columns": columns, "staff_nav": "paper"}
    return render_page(request, "voting/paper_batches.html", context, status=status)


@counting
def paper_batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """One batch: scan declarations while it receives; otherwise where it stands."""
    batch, form = own_batch(request, pk), DeclarationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean, now = form.cleaned_data, timezone.now()
        person = Person(clean["name"], clean["house"], clean["postcode"]) if clean["name"] else None
        try:
            answer = paper.accept_declaration(
                batch_id=batch.pk, code=clean["code"], person=person, received_at=now, actor=request.user, now=now
            )
            messages.success(
                request, _("Accepted.") if answer == "accepted" else _("Returned: %(why)s.") % {"why": SPOILT[answer]}
            )
        except DomainError as refusal:
            messages.warning(request, paper_words(refusal))
        return go_to(request, "voting:paper_batch", batch.pk)
    context = {
        "batch": batch,
        "form": form,
        "step": STEPS[batch.state],
        "returned": [(SPOILT[reason], count) for reason, count in sorted(batch.returned.items())],
        "spoilt": [(SPOILT[reason], count) for reason, count in sorted(batch.spoilt.items())],
        "staff_nav": "paper",
    }
    return render_page(request, "voting/paper_batch.html", context)


@require_POST
@counting
def paper_step(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the envelopes, end an entry, take back the last paper, or seal."""
    batch, now, step = own_batch(request, pk), timezone.now(), request.POST.get("step")
    try:
        if step == "open":
            last = request.POST.get("is_last") == "on"
            paper.open_envelopes(batch_id=batch.pk, actor=request.user, now=now, is_last=last)
        elif step == "finish":
            paper.finish_entry(batch_id=batch.pk, actor=request.user)
        elif step == "undo":
            paper.undo_last_paper(batch_id=batch.pk, actor=request.user)
            return go_to(request, "voting:paper_enter", batch.pk)
        elif step == "seal":
            paper.seal_batch(batch_id=batch.pk, actor=request.user, now=now)
    except DomainError as refusal:
        messages.warning(request, paper_words(refusal))
    return go_to(request, "voting:paper_batch", batch.pk)


@counting
def paper_enter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Type one paper after another; the second entry sees nothing of the first."""
    batch = own_batch(request, pk)
    turn = "first" if batch.state == BatchState.FIRST_ENTRY else "second"
    refs = refs_by_number(batch.poll)
    entered = batch.entries.filter(turn=turn).count()
    form = PaperForm(request.POST or None, refs=refs)
    if request.method == "POST" and form.is_valid():
        try:
            paper.key_paper(
                batch_id=batch.pk,
                paper=entered + 1,
                choices=form.cleaned_data["numbers"],
                spoilt_reason=form.cleaned_data["spoilt"],
                version_letter=form.cleaned_data["version"],
                actor=request.user,
            )
        except DomainError as refusal:
            form.add_error(None, paper_words(refusal))
        else:
            return go_to(request, "voting:paper_enter", batch.pk)
    context = {
        "batch": batch,
        "form": form,
        "number": entered + 1,
        "entered": entered,
        "is_done": entered >= batch.envelope_count,
        "can_enter": batch.state in {BatchState.FIRST_ENTRY, BatchState.SECOND_ENTRY},
        "turn": turn,
        "options": batch.poll.options.order_by("number"),
        "staff_nav": "paper",
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/paper_enter.html", context, status=status)


@counting
def paper_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Only the differences, side by side; a third person decides."""
    batch = own_batch(request, pk)
    refs = refs_by_number(batch.poll)
    form = PaperForm(request.POST or None, refs=refs)
    number = request.POST.get("paper", "")
    if request.method == "POST" and not number.isdecimal():
        form.add_error(None, _("Choose the paper from the list"))
    if request.method == "POST" and form.is_valid():
        try:
            paper.adjudicate(
                batch_id=batch.pk,
                paper=int(number),
                choices=form.cleaned_data["numbers"],
                spoilt_reason=form.cleaned_data["spoilt"],
                actor=request.user,
            )
        except DomainError as refusal:
            form.add_error(None, paper_words(refusal))
        else:
            return go_to(request, "voting:paper_compare", batch.pk)
    numbers = {ref: place for place, ref in refs.items()}
    shown = [
        (
            one,
            *(_read(entry, numbers) for entry in (one.first, one.second)),
            one.decision and _read(one.decision, numbers),
        )
        for one in (paper.differences(batch) if batch.state == BatchState.COMPARING else [])
    ]
    context = {"batch": batch, "form": form, "differences": shown, "staff_nav": "paper"}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/paper_compare.html", context, status=status)


def _read(entry: PaperEntry | Adjudication, numbers: dict[str, int]) -> str:
    if entry.spoilt_reason:
        return str(SPOILT[entry.spoilt_reason])
    return ", ".join(str(numbers[ref]) for ref in entry.choices) or _("empty ballot")
