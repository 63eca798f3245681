"""A launch's or a backend's token, as the transport's auth wrapper wants it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from smartapp import tokens
from smartapp.fhir.errors import BackendRefused, SessionLost
from smartapp.fhir.transport import cache
from smartapp.models import Ehr
from smartapp.tokens import backend

_PAUSE_SECONDS = 30.0


class LaunchBearer:
    """The token of one launch, fetched by the asking thread and shared with its pool threads.

    ``given`` is a token that has just been issued: the first reading takes it unasked.
    """

    def __init__(self, launch_id: str, *, given: tokens.LiveToken | None = None) -> None:
        self._launch_id = launch_id
        self._lock = threading.Lock()
        self._given = given
        self._live: tokens.LiveToken | None = None

    def prepare(self) -> None:
        """Fetch the token that is good now; raises SessionLost and EhrUnavailable."""
        given, self._given = self._given, None
        try:
            self._live = given or tokens.current(self._launch_id)
        except SessionLost:
            cache.forget(self._launch_id)
            raise

    def token(self) -> str:
        """Return the token :meth:`prepare` fetched."""
        if self._live is None:
            raise SessionLost
        return self._live.access_token

    def renewed(self, *, refused: str) -> str:
        """Return a newer token than ``refused``; of many askers one asks the EHR."""
        with self._lock:
            live = self._live
            if live is None:
                raise SessionLost
            if live.access_token == refused:
                try:
                    live = tokens.refresh_now(self._launch_id, live.generation)
                finally:
                    connection.close()  # a pool thread's own, nobody else would close it
                self._live = live
            return live.access_token

    def refused_again(self) -> SessionLost:
        """The clinician opens the app again."""
        return SessionLost(status=401)


class BackendBearer:
    """The token of one EHR's backend registration, for work that outlives any single token.

    Any thread may ask, as often as it likes: the database is asked only when the token in hand is
    due to be renewed. Raises ``BackendRefused`` and ``EhrUnavailable``.
    """

    def __init__(self, ehr: Ehr) -> None:
        self._ehr = ehr
        self._live: backend.BackendLiveToken | None = None
        self._lock = threading.Lock()
        self._replacement: backend.BackendLiveToken | None = None
        self._replaced_at = float("-inf")

    def token(self) -> str:
        """Return the token that is good now."""
        live = self._live
        if live is None or timezone.now() >= live.due_at:
            with _connection():
                live = self._live = backend.current(self._ehr)
        return live.access_token

    def renewed(self, *, refused: str) -> str:
        """Return a newer token than ``refused``; of many askers one asks the EHR.

        One that replaced a refused token and is refused as well is not replaced at once: what the
        EHR has against it, another would not change, and a night has ten thousand patients.
        """
        with self._lock:
            live = self._live
            if live is None or live.access_token != refused:
                return self.token()
            if live is self._replacement and self._is_young(live):
                raise self.refused_again()
            with _connection():
                live = backend.renew_now(self._ehr, live.generation)
            self._live = self._replacement = live
            self._replaced_at = time.monotonic()
            return live.access_token

    def refused_again(self) -> BackendRefused:
        """Nobody sits in front of this work: whoever administers the registration is told."""
        return BackendRefused("token_refused", status=401)

    def _is_young(self, live: backend.BackendLiveToken) -> bool:
        """Tell a token that should still be good from one that died on its way to the EHR."""
        just_now = time.monotonic() < self._replaced_at + _PAUSE_SECONDS
        return just_now and timezone.now() < live.due_at

    def granted_scopes(self) -> str:
        """Return what the token in force was granted, to be held against what a reading needs."""
        self.token()
        return self._live.granted_scopes if self._live else ""


@contextmanager
def _connection() -> Iterator[None]:
    """Close the database connection of a pool thread that had none: nobody else would."""
    had_one = connection.connection is not None
    try:
        yield
    finally:
        if not had_one:
            connection.close()
