"""Linkage and canaries (V3): nothing that is stored joins people to choices better than chance."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from renewal.kernel.canonical import canonical_json
from renewal.kernel.models import OutboxMessage
from renewal.kernel.outbox import perform
from renewal.servers import find_postgres, site_packages_of
from tests.factories.voting import NOON, finish, poll_open_now
from tests.support.database import open_admin, open_owner, tables
from tests.support.voters import Ticket, people_on_roll, tickets
from tests.support.worker import on_test_database
from tests.voting.campaigns.linkage import Haul, hits, rows_that_name_both, take
from voting.models import PublishedBallot, ResidencyCheck, RollEntry
from voting.sealing import DeviceSecret, unseal_ballot
from voting.services import opening
from voting.services.logging import append_sealed_ballots
from voting.services.notices import tell_voters

REFS = ["ASH-001", "ASH-002", "ASH-003", "ASH-004", "ASH-005"]
pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.campaign]
MOST_HITS = 12  # n people paired with n ballots at random: 1 hit on average; more than 12 with a chance of 1 in 10^10


def hold(count: int, chance: Random, **facts):
    """Let people with distinct addresses pass the check and send over the page; returns the poll and their tickets."""
    poll = poll_open_now(**facts)
    entries = people_on_roll(poll, count)
    for entry in entries:
        entry.contact_email = f"voter-{entry.pk}-of-{poll.pk}@example.org"
    RollEntry.objects.bulk_update(entries, ["contact_email"])
    today = timezone.now().date()
    ResidencyCheck.objects.bulk_create(
        ResidencyCheck(poll=poll, roll_entry=entry, method="code", checked_on=today) for entry in entries
    )
    held = tickets(poll, entries, [chance.sample(REFS, 2) for _ in entries])
    chance.shuffle(held)  # people do not vote in the order in which they came on the roll
    for ticket in held:
        client = Client()
        client.cookies.load(ticket.cookies)
        assert client.post(reverse("voting:send", args=[poll.slug])).status_code == 303
    return poll, held


def end(poll, *, publish: bool = True):
    """Close, log, open the box, count and publish a poll of today's."""
    return finish(poll, publish=publish, now=poll.closes_at + timedelta(minutes=30))


def everything_read(log: str) -> Haul:
    """Take the database as its owner sees it, the sessions by the moment of the check, and the log."""
    with open_owner() as owner:
        haul = take(owner, tables(owner))
    sessions = Session.objects.order_by("expire_date", "session_key")
    haul.order("sessions by moment", (pk for one in sessions for pk in one.get_decoded().get("ballots", {}).values()))
    haul.rows["log lines"] = log.splitlines()
    return haul


def opened_with_the_key(poll) -> list[str]:
    """Decrypt the box as it lies on the counter's table; returns check codes in its own order."""
    with open_owner() as owner:
        (key,) = owner.execute("SELECT private_key FROM voting_pollkey WHERE poll_id = %s", [poll.pk]).fetchone()
        rows = owner.execute("SELECT ciphertext FROM voting_boxballot WHERE poll_id = %s ORDER BY ctid", [poll.pk])
        return [unseal_ballot(private_key=key, poll=poll.slug, ciphertext=row)[1] for (row,) in rows.fetchall()]


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_an_insider_joins_people_to_ballots_no_better_than_chance(campaign, caplog, roll_kind):
    """Everything written down before the opening and after it, the key too, over every carrier and every order."""
    caplog.set_level("DEBUG", logger="renewal")
    poll, held = hold(campaign.size(small=110, long=1_200), Random(campaign.seed), roll_kind=roll_kind)
    append_sealed_ballots(poll_id=poll.pk, now=timezone.now())
    RollEntry.objects.filter(poll=poll).update(marked_on=timezone.now().date() - timedelta(days=1))
    tell_voters(now=timezone.now())
    before = everything_read(caplog.text)

    end(poll)

    after = everything_read(caplog.text)
    after.ballots["box by ctid, decrypted"] = opened_with_the_key(poll)
    codes = {ticket.entry_id: {ticket.device.check_code} for ticket in held}
    paired = hits(before, after, codes) | hits(after, after, codes)
    assert max(paired.values()) <= MOST_HITS, {name: count for name, count in paired.items() if count > MOST_HITS}
    people = {ticket.entry_id: names_of(ticket, poll) for ticket in held}
    secrets = {ticket.entry_id: secrets_of(ticket) for ticket in held}
    assert rows_that_name_both(before, people, secrets) == []
    assert rows_that_name_both(after, people, secrets) == []
    assert not RollEntry.objects.filter(current_ballot__isnull=False).exists()
    campaign.record(
        f"{roll_kind} roll: {len(held)} voters, {len(after.rows)} carriers, {len(paired)} pairs of orders before and "
        f"after opening: at most {max(paired.values())} hits; no row names a voter beside a code, key, cookie or choice"
    )


