"""Votes in every state that a page can show; used by the catalogue."""

from datetime import timedelta

from django.utils import timezone

from communities.models import EqualityQuestionSet
from communities.services.equality import add_answer
from tests.factories.voting import DRAFTS, NOON, draft_poll, near_match, voter
from tests.support.world import World
from voting.models import (
    HelpEvent,
    HelpPlace,
    Outcome,
    PaperBatch,
    Poll,
    PreElectionPeriod,
    ResidencyCheck,
    Scrutiny,
)
from voting.services.calendar import propose_exception
from voting.services.codes import make_batch
from voting.services.letter_jobs import ask_for_code_letters
from voting.services.lists import ask_for_list, import_list
from voting.services.paper import begin_batch, finish_entry, key_paper
from voting.services.poll_changes import confirm_change, propose_change
from voting.services.polls import OptionDraft, open_poll
from voting.services.roll import Person
from voting.views.voter import ENTRIES

LONG = [
    OptionDraft(
        f"LNG-{number:03}",
        f"Neuadd a gardd gymunedol gydag enw hir iawn {number}",
        "",
        "Text " * 40,
        "",
        100_000,
        section=("Places", "Children", "Getting about")[number % 3],
    )
    for number in range(1, 41)
]
MANY = {"options": LONG}


def poll_of(world: World, **changed) -> Poll:
    now = timezone.now()
    facts = {
        "area_id": world.area.pk,
        "opens_at": now - timedelta(days=2),
        "closes_at": now + timedelta(days=18),
        "now": now,
    } | changed
    poll = draft_poll(**facts)
    return open_poll(poll_id=poll.pk, actor=None, now=now)


def open_(world: World, **changed) -> dict:
    world.poll = poll_of(world, **changed)
    return {"poll": world.poll.slug}


def two_alike(world: World) -> dict:
    """Two entries of one roll whose names and addresses are much alike; one of them has voted."""
    open_(world)
    world.match = near_match(world.poll)
    return {}


def many_alike(world: World, count: int) -> dict:
    open_(world)
    for _ in range(count):
        near_match(world.poll)
    return {}


def alike(world: World) -> dict:
    return {"case": world.match.pk}


def with_letters(world: World) -> dict:
    """A large batch of letters: the first file is there, the others are being made; another is finished elsewhere."""
    arguments, facts = open_(world), {"language": "en", "actor": world.users["counting"], "now": timezone.now()}
    for made, count in ((1, 1_500), (2, 2_500)):
        world.letters, _key = ask_for_code_letters(poll_id=world.poll.pk, count=count, **facts)
        for part in world.letters.parts.all()[: len(range(0, count, 1_000)) if made == 1 else 1]:
            batch, _codes = make_batch(poll_id=world.poll.pk, count=1, label="letters", actor=None, now=timezone.now())
            world.letters.parts.filter(pk=part.pk).update(batch=batch, made_at=timezone.now())
    return arguments


def with_lists(world: World, count: int = 1) -> dict:
    """A list that a worker is reading, and short ones that are read."""
    arguments, now = soon(world), timezone.now()
    facts = {"poll_id": world.poll.pk, "actor": world.users["counting"], "now": now}
    basis = {"legal_basis": "Local Government Act 2003, section 116", "dpia_reference": "DPIA-2027-03"}
    people = [Person("Sam Example", str(number), "ZZ1 2CD") for number in range(1, 1_501)]
    for number in range(count):
        import_list(people=people[:1], source=f"List {number}", **basis, **facts)
    ask_for_list(people=people, source="List of households", **basis, **facts)
    return arguments


def many_letters(world: World, count: int) -> dict:
    arguments, facts = open_(world), {"language": "en", "actor": world.users["counting"], "now": timezone.now()}
    for _ in range(count):
        ask_for_code_letters(poll_id=world.poll.pk, count=1_500, **facts)
    return arguments


def with_key(client, world: World) -> None:
    client.cookies[f"letters_{world.letters.pk}"] = "0" * 64


