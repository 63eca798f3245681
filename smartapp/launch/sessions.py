"""The browser session of one launch, kept in its own signed cookie.

The cookie holds the launch's id and the CSRF secret, signed for that launch alone: copied under
another launch's name it does not open. Nothing of it is in the database, so that nobody who reads
the database can step into a live launch.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core import signing

_PATH = re.compile(r"/l/(?P<id>[A-Za-z0-9_-]{22})/")
_NAME = re.compile(r"__Host-l(?P<id>[A-Za-z0-9_-]{22})")
_LAUNCH = "launch"


def launch_id_of(path: str) -> str | None:
    """Return the launch an address belongs to, if any."""
    match = _PATH.match(path)
    return match["id"] if match else None


def cookie_name(launch_id: str) -> str:
    """Return the name of a launch's own cookie."""
    return f"__Host-l{launch_id}"


def launches_in(cookies: Mapping[str, str]) -> list[str]:
    """Return the ids of all launches this browser has cookies of."""
    return [match["id"] for name in cookies if (match := _NAME.fullmatch(name))]


class LaunchSession(SessionStore):
    """A session whose key is its signed content."""

    def __init__(self, session_key: str | None = None, *, launch_id: str) -> None:
        self.launch_id = launch_id
        super().__init__(session_key)

    @property
    def _salt(self) -> str:
        return f"smartapp.launch|{self.launch_id}"

    def get_session_cookie_age(self) -> int:
        """Return how many seconds a launch may live at most."""
        return int(settings.LAUNCH_SECONDS)

    def load(self) -> dict[str, Any]:
        """Open the cookie; anything that is not our signature for this launch is an empty one."""
        try:
            content: dict[str, Any] = signing.loads(
                self.session_key or "",
                salt=self._salt,
                serializer=self.serializer,
                max_age=self.get_session_cookie_age(),
            )
        except (signing.BadSignature, ValueError):
            return {}
        return content

    def _get_session_key(self) -> str:
        content = dict(self.items())
        return signing.dumps(content, salt=self._salt, serializer=self.serializer, compress=True)

    def prove(self) -> None:
        """Make this the session of its launch: done once, by the callback."""
        self[_LAUNCH] = self.launch_id

    @property
    def proven(self) -> bool:
        """Whether the browser showed the cookie that the callback gave it."""
        return bool(self.get(_LAUNCH) == self.launch_id)


def proven(launch_id: str, cookies: Mapping[str, str]) -> bool:
    """Tell whether ``cookies`` prove a launch; for code that runs ahead of Django's middleware."""
    return LaunchSession(cookies.get(cookie_name(launch_id)), launch_id=launch_id).proven
