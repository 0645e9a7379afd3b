"""Look up a reference: received, counted or not found; nothing else."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from renewal.kernel.web import render_page
from voting import queries
from voting.forms import ReferenceForm


@never_cache
def receipt_lookup(request: HttpRequest) -> HttpResponse:
    """Answer by the same page, so that no address ever holds a reference."""
    form = ReferenceForm(request.POST or None)
    found = queries.look_up_reference(form.cleaned_data["reference"]) if form.is_valid() else None
    title = found.poll.label if found and found.poll else ""
    status = 422 if request.method == "POST" and found is None else 200
    context = {"form": form, "found": found, "poll_title": title, "nav": "rounds"}
    return render_page(request, "voting/receipt_lookup.html", context, status=status)
