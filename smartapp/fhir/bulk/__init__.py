"""Bulk exports of a group: asked for, waited for, fetched, sealed, imported, deleted.

In: an EHR with a backend registration, a group, what of it. Out: resources in order, each once, a
few at a time, and what is missing and why. Never: a token sent to another server, a file in the
clear, more than a few pieces of it in memory, a line lost or doubled by a crash.
"""

from smartapp.fhir.bulk.errors import BulkCancelled, BulkHeldElsewhere
from smartapp.fhir.bulk.importing import Batch, Imported, discard, import_export
from smartapp.fhir.bulk.jobs import advance, ask_to_cancel, begin, cancel, left_over, run
from smartapp.fhir.bulk.steps import is_over
from smartapp.fhir.bulk.wishes import Wish

__all__ = [
    "Batch",
    "BulkCancelled",
    "BulkHeldElsewhere",
    "Imported",
    "Wish",
    "advance",
    "ask_to_cancel",
    "begin",
    "cancel",
    "discard",
    "import_export",
    "is_over",
    "left_over",
    "run",
]
