"""Who acts, for whom, through which launch: carried beside every event of a request or task."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class AuditContext:
    """The circumstances of an act. ``actor`` is ``issuer|Practitioner/1`` or ``staff|7``."""

    actor: str = "system"
    actor_name: str = ""
    launch_id: str = ""
    patient_index: str = ""  # blind index; never the id
    ehr: str = ""  # slug
    address: str = ""  # network address as our own proxy or socket tells it
    request_id: str = ""


_NOBODY = AuditContext()
_current: ContextVar[AuditContext] = ContextVar("audit_context", default=_NOBODY)


def current() -> AuditContext:
    """Return the circumstances in force."""
    return _current.get()


def request_id() -> str | None:
    """Return the id of the request being answered, for entries of other libraries."""
    return current().request_id or None


@contextmanager
def bind(**changes: str) -> Iterator[AuditContext]:
    """Set some circumstances for the length of a ``with`` block."""
    token = _current.set(replace(_current.get(), **changes))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
