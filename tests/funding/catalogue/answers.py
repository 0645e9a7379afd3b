"""Needs, adopted orders, answers, gatherings, questions and updates: who may open their pages, and their states."""

from datetime import date, timedelta

from django.utils import timezone

from funding.models import ActionEvent, Answer, DeliveryVoice, Gathering, Mandate, Question, Suggestion, UpdateRequest
from funding.services.answers import (
    PlannedAction,
    Wording,
    answer_mandate,
    appeal_rejection,
    draft_digest,
    report_action,
    say_delivered,
    sign_answer,
)
from funding.services.gatherings import record_attendance, record_heard, seat_at_table, take_on_action
from funding.services.mandates import name_body
from funding.services.priorities import (
    adopt_list,
    comment_on_need,
    join_needs,
    leave_out_need,
    suggest_need,
    support_need,
)
from funding.services.questions import reply_to_question
from tests.factories.answers import ProjectMandateFactory
from tests.factories.projects import make_project, make_round
from tests.support.catalogue import ListPage, Page, Row

DAY = timedelta(days=1)
LONG = "Somewhere warm, dry and quiet to meet in the evening, for people of every age, with a kitchen, near a bus stop"
YES = Wording("accept", "Two rooms will open.", actions=(PlannedAction("Two rooms open", date(2027, 10, 1)),))
NO = Wording("reject", "The ground is unsafe.", ground="legality", provision="Building Act 1984, section 16")


def taking_needs(world, *, slug="needs-2027", prefix="NEE"):
    return make_round(world.area, world.body, step="priorities", now=timezone.now(), prefix=prefix, slug=slug)


def suggested(world, text="Somewhere warm to meet", **more):
    round_ = getattr(world, "needs_round", None) if "needs_round" in vars(world) else None
    world.needs_round = round_ or taking_needs(world)
    return suggest_need(round_id=world.needs_round.pk, text=text, now=timezone.now(), **more)


def owed(world, **more):
    """An adopted need that the council owes an answer to."""
    need = suggested(world, **more)
    adopt_list(round_id=need.round_id, refs=[need.ref], voters=634, now=timezone.now())
    return Mandate.objects.get(round=need.round, kind="priority")


def late(world):
    """An adopted need whose answer was due yesterday."""
    mandate = owed(world)
    Mandate.objects.filter(pk=mandate.pk).update(due_at=timezone.now() - DAY)
    return mandate


def answered(world):
    mandate = owed(world)
    answer_mandate(mandate_id=mandate.pk, wording=YES, actor=world.users["reviewer"], now=timezone.now())
    return mandate


def delivered(world, *, verdict="dispute"):
    mandate = answered(world)
    action = mandate.answers.get().actions.get()
    report_action(
        action_id=action.pk, kind=ActionEvent.Kind.DONE, words="The rooms are open.", evidence="Photo of the door",
        actor=world.users["reviewer"], now=timezone.now(),
    )  # fmt: skip
    say_delivered(
        action_id=action.pk, verdict=DeliveryVoice.Verdict(verdict), words="The door was locked.", browser="b1",
        now=timezone.now(),
    )  # fmt: skip
    return mandate


def drafted(world):
    mandate = owed(world)
    wording = Wording("cannot", "We have no money.", ground="financial", provision="Budget 2027, line 14")
    answer_mandate(mandate_id=mandate.pk, wording=wording, actor=world.users["reviewer"], now=timezone.now())
    return mandate


def chosen(world, **more):
    """A chosen project that waits for the council's answer."""
    round_ = make_round(world.area, world.body, step="result", now=timezone.now(), prefix="CHO", slug="chosen-2027")
    project = make_project(round_, group=world.group, number=7)
    now = timezone.now()
    return ProjectMandateFactory(
        round=round_, body=world.body, area=world.area, ref=project.reference, made_at=now,
        due_at=more.pop("due_at", now + 28 * DAY), **more,
    )  # fmt: skip


