"""Officers pass the checks that awards still have to pass: small awards, and those of a vote once they are signed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.forms.gates import GateForm
from funding.queries import gates as queries
from funding.services.gates import pass_award_gate
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.paging import LeanPaginator
from renewal.kernel.parts import Crumb
from renewal.kernel.web import go_to, render_page

checkers = officer_required(Role.REVIEWER, Role.LEAD)
PAGE_SIZE = 50


@require_safe
@checkers
def gates(request: SignedInRequest) -> HttpResponse:
    """Awards with checks to pass, oldest first."""
    page = LeanPaginator(queries.awards_to_confirm(request.user, at=timezone.now()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    lines = [
        (award, [str(gate.get_kind_display()) for gate in award.gates.all() if gate.passed_at is None])
        for award in page.object_list
    ]
    crumbs = [Crumb(_("Awards"), reverse("funding:awards"))]
    context = {"page": page, "lines": lines, "staff_nav": "awards", "crumbs": crumbs}
    return render_page(request, "funding/gates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@checkers
def gate(request: SignedInRequest, pk: int) -> HttpResponse:
    """One award: each check with what is known about it, and a form to pass it."""
    now = timezone.now()
    award = queries.award_with_gates(request.user, pk, at=now)
    if award is None:
        raise Http404
    what = request.POST.get("what", "")
    lines = queries.gate_lines(award, now=now)
    forms = {
        line.gate.kind: GateForm(
            request.POST if what == line.gate.kind else None, prefix=line.gate.kind, kind=line.gate.kind
        )
        for line in lines
        if line.can_pass
    }
    form = forms.get(what)
    if form is not None and form.is_valid():
        try:
            pass_award_gate(award_id=pk, kind=what, evidence=form.cleaned_data["evidence"], actor=request.user, now=now)
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            messages.success(request, _("Passed."))
            return go_to(request, "funding:gate", pk)
    context = {
        "award": award,
        "project": award.project,
        "lines": [(line, forms.get(line.gate.kind)) for line in lines],
        "forms": list(forms.values()),
        "partners": queries.partners_waiting(award),
        "staff_nav": "awards",
        "crumbs": [
            Crumb(_("Awards"), reverse("funding:awards")),
            Crumb(_("Checks to pass"), reverse("funding:gates")),
        ],
    }
    return render_page(request, "funding/gate.html", context, status=422 if form is not None else 200)
