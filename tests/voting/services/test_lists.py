"""Imported lists: a long one is read by a worker, part by part, once; nothing but match tokens is left of it."""

import io
import json
from datetime import timedelta

import pikepdf
import pytest
from django.utils import timezone

from communities.models import Resident
from renewal.kernel.models import OutboxMessage, OutboxState
from renewal.kernel.outbox import perform
from tests.factories.communities import AreaFactory, PostcodeRangeFactory, UserFactory
from tests.factories.voting import draft_poll
from tests.support.catalogue import client_of
from tests.support.world import build_world
from voting.models import AddressList, LetterJob, LetterPart, ListedPerson, ListPart, RollEntry, VotingCode
from voting.queries import imported_lists, letter_jobs
from voting.services import lists
from voting.services.errors import PollNotReady, RollIsFrozen
from voting.services.letter_jobs import end_letter_job, read_letter_part
from voting.services.lists import NoLegalBasis, ask_for_list, forget_unread_lists, import_list, read_list_part
from voting.services.polls import open_poll
from voting.services.roll import Person
from voting.views import staff_letters

pytestmark = pytest.mark.django_db
BASIS = {"legal_basis": "s.116", "dpia_reference": "D1", "source": "A list"}
PEOPLE = [Person(f"{name} Example", "12", "ZZ1 2CD") for name in ("Amina", "Dev", "Olwen", "Mair", "Sol")]


