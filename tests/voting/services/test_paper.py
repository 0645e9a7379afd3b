"""Paper: two blind entries, a third decides, and a batch is sealed only when its arithmetic closes."""

import pytest

from tests.factories.communities import AreaFactory, PostcodeRangeFactory, UserFactory
from tests.factories.voting import AFTER, CLOSES, NOON, OPENS, cast, draft_poll, finish, opened_poll, voter
from voting.models import PaperBatch, PaperEntry, PollInterest, RollEntry, VotingCode
from voting.sealing import open_postal
from voting.services.codes import make_codes
from voting.services.errors import EarlierVoteStands, InterestDeclared
from voting.services.lists import import_list
from voting.services.paper import (
    BatchDoesNotAddUp,
    BatchTooSmall,
    NotThisPaper,
    SameClerk,
    SignedBySomebodyElse,
    SignerNotKnown,
    accept_declaration,
    adjudicate,
    begin_batch,
    differences,
    finish_entry,
    key_paper,
    open_envelopes,
    seal_batch,
    undo_last_paper,
)
from voting.services.polls import close_poll, open_poll
from voting.services.printing import waiting_to_be_told
from voting.services.roll import Caller, Person, check_by_code

pytestmark = pytest.mark.django_db


def declare(poll, batch, *, entry=None, received_at=NOON):
    code = make_codes(poll_id=poll.pk, count=1, label="x", actor=None, now=NOON)[0]
    entry = entry or voter(poll)
    VotingCode.objects.filter(poll=poll, roll_entry=None).update(roll_entry=entry, state="used")
    RollEntry.objects.filter(pk=entry.pk, contact_email="").update(contact_email="voter@example.org")
    return accept_declaration(
        batch_id=batch.pk, code=code, person=None, received_at=received_at, actor=UserFactory(), now=received_at
    )


def batch_of(poll, count) -> PaperBatch:
    batch = begin_batch(poll_id=poll.pk, label="A1", actor=UserFactory(), now=NOON)
    for _ in range(count):
        assert declare(poll, batch) == "accepted"
    return batch


def key_all(batch, clerk, papers):
    for number, choices in enumerate(papers, start=1):
        spoilt = choices if isinstance(choices, str) else ""
        key_paper(
            batch_id=batch.pk,
            paper=number,
            choices=[] if spoilt else choices,
            spoilt_reason=spoilt,
            version_letter="A",
            actor=clerk,
        )
    return finish_entry(batch_id=batch.pk, actor=clerk)


PAPERS = [["ASH-001"], ["ASH-002", "ASH-003"], [], "unclear"]


def test_a_small_batch_waits_unless_it_is_the_last():
    batch = batch_of(opened_poll(), 2)

    with pytest.raises(BatchTooSmall):
        open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON)
    open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON, is_last=True)


def test_two_clerks_agree_and_the_batch_is_sealed_and_unreadable():
    poll = opened_poll()
    batch = batch_of(poll, 4)
    open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON, is_last=True)
    key_all(batch, UserFactory(), PAPERS)
    key_all(batch, UserFactory(), PAPERS)
    assert PaperEntry.objects.count() == 8

    sealed = seal_batch(batch_id=batch.pk, actor=UserFactory(), now=NOON)

    assert (sealed.accepted_count, sealed.spoilt) == (3, {"unclear": 1})
    assert PaperEntry.objects.count() == 0  # V3: the row rule hides them from `app`


def test_one_clerk_cannot_do_both_entries_or_decide():
    batch = batch_of(opened_poll(), 1)
    open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON, is_last=True)
    one, two = UserFactory(), UserFactory()
    key_all(batch, one, [["ASH-001"]])
    with pytest.raises(SameClerk):
        key_all(batch, one, [["ASH-001"]])
    key_all(batch, two, [["ASH-002"]])

    with pytest.raises(SameClerk):
        adjudicate(batch_id=batch.pk, paper=1, choices=["ASH-001"], spoilt_reason="", actor=two)
    with pytest.raises(BatchDoesNotAddUp):
        seal_batch(batch_id=batch.pk, actor=UserFactory(), now=NOON)
    adjudicate(batch_id=batch.pk, paper=1, choices=["ASH-001"], spoilt_reason="", actor=UserFactory())

    assert [one.paper for one in differences(PaperBatch.objects.get())] == [1]
    assert seal_batch(batch_id=batch.pk, actor=UserFactory(), now=NOON).accepted_count == 1


def test_an_entry_that_does_not_match_the_envelopes_cannot_be_finished():
    batch = batch_of(opened_poll(), 2)
    open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON, is_last=True)

    with pytest.raises(BatchDoesNotAddUp):
        key_all(batch, UserFactory(), [["ASH-001"]])


