"""The nodes of the tree, read from its tiles and, at the right edge, from the rows themselves.

A tile has 256 nodes (C2SP tlog-tiles, height 8). Only whole tiles are stored. What stands to the
right of the last whole one is known from below: of level 0 the rows' hashes, above it the ``root``
of each whole tile.
"""

from functools import lru_cache

from audit.models import AuditEvent, Leaf, Tile
from audit.tree import merkle

HEIGHT = 8
WIDTH = 1 << HEIGHT
_HASH = 32


class StoredNodes:
    """Whole nodes of the tree as it is stored; for one look, as new leaves are not noticed."""

    def __init__(self) -> None:
        self._edges: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of a whole node, 32 bytes; LookupError where it is not stored."""
        row, rest = divmod(level, HEIGHT)
        first = index << rest
        tile, place = divmod(first, WIDTH)
        hashes = self.tile(row, tile)[place : place + (1 << rest)]
        if len(hashes) != 1 << rest:
            raise LookupError(f"The tree has no whole node {index} at level {level}.")
        while len(hashes) > 1:
            hashes = merkle.above(hashes)
        return hashes[0]

    def tile(self, level: int, index: int) -> list[bytes]:
        """Return the hashes of a tile, from the left; fewer than 256 at the right edge."""
        if (level, index) not in self._edges:
            self._edges[level, index] = _stored(level, index) or edge(level, index)
        return self._edges[level, index]


def edge(level: int, index: int) -> list[bytes]:
    """Return what there is by now of a tile at the right edge, from below it."""
    first = index * WIDTH
    places = {"index__gte": first, "index__lt": first + WIDTH}
    if level:
        below = Tile.objects.filter(level=level - 1, **places).order_by("index")
        return [bytes(root) for root in below.values_list("root", flat=True)]
    leaves = Leaf.objects.filter(**places).order_by("index").values_list("event_id", flat=True)
    rows = dict(AuditEvent.objects.filter(id__in=list(leaves)).values_list("id", "hash"))
    return [merkle.leaf_hash(bytes.fromhex(rows[event_id])) for event_id in leaves]


def _stored(level: int, index: int) -> list[bytes]:
    found = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
    return split(bytes(found)) if found else []


@lru_cache(maxsize=64)
def split(hashes: bytes) -> list[bytes]:
    """Return a tile's bytes as hashes of 32 bytes."""
    return [hashes[place : place + _HASH] for place in range(0, len(hashes), _HASH)]
