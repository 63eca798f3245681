"""The offline drafter: fixed rules, no model, and labelled so.

In come a document and the same reading that a model would use; out come statements one by one,
each resting on typed claims about facts read, in a few set phrases. It infers nothing, advises
nothing, and says that something is absent only where all of it could be read.
"""

from collections.abc import Iterator

from recommendations.agent.offline.desk import Desk
from recommendations.agent.offline.sections import statements
from recommendations.clinical.reading import Reading
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.documents import Document

VERSION = "2026.11.2"
LABEL = "Drafted by fixed rules, not AI"


def draft(document: Document, reading: Reading) -> Iterator[DraftedStatement]:
    """The statements of ``document``, in its order, at most ``document.most``.

    Raises :class:`smartapp.fhir.errors.SessionLost` as the reading does.
    """
    desk, given = Desk(reading), 0
    for section in document.sections:
        for statement in statements(document, section, desk):
            if given == document.most:
                return
            given += 1
            yield statement
