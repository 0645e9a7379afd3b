#!/usr/bin/env python3
"""Check a published round: ``python3 verify.py round.zip``. Standard library only; exit 0 if everything holds, else 1.

What is checked, in this order:
  1. the opening document is entry 0 of the log, and every signed head of the log is the Merkle root of its entries
     (signatures too, where PyNaCl or cryptography is installed; the output says which);
  2. the tie secret is the one that was fixed before voting, and the seed of the lot follows from it and the log;
  3. the published ballots are those whose fingerprint the log holds; codes are unique; every ballot keeps the rules;
  4. the arithmetic closes: ballots, rejected and withheld make up all who voted; the log makes up all electronic votes;
  5. the counting rules are those fixed before voting, and counting the ballots again gives the published result.

The rules (reference.py) are taken from beside this file when they have the fingerprint fixed before voting, else from
the bundle. Read both files before you run them: together they are short on purpose.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import types
import zipfile
from collections import Counter
from pathlib import Path

KIND_OF_BALLOT = {"approve": "approval", "budget": "knapsack", "rank": "ordinal", "priorities": "approval"}
ALPHABET = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
NEEDED = ("opening.json", "log.json", "ballots.json", "result.json", "reference.py")


class Failed(Exception):
    """Something published does not hold."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(document: object) -> bytes:
    """Write a document the one way that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def require(holds: bool, words: str) -> None:
    if not holds:
        raise Failed(words)


class Bundle:
    """The files of one round."""

    def __init__(self, path: str) -> None:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            require(names >= set(NEEDED), f"the bundle lacks {', '.join(sorted(set(NEEDED) - names))}")
            self.files = {name: archive.read(name) for name in NEEDED}
        self.opening = json.loads(self.files["opening.json"])
        self.log = json.loads(self.files["log.json"])
        self.published = json.loads(self.files["result.json"])
        document = json.loads(self.files["ballots.json"])
        self.ballots = [(code, choices) for code, choices in document["ballots"]]
        slugs = {self.opening["poll"], self.log["log"], self.published["poll"], document["poll"]}
        require(len(slugs) == 1, "the files belong to different polls")
        require(canonical(document) == self.files["ballots.json"], "ballots.json is not in its one spelling")
        require(canonical(self.opening) == self.files["opening.json"], "opening.json is not in its one spelling")


# 1. The log ----------------------------------------------------------------------------------------------------------


class Frontier:
    """A Merkle tree that only grows (RFC 6962): the roots of its complete parts, largest first."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes]] = []  # (size, root)

    def add(self, entry: bytes) -> None:
        size, node = 1, hashlib.sha256(b"\0" + entry).digest()
        while self.parts and self.parts[-1][0] == size:
            node = hashlib.sha256(b"\1" + self.parts.pop()[1] + node).digest()
            size *= 2
        self.parts.append((size, node))

    def root(self) -> str:
        if not self.parts:
            return sha256(b"")
        node = self.parts[-1][1]
        for _, left in reversed(self.parts[:-1]):
            node = hashlib.sha256(b"\1" + left + node).digest()
        return node.hex()


def find_signature_check():
    """Return (name of the library, check) or (None, None): the standard library has no Ed25519."""
    try:
        from nacl.signing import VerifyKey

        return "PyNaCl", lambda key, signature, text: VerifyKey(key).verify(text, signature)
    except ImportError:
        pass
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return "cryptography", lambda key, signature, text: Ed25519PublicKey.from_public_bytes(key).verify(
            signature, text
        )
    except ImportError:
        return None, None


