"""Begins reading while the clinician's browser is still on its way to the panel.

The first page then takes that reading over, whole: nothing is asked, parsed or ledgered twice.
Where another process serves the page, or the reading failed, the page reads for itself.
"""

import contextvars
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial

from django.conf import settings
from django.db import connection

from smartapp.fhir.errors import FhirError
from smartapp.fhir.reader import Reader, reader_for
from smartapp.fhir.results import Concept, ReadResult
from smartapp.fhir.transport import keeper
from smartapp.models import Launch
from smartapp.tokens import LiveToken

logger = logging.getLogger(__name__)


# What a clinician's first look needs, whatever they are going to draft. What takes longest to take
# apart is asked for first, and is done while the rest arrives.
FIRST_LOOK = (
    Concept.LABS,
    Concept.NOTES,
    Concept.PATIENT,
    Concept.PROBLEMS,
    Concept.MEDICATIONS,
    Concept.ALLERGIES,
    Concept.VITALS,
    Concept.ENCOUNTERS,
)


Results = Mapping[Concept, ReadResult]
# A reading that no page has come for by then is stale, and let go of.
_KEPT_SECONDS = 30.0
# However a reading fares, the callback is not kept waiting for its requests to leave.
_LEAVING_SECONDS = 0.1


class _UnderWay:
    """Readings begun in this process, each for one page to take over."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[float, Future[Results]]] = {}
        self._lock = threading.Lock()

    def begin(self, launch_id: str) -> "Future[Results]":
        """Open a place for a launch's reading; forget the stale ones."""
        now = time.monotonic()
        with self._lock:
            kept = {one: (at, it) for one, (at, it) in self._begun.items() if at > now}
            future: Future[Results] = Future()
            self._begun = kept | {launch_id: (now + _KEPT_SECONDS, future)}
            return future

    def at(self, launch_id: str) -> "Future[Results] | None":
        """Return a launch's reading and leave it in its place."""
        with self._lock:
            due, future = self._begun.get(launch_id, (0.0, None))
        return future if due > time.monotonic() else None

    def take(self, launch_id: str) -> "Future[Results] | None":
        """Return a launch's reading, once, unless it is stale."""
        with self._lock:
            due, future = self._begun.pop(launch_id, (0.0, None))
        return future if due > time.monotonic() else None


_under_way = _UnderWay()


def first_look(launch: Launch, *, fresh: bool = False) -> Results:
    """Read what a first look needs: the reading begun at the callback, or a new one.

    ``fresh`` asks the EHR now, whatever was begun or is kept. Raises
    :class:`smartapp.fhir.errors.SessionLost`; all else is told as missing.
    """
    begun = _under_way.take(launch.pk)
    if fresh:
        return reader_for(launch).read_all(FIRST_LOOK, fresh=True)
    results = _awaited(begun) if begun is not None else None
    return reader_for(launch).read_all(FIRST_LOOK) if results is None else results


def look_again(launch: Launch, concepts: Sequence[Concept]) -> Results:
    """Read these alone, for a page that shows what a draft has read and waits for nothing else.

    Raises :class:`smartapp.fhir.errors.SessionLost`; all else is told as missing.
    """
    return reader_for(launch).read_all(concepts)


def first_look_within(launch: Launch, seconds: float) -> bool:
    """Tell whether a first look will come without a wait longer than ``seconds``.

    Where nobody reads for this launch yet, reading begins. It stays in its place, late or not,
    for :func:`first_look` to take over.
    """
    if not settings.FHIR_READ_AHEAD:
        return True
    begun = _under_way.at(launch.pk) or _begun(launch, None)
    return bool(wait([begun], timeout=seconds).done)


def _awaited(begun: "Future[Results]") -> Results | None:
    # A round of reading ends by itself at its deadline; the margin is for its ledger rows.
    try:
        return begun.result(timeout=settings.FHIR_TIMEOUT_SECONDS + 2)
    except Exception:  # told in the log by the reading itself; the page reads anew
        return None


def once_kept(work: Callable[[], object]) -> None:
    """Do ``work`` when other processes find kept what this one has read, after the page has left.

    Whoever reads the same chart elsewhere is best called then. It is not waited for, and where it
    fails the log says so.
    """
    keeper.afterwards(work)


def start_reading(launch: Launch, token: LiveToken) -> None:
    """Begin with the token just issued; returns when the questions have left, and never fails.

    The launch need not be stored yet: what is read waits for its page. The audit circumstances
    bound here (who, for which launch) are those of the reading.
    """
    if not settings.FHIR_READ_AHEAD:
        return
    asked = threading.Event()
    _begun(launch, token, asked)
    # The caller has work to do while the EHR thinks, and would be in the way before.
    asked.wait(_LEAVING_SECONDS)


def _begun(
    launch: Launch, token: LiveToken | None, asked: threading.Event | None = None
) -> "Future[Results]":
    context = contextvars.copy_context()
    begun, asked = _under_way.begin(launch.pk), asked or threading.Event()
    try:
        # Here, where a connection to the database is open: the first request leaves the sooner.
        reader = reader_for(launch, given=token)
    except Exception as error:
        _ended(begun, error)
        asked.set()
        return begun
    read = partial(context.run, _read, reader, begun, asked)
    threading.Thread(target=read, name="fhir-ahead", daemon=True).start()
    return begun


def _read(reader: Reader, begun: "Future[Results]", asked: threading.Event) -> None:
    try:
        begun.set_result(reader.read_all(FIRST_LOOK, when_asked=asked.set))
    except Exception as error:
        _ended(begun, error)
    finally:
        asked.set()
        connection.close()


def _ended(begun: "Future[Results]", error: Exception) -> None:
    """Tell that nothing came of a reading; the page reads for itself and tells the clinician."""
    begun.set_exception(error)
    if isinstance(error, FhirError):
        logger.info("read-ahead ended", extra={"code": error.code})
    else:
        logger.warning("read-ahead failed", extra={"kind": type(error).__name__})
