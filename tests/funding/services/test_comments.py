"""Comments under a project: who speaks for whom, what is kept of the words, and what the author hears."""

from datetime import timedelta

import pytest

from communities.models import User
from funding.models import Step
from funding.services import comments
from funding.services.moderation import answer_report, ask_to_show, report_text, reports_for
from funding.services.officers import NotYourBody
from renewal.kernel.models import Notice
from tests.factories.answers import officer_of
from tests.factories.communities import BodyFactory
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_officer, make_project, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    areas = make_country()
    return make_project(make_round(areas["ASH-N"], make_council(areas["ASH"]), step=Step.CHECKS))


@pytest.fixture
def amina():
    return User.objects.create(email="amina@example.org", name="Amina")


def say(project, person, text="When would it open?", **more):
    return comments.say(project_id=project.pk, actor=person, text=text, language="en", now=NOW, **more)


def test_a_reply_to_a_reply_joins_the_first(project, amina):
    first = say(project, amina)
    second = say(project, amina, "In spring.", reply_to_id=first.pk)

    assert say(project, amina, "Thank you.", reply_to_id=second.pk).reply_to == first


def test_members_speak_for_their_group(project, amina):
    assert (say(project, amina).for_group, say(project, project.created_by).for_group) == (False, True)


def test_direction_marks_go_and_letters_stay(project, amina):
    assert say(project, amina, "\u202eabc\u2066 مرحبا ŵ\x07").text == "abc مرحبا ŵ"


def test_a_person_writes_ten_in_an_hour(project, amina):
    for number in range(10):
        say(project, amina, f"{number}")

    with pytest.raises(comments.TooManyComments):
        say(project, amina, "11")
    comments.say(
        project_id=project.pk, actor=amina, text="Later", language="en", now=NOW + timedelta(hours=1, seconds=1)
    )


def report(comment):
    return report_text(text=comment, reason="advert", words="", browser="b1", now=NOW)


def decide(asked, officer, *, yes):
    answer_report(report_id=asked.pk, yes=yes, reason="advert", words="It sells vans.", actor=officer, now=NOW)


def hide(comment):
    project = comment.project
    decide(report(comment), make_officer(project.checked_by, "Priya", declared=project.round), yes=True)
    comment.refresh_from_db()


def test_the_author_hears_why_a_comment_is_hidden_and_what_a_second_look_decided(project, amina):
    amina.language = "cy"
    amina.save()
    comment = say(project, amina, "Buy now")
    hide(comment)
    asked = ask_to_show(text=comment, words="Nothing is sold.", browser="b2", now=NOW)
    decide(asked, officer_of(BodyFactory(name="Far Council")), yes=True)

    first, second = Notice.objects.order_by("pk")
    assert (first.kind, second.kind) == ("comment_hidden", "comment_shown")
    assert {first.person_id, second.person_id} == {amina.pk}
    assert f"/cy/texts/project_comment/{comment.pk}/report/" in first.body
    assert "It sells vans." in first.body
    assert second.subject.startswith("Far Council: ")
    assert f"/cy/rounds/{project.round.slug}/projects/{project.reference}/" in second.body


def test_the_author_of_a_comment_that_is_left_hears_nothing(project, amina):
    priya = make_officer(project.checked_by, "Priya", declared=project.round)

    decide(report(say(project, amina)), priya, yes=False)

    assert not Notice.objects.exists()


def test_replies_to_a_hidden_comment_are_still_read(project, amina, client):
    first = say(project, amina, "Buy now")
    say(project, amina, "In spring.", reply_to_id=first.pk)
    hide(first)

    page = client.get(f"/en/rounds/{project.round.slug}/projects/{project.reference}/").content.decode()

    assert ("Buy now" in page, "In spring." in page) == (False, True)
    assert "Ashcombe hid these words." in page


@pytest.mark.parametrize("link", ["none declared", "a barring one", "wrote it"])
def test_an_officer_with_a_link_does_not_look_at_comments_on_a_project(project, amina, link):
    officer = make_officer(project.checked_by, "Priya", declared=None if link == "none declared" else project.round)
    if link == "a barring one":
        project.interests.create(officer=officer, kind="family", bars=True, declared_at=NOW)
    asked = report(say(project, officer if link == "wrote it" else amina))

    with pytest.raises(NotYourBody):
        decide(asked, officer, yes=True)
    assert list(reports_for(officer, now=NOW)) == []


@pytest.mark.parametrize("link", ["a barring one", "leads it"])
def test_a_second_look_is_nobodys_who_has_a_link_to_the_project(project, amina, link):
    comment, body = say(project, amina, "Buy now"), BodyFactory()
    hide(comment)
    officer = officer_of(body)
    if link == "leads it":
        type(project).objects.filter(pk=project.pk).update(group=None, body=body)
    else:
        project.interests.create(officer=officer, kind="family", bars=True, declared_at=NOW)
    asked = ask_to_show(text=comment, words="Nothing is sold.", browser="b2", now=NOW)

    with pytest.raises(NotYourBody):
        decide(asked, officer, yes=True)
    assert list(reports_for(officer, now=NOW)) == []
    assert list(reports_for(officer_of(BodyFactory()), now=NOW)) == [asked]
