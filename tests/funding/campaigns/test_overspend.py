"""M4 at once: 16 spends of 60p from 100p accept exactly one; checking before writing lets more through."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from funding.models import Account, EntryKind
from funding.services.ledger import Overspent, balances, check_ledger, open_accounts
from tests.factories.money import NOW, make_cycle, post_entry
from tests.support.database import open_owner

pytestmark = [pytest.mark.campaign, pytest.mark.django_db(transaction=True)]
THREADS = 16


def in_parallel(work):
    """Run ``work(number)`` in 16 threads that start together, each on a connection of its own."""
    gate = Barrier(THREADS)

    def one(number):
        try:
            connection.ensure_connection()
            gate.wait()
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_m4_of_sixteen_spends_of_60p_from_a_pound_exactly_one_is_accepted(campaign):
    rounds = campaign.size(small=3, long=100)
    cycle = make_cycle()
    for turn in range(rounds):
        made = open_accounts(
            [
                Account(code=f"{turn}/source", kind="source", colour="capital", cycle=cycle, restricted=False),
                Account(code=f"{turn}/pot", kind="pot", colour="capital", cycle=cycle),
                Account(code=f"{turn}/award", kind="award", colour="capital", cycle=cycle),
            ]
        )
        source, pot, award = (made[f"{turn}/{name}"].pk for name in ("source", "pot", "award"))
        post_entry(key=f"{turn}/in", kind=EntryKind.FUND_IN, legs={source: -100, pot: 100}, now=NOW)

        def spend(number, turn=turn, pot=pot, award=award):
            try:
                post_entry(key=f"{turn}/spend/{number}", kind=EntryKind.AWARDED, legs={pot: -60, award: 60}, now=NOW)
            except Overspent:
                return False
            return True

        assert sum(in_parallel(spend)) == 1
        assert balances([pot, award]) == {pot: 40, award: 60}
    assert check_ledger(now=NOW).differences == []
    campaign.record(f"{rounds} races of {THREADS} spends of 60p from 100p: one accepted each time")


def test_m4_a_variant_that_checks_and_then_writes_lets_more_through(campaign):
    """The broken twin: the same race against a table whose sum is read before it is written."""
    with open_owner() as owner:
        owner.execute("CREATE TABLE spend_twin (pence bigint)")
        owner.execute("GRANT SELECT, INSERT ON spend_twin TO app")
    gate = Barrier(THREADS)

    def spend(_number):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 100 - coalesce(sum(pence), 0) FROM spend_twin")
            left = cursor.fetchone()[0]
            gate.wait()  # everybody has looked before anybody writes
            if left < 60:
                return False
            cursor.execute("INSERT INTO spend_twin VALUES (60)")
            return True

    try:
        accepted = sum(in_parallel(spend))
    finally:
        with open_owner() as owner:
            owner.execute("DROP TABLE spend_twin")

    assert accepted > 1
    campaign.record(f"check-then-write accepted {accepted} of {THREADS}")
