"""The journey of a vote over HTTP, as a browser without script makes it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from communities.models import EqualityAnswer
from tests.factories.voting import CLOSES, NOON, opened_poll
from tests.voting.views.voter import codes_for, pass_check, url, vote
from voting.models import BallotDraft, RollEntry, SealedBallot
from voting.services.polls import OptionDraft

pytestmark = pytest.mark.django_db


def test_a_resident_votes_and_gets_a_receipt(client, poll, code):
    answer = pass_check(client, poll, code)
    assert answer.status_code == 303

    page = vote(client, poll, "ASH-001", "ASH-003")

    assert "We have your vote" in page.content.decode()
    assert "A kitchen for the hall" in page.content.decode()
    assert "ASH-002" not in page.content.decode()
    entry = RollEntry.objects.get(poll=poll)
    assert (entry.channel, SealedBallot.objects.count()) == ("web", 1)
    assert not BallotDraft.objects.exists()


def test_a_second_press_gives_the_same_receipt(client, poll, code):
    pass_check(client, poll, code)
    first = vote(client, poll, "ASH-001").content

    second = client.post(url("send", poll), follow=True).content

    assert reference_in(first) == reference_in(second)
    assert SealedBallot.objects.count() == 1


def test_a_send_whose_answer_got_lost_leads_to_the_same_receipt(client, poll, code):
    """The server stored the vote and died before it answered: no receipt cookie, no draft any more."""
    pass_check(client, poll, code)
    first = vote(client, poll, "ASH-001").content
    del client.cookies[f"receipt_{poll.pk}"]

    second = client.post(url("send", poll), follow=True).content

    assert reference_in(first) == reference_in(second)
    assert first.decode().count('class="code"') == second.decode().count('class="code"')
    assert "the first time you sent it" in second.decode()
    assert SealedBallot.objects.count() == 1


def test_voting_again_replaces_and_gives_another_reference(client, poll, code):
    pass_check(client, poll, code)
    first = vote(client, poll, "ASH-001").content
    client.get(url("choose", poll))

    second = vote(client, poll, "ASH-003").content

    assert reference_in(first) != reference_in(second)
    assert sorted(SealedBallot.objects.values_list("status", flat=True)) == ["live", "superseded"]


def reference_in(content: bytes) -> str:
    return content.decode().split('class="code"><bdi>')[1].split("<")[0]


def test_the_ballot_before_the_check_leads_to_the_check(client, poll):
    assert client.get(url("choose", poll)).url == url("residency_method", poll)


def test_not_sent_stands_on_every_page_before_sending(client, poll, code):
    pages = [client.get(url("start", poll)), client.get(url("residency_method", poll))]
    pages += [client.get(url("residency", poll, method)) for method in ("code", "helper", "no-address")]
    pass_check(client, poll, code)
    pages += [client.get(url("start", poll)), client.get(url("choose", poll)), client.get(url("choose_one", poll, 1))]
    client.post(url("choose", poll), {"project": ["ASH-001"]})
    pages += [client.get(url(name, poll)) for name in ("choose", "total", "review", "empty")]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert all("You have not voted yet." in page.content.decode() for page in pages)


def test_one_by_one_keeps_the_same_choices(client, poll, code):
    pass_check(client, poll, code)
    client.get(url("choose", poll))

    for number in range(1, 6):
        client.post(url("choose_one", poll, number), {"answer": "yes" if number == 2 else "no"})

    page = client.get(url("review", poll)).content.decode()
    assert page.count('class="three"') == 1


def test_over_the_money_every_single_remedy_is_named_and_nothing_is_removed(client, code, poll):
    budget = opened_poll(area_id=poll.area_id, kind="budget", budget_pence=2_000_000, title="Budget")
    pass_check(client, budget, codes_for(budget))

    answer = client.post(url("choose", budget), {"project": ["ASH-001", "ASH-002"]})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "£4,000 more than the money" in page
    assert page.count("checked") == 2
    assert 'href="#pick-ash-001"' in page
    assert 'href="#pick-ash-002"' in page


def test_an_empty_ballot_is_asked_about_and_then_sent(client, poll, code):
    pass_check(client, poll, code)
    client.get(url("choose", poll))

    answer = client.post(url("choose", poll), {})

    assert answer["Location"] == url("empty", poll)
    client.post(url("send", poll))
    assert SealedBallot.objects.count() == 1


def test_sending_without_a_draft_never_casts_an_empty_vote(client, poll, code):
    pass_check(client, poll, code)
    client.get(url("choose", poll))

    answer = client.post(url("send", poll))

    assert answer["Location"] == url("choose", poll)
    assert not SealedBallot.objects.exists()


def test_the_total_is_two_fragments_with_htmx_and_the_ballot_without(client, poll, code):
    pass_check(client, poll, code)
    client.get(url("choose", poll))

    fragment = client.post(url("total", poll), {"project": ["ASH-001"]}, headers={"HX-Request": "true"})
    page = client.post(url("total", poll), {"project": ["ASH-001"]})

    assert fragment.content.decode().count("<section") == 2
    assert 'hx-swap-oob="true"' in fragment.content.decode()
    assert "1 project chosen. It costs £11,500." in fragment.content.decode()
    assert page["Location"] == url("choose", poll)


def test_closing_keeps_the_choices_visible_and_says_they_were_not_sent(client, poll, code):
    with time_machine.travel(CLOSES - timedelta(minutes=5), tick=False):
        pass_check(client, poll, code)
        client.post(url("choose", poll), {"project": ["ASH-001"]})
    with time_machine.travel(CLOSES + timedelta(minutes=1), tick=False):
        answer = client.post(url("send", poll))

    assert answer.status_code == 422
    assert "They were not sent." in answer.content.decode()
    assert "A kitchen for the hall" in answer.content.decode()


def test_whoever_saw_the_review_page_in_time_still_sends(client, poll, code):
    with time_machine.travel(CLOSES - timedelta(minutes=5), tick=False):
        pass_check(client, poll, code)
        client.post(url("choose", poll), {"project": ["ASH-001"]})
        client.get(url("review", poll))
    with time_machine.travel(CLOSES + timedelta(minutes=29), tick=False):
        page = client.post(url("send", poll), follow=True)

    assert "We have your vote" in page.content.decode()


def test_finish_clears_the_device(client, poll, code):
    pass_check(client, poll, code)
    vote(client, poll, "ASH-001")

    client.post(url("finish", poll))

    assert client.get(url("sent", poll)).url == url("start", poll)
    assert not [
        name for name, morsel in client.cookies.items() if name.startswith(("ballot_", "receipt_")) and morsel.value
    ]


def test_a_reference_is_found_and_says_received(client, poll, code):
    pass_check(client, poll, code)
    reference = reference_in(vote(client, poll, "ASH-001").content)

    found = client.post(reverse("voting:receipt_lookup"), {"reference": reference.lower()})
    missing = client.post(reverse("voting:receipt_lookup"), {"reference": "0000 0000"})

    assert "Received." in found.content.decode()
    assert "Not found." in missing.content.decode()


def test_the_reference_is_mailed_and_the_address_is_not_kept(client, poll, code, django_capture_on_commit_callbacks):
    from renewal.kernel.models import Notice

    pass_check(client, poll, code)
    vote(client, poll, "ASH-001")

    client.post(url("email_reference", poll), {"email": "amina@example.org"})

    notice = Notice.objects.get()
    assert "reference" in notice.subject
    assert "ASH-001" not in notice.body
    assert "kitchen" not in notice.body


def test_a_ranked_poll_takes_numbers(client, poll):
    rank = opened_poll(area_id=poll.area_id, kind="rank", title="Rank", most_choices=3, rule="greedy", parameters={})
    pass_check(client, rank, codes_for(rank))
    client.get(url("choose", rank))

    client.post(url("choose", rank), {"rank-ASH-003": "1", "rank-ASH-001": "2"})
    page = client.post(url("send", rank), follow=True).content.decode()

    assert page.index("1. Repair café") < page.index("2. A kitchen for the hall")


def test_one_check_opens_the_ballots_of_the_areas_above(client, poll, code):
    above = opened_poll(area_id=poll.area.parent_id, title="Borough")

    pass_check(client, poll, code)

    page = client.get(reverse("voting:my_ballots")).content.decode()
    assert poll.title in page
    assert above.title in page


def test_a_logged_vote_comes_with_its_proof(client, poll, code):
    from voting import merkle
    from voting.services.logging import append_sealed_ballots, inclusion_of, leaves_of

    pass_check(client, poll, code)
    reference = reference_in(vote(client, poll, "ASH-001").content)
    append_sealed_ballots(poll_id=poll.pk, now=NOON)

    page = client.post(reverse("voting:receipt_lookup"), {"reference": reference}).content.decode()

    ballot = SealedBallot.objects.values_list("content_hash", flat=True).get()
    proof = inclusion_of(poll=poll, content_hash=ballot)
    path = [bytes.fromhex(part) for part in proof["path"]]
    assert "It is entry 1 of 2 in the public log." in page
    assert proof["root"] in page
    assert merkle.verify_inclusion(1, 2, leaves_of(poll)[1], path, bytes.fromhex(proof["root"]))


def test_questions_about_the_voter_come_after_the_vote_and_only_totals_stay(client, poll, code):
    assert client.get(url("equality", poll)).url == url("start", poll)  # nothing is asked before a vote is safe
    pass_check(client, poll, code)
    vote(client, poll, "ASH-001")
    first = url("equality_question", poll, 1)

    assert "Skip all" in client.get(url("equality", poll)).content.decode()
    assert client.post(first, {"answer": "16-24"}).url == url("equality_question", poll, 2)
    assert client.get(first).url == url("equality_question", poll, 2)  # nobody is counted twice from one device

    assert list(EqualityAnswer.objects.filter(people__gt=0).values_list("question", "answer", "people")) == [
        ("age", "16-24", 1)
    ]
    assert "16-24" not in str(dict(client.session.items()))


@pytest.mark.parametrize(("count", "headings"), [(30, 0), (31, 3)])
def test_more_than_thirty_projects_are_grouped_in_one_form(client, poll, count, headings):
    themes = ("Places", "Children", "")
    options = [
        OptionDraft(f"L-{number}", f"Project {number}", cost_pence=100, section=themes[number % 3])
        for number in range(count)
    ]
    long = opened_poll(area_id=poll.area_id, title="Long", options=options)
    pass_check(client, long, codes_for(long))

    page = client.get(url("choose", long)).content.decode()

    assert page.count('id="part-') == page.count('href="#part-') == headings
    assert page.count('name="project"') == count
    assert page.count('id="ballot"') == 1
