"""Linkage and canaries (V3): nothing that is stored joins people to choices better than chance."""

import subprocess
from itertools import product
from pathlib import Path
from random import Random

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.factories.voting import NOON, cast, finish, opened_poll, voter
from tests.support.database import open_admin, open_owner, tables
from voting.models import PublishedBallot, RollEntry
from voting.sealing import DeviceSecret
from voting.services import opening

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.campaign]
MOST_HITS = 10  # pairing n people with n ballots at random gives 1 hit on average; 10 has a chance of 1 in 3 million


def hold(count: int, chance: Random):
    """Cast votes by people whose check codes the test knows; returns the poll and code by entry."""
    poll = opened_poll()
    truth = {}
    for _ in range(count):
        entry = voter(poll)
        device = DeviceSecret.new(entry_id=entry.pk)
        truth[entry.pk] = device.check_code
        cast(
            poll,
            entry,
            choices=chance.sample(["ASH-001", "ASH-002", "ASH-003", "ASH-004", "ASH-005"], 2),
            check_code=device.check_code,
            idempotency_key=device.idempotency_key,
        )
    return poll, truth


def best_linkage(truth: dict[int, str]) -> dict[str, int]:
    """Pair people and ballots by every order an insider sees; returns the hits of each attack."""
    with open_owner() as owner:
        people = {
            order: [
                pk for (pk,) in owner.execute(f"SELECT id FROM voting_rollentry WHERE channel <> '' ORDER BY {order}")
            ]
            for order in ("id", "xmin::text::bigint", "ctid", "resident_id", "marked_on, ctid")
        }
        ballots = {
            order: [
                code for (code,) in owner.execute(f"SELECT check_code FROM voting_publishedballot ORDER BY {order}")
            ]
            for order in ("id", "xmin::text::bigint, ctid", "ctid", "check_code")
        }
    return {
        f"{one} / {other}": sum(truth[pk] == code for pk, code in zip(people[one], ballots[other], strict=True))
        for one, other in product(people, ballots)
    }


def test_an_insider_joins_people_to_ballots_no_better_than_chance(campaign):
    count = campaign.size(small=120, long=2_400)
    poll, truth = hold(count, Random(campaign.seed))

    finish(poll)

    hits = best_linkage(truth)
    assert max(hits.values()) <= MOST_HITS, hits
    assert not RollEntry.objects.filter(current_ballot__isnull=False).exists()
    campaign.record(f"{count} voters, {len(hits)} ways to join roll and ballots: at most {max(hits.values())} hits")


def test_the_same_attack_finds_everybody_when_nothing_is_shuffled(monkeypatch):
    """The broken twin: ballots published in the order of the roll."""
    poll, truth = hold(110, Random(1))
    in_order = list(truth.values())
    monkeypatch.setattr(
        opening, "_with_single_codes", lambda ballots: sorted(ballots, key=lambda ballot: in_order.index(ballot[0]))
    )

    finish(poll)

    assert max(best_linkage(truth).values()) == 110


def test_no_row_of_a_ballot_shares_a_transaction_with_a_row_about_a_person():
    poll, _ = hold(110, Random(2))

    finish(poll)

    with open_owner() as owner:
        published = {x for (x,) in owner.execute("SELECT DISTINCT xmin::text FROM voting_publishedballot")}
        for table in ("voting_rollentry", "communities_resident", "voting_residencycheck", "kernel_auditevent"):
            others = {x for (x,) in owner.execute(f"SELECT DISTINCT xmin::text FROM {table}")}
            assert not published & others, table


def everything_stored() -> str:
    with open_owner() as owner:
        return "\n".join(
            str(row) for name in tables(owner) for (row,) in owner.execute(f'SELECT t::text FROM "{name}" t')
        )


def test_a_canary_choice_and_code_appear_nowhere_before_the_count(client, caplog, mailoutbox):
    poll = opened_poll()
    entry = voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    with time_machine.travel(NOON, tick=False):
        session = client.session
        session["ballots"] = {str(poll.pk): entry.pk}
        session.save()
        client.cookies["sessionid"] = session.session_key
        client.cookies[f"ballot_{poll.pk}"] = str(device)
        before = everything_stored().count("ASH-004")
        client.post(reverse("voting:choose", args=[poll.slug]), {"project": ["ASH-004"]})
        during = everything_stored()
        client.post(reverse("voting:send", args=[poll.slug]))
        client.post(reverse("voting:email_reference", args=[poll.slug]), {"email": "someone@example.org"})
    after = everything_stored()

    assert RollEntry.objects.get(pk=entry.pk).channel == "web"
    for stored in (during, after, caplog.text, "".join(mail.body for mail in mailoutbox)):
        assert stored.count("ASH-004") in (0, before)
        assert device.check_code not in stored
        assert str(device) not in stored


def test_the_canary_is_in_no_write_ahead_log():
    poll = opened_poll()
    entry = voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    cast(poll, entry, check_code=device.check_code, idempotency_key=device.idempotency_key)
    with open_admin() as admin:
        found = admin.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'").fetchone()
        admin.execute("SELECT pg_switch_wal()")
    folder = Path(found[0]) / "pg_wal" if found and found[0] else None
    if folder is None or not folder.is_dir():
        pytest.skip("NOT RUN: the server's files are not on this machine")

    hit = subprocess.run(["grep", "-rlF", device.check_code, str(folder)], capture_output=True, text=True)
    control = subprocess.run(["grep", "-rlF", poll.slug, str(folder)], capture_output=True, text=True)

    assert control.stdout, "the search sees what was written"
    assert hit.stdout == ""


def test_published_ballots_hold_only_codes_and_choices():
    assert {field.name for field in PublishedBallot._meta.get_fields()} == {
        "id", "poll", "check_code", "choices", "is_withheld",
    }  # fmt: skip
    assert timezone.is_aware(NOON)