def rejected(world):
    mandate = chosen(world)
    draft = answer_mandate(mandate_id=mandate.pk, wording=NO, actor=world.users["reviewer"], now=timezone.now())
    sign_answer(mandate_id=mandate.pk, seen=draft_digest(draft), actor=world.users["lead"], now=timezone.now())
    return mandate


def appealed(world):
    mandate = rejected(world)
    appeal_rejection(mandate_id=mandate.pk, words="It is safe.", actor=world.users["member"], now=timezone.now())
    return mandate


def gathering(world, **more):
    now = timezone.now()
    facts = {
        "area": world.area, "convenor": world.body, "title": "What does this place need?", "place": "The library",
        "access": "Step-free", "languages": "English, Arabic", "phone": "01632 960100", "starts_at": now + 7 * DAY,
        "ends_at": now + 7 * DAY + timedelta(hours=2), "created_at": now,
    }  # fmt: skip
    return Gathering.objects.create(**facts | more)


def held(world, *, kind="assembly"):
    need = suggested(world)
    now = timezone.now()
    one = gathering(world, round=need.round, kind=kind, starts_at=now - DAY, ends_at=now - DAY + timedelta(hours=2))
    officer = world.users["reviewer"]
    record_attendance(gathering_id=one.pk, came_count=41, actor=officer, now=now)
    record_heard(gathering_id=one.pk, text="A warm place in winter", people=12, joins=need.pk, actor=officer, now=now)
    record_heard(gathering_id=one.pk, text="A crossing by the school", people=9, actor=officer, now=now)
    if kind == "table":
        seat_at_table(gathering_id=one.pk, sector="faith", organisation="St Bride’s", people=2, actor=officer, now=now)
        take_on_action(
            gathering_id=one.pk, words="Open the hall on Sundays", taken_by="St Bride’s", due_on=date(2027, 6, 1),
            actor=officer, now=now,
        )  # fmt: skip
    return one


def question(world, **more):
    now = timezone.now()
    facts = {
        "area": world.area, "body": world.body, "text": "When will the clinic open on Saturdays?", "asked_at": now,
        "due_at": now + 28 * DAY,
    }  # fmt: skip
    return Question.objects.create(**facts | more)


def build(world):
    world.need = suggested(world)
    world.mandate = answered_beside(world)
    world.chosen = rejected(world)
    world.meeting = gathering(world)
    world.question = question(world)
    world.petition = petition(world)


def answered_beside(world):
    """An answered need in a round of its own, so that world.need can still be supported."""
    round_ = taking_needs(world, slug="adopted-2027", prefix="ADO")
    need = suggest_need(round_id=round_.pk, text="A safer walk along the river", now=timezone.now())
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=634, now=timezone.now())
    mandate = Mandate.objects.get(round=round_)
    answer_mandate(mandate_id=mandate.pk, wording=YES, actor=world.users["reviewer"], now=timezone.now())
    return mandate


def second_mandate(world):
    """The same need owed by the health body too; returns the arguments that join the council's answer."""
    second = name_body(
        priority_id=world.mandate.priority_id, body_id=world.other_body.pk, actor=world.users["lead"],
        now=timezone.now(),
    )  # fmt: skip
    return {"pk": second.pk, "answer": world.mandate.answers.get().pk}


def in_round(world, **more):
    return {"round": world.need.round.slug, **more}


def one_need(world):
    return in_round(world, ref=world.need.ref)


def appeal_of(world):
    appeal_rejection(mandate_id=world.chosen.pk, words="It is safe.", actor=world.users["member"], now=timezone.now())
    return {"pk": world.chosen.pk}


def wish(world):
    return UpdateRequest.objects.create(
        email="dev@example.org", area=world.area, code_hash="x", stop_token="t" * 43, created_at=timezone.now()
    )