def names_of(ticket: Ticket, poll) -> set[str]:
    return {f"voter-{ticket.entry_id}-of-{poll.pk}@example.org", ticket.session}


def secrets_of(ticket: Ticket) -> set[str]:
    """What would find the ballot: check code, idempotency key, the cookie's secret, the draft's id."""
    device = ticket.device
    return {device.check_code, str(device.idempotency_key), str(device), str(device.draft_id)}


def test_a_dump_from_before_the_opening_with_the_key_joins_everybody():
    """Why key and dumps are kept apart: the pointer to ciphertext lives until the opening. `app` reads neither."""
    poll, held = hold(12, Random(2))
    with open_owner() as owner:
        (key,) = owner.execute("SELECT private_key FROM voting_pollkey WHERE poll_id = %s", [poll.pk]).fetchone()
        rows = owner.execute(
            "SELECT r.id, b.ciphertext FROM voting_rollentry r JOIN voting_sealedballot b ON b.id = r.current_ballot_id"
        ).fetchall()
    joined = {pk: unseal_ballot(private_key=key, poll=poll.slug, ciphertext=row)[1] for pk, row in rows}

    assert joined == {ticket.entry_id: ticket.device.check_code for ticket in held}
    for forbidden in ("SELECT private_key FROM voting_pollkey", "SELECT ciphertext FROM voting_sealedballot"):
        with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(forbidden)


def test_the_same_attack_finds_everybody_when_nothing_is_shuffled(monkeypatch, caplog):
    """The broken twin: ballots published in the order in which people voted."""
    poll, held = hold(110, Random(1))
    in_order = [ticket.device.check_code for ticket in held]
    monkeypatch.setattr(
        opening, "_with_single_codes", lambda ballots: sorted(ballots, key=lambda ballot: in_order.index(ballot[0]))
    )
    before = everything_read("")

    end(poll)

    codes = {ticket.entry_id: {ticket.device.check_code} for ticket in held}
    assert max(hits(before, everything_read(""), codes).values()) == 110


def test_no_row_of_a_ballot_shares_a_transaction_with_a_row_about_a_person():
    poll, _ = hold(110, Random(2))

    end(poll)

    with open_owner() as owner:
        published = {x for (x,) in owner.execute("SELECT DISTINCT xmin::text FROM voting_publishedballot")}
        for table in ("voting_rollentry", "communities_resident", "voting_residencycheck", "kernel_auditevent"):
            others = {x for (x,) in owner.execute(f"SELECT DISTINCT xmin::text FROM {table}")}
            assert not published & others, table


