"""Words of residents: reported, hidden for a coded reason in public, looked at a second time by somebody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from communities.models import Body, User
from funding.models import (
    Challenge,
    ProjectComment,
    Question,
    RoundDeclaration,
    Step,
    SuggestionComment,
    TextReport,
)
from funding.services.comments import say
from funding.services.levels import decide_level, make_challenge, rule_on_challenge
from funding.services.moderation import (
    AnsweredBefore,
    LookedAtTwice,
    NotHidden,
    SayWhy,
    answer_report,
    ask_to_show,
    report_text,
    reports_for,
)
from funding.services.officers import NotYourBody
from funding.services.priorities import comment_on_need
from renewal.kernel.models import AuditEvent
from tests.factories import projects
from tests.factories.answers import NOON, QuestionFactory, SuggestionFactory, officer_of
from tests.factories.communities import AreaFactory, BodyFactory
from tests.factories.money import (
    COUNTRY,
    make_council,
    make_country,
    make_cycle,
    make_posted_run,
    make_project,
    make_round,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def comment():
    need = SuggestionFactory()
    return comment_on_need(suggestion_id=need.pk, text="Mr Reed is a cheat.", name="", language="en", now=NOON)


def project_comment():
    areas = make_country()
    round_ = projects.make_round(areas["ASH-N"], make_council(areas["ASH"]), step=Step.CHECKS)
    author = User.objects.create(email="amina@example.org", name="Amina")
    return say(
        project_id=projects.make_project(round_).pk, actor=author, text="Mr Reed is a cheat.", language="en", now=NOON
    )


def question():
    return QuestionFactory(text="Why does Mr Reed cheat?")


def challenge():
    areas = make_country(
        [*COUNTRY, ("OTH", "authority", "VALE", 9_000, None), ("OTH-1", "neighbourhood", "OTH", 9_000, 500)]
    )
    make_council(areas["ASH"])
    cycle = make_cycle()
    make_posted_run(cycle)
    project = make_project(make_round(areas["MILL"], cycle), "MIL-001", capital=500_000)
    decision = decide_level(project_id=project.pk, now=NOON)
    return make_challenge(decision=decision, words="Mr Reed decided it for his cousin.", now=NOON)


def first_body(text):
    if isinstance(text, SuggestionComment):
        return text.suggestion.round.convenor
    if isinstance(text, ProjectComment):
        return text.project.checked_by
    if isinstance(text, Question):
        return text.body
    return Body.objects.filter(slug="other").first() or make_council(AreaFactory(name="Far away"), "other")


def first_officer(text):
    officer = officer_of(first_body(text))
    if isinstance(text, ProjectComment):  # whose interests are declared, as for a check
        RoundDeclaration.objects.create(officer=officer, round=text.project.round, declared_at=NOON)
    return officer


def other_body(text):
    return first_body(text) if isinstance(text, Challenge) else BodyFactory()


def reported(text):
    return report_text(text=text, reason="personal", words="He lives next door.", browser="b1", now=NOON)


def hidden(text):
    actor = first_officer(text)
    words = {"reason": "personal", "words": "It accuses a neighbour by name."}
    answer_report(report_id=reported(text).pk, yes=True, actor=actor, now=NOON, **words)
    text.refresh_from_db()
    return actor


@pytest.fixture(params=[comment, project_comment, question, challenge], ids=lambda make: make.__name__)
def text(request):
    return request.param()


def page_of(text):
    if isinstance(text, SuggestionComment):
        return f"/en/rounds/{text.suggestion.round.slug}/needs/{text.suggestion.ref}/"
    if isinstance(text, ProjectComment):
        return f"/en/rounds/{text.project.round.slug}/projects/{text.project.reference}/"
    return f"/en/{'challenges' if isinstance(text, Challenge) else 'questions'}/{text.pk}/"


def test_words_are_hidden_for_a_coded_reason_which_stands_in_their_place_with_the_body_that_did_it(text):
    before = Client().get(page_of(text)).content.decode()
    officer = hidden(text)

    after = Client().get(page_of(text)).content.decode()

    assert ("Mr Reed" in before, "Mr Reed" in after) == (True, False)
    assert "It names or describes a private person. It accuses a neighbour by name." in " ".join(after.split())
    assert f"{first_body(text).name} hid these words." in after
    assert "/report/" in after
    assert (text.hidden_by, TextReport.objects.get().outcome) == (officer, "hidden")
    assert AuditEvent.objects.filter(action="text.hidden", actor_id=officer.pk).count() == 1


def test_words_that_are_left_stay_as_they_are(text):
    report = reported(text)
    answer_report(
        report_id=report.pk, yes=False, reason="", words="", actor=first_officer(text), now=NOON
    )  # fmt: skip

    text.refresh_from_db()
    assert (text.hidden_at, TextReport.objects.get().outcome) == (None, "left")
    assert "Mr Reed" in Client().get(page_of(text)).content.decode()


def test_a_browser_reports_once_and_every_report_is_answered_at_once(text):
    first, again = reported(text), reported(text)
    report_text(text=text, reason="abusive", words="", browser="b2", now=NOON)
    officer = first_officer(text)

    answer_report(report_id=first.pk, yes=True, reason="abusive", words="It attacks a man.", actor=officer, now=NOON)

    assert (first, TextReport.objects.waiting().count()) == (again, 0)
    with pytest.raises(AnsweredBefore):
        answer_report(report_id=first.pk, yes=False, reason="", words="", actor=officer, now=NOON)


def test_nobody_hides_without_a_code_and_words(text):
    officer, report = first_officer(text), reported(text)

    with pytest.raises(SayWhy):
        answer_report(report_id=report.pk, yes=True, reason="personal", words=" ", actor=officer, now=NOON)
    with pytest.raises(ValueError, match="disagree"):
        answer_report(report_id=report.pk, yes=True, reason="disagree", words="No.", actor=officer, now=NOON)


def test_only_those_it_concerns_look_first(text):
    stranger, officer = officer_of(BodyFactory()), first_officer(text)
    report = reported(text)
    if isinstance(text, Challenge):  # a council has no say over a challenge to what concerns it
        stranger = officer_of(Body.objects.get(slug="ashcombe"))

    with pytest.raises(NotYourBody):
        answer_report(report_id=report.pk, yes=True, reason="personal", words="No.", actor=stranger, now=NOON)
    assert list(reports_for(stranger, now=NOON)) == []
    assert list(reports_for(officer, now=NOON)) == [report]


def test_a_second_look_is_somebody_elses_and_what_it_decides_stays(text):
    first = hidden(text)
    with pytest.raises(SayWhy):
        ask_to_show(text=text, words=" ", browser="b3", now=LATER)
    appeal = ask_to_show(text=text, words="It names nobody private.", browser="b3", now=LATER)
    same = ask_to_show(text=text, words="Me too.", browser="b4", now=LATER)
    second = officer_of(other_body(text))

    with pytest.raises(NotYourBody):
        answer_report(report_id=appeal.pk, yes=False, reason="", words="No.", actor=first, now=LATER)
    assert first.pk not in {user.pk for user in (first, second) if list(reports_for(user, now=LATER))}
    assert list(reports_for(second, now=LATER)) == [appeal] == [same]
    with pytest.raises(SayWhy):
        answer_report(report_id=appeal.pk, yes=True, reason="", words="", actor=second, now=LATER)
    answer_report(report_id=appeal.pk, yes=True, reason="", words="He is the mayor.", actor=second, now=LATER)

    text.refresh_from_db()
    assert (text.hidden_at, text.hidden_reason, text.hidden_words, text.hidden_by) == (None, "", "", None)
    assert "Mr Reed" in Client().get(page_of(text)).content.decode()
    with pytest.raises(LookedAtTwice):
        reported(text)


def test_words_that_stay_hidden_after_a_second_look_are_not_looked_at_a_third_time(text):
    hidden(text)
    appeal = ask_to_show(text=text, words="Show it.", browser="b3", now=LATER)
    second = officer_of(other_body(text))
    answer_report(report_id=appeal.pk, yes=False, reason="", words="It does name him.", actor=second, now=LATER)

    with pytest.raises(LookedAtTwice):
        ask_to_show(text=text, words="Again.", browser="b5", now=LATER)
    text.refresh_from_db()
    assert text.hidden_at == NOON


def test_words_that_are_shown_need_no_second_look(text):
    with pytest.raises(NotHidden):
        ask_to_show(text=text, words="Show it.", browser="b3", now=NOON)


def test_hiding_the_words_of_a_challenge_never_stops_it():
    one = challenge()
    hidden(one)
    Challenge.objects.filter(pk=one.pk).update(state="waiting")

    ruled = rule_on_challenge(
        challenge_id=one.pk, reviewer=first_officer(one), upheld=False, ruling="It stands.", now=LATER
    )

    assert ruled.state == "dismissed"
    page = Client().get(f"/en/challenges/{one.pk}/support/").content.decode()
    assert "Mr Reed" not in page


def test_the_database_holds_that_hidden_words_have_their_reason():
    one = challenge()

    with pytest.raises(IntegrityError, match="challenge_hidden_has_reason"), transaction.atomic():
        Challenge.objects.filter(pk=one.pk).update(hidden_at=NOON)


def test_a_report_walks_from_the_page_to_the_officer_and_back(client):
    one = comment()
    path = f"/en/texts/comment/{one.pk}/report/"

    empty = client.post(path, {})
    sent = client.post(path, {"reason": "personal", "words": "He is my neighbour."})
    officer = officer_of(one.suggestion.round.convenor)
    staff = Client()
    staff.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    queue = staff.get("/en/staff/texts/").content.decode()
    decide = f"/en/staff/texts/{TextReport.objects.get().pk}/"
    bare = staff.post(decide, {"decision": "yes"})
    done = staff.post(decide, {"decision": "yes", "reason": "personal", "words": "It names a neighbour."})

    assert (empty.status_code, sent.status_code, sent.url) == (422, 303, page_of(one))
    assert "Mr Reed is a cheat." in queue
    assert (bare.status_code, done.status_code) == (422, 303)
    assert "Mr Reed" not in client.get(page_of(one)).content.decode()
    again = client.post(path, {"words": "He is no private person."})
    assert (again.status_code, TextReport.objects.filter(asks="show").count()) == (303, 1)
