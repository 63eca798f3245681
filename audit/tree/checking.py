"""Is the tree still the one that was signed, and do its leaves still stand for the rows?

Roots are computed from the rows alone, never from what is stored of the tree, and compared with
every checkpoint of the database and with those that are brought along from elsewhere. The stored
tiles serve to name the row: as long as they were not altered too, the first that differs.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from django.db.models import OuterRef, Subquery

from audit.models import AuditEvent, Leaf, SealerTurn, SignedCheckpoint, Tile
from audit.tree import merkle
from audit.tree.notes import Checkpoint, NoteRefused, Verifier, opened
from audit.tree.sealing import without_leaf
from audit.tree.stored import WIDTH, split

# Leaf, row (None where it is not there), the hash that the row says it has.
_Planted = tuple[int, int, str | None]


@dataclass(frozen=True, slots=True)
class TreeFault:
    """The first thing that does not hold of the tree, in words for a reviewer.

    ``leaf`` is the first that may be meant, ``last`` the last: they differ where only the signed
    roots tell, and no tile.
    """

    kind: str  # changed, missing, truncated, inserted, tile, forged, another
    leaf: int
    last: int
    words: str
    event_id: int | None = None


@dataclass(slots=True)
class TreeReport:
    """What was found of the tree."""

    size: int = 0
    waiting: int = 0
    checkpoints: int = 0
    root: bytes = merkle.EMPTY_ROOT
    faults: list[TreeFault] = field(default_factory=list)


class Peaks:
    """The roots of the whole subtrees of a tree that grows leaf by leaf, from the left."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf's hash."""
        self._peaks.append(leaf)
        self.size += 1
        grown = self.size
        while not grown & 1:
            right = self._peaks.pop()
            self._peaks[-1] = merkle.node_hash(self._peaks[-1], right)
            grown >>= 1

    def root(self) -> bytes:
        """Return the root of the leaves taken by now."""
        if not self._peaks:
            return merkle.EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = merkle.node_hash(peak, root)
        return root


def check(verifier: Verifier, brought: Iterable[str] = ()) -> TreeReport:
    """Hold the rows against the tree, and the tree against its checkpoints and those ``brought``.

    The faults found are at most one of each kind of evidence, the earliest leaf first.
    """
    report = TreeReport()
    heads = _heads(verifier, brought, report)
    walk = _Walk(heads)
    walk.through(_tiles())
    report.faults += walk.faults
    report.size, report.root = walk.peaks.size, walk.peaks.root()
    _look_for_unplanted(report)
    report.faults.sort(key=lambda fault: fault.leaf)
    return report


def _heads(verifier: Verifier, brought: Iterable[str], report: TreeReport) -> list[Checkpoint]:
    """Return the signed heads, smallest first; one that is not signed by us is a fault."""
    heads = []
    notes = SignedCheckpoint.objects.order_by("size").values_list("size", "note").iterator()
    for size, note in [*notes, *((None, note) for note in brought)]:
        try:
            head = Checkpoint.parse(opened(note, verifier))
        except NoteRefused as error:
            words = f"the checkpoint of {size or 'the file brought along'} is refused: {error}"
            report.faults.append(TreeFault("forged", size or 0, size or 0, words))
            continue
        if head.origin != verifier.name or (size is not None and head.size != size):
            words = f"the checkpoint of {size} is one of {head.size} leaves of {head.origin}"
            report.faults.append(TreeFault("forged", head.size, head.size, words))
            continue
        heads.append(head)
    report.checkpoints = len(heads)
    return sorted(heads, key=lambda head: head.size)


class _Walk:
    """One way through all leaves, from the left, comparing roots with heads and rows with tiles."""

    def __init__(self, heads: list[Checkpoint]) -> None:
        self._heads = deque(heads)
        self._newest = heads[-1].size if heads else 0
        self.peaks = Peaks()
        self.faults: list[TreeFault] = []
        self._held = 0
        self._broken: tuple[int, int] | None = None
        self._differing: list[tuple[int, int]] = []

    def through(self, tiles: Iterator[list[_Planted]]) -> None:
        """Take all leaves, or those up to a gap."""
        if all(self._take(planted) for planted in tiles) and self._newest > self.peaks.size:
            words = f"the tree had {self._newest} leaves when it was signed"
            self._tell("truncated", self.peaks.size, self._newest - 1, words)
        self._judge()

    def _take(self, planted: list[_Planted]) -> bool:
        hashes = []
        for index, event_id, row_hash in planted:
            if index != self.peaks.size:
                words = "there is no such leaf any more"
                self._tell("missing", self.peaks.size, index - 1, words)
                return False
            if row_hash is None:
                self._tell("missing", index, index, "the row of this leaf is gone", event_id)
                return False
            hashes.append(merkle.leaf_hash(bytes.fromhex(row_hash)))
            self.peaks.add(hashes[-1])
            self._compare_root()
        if len(hashes) == WIDTH:
            self._compare_tile(planted, hashes)
        return True

    def _compare_root(self) -> None:
        while self._heads and self._heads[0].size == self.peaks.size:
            head = self._heads.popleft()
            if head.root == self.peaks.root():
                self._held = head.size
            elif self._broken is None:
                self._broken = self._held, head.size

    def _compare_tile(self, planted: list[_Planted], hashes: list[bytes]) -> None:
        number = planted[0][0] // WIDTH
        found = Tile.objects.filter(level=0, index=number).values_list("hashes", flat=True).first()
        stored = split(bytes(found)) if found is not None else []
        for (index, event_id, _), now, then in zip_longest(planted, hashes, stored):
            if now != then:
                self._differing.append((index, event_id))
                return

    def _judge(self) -> None:
        """Say which is wrong where a row and its tile differ: what was signed holds the balance."""
        begin, end = self._broken or (self._held, self.peaks.size)
        for index, event_id in self._differing:
            if index < begin:
                words = "the stored tile is not the one sealed; the row is the one signed"
                self._tell("tile", index, index, words, event_id)
                break
        named = next((each for each in self._differing if begin <= each[0] < end), None)
        if named:
            self._tell("changed", named[0], named[0], "the row is not the one sealed", named[1])
        elif self._broken:
            self._tell("another", begin, end - 1, "the rows are not those that were signed")

    def _tell(
        self, kind: str, leaf: int, last: int, words: str, event_id: int | None = None
    ) -> None:
        self.faults.append(TreeFault(kind, leaf, last, words, event_id))


def _tiles() -> Iterator[list[_Planted]]:
    """Yield leaves with the hashes of their rows, 256 at a time."""
    row = AuditEvent.objects.filter(id=OuterRef("event_id")).values("hash")
    leaves = Leaf.objects.order_by("index").annotate(row_hash=Subquery(row))
    planted: list[_Planted] = []
    for each in leaves.values_list("index", "event_id", "row_hash").iterator(WIDTH * 20):
        planted.append(each)
        if len(planted) == WIDTH:
            yield planted
            planted = []
    if planted:
        yield planted


def _look_for_unplanted(report: TreeReport) -> None:
    """Rows that wait for the sealer are no fault; one below the floor came in by another door."""
    turn = SealerTurn.objects.first()
    floor = turn.floor if turn else 0
    below = without_leaf(0).filter(id__lte=floor)
    inserted = below.values_list("id", flat=True).first()
    if inserted is not None:
        words = "a row stands among sealed ones that was never sealed"
        report.faults.append(TreeFault("inserted", report.size, report.size, words, inserted))
    report.waiting = without_leaf(floor).count()
