"""Who may open what: the vote is open to everybody, because residents need no account."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from tests.factories.voting import draft_poll
from tests.support.catalogue import Row
from tests.support.world import World
from voting.models import HelpPlace, PreElectionPeriod
from voting.services.codes import make_batch
from voting.services.letter_jobs import ask_for_code_letters
from voting.services.paper import begin_batch
from voting.services.poll_changes import propose_change
from voting.services.polls import open_poll


def build(world: World) -> None:
    now = timezone.now()
    world.poll = draft_poll(
        area_id=world.area.pk, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=20), now=now
    )
    open_poll(poll_id=world.poll.pk, actor=None, now=now)
    world.period = PreElectionPeriod.objects.create(
        area=world.area, name="Council election", starts_on=now.date(), election_on=now.date() + timedelta(days=30)
    )
    world.place = HelpPlace.objects.create(area=world.area, name="Test Library", kind="library")
    world.batch = begin_batch(poll_id=world.poll.pk, label="A1", actor=world.users["counting"], now=now)
    world.change = propose_change(
        poll_id=world.poll.pk, what="pause", reason="A test", actor=world.users["lead"], now=now
    )
    world.letters, _key = ask_for_code_letters(
        poll_id=world.poll.pk, count=1, language="en", actor=world.users["counting"], now=now
    )
    batch, _codes = make_batch(poll_id=world.poll.pk, count=1, label="letters", actor=None, now=now)
    world.letters.parts.update(batch=batch, made_at=now)


def of_poll(world: World) -> dict:
    return {"poll": world.poll.slug}


YEAR = datetime(2027, 1, 1, tzinfo=UTC)
ROWS = [
    Row("voting:start", of_poll, others=200),
    Row("voting:residency_method", of_poll, others=200),
    Row("voting:residency", lambda w: {**of_poll(w), "method": "code"}, others=200),
    Row("voting:residency_question", lambda w: {**of_poll(w), "method": "code", "question": "code"}, others=302),
    Row("voting:contact", of_poll, others=302),
    Row("voting:choose", of_poll, others=302),
    Row("voting:choose_one", lambda w: {**of_poll(w), "number": 1}, others=302),
    Row("voting:total", of_poll, others=302),
    Row("voting:empty", of_poll, others=302),
    Row("voting:review", of_poll, others=302),
    Row("voting:send", of_poll, method="post", others=302),
    Row("voting:sent", of_poll, others=302),
    Row("voting:email_reference", of_poll, method="post", others=302),
    Row("voting:finish", of_poll, method="post", others=303),
    Row("voting:result", of_poll, others=404),
    Row("voting:result_method", of_poll, others=404),
    Row("voting:result_people", of_poll, others=404),
    Row("voting:equality", of_poll, others=302),
    Row("voting:equality_question", lambda w: {**of_poll(w), "number": 1}, others=302),
    Row("voting:equality_question", lambda w: {**of_poll(w), "number": 1}, method="post", others=302),
    Row("voting:scrutiny", of_poll, stranger="sign-in", counting=303, lead=303, others=404),
    Row("voting:scrutiny", of_poll, method="post", stranger="sign-in", counting=303, lead=303, others=404),
    Row("voting:scrutiny_download", of_poll, stranger="sign-in", others=404),
    Row("voting:result_sheet", of_poll, others=404),
    Row("voting:result_download", lambda w: {**of_poll(w), "name": "round.zip"}, others=404),
    Row("voting:result_project", lambda w: {**of_poll(w), "ref": "ASH-001"}, others=404),
    Row("voting:heads_download", of_poll, others=404),
    Row("voting:my_ballots", others=200),
    Row("voting:project_list_download", of_poll, others=200),
    Row("voting:records", others=200),
    Row("voting:paper_request", others=200),
    Row("voting:receipt_lookup", others=200),
    *(
        Row(name, arguments, stranger="sign-in", counting=200, lead=200, others=404)
        for name, arguments in (
            ("voting:staff_poll", of_poll),
            ("voting:poll_list", of_poll),
            ("voting:result_review", of_poll),
            ("voting:letters", of_poll),
            ("voting:watch", of_poll),
            ("voting:ballot_download", lambda w: {**of_poll(w), "version": "A"}),
        )
    ),
    *(
        Row(
            name,
            arguments,
            method="post",
            data=lambda w: {"what": "pause", "reason": "x", "step": "open", "answer": "confirm"},
            stranger="sign-in",
            counting=303,
            lead=303,
            others=404,
        )
        for name, arguments in (
            ("voting:poll_draft", of_poll),
            ("voting:poll_open", of_poll),
            ("voting:poll_rehearse", of_poll),
            ("voting:poll_change", of_poll),
            ("voting:replaced_letters", of_poll),
            ("voting:pack_letters", of_poll),
            ("voting:code_void", of_poll),
            ("voting:poll_confirm", lambda w: {**of_poll(w), "pk": w.change.pk}),
            ("voting:letter_job", lambda w: {**of_poll(w), "job": w.letters.pk}),
        )
    ),
    Row("voting:poll_draft", of_poll, stranger="sign-in", counting=303, lead=303, others=404),  # it has opened
    Row(
        "voting:letter_part",
        lambda w: {**of_poll(w), "job": w.letters.pk, "number": 1},
        stranger="sign-in",
        counting=303,  # without the key in a cookie, back to the page
        lead=303,
        others=404,
    ),
    *(
        Row(name, stranger="sign-in", counting=200, lead=200, other_counting=200, other_lead=200, others=404)
        for name in (
            "voting:staff_polls",
            "voting:poll_new",
            "voting:duplicates",
            "voting:assisted_vote",
            "voting:election_calendar",
            "voting:help_places",
        )
    ),
    Row(
        "voting:assisted_ballot",
        of_poll,
        stranger="sign-in",
        counting=302,
        lead=302,
        other_counting=302,
        other_lead=302,
        others=404,
    ),
    Row(
        "voting:paper_batches",
        stranger="sign-in",
        counting=200,
        lead=200,
        other_counting=200,
        other_lead=200,
        others=404,
    ),
    *(
        Row(name, lambda w: {"pk": w.batch.pk}, stranger="sign-in", counting=200, lead=200, others=404)
        for name in ("voting:paper_batch", "voting:paper_enter", "voting:paper_compare")
    ),
    Row(
        "voting:paper_step",
        lambda w: {"pk": w.batch.pk},
        method="post",
        data=lambda w: {"step": "open"},
        stranger="sign-in",
        counting=303,
        lead=303,
        others=404,
    ),
    *(
        Row(name, arguments, method="post", others=422)
        for name, arguments in (
            ("voting:start", of_poll),
            ("voting:residency_method", of_poll),
            ("voting:residency", lambda w: {**of_poll(w), "method": "code"}),
            ("voting:paper_request", lambda w: {}),
            ("voting:receipt_lookup", lambda w: {}),
        )
    ),
    *(
        Row(
            name,
            arguments,
            method="post",
            data=lambda w: {"code": "x"},
            stranger="sign-in",
            counting=answer,
            lead=answer,
            others=404,
        )
        for name, arguments, answer in (
            ("voting:poll_list", of_poll, 422),
            ("voting:letters", of_poll, 422),
            ("voting:result_review", of_poll, 303),
            ("voting:paper_batch", lambda w: {"pk": w.batch.pk}, 303),
            ("voting:paper_enter", lambda w: {"pk": w.batch.pk}, 422),
            ("voting:paper_compare", lambda w: {"pk": w.batch.pk}, 422),
        )
    ),
    *(
        Row(
            name,
            method="post",
            stranger="sign-in",
            counting=422,
            lead=422,
            other_counting=422,
            other_lead=422,
            others=404,
        )
        for name in (
            "voting:poll_new",
            "voting:assisted_vote",
            "voting:paper_batches",
            "voting:election_calendar",
            "voting:help_places",
        )
    ),
    Row(
        "voting:residency_question",
        lambda w: {**of_poll(w), "method": "code", "question": "age"},
        method="post",
        others=422,
    ),
    Row("voting:contact", of_poll, method="post", others=302),
    Row(
        "voting:election_exception",
        lambda w: {"period": w.period.pk},
        method="post",
        data=lambda w: {"area": w.authority.code, "reason": "x"},
        stranger="sign-in",
        counting=303,
        lead=303,
        others=404,
    ),
    Row(
        "voting:help_place",
        lambda w: {"pk": w.place.pk},
        method="post",
        data=lambda w: {"step": "accredit", "email": "nobody@example.org"},
        stranger="sign-in",
        counting=303,
        lead=303,
        others=404,
    ),
    Row("voting:duplicates", method="post", stranger="sign-in", others=404),
    *(Row(name, of_poll, method="post", others=302) for name in ("voting:choose", "voting:total")),
    Row("voting:choose_one", lambda w: {**of_poll(w), "number": 1}, method="post", others=302),
]
