"""The offline drafter: fixed rules, no model, and labelled so.

In come a document and the same reading that a model would use; out come statements one by one,
each resting on typed claims about facts read, in a few set phrases. It infers nothing, advises
nothing, says that something is absent only where all of it could be read, and counts what it leaves
out for want of room.
"""

from collections.abc import Callable, Iterator

from recommendations.agent.offline.desk import Desk
from recommendations.agent.offline.telling import Count
from recommendations.agent.offline.writers import statements
from recommendations.clinical.reading import Reading
from recommendations.clinical.results import LeftOut
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.documents import Document

VERSION = "2026.11.3"
LABEL = "Drafted by fixed rules, not AI"


def _unheard(left: LeftOut) -> None:
    """Nobody asked."""


def draft(
    document: Document, reading: Reading, *, leaving: Callable[[LeftOut], object] = _unheard
) -> Iterator[DraftedStatement]:
    """The statements of ``document``, in its order, at most ``document.most``.

    ``leaving`` hears at the end of each section what belongs there and had no room. Raises
    :class:`smartapp.fhir.errors.SessionLost` as the reading does.
    """
    desk, room = Desk(reading), document.most
    for section in document.drafted:
        count = Count(section.key, min(section.most, room))
        yield from statements(section, desk, count)
        room -= len(count)
        for left in count.left():
            leaving(left)
