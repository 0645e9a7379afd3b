"""The Merkle tree against the vectors of RFC 6962's reference implementation, and its proofs against themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting import merkle

ENTRIES = [
    b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"entry %d" % number) for number in range(count)]


def test_the_empty_tree_is_the_hash_of_nothing():
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_rfcs_vectors(size):
    assert merkle.root([merkle.leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size - 1]


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_an_inclusion_proof_holds_for_its_leaf_and_no_other(case):
    size, index = case
    tree = leaves(size)
    proof, root = merkle.inclusion_proof(index, tree), merkle.root(tree)

    assert merkle.verify_inclusion(index, size, tree[index], proof, root)
    assert not merkle.verify_inclusion(index, size, merkle.leaf_hash(b"forged"), proof, root)
    assert size == 1 or not merkle.verify_inclusion((index + 1) % size, size, tree[index], proof, root)


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size))))
def test_a_consistency_proof_holds_for_a_log_that_only_grew(case):
    size, old = case
    tree = leaves(size)
    proof = merkle.consistency_proof(old, tree)
    before, after = merkle.root(tree[:old]), merkle.root(tree)
    forged = merkle.root([merkle.leaf_hash(b"forged"), *tree[1:]])

    assert merkle.verify_consistency(old, size, before, after, proof)
    assert old == size or not merkle.verify_consistency(old, size, before, forged, proof)
    assert not merkle.verify_consistency(old, size, forged, after, proof)
