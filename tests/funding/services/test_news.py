"""News of steps, answers, deliveries and gatherings: once, in the reader's language, by e-mail or letter."""

from datetime import timedelta

import pytest

from communities.models import Area
from funding.answer_states import AnswerKind
from funding.models import ActionEvent, Phase, Step
from funding.queries.news_lines import area_news
from funding.services.answers import PlannedAction, Wording, answer_mandate
from funding.services.delivery import report_action
from funding.services.gatherings import GatheringFacts, call_gathering
from funding.services.news import promise_step_news, send_news, wanting
from funding.services.priorities import adopt_list
from funding.services.updates import ask_for_updates, confirm_updates, post_updates
from renewal.kernel.models import Notice, OutboxMessage
from renewal.kernel.outbox import perform
from tests.factories.answers import NOON, RoundFactory, SuggestionFactory, officer_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def follow(email="dev@example.org", language="en", **about):
    """Somebody who confirmed that they want news."""
    wish = ask_for_updates(email=email, language=language, now=NOON, **about)
    confirm_updates(request_id=wish.pk, code=Notice.objects.get(about_id=str(wish.pk)).subject[:6], now=NOON)
    return wish


def post(**about):
    round_ = RoundFactory()
    postal = "Tom Reed\n12 Mill Lane\nZZ1 2CD"
    return post_updates(postal=postal, language="en", actor=officer_of(round_.convenor), now=NOON, **about)


def do_what_waits():
    while waiting := list(OutboxMessage.objects.filter(state="waiting").order_by("pk")):  # a promise may promise more
        for message in waiting:
            perform(message_id=message.pk, now=NOON)


def news(kind):
    return Notice.objects.filter(kind=kind).order_by("pk")


def test_news_goes_once_to_an_address_in_its_language_with_a_stop_link():
    round_ = RoundFactory()
    follow("Gethin@example.org", "cy", area=round_.area)
    follow("Gethin@example.org", "cy", round_=round_)

    wishes = wanting(area=round_.area, round_=round_)
    told = [
        send_news(wishes=wishes, kind="news", key="news:1", write=lambda: ("x", "y"), path="answers/1/", now=NOON)
        for _ in range(2)
    ]

    notices = news("news")
    assert (told, [notice.language for notice in notices]) == ([1, 0], ["cy"])
    assert "/cy/updates/stop/" in notices[0].body
    assert "/cy/answers/1/" in notices[0].body


def test_a_step_that_opens_is_told_once_to_those_who_asked(mailoutbox):
    round_ = RoundFactory(title="Ashcombe North 2027", title_cy="Gogledd Ashcombe 2027")
    Phase.objects.filter(round=round_).update(starts_at=NOON - DAY)
    follow("dev@example.org", area=round_.area)
    follow("gethin@example.org", "cy", round_=round_)
    mailoutbox.clear()

    promised = [promise_step_news(now=NOON) for _ in range(3)]
    do_what_waits()

    assert promised == [1, 0, 0]
    english, welsh = (next(mail for mail in mailoutbox if mail.to == [to] and "/updates/stop/" in mail.body)
                      for to in ("dev@example.org", "gethin@example.org"))  # fmt: skip
    assert english.subject == f"{round_.convenor.name}: Priorities, Ashcombe North 2027"
    assert f"/en/rounds/{round_.slug}/" in english.body
    assert "Gogledd Ashcombe 2027" in welsh.subject
    assert f"/cy/rounds/{round_.slug}/" in welsh.body


@pytest.mark.parametrize("age", [timedelta(days=2), timedelta(days=30)])
def test_a_step_that_opened_long_ago_is_no_news(age):
    round_ = RoundFactory()
    Phase.objects.filter(round=round_).update(starts_at=NOON - age)

    assert promise_step_news(now=NOON) == 0


def test_a_step_that_has_not_begun_is_no_news_yet():
    round_ = RoundFactory()
    Phase.objects.filter(round=round_).update(starts_at=NOON + timedelta(seconds=1))

    assert [promise_step_news(now=NOON), promise_step_news(now=NOON + timedelta(seconds=1))] == [0, 1]