def check_log(bundle: Bundle) -> dict:
    """Check entries and heads; returns notes, counts, and the root at closing."""
    entries, heads = bundle.log["entries"], bundle.log["heads"]
    require(bool(entries) and bool(heads), "the log is empty")
    require([entry["seq"] for entry in entries] == list(range(len(entries))), "the log's entries are not in sequence")
    require(entries[0]["kind"] == "opening", "entry 0 of the log is not the opening document")
    require(
        entries[0]["hash"] == sha256(bundle.files["opening.json"]), "the opening document is not entry 0 of the log"
    )
    hashes = [entry["hash"] for entry in entries]
    require(len(set(hashes)) == len(hashes), "the log holds an entry twice")
    notes = []
    for entry in entries[1:]:
        require(entry["kind"] in ("ballot", "note"), f"entry {entry['seq']} of the log is of an unknown kind")
        if entry["kind"] == "note":
            require(sha256(entry["document"].encode()) == entry["hash"], f"note {entry['seq']} has another hash")
            notes.append((entry["seq"], json.loads(entry["document"])))
    roots = check_heads(bundle, entries, heads)
    closed = [seq for seq, note in notes if note["note"] == "closed"]
    final = 1 if bundle.opening.get("imported_from") else closed[0] + 1 if len(closed) == 1 else 0
    require(final in roots, "the log has no head at the moment of closing")
    require(not any(entry["kind"] == "ballot" for entry in entries[final:]), "the log took a ballot after closing")
    return {
        "notes": [note for _, note in notes],
        "ballots": sum(entry["kind"] == "ballot" for entry in entries),
        "entries": len(entries),
        "heads": len(heads),
        "final_root": roots[final],
    }


def check_heads(bundle: Bundle, entries: list[dict], heads: list[dict]) -> dict[int, str]:
    """Recompute the root at each head's size, check signatures, and that a batch is sorted; returns roots by size."""
    sizes = [head["size"] for head in heads]
    require(sizes == sorted(set(sizes)) and sizes[-1] == len(entries), "the heads do not lead to the end of the log")
    library, check = find_signature_check()
    tree, roots, before = Frontier(), {}, 0
    for head in heads:
        batch = entries[before : head["size"]]
        order = [entry["hash"] for entry in batch if entry["kind"] == "ballot"]
        require(order == sorted(order), "a batch of the log is not sorted by hash")
        for entry in batch:
            tree.add(bytes.fromhex(entry["hash"]))
        before = head["size"]
        require(tree.root() == head["root"], f"the head at {before} entries is not the root of those entries")
        require(head["public_key"] == bundle.opening["log_public_key"], "a head is signed with another key")
        roots[before] = head["root"]
        if check:
            statement = canonical({"log": bundle.log["log"], "root": head["root"], "size": head["size"]})
            try:
                check(bytes.fromhex(head["public_key"]), bytes.fromhex(head["signature"]), statement)
            except Exception as fault:
                raise Failed(f"the signature of the head at {before} entries is wrong") from fault
    said = f"signatures checked with {library}" if library else "signatures not checked: no library for Ed25519 here"
    print(f"log: {len(entries)} entries, {len(heads)} heads hold; {said}")
    return roots


# 2. The lot ----------------------------------------------------------------------------------------------------------


def check_lot(bundle: Bundle, final_root: str) -> str:
    secret = bytes.fromhex(bundle.published["tie_secret"])
    require(sha256(secret) == bundle.opening["tie_secret_hash"], "the tie secret is not the one fixed before voting")
    seed = sha256(secret + bytes.fromhex(final_root))
    require(seed == bundle.published["result"]["seed"], "the seed of the lot does not follow from secret and log")
    return seed


# 3. The ballots ------------------------------------------------------------------------------------------------------


def check_ballots(bundle: Bundle, notes: list[dict]) -> None:
    fingerprint = sha256(bundle.files["ballots.json"])
    require(bundle.published["ballots_sha256"] == fingerprint, "the ballots are not those of the published result")
    said = [note for note in notes if note["note"] == "published"]
    require(len(said) == 1, "the log does not say once that the result was published")
    require(said[0]["ballots_sha256"] == fingerprint, "the ballots are not those that the log holds")
    require(said[0]["result_sha256"] == bundle.published["result_sha256"], "the result is not the one the log holds")
    codes = [code for code, _ in bundle.ballots]
    require(len(set(codes)) == len(codes), "a check code stands twice")
    require(codes == sorted(codes), "the ballots are not sorted by check code")
    for code in codes:
        require(len(code.split("-")[0]) == 8 and set(code.split("-")[0]) <= ALPHABET, f"{code} is no check code")
    costs = {option["ref"]: option["cost"] for option in bundle.opening["options"]}
    for code, choices in bundle.ballots:
        check_ballot(bundle.opening, costs, code, choices)
    clashes = sum("-" in code for code in codes)
    print(f"ballots: {len(codes)}, all valid, codes unique" + (f", {clashes} clashes of codes" if clashes else ""))