OPEN = {"others": 200}
OFFICERS = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "others": 404}
ANY_BODY = {**OFFICERS, "other_reviewer": 200, "other_lead": 200}
POST_OFFICERS = {"stranger": "sign-in", "reviewer": 422, "lead": 422, "others": 404}
OTHERS = [f"other_{role}" for role in ("reviewer", "lead", "counting", "finance", "auditor")]
ADOPTED = {"round": "adopted-2027"}
ROWS = [
    Row("funding:suggestion_list", in_round, **OPEN),
    Row("funding:suggest", in_round, **OPEN),
    Row("funding:suggest", in_round, method="post", data=lambda w: {"text": "A crossing at the school"}, others=303),
    Row("funding:suggestion_detail", one_need, **OPEN),
    Row("funding:suggestion_detail", lambda w: in_round(w, ref="NEE-N99"), others=404),
    Row("funding:suggestion_support", one_need, method="post", others=303),
    Row("funding:suggestion_comment", one_need, method="post", data=lambda w: {"text": "Yes"}, others=303),
    Row("funding:priority_list", lambda w: ADOPTED, **OPEN),
    Row("funding:priority_version", lambda w: {**ADOPTED, "version": 1}, **OPEN),
    Row("funding:priority_version", lambda w: {**ADOPTED, "version": 2}, others=404),
    Row("funding:round_story", in_round, **OPEN),
    Row("funding:sheet_download", in_round, **OPEN),
    Row("funding:chosen", **OPEN),
    Row("funding:mandate_detail", lambda w: {"pk": w.mandate.pk}, **OPEN),
    Row("funding:mandate_right", lambda w: {"pk": w.chosen.pk}, stranger="sign-in", member=200, others=404),
    Row(
        "funding:mandate_right",
        lambda w: {"pk": w.chosen.pk},
        method="post",
        data=lambda w: {"way": "cure", "words": "We moved the site."},
        stranger="sign-in",
        member=303,
        others=404,
    ),
    Row(
        "funding:action_say",
        lambda w: {"pk": w.mandate.answers.get().actions.get().pk},
        others=200,
    ),
    Row(
        "funding:action_say",
        lambda w: {"pk": w.mandate.answers.get().actions.get().pk},
        method="post",
        data=lambda w: {"verdict": "confirm"},
        others=303,
    ),
    Row("funding:board", lambda w: {"body": w.body.slug}, **OPEN),
    Row("funding:board_download", lambda w: {"body": w.body.slug}, **OPEN),
    Row("funding:board_feed", lambda w: {"body": w.body.slug}, **OPEN),
    Row("funding:gathering_list", lambda w: {"area": w.area.slug}, **OPEN),
    Row("funding:gathering_feed", lambda w: {"area": w.area.slug}, **OPEN),
    Row("funding:gathering_detail", lambda w: {"pk": w.meeting.pk}, **OPEN),
    Row("funding:gathering_notice_download", lambda w: {"pk": w.meeting.pk}, **OPEN),
    Row("funding:question_list", lambda w: {"area": w.area.slug}, **OPEN),
    Row("funding:question_ask", lambda w: {"area": w.area.slug}, **OPEN),
    Row("funding:question_ask", lambda w: {"area": w.area.slug}, method="post", others=422),
    Row("funding:question_detail", lambda w: {"pk": w.question.pk}, **OPEN),
    Row("funding:question_sign", lambda w: {"pk": w.petition.pk}, **OPEN),
    Row("funding:question_sign", lambda w: {"pk": w.question.pk}, others=404),
    Row("funding:question_sign", lambda w: {"pk": w.petition.pk}, method="post", others=422),
    Row("renewal:updates", **OPEN),
    Row("renewal:updates", method="post", others=422),
    Row("renewal:updates_confirm", others=303),
    Row("renewal:updates_stop", lambda w: {"token": wish(w).stop_token}, **OPEN),
    Row("renewal:updates_stop", lambda w: {"token": wish(w).stop_token}, method="post", **OPEN),
    Row("funding:answer_queue", **ANY_BODY),
    Row("funding:answer_write", lambda w: {"pk": w.mandate.pk}, **OFFICERS),
    Row("funding:answer_write", lambda w: {"pk": w.mandate.pk}, method="post", **POST_OFFICERS),
    Row("funding:answer_sign", lambda w: {"pk": w.mandate.pk}, **OFFICERS | {"reviewer": 303, "lead": 303}),
    Row(
        "funding:answer_join",
        second_mandate,
        stranger="sign-in",
        other_reviewer=200,
        other_lead=200,
        others=404,
    ),
    Row(
        "funding:answer_join",
        second_mandate,
        method="post",
        stranger="sign-in",
        other_reviewer=422,
        other_lead=422,
        others=404,
    ),
    Row("funding:appeal_hear", appeal_of, stranger="sign-in", steward=200, **dict.fromkeys(OTHERS, 200), others=404),
    Row(
        "funding:appeal_hear",
        appeal_of,
        method="post",
        stranger="sign-in",
        steward=422,
        **dict.fromkeys(OTHERS, 422),
        others=404,
    ),
    Row("funding:action_report", lambda w: {"pk": w.mandate.answers.get().actions.get().pk}, **OFFICERS),
    Row(
        "funding:action_report",
        lambda w: {"pk": w.mandate.answers.get().actions.get().pk},
        method="post",
        **POST_OFFICERS,
    ),
    Row("funding:question_reply", lambda w: {"pk": w.question.pk}, **OFFICERS),
    Row("funding:question_reply", lambda w: {"pk": w.question.pk}, method="post", **POST_OFFICERS),
    Row("funding:needs_sort", in_round, **OFFICERS),
    Row("funding:need_add", in_round, **OFFICERS),
    Row("funding:need_add", in_round, method="post", **POST_OFFICERS),
    Row("funding:need_sort", one_need, **OFFICERS),
    Row("funding:need_sort", one_need, method="post", data=lambda w: {"act": "join"}, **POST_OFFICERS),
    Row("funding:priorities_staff", lambda w: ADOPTED, **OFFICERS),
    Row("funding:priorities_staff", lambda w: ADOPTED, method="post", data=lambda w: {"act": "poll"}, **POST_OFFICERS),
    Row("funding:priority_bodies", lambda w: {**ADOPTED, "ref": "ADO-N01"}, **OFFICERS),
    Row(
        "funding:priority_bodies",
        lambda w: {**ADOPTED, "ref": "ADO-N01"},
        method="post",
        data=lambda w: {"act": "raise"},
        **POST_OFFICERS,
    ),
    Row("funding:gatherings_staff", **ANY_BODY),
    Row("funding:gathering_call", lambda w: {"area": w.area.slug}, **ANY_BODY),
    Row(
        "funding:gathering_call",
        lambda w: {"area": w.area.slug},
        method="post",
        **{**POST_OFFICERS, "other_reviewer": 422, "other_lead": 422},
    ),
    Row("funding:gathering_record", lambda w: {"pk": w.meeting.pk}, **OFFICERS),
    Row(
        "funding:gathering_record",
        lambda w: {"pk": w.meeting.pk},
        method="post",
        data=lambda w: {"act": "cancel"},
        **POST_OFFICERS,
    ),
]


