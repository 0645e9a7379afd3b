"""Hostile and odd input in every page of an application and of a check: refused politely or kept whole, never a 5xx."""

import pytest

from funding.models import ApplicationPage
from tests.funding.catalogue import checks as check_pages
from tests.funding.catalogue import projects as pages
from tests.support.catalogue import Row
from tests.support.corpus import MEGABYTE, REFUSED, Target, throw

ALSO = {"what": "note", "save": "on", "revision": "0", "rows": "more"}  # what buttons and hidden boxes send


def form_of(name, part, arguments):
    row = Row(f"funding:{name}", arguments, method="post", data=lambda w: ALSO, others=404, **{part: 200})
    row.module = "tests.funding.permissions"
    return row


def application(task, page=1):
    return form_of("application_task", "member", lambda w: pages.application(w, task=task, page=page))


def review(name):
    return form_of(name, "reviewer", lambda w: {"ref": w.sent.reference})


FORMS = {
    **{
        f"{task} {number}": application(task, number)
        for task, count in (
            ("start", 1), ("about", 4), ("place", 2), ("existing", 1), ("costs", 2), ("partners", 1), ("volunteers", 1)
        )
        for number in range(1, count + 1)
    },
    "start a project": form_of("project_start", "member", lambda w: {"slug": w.round_.slug}),
    "comment": form_of("project_comment", "person", lambda w: {"slug": w.round_.slug, "ref": w.sent.reference}),
    "report": form_of("text_report", "person", lambda w: {"kind": "project_comment", "pk": w.comment.pk}),
    "review": review("review"), "decide": review("review_decide"),
    "declare": form_of("interest_declare", "other_reviewer", lambda w: {}),
    "give": form_of("review_assign", "lead", lambda w: {}),
    "keep a view": form_of("review_views", "reviewer", lambda w: {}),
    "panels": form_of("panels", "lead", lambda w: {}),
    "panel": form_of("panel", "lead", lambda w: {"pk": w.panel.pk}),
    "meeting": form_of("panel_meeting", "lead", lambda w: {"pk": w.panel_meeting.pk}),
    "question set": form_of("question_set", "steward", lambda w: {"pk": check_pages.draft_questions_pk(w)}),
    "carry": form_of(
        "application_carry", "member", lambda w: {"group": w.group.slug, "ref": w.draft.reference}
    ),
}  # fmt: skip


@pytest.fixture
def row(name):
    return FORMS[name]


@pytest.fixture
def form(row, world, worlds):
    return Target(row, world, worlds)


@pytest.mark.campaign
@pytest.mark.parametrize("name", FORMS)
def test_no_input_breaks_a_form(name, form, campaign):
    cases = campaign.size(small=12, long=500)

    different = throw(form, cases=cases, seed=name)

    campaign.record(f"{cases} cases, {different} different posts to {name}: no 5xx")


@pytest.mark.parametrize("name", FORMS)
def test_a_paste_of_a_megabyte_is_refused_or_kept_whole(form, is_long):
    """Every field at its full size with --long, the first one in every run."""
    names = [name for name in form.names if name not in ALSO]
    for field in names if is_long else names[:1]:
        answer = form.client.post(form.address, {field: MEGABYTE, "save": "later", "what": "note"})

        assert answer.status_code in REFUSED
        for kept in ApplicationPage.objects.filter(typed__has_any_keys=names):
            for values in kept.typed.values():
                assert all(len(value) in (len(MEGABYTE), *range(300)) for value in values), "cut short"
