"""The demo's votes: codes for the personas, believable ballots through the services, closed votes published.

One tie decided by lot, one near miss, one withdrawn project, one spoilt paper batch (UX.md §13).
"""

import uuid
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import Q

from communities.models import Area, EqualityQuestionSet, HowKnown, PostcodeRange, Resident, User
from communities.services.equality import NOT_SAID, add_answer
from communities.services.residents import known_resident
from funding.models import Round
from renewal.kernel.clock import london_day
from renewal.site.demo.world import World
from voting.codes import in_blocks, letter_code_hash
from voting.models import (
    AddressList,
    Helper,
    HelpPlace,
    ListedPerson,
    Option,
    Poll,
    PreElectionPeriod,
    RollEntry,
    VotingCode,
)
from voting.models.poll import GRACE
from voting.sealing import DeviceSecret
from voting.services import paper
from voting.services.casting import cast_ballot
from voting.services.codes import make_codes
from voting.services.counts import count_poll, publish_result
from voting.services.logging import append_sealed_ballots
from voting.services.opening import open_box_in_child
from voting.services.polls import close_poll, withdraw_option
from voting.services.retention import occasion_of
from voting.services.roll import Person, note_postal
from voting.states import Channel, PollState

ATOMIC = False  # the box is opened by another process, which must see what was cast

PERSONAS = ("Margaret", "Dev", "Amina", "Sam", "Carol")
WELSH_PERSONAS = ("Gethin",)
PLACES = [
    ("Z07000001", "Ashcombe Library", "library", "ZZ1 1AA", "", True),
    ("Z07000001", "Ashcombe Day Centre", "service", "ZZ1 1AB", "", True),
    ("Z07000001", "Mill House care home", "care_home", "ZZ1 1AC", "Ruth", False),
    ("Z06000001", "Llyfrgell Llanhafren", "library", "ZZ6 1AA", "", True),
]
CLOSED_BALLOTS, OPEN_BALLOTS, PAPERS, ANSWERED = 120, 40, 24, 60


def seed(world: World) -> None:
    """Cast, close, count and publish what the dates of the rounds ask for; leave open votes open, with codes."""
    chance = Random(2027)  # noqa: S311 -- made-up voters, not secrets
    make_places(world)
    make_calendar(world)
    for poll in polls_of_rounds():
        if poll.state != PollState.OPEN:
            continue
        is_over = poll.closes_at + GRACE <= world.now
        if is_over:
            hold_closed_vote(poll, chance, world)
        else:
            hold_open_vote(poll, chance, world)


def polls_of_rounds() -> list[Poll]:
    rounds = Round.objects.exclude(poll=None, priority_poll=None)
    ids = [pk for pair in rounds.values_list("poll", "priority_poll") for pk in pair if pk]
    return list(Poll.objects.filter(pk__in=ids).select_related("area").order_by("closes_at", "pk"))


def make_places(world: World) -> None:
    """Places where people help, and who is accredited there."""
    priya = User.objects.filter(email="priya@example.org").first()
    for code, name, kind, postcode, lead, may_vouch in PLACES:
        area = Area.objects.filter(code=code).first()
        if area is not None:
            place, _ = HelpPlace.objects.get_or_create(
                area=area,
                name=name,
                defaults={"kind": kind, "postcode": postcode, "lead_name": lead, "may_vouch": may_vouch},
            )
            if priya is not None and kind == "library":
                since = london_day(world.now - world.days(30))
                Helper.objects.get_or_create(place=place, user_id=priya.pk, defaults={"starts_on": since})


def make_calendar(world: World) -> None:
    """A council election next year, far from the votes of the demo."""
    area = Area.objects.filter(code="Z07000001").first()
    if area is not None:
        day = london_day(world.now + world.days(330))
        PreElectionPeriod.objects.get_or_create(
            area=area,
            election_on=day,
            defaults={
                "name": "Ashcombe council election",
                "starts_on": day - timedelta(days=38),
                "source": "Made-up calendar for the demonstration",
            },
        )


def answer_questions(poll: Poll) -> None:
    """Let some voters answer the questions after the vote; only totals are kept."""
    chance = Random(2027)  # noqa: S311 -- made-up voters, not secrets
    questions = EqualityQuestionSet.objects.in_force(nation=poll.area.nation, on=london_day(poll.closes_at))
    if questions is None:
        return
    for _ in range(ANSWERED):
        for question in questions.questions:
            answer = chance.choice([*(one["code"] for one in question["answers"]), NOT_SAID])
            add_answer(question_set=questions, occasion=occasion_of(poll), question=question["code"], answer=answer)