# States ------------------------------------------------------------------------------------------


def round_of(make):
    def build_state(world):
        return {"round": make(world).round.slug}

    return build_state


def pk_of(make):
    def build_state(world):
        return {"pk": make(world).pk}

    return build_state


def need_of(make):
    def build_state(world):
        need = make(world)
        return {"round": need.round.slug, "ref": need.ref}

    return build_state


def told(world):
    """A need with support, comments and a need that joined it."""
    need = suggested(world, why="In winter there is nowhere to sit.", browser="b1")
    other = suggested(world, text="A warm room for everybody")
    now = timezone.now()
    support_need(suggestion_id=need.pk, browser="b2", now=now)
    comment_on_need(suggestion_id=need.pk, text="Yes, by the market.", name="Dev", language="en", browser="b2", now=now)
    join_needs(
        source_id=other.pk, target_id=need.pk, words="Both ask for a warm room", actor=world.users["lead"], now=now
    )
    return need


def joined(world):
    told(world)
    return Suggestion.objects.get(state="merged")


def left_out(world):
    need = suggested(world)
    leave_out_need(
        suggestion_id=need.pk, reason="names_a_person", words="It names a neighbour.", actor=world.users["lead"],
        now=timezone.now(),
    )  # fmt: skip
    return need


def long_need(world):
    return suggested(world, text=LONG, why="Because " * 100)


