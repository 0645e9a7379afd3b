"""Until a vote opens an officer changes anything in it; who has changed it does not open it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from renewal.kernel.clock import at, london_day
from renewal.kernel.models import AuditEvent
from tests.factories.voting import DRAFTS, draft_poll, voter
from tests.support.catalogue import client_of
from tests.support.world import build_world
from voting.models import Poll
from voting.poll_forms import DraftForm, line_of, read_options
from voting.services.errors import NeedsComeFromTheRound, PollMoved, SecondPersonNeeded
from voting.services.polls import OptionDraft, change_draft, drafts_of, open_poll, start_rehearsal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    made = build_world()
    now = timezone.now()
    made.poll = draft_poll(
        area_id=made.area.pk, actor=made.users["counting"], now=now, limits={"capital": 250_000},
        opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=24),
        floors=[{"tag": "green", "amount": 100_000, "support_permille": 30}],
        options=[OptionDraft("ASH-000", "One; two", summary="Text", tags=["green"], demands={"capital": 5}), *DRAFTS],
    )  # fmt: skip
    return made


def answers_of(poll, **changed):
    """The form as the browser sends it when nobody changes anything, but for some answers."""
    form = DraftForm(poll=poll, areas=type(poll.area).objects.all())
    sent = {}
    for field in form:
        value = field.value()
        if hasattr(value, "year"):
            sent |= {f"{field.name}_{place}": part for place, part in enumerate((value.day, value.month, value.year))}
        elif value is not None:
            sent[field.name] = field.field.prepare_value(value)
    return sent | changed


def address(poll):
    return f"/en/staff/polls/{poll.slug}/draft/"


def test_a_form_sent_as_it_came_changes_nothing_at_all(world):
    before = {**Poll.objects.values().get(pk=world.poll.pk)}, drafts_of(world.poll)

    answer = client_of(world, "counting").post(address(world.poll), answers_of(world.poll))

    assert answer.status_code == 303
    assert ({**Poll.objects.values().get(pk=world.poll.pk)}, drafts_of(world.poll)) == before
    assert not AuditEvent.objects.filter(action="poll.changed").exists()


def test_everything_can_be_changed_and_projects_keep_what_their_line_does_not_say(world):
    day, paper = (london_day(timezone.now() + timedelta(days=later)) for later in (5, 20))
    lines = [
        "ASH-000; Another name; Enw arall; 9,000",
        line_of(drafts_of(world.poll)[1]),
        "NEW-001; A new one; Un newydd; 1,250.50; Short; Byr",
    ]
    changed = {
        "title": "Ashcombe 2028", "title_cy": "Ashcombe 2028 Cymraeg", "kind": "budget", "rule": "greedy",
        "roll_kind": "list", "budget": "50,000", "most_choices": "2", "voting_age": "11", "forecast": "90",
        "recomputable": "no", "languages": ["cy"], "limits": "capital; 3,000\nrevenue; 1,000", "floors": "",
        "paper_by_0": paper.day, "paper_by_1": paper.month, "paper_by_2": paper.year,
        "opens_on_0": day.day, "opens_on_1": day.month, "opens_on_2": day.year, "options": "\n".join(lines),
    }  # fmt: skip

    answer = client_of(world, "lead").post(address(world.poll), answers_of(world.poll, **changed))

    assert answer.status_code == 303
    poll = Poll.objects.get(pk=world.poll.pk)
    assert (poll.title, poll.title_cy, poll.kind, poll.rule) == (
        "Ashcombe 2028", "Ashcombe 2028 Cymraeg", "budget", "greedy",
    )  # fmt: skip
    assert (poll.roll_kind, poll.budget_pence, poll.most_choices, poll.voting_age) == ("list", 5_000_000, 2, 11)
    assert (poll.forecast_ballots, poll.recomputable, poll.languages, poll.parameters) == (90, False, ["cy"], {})
    assert (poll.limits, poll.floors) == ({"capital": 300_000, "revenue": 100_000}, [])
    assert (london_day(poll.opens_at), poll.closes_at) == (day, world.poll.closes_at)
    assert poll.paper_returned_by == at(paper, 17)
    first, second, third = drafts_of(poll)
    assert (first.title, first.cost_pence, first.summary, first.tags) == ("Another name", 900_000, "Text", ["green"])
    assert second == DRAFTS[0] or (second.ref, second.summary) == ("ASH-001", "Step-free.")
    assert (third.cost_pence, third.summary_cy) == (125_050, "Byr")
    assert AuditEvent.objects.get(action="poll.changed").actor_id == world.users["lead"].pk


def test_who_set_a_vote_up_or_changed_it_does_not_open_it(world):
    poll, lead = world.poll, world.users["lead"]
    change_draft(poll_id=poll.pk, title="Other", options=DRAFTS, limits={}, floors=[], actor=lead, now=timezone.now())

    for author in ("counting", "lead"):
        with pytest.raises(SecondPersonNeeded):
            open_poll(poll_id=poll.pk, actor=world.users[author], now=timezone.now())
    with pytest.raises(SecondPersonNeeded):
        open_poll(poll_id=poll.pk, actor=None, now=timezone.now())
    assert open_poll(poll_id=poll.pk, actor=world.users["other_lead"], now=timezone.now()).state == "open"


def test_a_rehearsed_vote_that_is_changed_is_a_draft_again_and_an_open_one_is_not_changed(world):
    poll, lead = world.poll, world.users["lead"]
    start_rehearsal(poll_id=poll.pk, actor=world.users["counting"], now=timezone.now())
    facts = {"options": DRAFTS, "limits": {}, "floors": [], "actor": lead, "now": timezone.now()}
    assert change_draft(poll_id=poll.pk, title="Other", **facts).state == "draft"

    open_poll(poll_id=poll.pk, actor=world.users["other_lead"], now=timezone.now())
    with pytest.raises(PollMoved):
        change_draft(poll_id=poll.pk, title="Third", **facts)
    answer = client_of(world, "counting").post(address(poll), {"title": "Third"}, follow=True)
    assert "Nothing in it can change" in answer.content.decode()
    poll.refresh_from_db()
    assert poll.title == "Other"


def test_area_and_roll_stay_once_somebody_is_on_the_roll(world):
    voter(world.poll)

    answer = client_of(world, "counting").post(address(world.poll), answers_of(world.poll, roll_kind="list"))

    assert answer.status_code == 422
    assert "Area and roll must stay" in answer.content.decode()
    world.poll.refresh_from_db()
    assert world.poll.roll_kind == "open"


def test_a_need_can_be_left_out_of_a_vote_on_priorities_but_not_added():
    needs = [OptionDraft(f"N-{n}", f"Need {n}", cost_pence=1, url_path=f"needs/{n}/") for n in (1, 2, 3)]
    poll = draft_poll(kind="priorities", rule="priorities", parameters={}, options=needs, budget_pence=3)
    facts = {"poll_id": poll.pk, "actor": build_world().users["lead"], "now": timezone.now()}

    change_draft(options=needs[:2], **facts)
    assert [one.ref for one in drafts_of(poll)] == ["N-1", "N-2"]
    with pytest.raises(NeedsComeFromTheRound):
        change_draft(options=[*needs[:2], OptionDraft("N-9", "Mine", cost_pence=1)], **facts)


@pytest.mark.parametrize(
    "line", ["A; B; C", "A; B; C; dear", "; B; C; 5", "A; ; C; 5", f"A; {'x' * 201}; C; 5", "A; B; C; 5\nA; D; E; 6"]
)
def test_a_line_that_cannot_be_read_is_named(world, line):
    answer = client_of(world, "counting").post(address(world.poll), answers_of(world.poll, options=line))

    assert answer.status_code == 422
    assert "Line " in answer.content.decode()


def test_a_line_says_every_text_of_a_project_and_is_read_back_the_same():
    one = OptionDraft("A", "Semi; colon", "Hanner; colon", "A; b", "C; d", 12_345)

    assert read_options(line_of(one)) == [one]
