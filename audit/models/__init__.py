"""The trail's rows. Only the recorder writes them; only the ledger and the selectors read them."""

from audit.models.changes import ConfigurationChange
from audit.models.events import GENESIS, AuditEvent, StreamHead

__all__ = ["GENESIS", "AuditEvent", "ConfigurationChange", "StreamHead"]
