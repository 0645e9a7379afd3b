"""Printed ballots and letters: tagged, numbered as keyed, rotated, each code on one page."""

import io
from datetime import timedelta

import pikepdf
import pytest

from tests.factories.communities import AreaFactory, PostcodeRangeFactory, UserFactory
from tests.factories.voting import NOON, cast, draft_poll, opened_poll
from voting.models import LetterRequest, ListedPerson, PostalNote, VotingCode
from voting.services.letters import request_letter
from voting.services.lists import NoLegalBasis, import_list
from voting.services.polls import OptionDraft
from voting.services.printing import (
    VERSIONS,
    ballot_pdf,
    print_code_letters,
    print_list_letters,
    print_pack_letters,
    print_replaced_letters,
    project_list_pdf,
    rotated,
)
from voting.services.roll import Person, check_by_helper, keep_contact

pytestmark = pytest.mark.django_db


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_ballot_is_a_tagged_pdf_in_its_language(large, language):
    pdf = opened(ballot_pdf(poll=opened_poll(), version="C", large=large, language=language, now=NOON))

    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang).startswith(language)
    assert "/StructTreeRoot" in pdf.Root


def test_every_version_holds_every_project_and_they_begin_apart():
    options = list(opened_poll().options.order_by("number"))

    versions = [rotated(options, version) for version in VERSIONS]

    assert {tuple(sorted(option.number for option in version)) for version in versions} == {(1, 2, 3, 4, 5)}
    assert len({version[0].number for version in versions}) == 5


def test_letters_are_one_a_page_and_addresses_are_emptied():
    poll = opened_poll()
    request_letter(poll_id=poll.pk, kind="code", person=Person("A B", "1", "ZZ1 1AA"), language="en", now=NOON)

    pdf = opened(print_code_letters(poll_id=poll.pk, count=3, language="en", actor=UserFactory(), now=NOON))

    assert len(pdf.pages) == 3
    assert VotingCode.objects.filter(poll=poll).count() == 3
    assert LetterRequest.objects.get().name == ""
    assert LetterRequest.objects.get().printed_on == NOON.date()


def test_a_replaced_vote_is_told_by_letter_where_no_email_is_known_and_not_how():
    area = AreaFactory()
    PostcodeRangeFactory(area=area)
    poll, clerk, later = opened_poll(area_id=area.pk), UserFactory(), NOON + timedelta(days=1)
    people = [Person(f"Neighbour {'ABCDEFGHIJ'[number]}", str(number + 1), "ZZ1 2CD") for number in range(10)]
    for person in people:
        entry = check_by_helper(poll=poll, person=person, helper=clerk, place=None, now=NOON)
        keep_contact(entry=entry, email="", language="cy")
        cast(poll, entry)
        cast(poll, entry, channel="assisted", helper=clerk)

    assert print_replaced_letters(poll_id=poll.pk, actor=clerk, now=NOON) is None  # the day of the vote tells nothing
    pdf = opened(print_replaced_letters(poll_id=poll.pk, actor=clerk, now=later))

    assert len(pdf.pages) == 10
    assert not PostalNote.objects.exists()
    assert print_replaced_letters(poll_id=poll.pk, actor=clerk, now=later) is None


def test_who_gave_an_email_address_gets_no_letter_and_no_postal_note_stays():
    area = AreaFactory()
    PostcodeRangeFactory(area=area)
    poll, clerk = opened_poll(area_id=area.pk), UserFactory()
    entry = check_by_helper(poll=poll, person=Person("A B", "1", "ZZ1 2CD"), helper=clerk, place=None, now=NOON)
    assert b"A B" not in bytes(entry.postal_note.ciphertext)

    keep_contact(entry=entry, email="a@example.org", language="en")

    assert not PostalNote.objects.exists()


def test_paper_packs_that_were_asked_for_are_printed_in_their_language_and_the_addresses_end():
    poll, clerk = opened_poll(), UserFactory()
    for kind, language in (("paper", "en"), ("large", "en"), ("paper", "cy"), ("code", "en")):
        request_letter(poll_id=poll.pk, kind=kind, person=Person("A B", "1", "ZZ1 1AA"), language=language, now=NOON)

    pdf = opened(print_pack_letters(poll_id=poll.pk, language="en", actor=clerk, now=NOON))

    assert pdf.Root.MarkInfo.Marked
    assert len(pdf.pages) == 2
    assert VotingCode.objects.filter(poll=poll).count() == 2
    assert sorted(LetterRequest.objects.exclude(name="").values_list("kind", "language")) == [
        ("code", "en"), ("paper", "cy"),
    ]  # fmt: skip
    assert print_pack_letters(poll_id=poll.pk, language="en", actor=clerk, now=NOON) is None


@pytest.mark.parametrize("count", [1, 31, 120])
def test_all_projects_stand_on_one_page(count):
    options = [OptionDraft(f"L-{n}", f"A hall and a garden with a long name {n}", cost_pence=100) for n in range(count)]

    pdf = opened(project_list_pdf(poll=opened_poll(options=options), language="en", now=NOON))

    assert len(pdf.pages) == 1
    assert pdf.Root.MarkInfo.Marked


def test_a_letter_of_a_list_roll_holds_the_code_of_its_person_and_nobody_gets_two():
    area, clerk = AreaFactory(), UserFactory()
    PostcodeRangeFactory(area=area)
    poll = draft_poll(area_id=area.pk, roll_kind="list")
    people = [Person("Amina Example", "12", "ZZ1 2CD"), Person("Dev Example", "14", "ZZ1 2CD")]
    facts = {"legal_basis": "Local Government Act 2003, section 116", "dpia_reference": "D1", "source": "A list"}
    with pytest.raises(NoLegalBasis):
        import_list(poll_id=poll.pk, people=people, actor=clerk, now=NOON, **facts | {"legal_basis": " "})
    import_list(poll_id=poll.pk, people=people, actor=clerk, now=NOON, **facts)

    pdf = opened(print_list_letters(poll_id=poll.pk, people=people, language="en", actor=clerk, now=NOON))

    assert len(pdf.pages) == 2
    assert VotingCode.objects.filter(poll=poll, roll_entry__isnull=False).count() == 2
    again = print_list_letters(poll_id=poll.pk, people=people, language="en", actor=clerk, now=NOON)
    assert again is None
    stored = {token for (token,) in ListedPerson.objects.values_list("token")}
    assert len(stored) == 2
    assert not [token for token in stored if "Amina" in token]


def test_a_list_imported_twice_makes_one_letter_and_a_void_code_makes_room_for_another():
    area, clerk = AreaFactory(), UserFactory()
    PostcodeRangeFactory(area=area)
    poll, person = draft_poll(area_id=area.pk, roll_kind="list"), Person("Amina Example", "12", "ZZ1 2CD")
    facts = {"legal_basis": "s.116", "dpia_reference": "D1", "source": "A list"}
    import_list(poll_id=poll.pk, people=[person], actor=clerk, now=NOON, **facts)
    printing = {"poll_id": poll.pk, "people": [person, person], "language": "en", "actor": clerk, "now": NOON}

    assert len(opened(print_list_letters(**printing)).pages) == 1
    assert print_list_letters(**printing) is None
    VotingCode.objects.update(state="void")

    assert len(opened(print_list_letters(**printing)).pages) == 1
