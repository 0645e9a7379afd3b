"""Merkle trees as RFC 6962 draws them: root, proof that an entry is in, proof that a log only grew.

Leaves are hashed with the prefix 0x00 and nodes with 0x01, so that neither can stand for the other. Pure; hashlib only.
"""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(count: int) -> int:
    """Return the largest power of two below ``count`` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the tree hash of leaf hashes in order (RFC 6962, 2.1)."""
    level = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:  # an odd last node moves up unchanged, which is the RFC's shape
        paired = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) & ~1 :]
    return level[0]


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of one leaf, from its sibling up (RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(index, leaves[:split]), root(leaves[split:])]
    return [*inclusion_proof(index - split, leaves[split:]), root(leaves[:split])]


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], expected: bytes) -> bool:
    """Tell whether a leaf is entry ``index`` of the log of ``size`` whose root is ``expected`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, here = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            here = node_hash(sibling, here)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            here = node_hash(here, sibling)
        place, last = place // 2, last // 2
    return last == 0 and here == expected


def consistency_proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the first ``old`` leaves are a prefix of all of them (RFC 6962, 2.1.2)."""
    if not 0 < old <= len(leaves):
        raise ValueError(f"no log of {old} before one of {len(leaves)}")

    def subproof(count: int, part: Sequence[bytes], whole: bool) -> list[bytes]:
        if count == len(part):
            return [] if whole else [root(part)]
        split = _split(len(part))
        if count <= split:
            return [*subproof(count, part[:split], whole), root(part[split:])]
        return [*subproof(count - split, part[split:], False), root(part[:split])]

    return subproof(old, leaves, True)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a log of ``new`` entries extends one of ``old`` entries (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return old_root == new_root and not path
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place // 2, last // 2
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            second = node_hash(second, step)
        place, last = place // 2, last // 2
    return last == 0 and first == old_root and second == new_root
