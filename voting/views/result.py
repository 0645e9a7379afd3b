"""The pages of a published result: the outcome, why for each project, the method, the sheet for a noticeboard."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from renewal.kernel.parts import Column, Crumb
from renewal.kernel.web import render_page
from voting import queries
from voting.results import people_tables, published_outcome, result_page, sheets_of, why
from voting.services.files import open_result_file, result_files
from voting.views.vote import context_for
from voting.wording import PHONE


@require_safe
def result(request: HttpRequest, poll: str) -> HttpResponse:
    """Funded and not funded, turnout, money used, downloads."""
    found = queries.public_poll(poll)
    context = context_for(found, page=result_page(found), files=result_files(found))
    return render_page(request, "voting/result.html", context)


@require_safe
def result_project(request: HttpRequest, poll: str, ref: str) -> HttpResponse:
    """Why this was, or was not, funded."""
    found = queries.public_poll(poll)
    shown = why(found, ref)
    crumbs = [
        Crumb(found.label, resolve_url("voting:start", found.slug)),
        Crumb(_("The result"), resolve_url("voting:result", found.slug)),
    ]
    return render_page(request, "voting/result_project.html", context_for(found, why=shown, crumbs=crumbs))


@require_safe
def result_method(request: HttpRequest, poll: str) -> HttpResponse:
    """The counting rule in plain words, with a small example, then the full record."""
    found = queries.public_poll(poll)
    outcome = published_outcome(found)
    context = context_for(found, outcome=outcome, count=outcome.count, files=result_files(found))
    return render_page(request, "voting/result_method.html", context)


@require_safe
def result_people(request: HttpRequest, poll: str) -> HttpResponse:
    """Totals of the optional questions after the vote, once and only with the result."""
    found = queries.public_poll(poll)
    published_outcome(found)
    crumbs = [
        Crumb(found.label, resolve_url("voting:start", found.slug)),
        Crumb(_("The result"), resolve_url("voting:result", found.slug)),
    ]
    columns = [Column(_("Answer")), Column(_("People"), numeric=True)]
    context = context_for(found, tables=people_tables(found), columns=columns, crumbs=crumbs)
    return render_page(request, "voting/result_people.html", context)


@require_safe
def result_sheet(request: HttpRequest, poll: str) -> HttpResponse:
    """A sheet to print and pin up, in two languages."""
    found = queries.public_poll(poll)
    return render_page(request, "voting/result_sheet.html", context_for(found, sheets=sheets_of(found, phone=PHONE)))


@require_safe
def heads_download(request: HttpRequest, poll: str) -> FileResponse:
    """The signed heads of a poll's log, from its opening on; for everybody who wants to watch that it only grows."""
    found = queries.public_poll(poll)
    content = open_result_file(found, "heads.json")
    if content is None:
        raise Http404
    return FileResponse(content, filename="heads.json", content_type="application/json")


@require_safe
def result_file(request: HttpRequest, poll: str, name: str) -> FileResponse:
    """One download of a published result."""
    found = queries.public_poll(poll)
    published_outcome(found)
    content = open_result_file(found, name)
    if content is None:
        raise Http404
    return FileResponse(content, as_attachment=True, filename=name)