def check_ballot(opening: dict, costs: dict[str, int], code: str, choices: list) -> None:
    named = [choice[0] if isinstance(choice, list) else choice for choice in choices]
    require(set(named) <= set(costs), f"ballot {code} names something that was not on the ballot paper")
    require(len(set(named)) == len(named), f"ballot {code} names something twice")
    most = opening["most_choices"]
    require(not most or len(named) <= most, f"ballot {code} has too many choices")
    if opening["kind"] == "budget" and not opening.get("imported_from"):
        require(sum(costs[ref] for ref in named) <= opening["budget"], f"ballot {code} costs more than the money")


# 4. The arithmetic ---------------------------------------------------------------------------------------------------


def check_arithmetic(bundle: Bundle, log_ballots: int) -> dict:
    turnout = bundle.published["turnout"]
    require(turnout["published"] == len(bundle.ballots), "the number of ballots is not the published one")
    people = turnout["published"] + turnout["rejected"] + turnout["withheld"]
    require(people == turnout["marked"], f"{people} ballots and rejected, but {turnout['marked']} people are marked")
    require(sum(turnout["channels"].values()) == turnout["marked"], "the channels do not add up to all who voted")
    left = log_ballots - turnout["superseded"] - turnout["cancelled"]
    require(left == turnout["electronic"], f"the log leaves {left} electronic votes, {turnout['electronic']} are said")
    papers = turnout["paper"] + sum(turnout["spoilt"].values())
    require(turnout["electronic"] + papers == turnout["marked"], "electronic and paper votes are not all votes")
    print(
        f"arithmetic: {turnout['published']} published + {turnout['rejected']} rejected"
        f" + {turnout['withheld']} withheld = {turnout['marked']} who voted; {log_ballots} in the log"
        f" - {turnout['superseded']} replaced - {turnout['cancelled']} cancelled = {turnout['electronic']} electronic"
    )
    return turnout


# 5. The count --------------------------------------------------------------------------------------------------------


def load_rules(bundle: Bundle) -> types.ModuleType:
    """Load the rules with the fingerprint that was fixed before voting."""
    wanted = bundle.opening["rules_sha256"]
    require(wanted == bundle.published["rules_sha256"], "the count used other rules than were fixed before voting")
    source, origin = bundle.files["reference.py"], "bundle"
    require(sha256(source) == wanted, "reference.py is not the file that was fixed before voting")
    here = Path(__file__).resolve().parent
    for path in (here / "reference.py", here / "voting" / "rules" / "reference.py"):
        if path.exists() and sha256(path.read_bytes()) == wanted:
            source, origin = path.read_bytes(), str(path.name) + " beside verify.py"
            break
    module = types.ModuleType("reference")
    sys.modules["reference"] = module  # dataclasses look their module up
    exec(compile(source, "reference.py", "exec"), module.__dict__)  # the point of this program
    print(f"rules: {wanted[:16]}…, from {origin}")
    return module