def answered(round_):
    need = SuggestionFactory(round=round_, text="A warm room", text_cy="Ystafell gynnes")
    mandate = adopt_list(round_id=round_.pk, refs=[need.ref], voters=9, now=NOON).priorities.get().mandates.get()
    officer = officer_of(round_.convenor)
    actions = (PlannedAction("The room opens.", NOON.date()),)
    yes = Wording(AnswerKind.ACCEPT, "We open it.", words_cy="Agorwn hi.", actions=actions)
    answer = answer_mandate(mandate_id=mandate.pk, wording=yes, actor=officer, now=NOON)
    return answer, officer


def test_an_answer_and_a_delivery_are_told_by_e_mail_and_by_letter():
    round_ = RoundFactory()
    follow(round_=round_)
    wish = post(area=round_.area)
    answer, officer = answered(round_)
    report_action(
        action_id=answer.actions.get().pk, kind=ActionEvent.Kind.DONE, words="Open.", evidence="Photo", actor=officer,
        now=NOON,
    )  # fmt: skip

    do_what_waits()

    told = {(notice.kind, notice.channel) for notice in Notice.objects.filter(kind__startswith="news_")}
    assert told == {(f"news_{kind}", channel) for kind in ("answer", "delivery") for channel in ("email", "letter")}
    letter = news("news_delivery").get(channel="letter")
    assert "says that this is done: The room opens." in letter.body
    assert f"say the number {wish.pk}" in letter.body
    assert f"/en/actions/{answer.actions.get().pk}/found/" in letter.body


def test_progress_alone_is_no_news():
    round_ = RoundFactory()
    follow(round_=round_)
    answer, officer = answered(round_)
    report_action(
        action_id=answer.actions.get().pk, kind=ActionEvent.Kind.PROGRESS, words="On it.", actor=officer, now=NOON
    )

    do_what_waits()

    assert not news("news_delivery").exists()


def test_a_welsh_reader_gets_the_need_and_the_answer_in_welsh():
    round_ = RoundFactory()
    follow("gethin@example.org", "cy", round_=round_)
    answered(round_)

    do_what_waits()

    told = news("news_answer").get()
    assert told.subject.endswith(": Ystafell gynnes")
    assert "Agorwn hi." in told.body


def test_a_gathering_is_told_when_it_is_called():
    round_ = RoundFactory()
    follow(area=round_.area)
    facts = GatheringFacts(
        title="What does this place need?", starts_at=NOON + DAY, ends_at=NOON + DAY + timedelta(hours=2),
        place="The library", access="Step-free", languages="English",
    )  # fmt: skip
    call_gathering(
        area=round_.area, convenor=round_.convenor, facts=facts, bodies=[], actor=officer_of(round_.convenor), now=NOON
    )

    do_what_waits()

    assert "Saturday 6 March 2027" in news("news_gathering").get().body


def test_the_news_of_an_area_can_be_read_out_newest_first():
    round_ = RoundFactory()
    Phase.objects.filter(round=round_).update(starts_at=NOON - DAY)
    answered(round_)

    lines = area_news(round_.area, now=NOON)

    assert [line.text.split(":")[0] for line in lines] == [
        "Fewer than 30 people put the needs in order.",
        f"{round_.convenor.name} accepted",
        f"Say what {round_.area.name} needs most, and support what others ask for.",
    ]


def test_many_followers_are_told_in_batches_each_address_once(monkeypatch):
    monkeypatch.setattr("funding.services.news.BATCH", 3)
    round_ = RoundFactory()
    for number in range(7):
        follow(f"reader{number}@example.org", area=round_.area)
    follow("READER0@example.org", round_=round_)  # the same person asked twice, and the batches lie between
    answer, _officer = answered(round_)

    do_what_waits()

    batches = OutboxMessage.objects.filter(task="funding.services.news.tell_about_answer").order_by("pk")
    assert [message.arguments.get("after", 0) > 0 for message in batches] == [False, True, True]
    told = list(news("news_answer").values_list("about_id", flat=True))
    assert (len(told), len(set(told))) == (7, 7)
    assert answer.mandate.title in news("news_answer").first().subject


def test_every_step_has_its_words():
    from funding.services.news import step_words

    assert all("Ashcombe" in step_words(step, Area(name="Ashcombe")) for step in Step)
