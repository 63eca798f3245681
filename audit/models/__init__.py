"""The trail's rows. Only the recorder writes them; only the ledger and the selectors read them.

Of the tree over them, the sealer alone writes, and proofs are read.
"""

from audit.models.changes import ConfigurationChange
from audit.models.events import GENESIS, AuditEvent, StreamHead
from audit.models.tree import Leaf, Publication, SealerTurn, SignedCheckpoint, Tile

__all__ = [
    "GENESIS",
    "AuditEvent",
    "ConfigurationChange",
    "Leaf",
    "Publication",
    "SealerTurn",
    "SignedCheckpoint",
    "StreamHead",
    "Tile",
]