def count_again(bundle: Bundle, rules: types.ModuleType, seed: str, withdrawn: set[str]):
    """Count the published ballots by the frozen rule; returns the outcome and the votes of each option."""
    opening = bundle.opening
    kind = opening.get("ballot_kind") or KIND_OF_BALLOT[opening["kind"]]
    ballots: Counter = Counter()
    for _, choices in bundle.ballots:
        ballot = [tuple(choice) if isinstance(choice, list) else choice for choice in choices]
        ballot = [one for one in ballot if (one[0] if isinstance(one, tuple) else one) not in withdrawn]
        ballots[tuple(ballot if kind == "ordinal" else sorted(ballot))] += 1
    election = rules.Election(
        tuple(
            rules.Project(one["ref"], one["cost"], tuple(one["tags"]), one["demands"], one["at_most_one_of"])
            for one in opening["options"]
            if one["ref"] not in withdrawn
        ),
        opening["budget"],
        ballots,
        kind,
        opening["limits"],
        tuple(rules.Floor(one["tag"], one["amount"], one.get("support_permille", 0)) for one in opening["floors"]),
        opening.get("unit", 100),
    )
    votes: Counter = Counter()
    for ballot, people in ballots.items():
        for one in ballot:
            votes[one[0] if isinstance(one, tuple) else one] += people * (not isinstance(one, tuple) or one[1] > 0)
    return rules.count(election, opening["rule"], rules.Options(**opening["parameters"]), seed), votes


def check_count(bundle: Bundle, seed: str, notes: list[dict]):
    published = bundle.published["result"]
    require(sha256(canonical(published)) == bundle.published["result_sha256"], "the result has another fingerprint")
    withdrawn = {note["ref"] for note in notes if note["note"] == "withdrawn"}
    outcome, votes = count_again(bundle, load_rules(bundle), seed, withdrawn)
    require(list(outcome.winners) == published["selected"], "counting again selects something else")
    require(outcome.cost == published["cost"], "counting again costs another sum")
    options = [one["ref"] for one in bundle.opening["options"] if one["ref"] not in withdrawn]
    require({ref: votes[ref] for ref in options} == published["votes"], "counting again finds other numbers of votes")
    ties = [{"round": tie.round, "tied": list(tie.tied), "decided_by": tie.decided_by} for tie in outcome.ties]
    require(ties == published["ties"], "counting again finds other ties")
    require(published["voters"] == len(bundle.ballots), "the result was counted from another number of ballots")
    return outcome, votes


def quote(bundle: Bundle, turnout: dict, outcome, votes) -> None:
    """Print what a journalist would quote."""
    titles = {one["ref"]: one["title"] for one in bundle.opening["options"]}
    costs = {one["ref"]: one["cost"] for one in bundle.opening["options"]}
    channels = ", ".join(f"{count} {name}" for name, count in sorted(turnout["channels"].items()))
    print(f"\n{bundle.opening['title']}: {turnout['marked']} people voted ({channels}).")
    if bundle.opening["rule"] != "priorities":
        spent, budget = outcome.cost / 100, bundle.opening["budget"] / 100
        print(f"{len(outcome.winners)} of {len(titles)} options selected, £{spent:,.2f} of £{budget:,.2f} used.")
    for place, ref in enumerate(outcome.winners, start=1):
        price = "" if bundle.opening["rule"] == "priorities" else f", £{costs[ref] / 100:,.2f}"
        print(f"  {place:3}. {ref}  {titles[ref]}{price}, {votes[ref]} votes")
    for tie in outcome.ties:
        print(f"  tie in round {tie.round}: {', '.join(tie.tied)}; decided by {tie.decided_by}")


def verify(path: str) -> None:
    """Check one bundle; Failed says what does not hold."""
    bundle = Bundle(path)
    log = check_log(bundle)
    seed = check_lot(bundle, log["final_root"])
    check_ballots(bundle, log["notes"])
    turnout = check_arithmetic(bundle, log["ballots"])
    outcome, votes = check_count(bundle, seed, log["notes"])
    quote(bundle, turnout, outcome, votes)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a published round and count it again.")
    parser.add_argument("bundle", help="the downloaded round.zip")
    path = parser.parse_args().bundle
    try:
        verify(path)
    except Failed as failure:
        print(f"\nDOES NOT HOLD: {failure}.")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile) as fault:
        print(f"\nDOES NOT HOLD: the bundle cannot be read ({type(fault).__name__}: {fault}).")
        return 1
    print("\nEverything holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
