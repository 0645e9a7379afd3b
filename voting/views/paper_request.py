"""Ask for a letter with a code, or a paper ballot, by post."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from renewal.kernel.web import go_to, render_page
from voting.forms import PaperRequestForm
from voting.models import Poll
from voting.services.letters import request_letter


def paper_request(request: HttpRequest) -> HttpResponse:
    """Take a name and address for one letter; they are emptied when it has been printed."""
    now = timezone.now()
    form = PaperRequestForm(request.POST or None)
    form.offer_rows("poll", Poll.objects.real().accepting_ballots(at=now))
    if form.is_valid():
        request_letter(
            poll_id=form.cleaned_data["poll"].pk,
            kind=form.cleaned_data["kind"],
            person=form.person(),
            language=get_language() or "en",
            now=now,
        )
        messages.success(
            request, _("We will post it within 2 working days. We delete your address once it is printed.")
        )
        return go_to(request, "voting:paper_request")
    status = 422 if request.method == "POST" else 200
    return render_page(request, "voting/paper_request.html", {"form": form, "nav": "help"}, status=status)