def hold_closed_vote(poll: Poll, chance: Random, world: World) -> None:
    """Cast several hundred ballots in the window, some on paper and by phone, then close, open, count and publish."""
    with_paper = not poll.batches.exists() and poll.kind != "priorities"
    cast_many(poll, CLOSED_BALLOTS, chance, window=(poll.opens_at, poll.closes_at), level_tops=True)
    if with_paper:
        paper_batch(poll, chance)
        withdraw_least(poll)
        answer_questions(poll)
    append_sealed_ballots(poll_id=poll.pk, now=poll.closes_at)
    moment = poll.closes_at + GRACE
    close_poll(poll_id=poll.pk, now=moment)
    open_box_in_child(poll_id=poll.pk)
    count_poll(poll_id=poll.pk, now=moment)
    publish_result(poll_id=poll.pk, actor=None, now=moment + timedelta(days=1))


def hold_open_vote(poll: Poll, chance: Random, world: World) -> None:
    """Cast the votes of the days so far, and give the personas who live here a code each."""
    cast_many(poll, OPEN_BALLOTS, chance, window=(poll.opens_at, min(world.now, poll.closes_at)), level_tops=False)
    append_sealed_ballots(poll_id=poll.pk, now=world.now)
    postcode = a_postcode(poll.area)
    names = WELSH_PERSONAS if poll.area.nation == "wales" else PERSONAS
    codes = make_codes(poll_id=poll.pk, count=len(names) + 3, label="demo", actor=None, now=world.now)
    for number, (name, code) in enumerate(zip(names, codes, strict=False), start=1):
        world.codes.append((f"{name}, {number} Mill Lane, {postcode}: {poll.title}", in_blocks(code)))
    for code in codes[len(names) :]:
        world.codes.append((f"any name, any house, {postcode}: {poll.title}", in_blocks(code)))
    if postcode:
        listed_people(poll, names, postcode, world)


def listed_people(poll: Poll, names: tuple[str, ...], postcode: str, world: World) -> None:
    """Put the personas on an imported list, so that name and address work without a code."""
    found = AddressList.objects.create(
        poll=poll,
        legal_basis="Local Government Act 2003, section 116",
        dpia_reference="DPIA-2027-03",
        source="Made-up list for the demonstration",
        imported_at=world.now,
        lines=len(names),
        count=len(names),
    )
    for number, name in enumerate(names, start=1):
        person = known_resident(
            name=f"{name} Example",
            house=f"{number} Mill Lane",
            postcode=postcode,
            now=world.now,
            how_known=HowKnown.LIST,
        )
        ListedPerson.objects.create(address_list=found, token=person.match_token)
    world.codes.append(
        (f"name and address: {names[0]} Example, 1 Mill Lane, {postcode}: {poll.title}", "no code needed")
    )


def a_postcode(area: Area) -> str:
    """Find a postcode that lies in this area and in no other."""
    ranges = PostcodeRange.objects.filter(Q(area=area) | Q(area__path__startswith=area.path)).order_by("outward", "pk")
    for found in ranges:
        shared = PostcodeRange.objects.filter(
            outward=found.outward, first_inward__lte=found.first_inward, last_inward__gte=found.first_inward
        ).exclude(area=found.area)
        if not shared.exists():
            return f"{found.outward} {found.first_inward}"
    return ""


@transaction.atomic
def cast_many(poll: Poll, count: int, chance: Random, *, window: tuple[datetime, datetime], level_tops: bool) -> None:
    """Cast ballots whose tastes cluster as real ones do; with ``level_tops`` the two most chosen end level."""
    options = list(poll.options.filter(withdrawn_at=None).order_by("number"))
    tastes = [{option.ref: chance.random() ** 2 for option in options} for _ in range(4)]
    length = window[1] - window[0]
    votes = dict.fromkeys((option.ref for option in options), 0)
    for number in range(count):
        chosen = believable(poll, options, tastes[chance.randrange(4)], chance)
        for ref in chosen:
            votes[ref] += 1
        channel = chance.choices([Channel.WEB, Channel.PHONE, Channel.ASSISTED], [86, 6, 8])[0]
        moment = window[0] + length * ((number + 1) / (count + 2))
        cast_one(poll, chosen, channel, moment)
    if level_tops and poll.kind != "priorities":
        first, second = sorted(options, key=lambda option: -votes[option.ref])[:2]
        for _ in range(votes[first.ref] - votes[second.ref]):
            cast_one(poll, [second.ref], Channel.WEB, window[1] - timedelta(hours=1))


