"""RFC 9162's hashes, roots and proofs, against published roots and an independent implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.proof import InvalidProof

from audit.tree import merkle

# Of Certificate Transparency's reference implementation: leaves, and the roots of the first 0 to 8.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def nodes_of(leaves):
    levels = [[merkle.leaf_hash(each) for each in leaves]]
    while len(levels[-1]) > 1:
        levels.append(merkle.above(levels[-1]))
    return lambda level, index: levels[level][index]


def peer_of(leaves):
    tree = InmemoryTree(algorithm="sha256")
    for each in leaves:
        tree.append_entry(each)
    return tree


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_published(size):
    assert merkle.root(nodes_of(LEAVES), size).hex() == ROOTS[size]


sized = st.integers(1, 200)


@given(sized, st.data())
def test_an_inclusion_proof_is_the_one_that_another_implementation_makes(size, data):
    leaves = [f"{number}".encode() for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    nodes, peer = nodes_of(leaves), peer_of(leaves)
    assert merkle.root(nodes, size) == peer.get_root()
    path = merkle.inclusion_proof(nodes, index, size)
    theirs = peer.prove_inclusion(index + 1, size)
    # Theirs begins with the leaf itself.
    assert theirs.path == [merkle.leaf_hash(leaves[index]), *path]
    verify_inclusion(theirs.path[0], merkle.root(nodes, size), theirs)
    leaf = merkle.leaf_hash(leaves[index])
    assert merkle.root_by_inclusion(leaf, index, size, path) == merkle.root(nodes, size)


@given(sized, st.data())
def test_a_consistency_proof_holds_here_and_there(size, data):
    leaves = [f"{number}".encode() for number in range(size)]
    old = data.draw(st.integers(0, size))
    nodes, peer = nodes_of(leaves), peer_of(leaves)
    roots = merkle.root(nodes, old), merkle.root(nodes, size)
    path = merkle.consistency_proof(nodes, old, size)
    assert merkle.consistent(old, roots[0], size, roots[1], path)
    if 0 < old < size:
        theirs = peer.prove_consistency(old, size)
        verify_consistency(*roots, theirs)
        with pytest.raises(InvalidProof):
            verify_consistency(roots[0][::-1], roots[1], theirs)


@given(sized, st.data())
def test_another_leaf_place_or_step_is_refused(size, data):
    leaves = [f"{number}".encode() for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    nodes = nodes_of(leaves)
    root, leaf = merkle.root(nodes, size), merkle.leaf_hash(leaves[index])
    path = merkle.inclusion_proof(nodes, index, size)

    def leads(*arguments):
        try:
            return merkle.root_by_inclusion(*arguments) == root
        except ValueError:
            return False

    assert not leads(merkle.leaf_hash(b"another"), index, size, path)
    assert not leads(leaf, index, size, [*path, bytes(32)])
    assert not leads(leaf, index, size, path[:-1]) or not path
    for other in {index ^ 1, size - 1, 0} - {index}:
        assert not leads(leaf, other, size, path)
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        assert not leads(leaf, index, size, [*path[:step], bytes(32), *path[step + 1 :]])


@given(sized, st.data())
def test_a_tree_that_was_rewritten_is_not_consistent(size, data):
    leaves = [f"{number}".encode() for number in range(size)]
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves]
    rewritten[changed] = b"another"
    before, after = nodes_of(leaves), nodes_of(rewritten)
    path = merkle.consistency_proof(after, old, size)
    roots = merkle.root(before, old), merkle.root(after, size)
    assert not merkle.consistent(old, roots[0], size, roots[1], path)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(nodes_of(LEAVES), index, size)
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.root_by_inclusion(bytes(32), index, size, [])


def test_no_proof_of_a_shrunken_tree():
    with pytest.raises(ValueError, match="does not continue"):
        merkle.consistency_proof(nodes_of(LEAVES), 8, 7)
    assert not merkle.consistent(8, bytes(32), 7, bytes(32), [])
