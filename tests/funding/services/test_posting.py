"""A published result becomes outcomes, awards and duties, once (J1)."""

import pytest

from funding.models import Award, Mandate, Project, RoundWork, Step
from funding.services import rounds
from funding.services.rounds import advance_rounds, end_vote, open_vote
from tests.factories.money import make_council, make_country, make_cycle, make_posted_run
from tests.factories.projects import NOW, make_project, make_round
from tests.factories.voting import cast
from voting.services import opening

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_published_result_is_posted_once(monkeypatch):
    areas = make_country()
    council = make_council(areas["ASH"])
    cycle = make_cycle()
    make_posted_run(cycle)
    round_ = make_round(areas["ASH-N"], council, step=Step.VOTE, cycle=cycle.pk)
    wanted, unwanted = (make_project(round_, number=number, state="passed") for number in (1, 2))
    open_vote(round_id=round_.pk, now=NOW)
    round_.refresh_from_db()
    for _ in range(3):
        cast(round_.poll, choices=[wanted.reference], now=NOW)
    monkeypatch.setattr(
        "funding.services.rounds.open_box_in_child",
        lambda *, poll_id: opening.open_box(poll_id=poll_id, now=round_.poll.closes_at),
    )
    calls, post_awards = [], rounds.post_awards
    monkeypatch.setattr(rounds, "post_awards", lambda **about: calls.append(about) or post_awards(**about))

    end_vote(poll_id=round_.poll_id)
    advance_rounds(now=NOW)
    advance_rounds(now=NOW)

    wanted.refresh_from_db(), unwanted.refresh_from_db()
    assert (wanted.state, unwanted.state) == ("funded", "unfunded")
    assert [award.project for award in Award.objects.filter(round=round_)] == [wanted]
    assert list(Mandate.objects.filter(round=round_).values_list("ref", flat=True)) == [wanted.reference]
    assert RoundWork.objects.filter(round=round_, work="post_result").count() == 1
    assert len(calls) == 1  # asked once, not only done once
    assert Project.objects.filter(round=round_, state="passed").count() == 0