def body_of(make):
    def build_state(world):
        make(world)
        return {"body": world.body.slug}

    return build_state


def area_with(make):
    def build_state(world):
        make(world)
        return {"area": world.area.slug}

    return build_state


def petition(world):
    return question(world, kind="petition", verified_count=12)


def replied(world):
    one = question(world)
    reply_to_question(question_id=one.pk, words="From May.", actor=world.users["reviewer"], now=timezone.now())
    return one


def hidden_question(world):
    return question(world, hidden_at=timezone.now(), hidden_words="It names a private person.")


def joining(world):
    world.mandate = answered(world)
    return second_mandate(world)


def waiting_for_code(client, world):
    session = client.session
    session["updates_waiting"] = wish(world).pk
    session.save()


def project_story(world):
    return chosen(world, due_at=timezone.now() - DAY)


def cancelled(world):
    return gathering(world, cancelled_at=timezone.now(), cancelled_words="The hall is flooded.")


DATES = [f"{field}_on_{box}" for field in ("opens", "closes") for box in range(3)]
PAGES = [
    Page("funding:suggestion_list", "empty", lambda w: {"round": taking_needs(w).slug}),
    Page("funding:suggestion_list", "needs", round_of(told)),
    Page("funding:suggestion_list", "nothing matches", round_of(suggested), query="q=zebra"),
    Page("funding:suggestion_list", "closed", lambda w: {"round": closed_round(w).slug}),
    Page("funding:suggest", "open", lambda w: {"round": taking_needs(w).slug}),
    Page("funding:suggest", "sounds alike", round_of(suggested), query="text=somewhere+warm+to+meet"),
    Page("funding:suggest", "closed", lambda w: {"round": closed_round(w).slug}),
    Page(
        "funding:suggest", "too short", lambda w: {"round": taking_needs(w).slug}, method="post", data={"text": "x"},
        status=422,
    ),
    Page(
        "funding:suggest", "asks first", round_of(suggested), method="post",
        data={"text": "Somewhere warm to meet people"},
    ),
    Page("funding:suggestion_detail", "with trace and comments", need_of(told)),
    Page("funding:suggestion_detail", "joined", need_of(joined)),
    Page("funding:suggestion_detail", "left out", need_of(left_out)),
    Page("funding:suggestion_detail", "long", need_of(long_need)),
    Page("funding:priority_list", "empty", lambda w: {"round": taking_needs(w).slug}),
    Page("funding:priority_list", "answer due", round_of(owed)),
    Page("funding:priority_list", "overdue", round_of(late)),
    Page("funding:priority_list", "answered", round_of(answered)),
    Page("funding:priority_version", "newest", lambda w: {"round": owed(w).round.slug, "version": 1}),
    Page("funding:round_story", "nothing yet", lambda w: {"round": taking_needs(w).slug}),
    Page("funding:round_story", "disputed", round_of(delivered)),
    Page("funding:round_story", "projects chosen", round_of(project_story)),
    Page("funding:chosen", "empty"),
    Page("funding:chosen", "answers", lambda w: answered(w) and {}),
    Page("funding:mandate_detail", "due", pk_of(owed)),
    Page("funding:mandate_detail", "overdue", pk_of(late)),
    Page("funding:mandate_detail", "disputed", pk_of(delivered)),
    Page("funding:mandate_detail", "confirmed", pk_of(lambda w: delivered(w, verdict="confirm"))),
    Page("funding:mandate_detail", "rejected", pk_of(rejected)),
    Page("funding:mandate_detail", "rejected, seen by its group", pk_of(rejected), as_="member"),
    Page("funding:mandate_detail", "appealed", pk_of(appealed)),
    Page("funding:mandate_detail", "silence accepted", pk_of(project_story)),
    Page("funding:mandate_right", "rejected", pk_of(rejected), as_="member"),
    Page("funding:action_say", "open", lambda w: {"pk": action_of(answered(w)).pk}),
    Page(
        "funding:action_say", "nothing chosen", lambda w: {"pk": action_of(answered(w)).pk}, method="post", status=422
    ),
    Page("funding:board", "empty", lambda w: {"body": w.body.slug}),
    Page("funding:board", "overdue", body_of(late)),
    Page("funding:board", "only refused", body_of(rejected), query="status=refused"),
    Page("funding:gathering_list", "empty", lambda w: {"area": w.area.slug}),
    Page("funding:gathering_list", "to come", area_with(gathering)),
    Page("funding:gathering_detail", "to come", pk_of(gathering)),
    Page("funding:gathering_detail", "held", pk_of(held)),
    Page("funding:gathering_detail", "yearly table", pk_of(lambda w: held(w, kind="table"))),
    Page("funding:gathering_detail", "cancelled", pk_of(cancelled)),
    Page("funding:question_list", "empty", lambda w: {"area": w.area.slug}),
    Page("funding:question_list", "questions", area_with(replied)),
    Page("funding:question_ask", "open", lambda w: {"area": w.area.slug}),
    Page("funding:question_ask", "nothing typed", lambda w: {"area": w.area.slug}, method="post", status=422),
    Page("funding:question_detail", "waiting", pk_of(question)),
    Page("funding:question_detail", "petition", pk_of(petition)),
    Page("funding:question_detail", "replied", pk_of(replied)),
    Page("funding:question_detail", "hidden", pk_of(hidden_question)),
    Page("funding:question_sign", "open", pk_of(petition)),
    Page("funding:question_sign", "nothing typed", pk_of(petition), method="post", status=422),
    Page("renewal:updates", "no place chosen"),
    Page("renewal:updates", "for an area", query="area=upper-test"),
    Page("renewal:updates_confirm", "code asked", prepare=waiting_for_code),
    Page("renewal:updates_stop", "before", lambda w: {"token": wish(w).stop_token}),
    Page("renewal:updates_stop", "stopped", lambda w: {"token": "gone"}),
    Page("funding:answer_queue", "empty", as_="reviewer"),
    Page("funding:answer_queue", "waiting and overdue", lambda w: late(w) and {}, as_="reviewer"),
    Page("funding:answer_write", "a need", pk_of(owed), as_="reviewer"),
    Page("funding:answer_write", "a project", pk_of(chosen), as_="reviewer"),
    Page("funding:answer_write", "nothing typed", pk_of(owed), as_="reviewer", method="post", status=422),
    Page("funding:answer_sign", "second officer", pk_of(drafted), as_="lead"),
    Page("funding:answer_sign", "written by me", pk_of(drafted), as_="reviewer"),
    Page("funding:answer_join", "another body", joining, as_="other_lead"),
    Page("funding:appeal_hear", "another body", pk_of(appealed), as_="other_lead"),
    Page("funding:action_report", "disputed", lambda w: {"pk": action_of(delivered(w)).pk}, as_="reviewer"),
    Page("funding:question_reply", "waiting", pk_of(question), as_="reviewer"),
    Page("funding:needs_sort", "needs", round_of(told), as_="reviewer"),
    Page("funding:needs_sort", "nothing matches", round_of(suggested), as_="reviewer", query="q=zebra"),
    Page("funding:need_add", "open", lambda w: {"round": taking_needs(w).slug}, as_="reviewer"),
    Page("funding:need_sort", "stands", need_of(told), as_="reviewer"),
    Page("funding:need_sort", "left out", need_of(left_out), as_="reviewer"),
    Page("funding:priorities_staff", "no vote yet", round_of(told), as_="lead"),
    Page(
        "funding:priorities_staff", "one need alone", round_of(suggested), as_="lead", method="post", status=422,
        data={"act": "poll", **dict(zip(DATES, ("1", "3", "2030", "20", "3", "2030"), strict=True))},
    ),
    Page(
        "funding:priorities_staff", "ends before it begins", round_of(told), as_="lead", method="post", status=422,
        data={"act": "poll", **dict(zip(DATES, ("9", "3", "2030", "1", "3", "2030"), strict=True))},
    ),
    Page("funding:priorities_staff", "adopted", round_of(owed), as_="lead"),
    Page("funding:priority_bodies", "adopted", lambda w: need_args(owed(w)), as_="lead"),
    Page("funding:gatherings_staff", "empty", as_="reviewer"),
    Page("funding:gatherings_staff", "one to come", lambda w: gathering(w) and {}, as_="reviewer"),
    Page("funding:gathering_call", "open", lambda w: {"area": w.area.slug}, as_="reviewer"),
    Page("funding:gathering_record", "to come", pk_of(gathering), as_="reviewer"),
    Page("funding:gathering_record", "held", pk_of(held), as_="reviewer"),
    Page("funding:gathering_record", "yearly table", pk_of(lambda w: held(w, kind="table")), as_="reviewer"),
]  # fmt: skip


