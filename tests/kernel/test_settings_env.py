"""How database addresses are read: over a network both ends look whether the other still lives."""

import pytest

from renewal.settings import env


@pytest.mark.parametrize(
    ("address", "looks"),
    [
        ("postgresql://app@10.201.1.1/fund", True),
        ("postgresql://app@db.example.org:5432/fund", True),
        ("postgresql://app@%2Fsrv%2Frun/fund", False),
        ("postgresql:///fund", False),
    ],
)
def test_a_database_on_another_host_lets_go_of_a_host_that_was_cut_off(monkeypatch, address, looks):
    monkeypatch.setenv("SOME_DATABASE", address)

    options = env.database("SOME_DATABASE")["OPTIONS"]

    assert ("tcp_keepalives_idle=15" in options.get("options", "")) == looks
    assert ("tcp_user_timeout" in options) == looks


def test_an_addresss_own_options_stand(monkeypatch):
    monkeypatch.setenv("SOME_DATABASE", "postgresql://app@pool.example.org/fund?options=-c%20work_mem%3D8MB")

    options = env.database("SOME_DATABASE", options={"pool": True})["OPTIONS"]

    assert (options["options"], options["pool"], options["keepalives_idle"]) == ("-c work_mem=8MB", True, 15)