CANARY = "ASH-004"


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_a_canary_choice_is_in_no_dump_wal_log_or_mail_before_opening(campaign, caplog, mailoutbox, roll_kind):
    """The whole journey over the pages; the choice is looked for as its ref, the voter by code, key and cookie."""
    caplog.set_level("DEBUG", logger="renewal")
    voters = campaign.size(small=3, long=60)
    poll = poll_open_now(roll_kind=roll_kind)
    held = tickets(poll, people_on_roll(poll, voters, email="voter@example.org"), [[]] * voters)
    start, before = wal_position(), seen(dumped(), CANARY)
    during = b""
    for ticket in held:
        client = Client()
        client.cookies.load(ticket.cookies)
        client.post(reverse("voting:choose", args=[poll.slug]), {"project": [CANARY]})
        during = during or dumped()
        client.get(reverse("voting:review", args=[poll.slug]))
        assert client.post(reverse("voting:send", args=[poll.slug])).status_code == 303
        client.get(reverse("voting:sent", args=[poll.slug]))
        client.post(reverse("voting:email_reference", args=[poll.slug]), {"email": "someone@example.org"})
    append_sealed_ballots(poll_id=poll.pk, now=timezone.now())
    RollEntry.objects.filter(poll=poll).update(marked_on=timezone.now().date() - timedelta(days=1))
    tell_voters(now=timezone.now())
    for message_id in OutboxMessage.objects.values_list("pk", flat=True):
        perform(message_id=message_id, now=timezone.now())
    assert mailoutbox
    with open_owner() as owner:
        owner.execute("UPDATE voting_helpplace SET name = name")
        owner.execute("INSERT INTO voting_trycount (key, hour, count) VALUES ('seen-in-the-wal', now(), 1)")
    written = wal_since(start)
    mailed = "".join(str(mail.message()) for mail in mailoutbox)

    for name, kept in {
        "draft time": during,
        "dump": dumped(),
        "log": caplog.text.encode(),
        "mail": mailed.encode(),
    }.items():
        assert seen(kept, CANARY) in (0, before), name
        for ticket in held:
            assert not [word for word in secrets_in_the_clear(ticket) if seen(kept, word)], name
    if written is not None:
        assert b"seen-in-the-wal" in written  # the search sees what was written
        assert not seen(written, CANARY)
        assert not [word for ticket in held for word in secrets_in_the_clear(ticket) if seen(written, word)]
    campaign.record(
        f"{roll_kind} roll: {voters} voters with a canary choice: nothing in dump, log lines, {len(mailoutbox)} mails"
        + ("" if written is None else f", {len(written):,} bytes of WAL")
    )


def seen(kept: bytes, word: str) -> int:
    """Count a word in what was kept, as it is and in the hexadecimal of a dump."""
    return kept.count(word.encode()) + kept.count(word.encode().hex().encode())


def secrets_in_the_clear(ticket: Ticket) -> set[str]:
    return {ticket.device.check_code, str(ticket.device)}


def dumped() -> bytes:
    """Dump the database with pg_dump, as a backup would."""
    programs = find_postgres(site_packages_of(Path(sys.prefix)))
    address = on_test_database(os.environ["OWNER_DATABASE_URL"])
    return subprocess.run(
        [programs / "pg_dump", "--data-only", "-d", address], check=True, capture_output=True, timeout=120
    ).stdout


def wal_position() -> str | None:
    """Begin a new file of the write-ahead log and return its name; None where the server's files are elsewhere."""
    with open_admin() as admin:
        folder = Path(admin.execute("SHOW data_directory").fetchone()[0]) / "pg_wal"
        admin.execute("CHECKPOINT")
        admin.execute("SELECT pg_switch_wal()")
        name = admin.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()[0]
    return str(folder / name) if folder.is_dir() else None


def wal_since(start: str | None) -> bytes | None:
    """Read the write-ahead log from a file on."""
    if start is None:
        return None
    with open_admin() as admin:  # files after the last hold what was written long ago: they are used again
        last = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
    names = sorted(path for path in Path(start).parent.glob("0*") if Path(start).name <= path.name <= last)
    return b"".join(path.read_bytes() for path in names)


def test_the_same_search_finds_a_draft_that_is_not_encrypted(monkeypatch):
    """The broken twin: choices kept as they are."""
    monkeypatch.setattr(DeviceSecret, "encrypt_draft", lambda self, draft: canonical_json(draft))
    poll = poll_open_now()
    before = seen(dumped(), CANARY)

    tickets(poll, people_on_roll(poll, 1), [[CANARY]])

    assert seen(dumped(), CANARY) == before + 1


def test_published_ballots_hold_only_codes_and_choices():
    assert {field.name for field in PublishedBallot._meta.get_fields()} == {
        "id", "poll", "check_code", "choices", "is_withheld",
    }  # fmt: skip
    assert timezone.is_aware(NOON)