def closed_round(world):
    return make_round(world.area, world.body, step="ideas", now=timezone.now(), prefix="IDE", slug="ideas-2027")


def action_of(mandate):
    return Answer.objects.get(mandate=mandate).actions.get()


def need_args(mandate):
    return {"round": mandate.round.slug, "ref": mandate.ref}


def many_needs(world, count):
    for number in range(count):
        need = suggested(world, text=f"Need number {number} of many")
    return {"round": need.round.slug}


def many_answers(world, count):
    """A list of that many answered needs."""
    needs = [suggested(world, text=f"Need number {number} of many") for number in range(count)]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=9, now=timezone.now())
    for mandate in Mandate.objects.filter(round=needs[0].round):
        answer_mandate(mandate_id=mandate.pk, wording=YES, actor=world.users["reviewer"], now=timezone.now())
    return needs[0].round.slug


def many_gatherings(world, count):
    for _ in range(count):
        gathering(world)
    return {"area": world.area.slug}


def many_questions(world, count):
    for _ in range(count):
        replied(world)
    return {"area": world.area.slug}


LISTS = [
    ListPage("funding:suggestion_list", many_needs),
    ListPage("funding:needs_sort", many_needs, as_="reviewer"),
    ListPage("funding:priority_list", lambda w, count: {"round": many_answers(w, count)}),
    ListPage("funding:round_story", lambda w, count: {"round": many_answers(w, count)}),
    ListPage("funding:board", lambda w, count: many_answers(w, count) and {"body": w.body.slug}),
    ListPage("funding:board_feed", lambda w, count: many_answers(w, count) and {"body": w.body.slug}),
    ListPage("funding:answer_queue", lambda w, count: many_needs_owed(w, count), as_="reviewer"),
    ListPage("funding:chosen", lambda w, count: many_answers(w, count) and {}),
    ListPage("funding:gathering_list", many_gatherings),
    ListPage("funding:gathering_feed", many_gatherings),
    ListPage("funding:question_list", many_questions),
]


def many_needs_owed(world, count):
    needs = [suggested(world, text=f"Need number {number} of many") for number in range(count)]
    adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=9, now=timezone.now())
    return {}