def soon(world: World) -> dict:
    now = timezone.now()
    world.poll = draft_poll(
        area_id=world.area.pk, opens_at=now + timedelta(days=2), closes_at=now + timedelta(days=22), now=now
    )
    return {"poll": world.poll.slug}


def of_kind(kind: str, **changed):
    return lambda world: open_(world, kind=kind, **changed)


def checked(client, world: World) -> None:
    """Let the visitor have passed the check."""
    entry = voter(world.poll)
    session = client.session
    session[ENTRIES] = {str(world.poll.pk): entry.pk}
    session.save()
    client.cookies["sessionid"] = session.session_key


def chosen(*refs: str):
    """Let the visitor have chosen."""

    def prepare(client, world: World) -> None:
        checked(client, world)
        client.post(f"/en/polls/{world.poll.slug}/choose/", {"project": list(refs)})

    return prepare


def voted(client, world: World) -> None:
    """Let the visitor have sent a vote."""
    chosen("ASH-001", "ASH-003")(client, world)
    client.post(f"/en/polls/{world.poll.slug}/send/")


def published(world: World, times: int = 1, of: int = 1, **changed) -> dict:
    """A poll whose result is out; made without the box, which another role opens in another transaction."""
    from voting.elections import election_of, options_of
    from voting.explain import explain
    from voting.models import Count, CountStep
    from voting.rules import dispatch
    from voting.services.counts import _comparison, _result, opening_of

    poll = poll_of(world, **changed)
    groups = [(["ASH-001", "ASH-003"], 60), (["ASH-002"], 50), (["ASH-001", "ASH-004"], 30), (["ASH-005"], 9)]
    ballots = [choices for choices, people in groups for _ in range(people * times // of)]
    election = election_of(opening_of(poll), ballots)
    selection = dispatch.count(election, rule="equal-shares", options=options_of(opening_of(poll)), seed="0")
    count = Count.objects.create(
        poll=poll, input_hash="0" * 64, rule="equal-shares", rules_version="0" * 64, seed="0" * 64,
        result=_result(election, selection), result_hash="0" * 64, comparison=_comparison(election, selection, "0"),
        computed_at=NOON,
    )  # fmt: skip
    steps = [(ref, facts) for ref, many in explain(election, selection).items() for facts in many]
    for seq, (ref, facts) in enumerate(steps):
        CountStep.objects.create(count=count, seq=seq, option_ref=ref, kind=facts["reason"], facts=facts)
    turnout = {
        "marked": 149, "channels": {"web": 100, "paper": 40, "phone": 9}, "published": 147, "withheld": 0,
        "rejected": 2,
        "spoilt": {"unclear": 2}, "returned": {"late": 3}, "superseded": 4, "cancelled": 0, "electronic": 109,
        "paper": 38, "log_leaves": 113,
    }  # fmt: skip
    if of > 1:
        few = {"marked": len(ballots), "channels": {"web": len(ballots)}, "published": 0, "withheld": len(ballots)}
        turnout |= few | {"rejected": 0, "spoilt": {}, "returned": {}}
    Outcome.objects.create(
        poll=poll, count=count, selected=list(selection.winners), cost_pence=selection.cost, turnout=turnout,
        published_at=NOON,
    )  # fmt: skip
    Poll.objects.filter(pk=poll.pk).update(state="published", closed_at=NOON, published_at=NOON)
    world.poll = poll
    return {"poll": poll.slug}


def few(world: World) -> dict:
    """A result of fewer than 30 people."""
    return published(world, times=1, of=10)


def scrutinised(world: World) -> dict:
    arguments = few(world)
    for part in ("counting", "lead"):
        Scrutiny.objects.create(
            poll=world.poll, user_id=world.users[part].pk, name=world.users[part].name, result_hash="0" * 64,
            commitment="ab" * 32, signed_at=NOON,
        )  # fmt: skip
    return arguments


def with_people(world: World) -> dict:
    """A result with totals of the questions after the vote."""
    arguments = published(world)
    questions = EqualityQuestionSet.objects.in_force(nation="england", on=NOON.date())
    for given, times in (("16-24", 11), ("25-34", 30), ("35-49", 4), ("not-said", 10)):
        for _ in range(times):
            add_answer(question_set=questions, occasion=f"poll:{world.poll.slug}", question="age", answer=given)
    return arguments


def option_of(ref: str):
    return lambda world: {**published(world), "ref": ref}


def batch_in(step: str):
    """A paper batch at a step."""

    def build(world: World) -> dict:
        open_(world)
        batch = begin_batch(poll_id=world.poll.pk, label="A1", actor=world.users["counting"], now=timezone.now())
        PaperBatch.objects.filter(pk=batch.pk).update(envelope_count=1, returned={"late": 1})
        if step != "receiving":
            PaperBatch.objects.filter(pk=batch.pk).update(state="first_entry")
        if step == "comparing":
            for clerk, choices in (("lead", ["ASH-001"]), ("reviewer", ["ASH-002"])):
                key_paper(
                    batch_id=batch.pk, paper=1, choices=choices, spoilt_reason="", version_letter="A",
                    actor=world.users[clerk],
                )  # fmt: skip
                finish_entry(batch_id=batch.pk, actor=world.users[clerk])
        return {"pk": batch.pk}

    return build


def with_change(world: World) -> dict:
    arguments = open_(world)
    propose_change(poll_id=world.poll.pk, what="pause", reason="A storm", actor=world.users["lead"], now=timezone.now())
    return arguments


def changed(world: World, what: str) -> dict:
    """A vote that two officers paused or cancelled."""
    arguments = open_(world)
    made = propose_change(
        poll_id=world.poll.pk, what=what, reason="The hall was flooded.", actor=world.users["lead"], now=timezone.now()
    )
    confirm_change(request_id=made.pk, actor=world.users["counting"], now=timezone.now())
    return arguments


def with_elections(world: World) -> dict:
    now = timezone.now()
    for weeks in (4, 30):
        first = now.date() + timedelta(weeks=weeks)
        period = PreElectionPeriod.objects.create(
            area=world.area, name=f"Council election {weeks}", starts_on=first, election_on=first + timedelta(days=40)
        )
    propose_exception(
        period_id=period.pk, area_id=world.authority.pk, reason="The money ends.", actor=world.users["lead"], now=now
    )
    return {}


def with_places(world: World) -> dict:
    HelpPlace.objects.create(area=world.area, name="Test Library", kind="library", may_vouch=True)
    return open_(world)


def watched(world: World) -> dict:
    """A helper with many votes in one day, and a door with many people."""
    arguments = with_places(world)
    for number in range(24):
        entry = voter(world.poll)
        HelpEvent.objects.create(
            roll_entry=entry, channel="phone", helper_id=world.users["counting"].pk,
            place=HelpPlace.objects.get(), helped_on=NOON.date(),
        )  # fmt: skip
        if number < 10:
            ResidencyCheck.objects.create(
                poll=world.poll, roll_entry=entry, method="helper", checked_on=NOON.date(), place_hash="door"
            )
    return arguments


def assisted(client, world: World) -> None:
    session = client.session
    session["assisted"] = {"entries": {str(world.poll.pk): voter(world.poll).pk}, "channel": "phone", "place": None}
    session.save()


def question(name: str):
    return lambda world: {**open_(world), "method": "code", "question": name}


def answered(*names: str):
    """Let the visitor have answered the first questions of the check."""
    facts = {"age": {"is_old_enough": "yes"}, "code": {"code": "0000 0000 0000 0"}}

    def prepare(client, world: World) -> None:
        for name in names:
            client.post(f"/en/polls/{world.poll.slug}/check/code/{name}/", facts[name])

    return prepare


def many_polls(world: World, count: int) -> dict:
    for _ in range(count):
        poll_of(world)
    return {}


def many_options(world: World, count: int) -> dict:
    options = [OptionDraft(f"X-{n}", f"Project {n}", cost_pence=100_000) for n in range(1, count + 1)]
    return open_(world, options=options)


def many_results(world: World, count: int) -> dict:
    more = [OptionDraft(f"X-{n}", f"Project {n}", cost_pence=100_000) for n in range(count)]
    return published(world, options=[*DRAFTS, *more])
