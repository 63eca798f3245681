"""The proof that one row is in the signed tree: a few hashes, checked by anybody with the key."""

import base64
from dataclasses import dataclass
from datetime import datetime

from audit.models import AuditEvent, Leaf, SignedCheckpoint
from audit.tree import merkle
from audit.tree.notes import Checkpoint, NoteRefused, opened
from audit.tree.sealing import signer
from audit.tree.stored import StoredNodes


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where a row stands in the tree, and the hashes from it up to the signed root.

    ``holds``: they lead to the root, and the checkpoint is signed by our key.
    """

    leaf: int
    size: int
    signed_at: datetime
    path: tuple[bytes, ...]
    note: str
    holds: bool

    def text(self) -> str:
        """Return it as a file of C2SP's tlog-proof."""
        hashes = [base64.b64encode(each).decode() for each in self.path]
        lines = ["c2sp.org/tlog-proof@v1", f"index {self.leaf}", *hashes]
        return "\n".join(lines) + "\n\n" + self.note


def inclusion(event: AuditEvent) -> Inclusion | None:
    """Prove a row under the first checkpoint that holds it; None while it waits for one."""
    leaf = Leaf.objects.filter(event_id=event.pk).values_list("index", flat=True).first()
    if leaf is None:
        return None
    checkpoint = SignedCheckpoint.objects.filter(size__gt=leaf).order_by("size").first()
    if checkpoint is None:
        return None
    try:
        path = merkle.inclusion_proof(StoredNodes(), leaf, checkpoint.size)
        holds = _leads_to_root(event, leaf, path, checkpoint)
    except (LookupError, ValueError):
        path, holds = [], False  # leaves or tiles are gone
    return Inclusion(leaf, checkpoint.size, checkpoint.at, tuple(path), checkpoint.note, holds)


def _leads_to_root(
    event: AuditEvent, leaf: int, path: list[bytes], checkpoint: SignedCheckpoint
) -> bool:
    try:
        head = Checkpoint.parse(opened(checkpoint.note, signer().verifier))
    except NoteRefused:
        return False
    hash_ = merkle.leaf_hash(bytes.fromhex(event.hash))
    root = merkle.root_by_inclusion(hash_, leaf, checkpoint.size, path)
    return (root, checkpoint.size) == (head.root, head.size)
