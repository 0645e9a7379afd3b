"""Bundles: an untouched one verifies, one with a ballot added, dropped, swapped or altered never does (V5)."""

import copy
import hashlib
import importlib.util
import io
import json
import zipfile
from pathlib import Path
from random import Random

import pytest
from django.core.files.storage import default_storage

from tests.factories.voting import cast, finish, opened_poll
from voting.services.bundle import bundle_of, write_files
from voting.services.polls import withdraw_option

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.campaign]


@pytest.fixture(scope="module")
def verifier():
    spec = importlib.util.spec_from_file_location("verify", ROOT / "verify.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hold(chance: Random, count: int = 110, **facts):
    poll = opened_poll(**facts)
    for _ in range(count):
        cast(poll, choices=chance.sample(["ASH-001", "ASH-002", "ASH-003", "ASH-004", "ASH-005"], 3))
    return poll


def packed(files: dict[str, bytes], path: Path) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return str(path)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def canonical(document) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def mutate(ballots: list, chance: Random) -> str:
    """Change one ballot of a published list in place; returns how."""
    how, at = chance.choice(["add", "drop", "swap", "alter"]), chance.randrange(len(ballots))
    if how == "add":
        ballots.append([f"ZZZZ{chance.randrange(1000):04}", ["ASH-001"]])
        ballots.sort()
    elif how == "drop":
        del ballots[at]
    elif how == "swap":
        other = next(place for place, ballot in enumerate(ballots) if ballot[1] != ballots[at][1])
        ballots[at][1], ballots[other][1] = ballots[other][1], ballots[at][1]
    else:
        ballots[at][1] = [] if ballots[at][1] else ["ASH-001"]
    return how


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_one_changed_ballot_is_always_noticed(campaign, verifier, tmp_path, capsys, roll_kind):
    count = campaign.size(small=25, long=1_000)
    chance = Random(campaign.seed)
    files = unpacked(bundle_of(finish(hold(chance, roll_kind=roll_kind))))
    verifier.verify(packed(files, tmp_path / "untouched.zip"))

    for number in range(count):
        changed = dict(files)
        document = json.loads(files["ballots.json"])
        how = mutate(document["ballots"], chance)
        changed["ballots.json"] = canonical(document)
        if number % 2:  # a forger who also mends the fingerprint in the result
            result = json.loads(files["result.json"])
            result["ballots_sha256"] = hashlib.sha256(changed["ballots.json"]).hexdigest()
            changed["result.json"] = canonical(result)
        with pytest.raises(verifier.Failed):
            verifier.verify(packed(changed, tmp_path / "changed.zip"))
        assert how in ("add", "drop", "swap", "alter")

    campaign.record(
        f"{roll_kind} roll: {count} bundles with one changed ballot: verify.py failed {count} times; "
        "the untouched one passed"
    )


def test_a_verifier_that_does_not_read_the_log_misses_a_swap(verifier, tmp_path, monkeypatch, capsys):
    """The broken twin: without the fingerprints, a swap of two ballots' choices goes through."""
    files = unpacked(bundle_of(finish(hold(Random(6)))))
    document, result = json.loads(files["ballots.json"]), json.loads(files["result.json"])
    ballots = document["ballots"]
    other = next(place for place, ballot in enumerate(ballots) if ballot[1] != ballots[0][1])
    ballots[0][1], ballots[other][1] = ballots[other][1], ballots[0][1]
    files["ballots.json"] = canonical(document)
    result["ballots_sha256"] = hashlib.sha256(files["ballots.json"]).hexdigest()
    files["result.json"] = canonical(result)
    path = packed(files, tmp_path / "swapped.zip")

    with pytest.raises(verifier.Failed):
        verifier.verify(path)
    monkeypatch.setattr(verifier, "check_ballots", lambda bundle, notes: None)
    verifier.verify(path)


@pytest.mark.parametrize("name", ["opening.json", "log.json", "result.json", "reference.py"])
def test_every_other_file_is_held_too(verifier, tmp_path, name):
    files = unpacked(bundle_of(finish(hold(Random(3), 105))))
    changed = copy.copy(files)
    changed[name] = files[name].replace(b"1", b"2", 1)

    with pytest.raises((verifier.Failed, KeyError, ValueError, TypeError)):
        verifier.verify(packed(changed, tmp_path / "changed.zip"))


def test_a_withdrawn_option_cannot_win_and_the_bundle_still_verifies(verifier, tmp_path):
    from tests.factories.voting import NOON

    poll = hold(Random(4), 105)
    withdraw_option(poll_id=poll.pk, ref="ASH-003", reason="gone", actor=None, now=NOON)

    poll = finish(poll)

    assert "ASH-003" not in poll.outcome.selected
    verifier.verify(packed(unpacked(bundle_of(poll)), tmp_path / "round.zip"))


def test_a_small_poll_publishes_no_ballot_but_its_result_and_log():
    poll = finish(hold(Random(5), 40))

    write_files(poll_id=poll.pk)

    assert poll.outcome.turnout["withheld"] == 40
    assert not default_storage.exists(f"polls/{poll.slug}/ballots.json")
    assert default_storage.exists(f"polls/{poll.slug}/log.json")
    assert b"ASH" in default_storage.open(f"polls/{poll.slug}/result.json").read()


def test_verify_is_short_and_knows_the_standard_library_alone():
    import ast
    import sys

    source = (ROOT / "verify.py").read_text()
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert len(source.splitlines()) <= 500
    assert names - sys.stdlib_module_names == {"nacl", "cryptography"}  # optional: only to check signatures