def test_papers_come_in_order_and_the_last_can_be_taken_back():
    batch = batch_of(opened_poll(), 2)
    open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON, is_last=True)
    clerk = UserFactory()
    facts = {"batch_id": batch.pk, "choices": ["ASH-001"], "spoilt_reason": "", "version_letter": "A", "actor": clerk}
    key_paper(paper=1, **facts)

    with pytest.raises(NotThisPaper):
        key_paper(paper=3, **facts)
    assert undo_last_paper(batch_id=batch.pk, actor=clerk)
    key_paper(paper=1, **facts)


def test_a_clerk_with_an_interest_is_refused():
    poll = opened_poll()
    batch = batch_of(poll, 1)
    open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON, is_last=True)
    clerk = UserFactory()
    PollInterest.objects.create(poll=poll, user_id=clerk.pk, option_ref="ASH-001")

    with pytest.raises(InterestDeclared):
        key_all(batch, clerk, [["ASH-001"]])


def test_paper_overrides_the_web_and_the_web_then_gives_way():
    poll = opened_poll()
    batch = begin_batch(poll_id=poll.pk, label="A1", actor=UserFactory(), now=NOON)
    entry = voter(poll)
    cast(poll, entry)

    assert declare(poll, batch, entry=entry) == "accepted"
    assert declare(poll, batch, entry=entry) == "duplicate"

    entry.refresh_from_db()
    assert (entry.channel, entry.was_overridden, entry.current_ballot_id) == ("paper", True, None)
    with pytest.raises(EarlierVoteStands):
        cast(poll, entry)


def test_who_voted_by_a_code_alone_leaves_an_address_with_the_declaration_that_replaces_the_vote():
    area, clerk = AreaFactory(), UserFactory()
    PostcodeRangeFactory(area=area)
    poll, signer = draft_poll(area_id=area.pk, roll_kind="list"), Person("Amina Example", "12", "ZZ1 2CD")
    facts = {"legal_basis": "s.116", "dpia_reference": "1", "source": "A list"}
    import_list(poll_id=poll.pk, people=[signer], actor=clerk, now=NOON, **facts)
    poll = open_poll(poll_id=poll.pk, actor=None, now=OPENS)
    (code,) = make_codes(poll_id=poll.pk, count=1, label="list", actor=clerk, now=NOON)
    VotingCode.objects.update(roll_entry=RollEntry.objects.get())
    entry = check_by_code(poll=poll, code=code, person=None, caller=Caller("", "192.0.2.1"), now=NOON)
    cast(poll, entry)
    batch = begin_batch(poll_id=poll.pk, label="A1", actor=clerk, now=NOON)
    scan = {"batch_id": batch.pk, "code": code, "received_at": NOON, "actor": clerk, "now": NOON}
    with pytest.raises(SignerNotKnown):
        accept_declaration(person=None, **scan)
    with pytest.raises(SignedBySomebodyElse):
        accept_declaration(person=Person("Somebody Else", "1", "ZZ1 2CD"), **scan)

    assert accept_declaration(person=signer, **scan) == "accepted"

    (told,) = waiting_to_be_told(poll=close_poll(poll_id=poll.pk, now=AFTER), now=AFTER)
    assert open_postal(bytes(told.postal_note.ciphertext)) == ["Amina Example", "12", "ZZ1 2CD"]


def test_late_and_unknown_envelopes_are_returned_and_mark_nobody():
    poll = opened_poll()
    batch = begin_batch(poll_id=poll.pk, label="A1", actor=UserFactory(), now=NOON)

    late = declare(poll, batch, received_at=CLOSES)
    unknown = accept_declaration(
        batch_id=batch.pk, code="nothing", person=None, received_at=NOON, actor=UserFactory(), now=NOON
    )

    assert (late, unknown) == ("late", "no_code")
    assert PaperBatch.objects.get().returned == {"late": 1, "no_code": 1}
    assert not RollEntry.objects.marked().exists()


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_paper_and_web_are_counted_together_and_the_arithmetic_closes():
    poll = opened_poll()
    for _ in range(110):
        cast(poll, choices=["ASH-001"])
    batch = batch_of(poll, 4)
    open_envelopes(batch_id=batch.pk, actor=UserFactory(), now=NOON, is_last=True)
    key_all(batch, UserFactory(), PAPERS)
    key_all(batch, UserFactory(), PAPERS)
    seal_batch(batch_id=batch.pk, actor=UserFactory(), now=AFTER)

    turnout = finish(poll).outcome.turnout

    assert turnout["channels"] == {"paper": 4, "web": 110}
    assert (turnout["published"], turnout["rejected"], turnout["spoilt"]) == (113, 1, {"unclear": 1})