@pytest.fixture(autouse=True)
def parts_of_two(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(lists, "PART", 2)
    monkeypatch.setattr(staff_letters, "PART", 2)
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": files}


def poll_in_a_place(**changed):
    area, now = AreaFactory(), timezone.now()
    PostcodeRangeFactory(area=area)
    moments = {"opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=22), "now": now}
    return draft_poll(area_id=area.pk, **moments | changed)


def asked(poll, people=PEOPLE, **more):
    facts = BASIS | {"poll_id": poll.pk, "people": people, "actor": UserFactory(), "now": timezone.now()} | more
    return ask_for_list(**facts)


def work(kind):
    """Do what waits in the outbox, as a worker does."""
    for message in OutboxMessage.objects.filter(key__startswith=f"voting.{kind}:", state=OutboxState.WAITING):
        perform(message_id=message.pk, now=timezone.now())


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_a_long_list_leaves_what_a_short_one_leaves(roll_kind):
    long, short = poll_in_a_place(roll_kind=roll_kind), draft_poll(roll_kind=roll_kind)
    short.area_id = long.area_id
    short.save()
    people = [*PEOPLE, PEOPLE[0], Person("Far Away", "1", "AA9 9AA"), Person("", "", "")]

    found, _letters = asked(long, people)
    assert not ListedPerson.objects.exists()
    assert b"Amina" not in b"".join(bytes(part.people) for part in ListPart.objects.all())
    work("list")
    once = import_list(poll_id=short.pk, people=people, actor=UserFactory(), now=timezone.now(), **BASIS)

    found.refresh_from_db()
    assert (found.lines, found.count) == (once.lines, once.count) == (8, 5)
    tokens = [set(one.people.values_list("token", flat=True)) for one in (found, once)]
    assert tokens[0] == tokens[1] == set(Resident.objects.values_list("match_token", flat=True))
    on_roll = [set(RollEntry.objects.filter(poll=poll).values_list("resident_id", flat=True)) for poll in (long, short)]
    assert on_roll[0] == on_roll[1]
    assert len(on_roll[0]) == (5 if roll_kind == "list" else 0)
    assert not ListPart.objects.waiting().exists()


def test_a_worker_that_dies_leaves_the_part_and_the_next_one_reads_it(monkeypatch):
    poll = poll_in_a_place(roll_kind="list")
    found, _letters = asked(poll, PEOPLE[:2])
    message = OutboxMessage.objects.get(key__startswith="voting.list:")
    save = ListPart.save

    def die(*arguments, **facts):
        raise SystemExit(137)

    monkeypatch.setattr(ListPart, "save", die)
    with pytest.raises(SystemExit):
        perform(message_id=message.pk, now=timezone.now())
    assert not ListedPerson.objects.exists()
    assert not RollEntry.objects.exists()

    monkeypatch.setattr(ListPart, "save", save)
    assert perform(message_id=message.pk, now=timezone.now())
    read_list_part(part_id=found.parts.get().pk)
    assert ListedPerson.objects.count() == RollEntry.objects.count() == 2


def test_a_vote_does_not_open_while_a_list_is_read_and_nobody_joins_a_list_roll_afterwards():
    poll = poll_in_a_place(roll_kind="list")
    asked(poll)
    with pytest.raises(PollNotReady) as refused:
        open_poll(poll_id=poll.pk, actor=None, now=timezone.now())
    assert refused.value.facts["problems"] == ["list_is_being_read"]

    work("list")
    opened = open_poll(poll_id=poll.pk, actor=None, now=timezone.now())

    assert json.loads(opened.opening_document)["roll_size"] == 5
    with pytest.raises(RollIsFrozen):
        asked(poll)
    with pytest.raises(RollIsFrozen):
        import_list(poll_id=poll.pk, people=PEOPLE, actor=UserFactory(), now=timezone.now(), **BASIS)


def test_each_person_of_a_list_roll_gets_one_letter_and_no_address_is_kept():
    poll = poll_in_a_place(roll_kind="list")
    _found, (job, key) = asked(poll, [*PEOPLE, PEOPLE[0]], letters_in="cy")
    (progress,) = letter_jobs(poll, with_key={job.pk})
    assert not progress.is_ready
    work("list")
    assert b"Amina" not in b"".join(bytes(part.people) for part in job.parts.all())
    work("letters")

    sizes = [
        len(pikepdf.open(io.BytesIO(read_letter_part(part, private_key=key))).pages)
        for part in LetterPart.objects.filter(job=job).order_by("number")
    ]
    assert sum(sizes) == 5
    assert VotingCode.objects.filter(roll_entry__isnull=False).values("roll_entry").distinct().count() == 5
    assert not LetterPart.objects.exclude(people=None).exists()
    (progress,) = letter_jobs(poll, with_key={job.pk})
    assert progress.is_ready


def test_who_has_a_code_gets_no_second_letter_and_an_ended_job_makes_none():
    poll = poll_in_a_place(roll_kind="list")
    for _ in range(2):
        asked(poll, letters_in="en")
        work("list")
        work("letters")
    assert VotingCode.objects.count() == 5
    assert LetterJob.objects.count() == 1

    VotingCode.objects.update(state="void")
    _found, (job, _key) = asked(poll, letters_in="en")
    end_letter_job(job_id=job.pk, actor=UserFactory(), now=timezone.now())
    work("list")
    assert not LetterPart.objects.filter(job=job).exists()


def test_a_list_without_its_law_is_refused_and_one_that_nobody_could_read_is_forgotten_after_a_week():
    poll, now = poll_in_a_place(), timezone.now()
    with pytest.raises(NoLegalBasis):
        asked(poll, dpia_reference=" ")
    asked(poll)

    forget_unread_lists(now=now + timedelta(days=6))
    assert ListPart.objects.waiting().count() == 3
    forget_unread_lists(now=now + timedelta(days=7, hours=1))
    assert not ListPart.objects.waiting().exists()
    work("list")
    assert not ListedPerson.objects.exists()


def test_the_page_says_how_far_a_list_is_and_when_it_is_read():
    world = build_world()
    poll = draft_poll(area_id=world.area.pk, roll_kind="list", now=timezone.now())
    PostcodeRangeFactory(area=world.area)
    address, client = f"/en/staff/polls/{poll.slug}/list/", client_of(world, "counting")
    text = "\n".join(f"{one.name}; {one.house}; {one.postcode}" for one in PEOPLE)

    answer = client.post(address, BASIS | {"people": text, "with_letters": "on"}, follow=True)

    assert "0 of 5 lines read" in answer.content.decode()
    assert [name for name in client.cookies if name.startswith("letters_")]
    work("list")
    page = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "5 people are on this list" in page
    assert "hx-get" not in page
    (progress,) = imported_lists(poll)
    assert (progress.is_read, progress.read, progress.left_out) == (True, 5, 0)
    assert "Line 2 needs three parts" in client.post(address, BASIS | {"people": "A; 1; ZZ1 2CD\nB"}).content.decode()
    assert AddressList.objects.count() == 1
