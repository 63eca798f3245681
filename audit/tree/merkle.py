"""RFC 9162 (as RFC 6962), section 2.1: hashes, roots and proofs of a Merkle tree over SHA-256.

A *node* is addressed by its level (0: leaves) and its index within the level, and covers the
``2 ** level`` leaves that begin at ``index << level``. Only whole nodes have a hash that lasts: of
what is not whole yet, roots and proofs are put together from the whole nodes below it. Functions
that need nodes are given a :class:`Nodes`, whatever stores them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Protocol

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Nodes(Protocol):
    """Whole nodes of a tree, by level and index, 32 bytes each."""

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of a whole node."""
        ...


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def above(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the whole nodes of the next level above those of one; an odd one out is left."""
    pairs = range(0, len(hashes) - 1, 2)
    return [node_hash(hashes[place], hashes[place + 1]) for place in pairs]


def whole_nodes(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the fewest whole nodes, as (level, index), that cover the leaves from begin to end."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield level, begin >> level
        begin += 1 << level


def range_root(nodes: Nodes, begin: int, end: int) -> bytes:
    """Return MTH(D[begin:end]), 32 bytes, of a range that is a subtree of the RFC's recursion."""
    if begin == end:
        return EMPTY_ROOT
    peaks = [nodes(level, index) for level, index in whole_nodes(begin, end)]
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def root(nodes: Nodes, size: int) -> bytes:
    """Return the root of the tree of the first ``size`` leaves, 32 bytes."""
    return range_root(nodes, 0, size)


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Return PATH(index, D[size]), from the leaf upwards; ValueError where there is no leaf."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    path = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(range_root(nodes, middle, end))
            end = middle
        else:
            path.append(range_root(nodes, begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """Return PROOF(old, D[size]): that the first ``old`` leaves are those of the older tree.

    Empty where there is nothing to prove (``old`` is 0 or ``size``); ValueError beyond the tree.
    """
    if not 0 <= old <= size:
        raise ValueError(f"A tree of {size} leaves does not continue one of {old}.")
    if old in {0, size}:
        return []
    path = []
    begin, end = 0, size
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(range_root(nodes, middle, end))
            end = middle
        else:
            path.append(range_root(nodes, begin, middle))
            begin = middle
    if begin:
        path.append(range_root(nodes, begin, end))
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf's hash and its proof lead to (RFC 9162, 2.1.3.2).

    ValueError where the proof cannot be one of that leaf in a tree of that size.
    """
    if not 0 <= index < size:
        raise ValueError("The leaf is not in the tree.")
    here, last, hash_ = index, size - 1, leaf
    for each in path:
        if last == 0:
            raise ValueError("The proof is too long.")
        if here & 1 or here == last:
            hash_ = node_hash(each, hash_)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, each)
        here, last = here >> 1, last >> 1
    if last:
        raise ValueError("The proof is too short.")
    return hash_


def consistent(
    old: int, old_root: bytes, size: int, size_root: bytes, path: Sequence[bytes]
) -> bool:
    """Return whether the proof shows that the tree of ``size`` continues that of ``old`` leaves.

    RFC 9162, 2.1.4.2.
    """
    if not 0 <= old <= size:
        return False
    if old in {0, size}:
        return not path and old_root == (size_root if old else EMPTY_ROOT)
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    here, last = old - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_hash = new_hash = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_hash, new_hash = node_hash(each, old_hash), node_hash(each, new_hash)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new_hash = node_hash(new_hash, each)
        here, last = here >> 1, last >> 1
    return last == 0 and old_hash == old_root and new_hash == size_root


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
