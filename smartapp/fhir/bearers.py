"""A launch's token, as the transport's auth wrapper wants it."""

import threading

from django.db import connection

from smartapp import tokens
from smartapp.fhir.errors import SessionLost


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
        self._live = given or tokens.current(self._launch_id)

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