def believable(poll: Poll, options: list[Option], taste: dict[str, float], chance: Random) -> list[str]:
    """Choose a few options by taste, within the rules of the poll."""
    wanted = sorted(options, key=lambda option: -(taste[option.ref] + chance.random()))
    most = min(poll.most_choices or 6, chance.choice([1, 2, 3, 3, 4, 4, 5, 6]))
    chosen, cost = [], 0
    for option in wanted[:most]:
        if poll.kind == "budget" and cost + option.cost_pence > poll.budget_pence:
            continue
        chosen.append(option.ref)
        cost += option.cost_pence
    return chosen


def cast_one(poll: Poll, choices: list[str], channel: str, moment: datetime) -> RollEntry:
    """Put one made-up person on the roll and cast their vote through the service."""
    mark = uuid.uuid4().hex
    person = Resident.objects.create(
        area=poll.area, match_token=mark, near_token=mark, how_known=HowKnown.OFFICER, known_at=moment
    )
    entry = RollEntry.objects.create(poll=poll, resident=person)
    device = DeviceSecret.new(entry_id=entry.pk)
    cast_ballot(
        poll_id=poll.pk,
        roll_entry_id=entry.pk,
        choices=choices,
        check_code=device.check_code,
        idempotency_key=device.idempotency_key,
        channel=channel,
        now=moment,
    )
    return entry


def paper_batch(poll: Poll, chance: Random) -> None:
    """One paper batch: most papers agree, one reading differs, two papers are spoilt, one envelope is late."""
    ruth, priya, owen = (User.objects.get(email=f"{name}@example.org") for name in ("ruth", "priya", "owen"))
    received = poll.closes_at - timedelta(days=2)
    batch = paper.begin_batch(poll_id=poll.pk, label="A1", actor=ruth, now=received)
    codes = make_codes(poll_id=poll.pk, count=PAPERS + 1, label="paper packs", actor=ruth, now=poll.opens_at)
    for code in codes[:PAPERS]:
        mark = uuid.uuid4().hex
        person = Resident.objects.create(
            area=poll.area, match_token=mark, near_token=mark, how_known=HowKnown.LETTER, known_at=received
        )
        entry = RollEntry.objects.create(poll=poll, resident=person)
        note_postal(entry, Person("A voter of the demo", "1", "ZZ1 0AA"))
        bind_code(poll, code, entry)
        paper.accept_declaration(
            batch_id=batch.pk, code=code, person=None, received_at=received, actor=ruth, now=received
        )
    late = poll.closes_at + timedelta(hours=2)
    paper.accept_declaration(batch_id=batch.pk, code=codes[-1], person=None, received_at=late, actor=ruth, now=late)
    paper.open_envelopes(batch_id=batch.pk, actor=ruth, now=received, is_last=True)
    options = list(poll.options.filter(withdrawn_at=None).order_by("number"))
    taste = {option.ref: chance.random() for option in options}
    papers = [believable(poll, options, taste, chance) for _ in range(PAPERS)]
    for clerk in (ruth, priya):
        for number, choices in enumerate(papers, start=1):
            spoilt = {5: "unclear", 9: "too_many"}.get(number, "")
            read = [] if spoilt else choices[:-1] if clerk == priya and number == 3 else choices
            paper.key_paper(
                batch_id=batch.pk, paper=number, choices=read, spoilt_reason=spoilt, version_letter="A", actor=clerk
            )
        paper.finish_entry(batch_id=batch.pk, actor=clerk)
    for one in paper.differences(batch):
        paper.adjudicate(batch_id=batch.pk, paper=one.paper, choices=papers[2], spoilt_reason="", actor=owen)
    paper.seal_batch(batch_id=batch.pk, actor=owen, now=poll.closes_at)


def bind_code(poll: Poll, code: str, entry: RollEntry) -> None:
    """Bind a made-up pack's code to its person, as its declaration would."""
    VotingCode.objects.filter(poll=poll, code_hash=letter_code_hash(code)).update(roll_entry=entry, state="used")


def withdraw_least(poll: Poll) -> None:
    """Withdraw one option of a poll that has plenty, as happens during a vote."""
    options = list(poll.options.filter(withdrawn_at=None).order_by("number"))
    if len(options) > 5:
        withdraw_option(
            poll_id=poll.pk,
            ref=options[-1].ref,
            reason="The group withdrew it: the site is no longer free.",
            actor=None,
            now=poll.closes_at - timedelta(days=3),
        )
