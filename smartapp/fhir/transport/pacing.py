"""How fast we ask an EHR, all processes together: places taken from shared buckets.

Each process may be on its own machine, so what is left of a bucket (``.buckets``) stands in one
store: Redis, or files with locks on one machine. Who finds no place leaves a mark where a clinician
waits. The night takes none while such a mark stands, and leaves a share of each burst alone, so a
panel finds places at once even while ten thousand charts are read.

A bucket can be held: the EHR has said when to come back, and until then it gives no place at all.
"""

import atexit
import fcntl
import hashlib
import logging
import math
import os
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import redis
from django.conf import settings

from smartapp.fhir.transport import scripts
from smartapp.fhir.transport.buckets import MARK_SECONDS, Pace, Place, State, held, step

logger = logging.getLogger(__name__)

_REDIS_SECONDS = 0.5
_REDIS_REST_SECONDS = 5.0
_OLD_SECONDS = 24 * 60 * 60.0


class Places(Protocol):
    """Where the buckets stand."""

    def take(self, paces: Sequence[Pace], *, first: bool) -> Place:
        """Take one place in each bucket, or in none. ``first``: before those who are not."""

    def hold(self, pace: Pace, seconds: float) -> None:
        """Let a bucket give no place for so long; a longer hold that stands is not shortened."""


class MemoryPlaces:
    """Buckets of one process alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[str, State] = {}
        self._lock = threading.Lock()

    def take(self, paces: Sequence[Pace], *, first: bool) -> Place:
        """Take a place."""
        with self._lock:
            states = [self._states.get(pace.key, State()) for pace in paces]
            place, after = step(states, paces, self._clock(), first=first)
            self._states.update(zip((pace.key for pace in paces), after, strict=True))
        return place

    def hold(self, pace: Pace, seconds: float) -> None:
        """Hold a bucket."""
        with self._lock:
            state = self._states.get(pace.key, State())
            self._states[pace.key] = held(state, self._clock(), seconds)


class FilePlaces:
    """Buckets in one folder, shared by the processes of one machine. A file's lock is held for
    microseconds, and the system lets go of it when its process dies.
    """

    _FORMAT = struct.Struct("<ddd")

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():  # of launches long ended; a bucket so old is full
            if time.time() - path.stat().st_mtime > _OLD_SECONDS:
                path.unlink(missing_ok=True)
        self._folder = folder
        self._clock = clock  # this machine's, the same for each of its processes

    def take(self, paces: Sequence[Pace], *, first: bool) -> Place:
        """Take a place; raises OSError where the folder cannot be written."""
        with ExitStack() as opened:
            # Always in the same order, or two takers could each hold what the other needs.
            ordered = sorted(paces, key=lambda pace: pace.key)
            files = [self._locked(pace, opened) for pace in ordered]
            before = [self._read(file) for file in files]
            place, after = step(before, ordered, self._clock(), first=first)
            for file, known, state in zip(files, before, after, strict=True):
                if state != known:
                    self._write(file, state)
        return place

    def hold(self, pace: Pace, seconds: float) -> None:
        """Hold a bucket; raises OSError."""
        with ExitStack() as opened:
            file = self._locked(pace, opened)
            self._write(file, held(self._read(file), self._clock(), seconds))

    def _locked(self, pace: Pace, opened: ExitStack) -> int:
        file = os.open(f"{self._folder}/{_name(pace.key)}", os.O_RDWR | os.O_CREAT, 0o600)
        opened.callback(os.close, file)  # which lets go of the lock
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def _write(self, file: int, state: State) -> None:
        # A hold outlives this machine's start, so it stands in the time of day.
        left = state.held_until - self._clock()
        until = time.time() + left if left > 0 else 0.0
        os.pwrite(file, self._FORMAT.pack(state.full_at, state.awaited_until, until), 0)

    def _read(self, file: int) -> State:
        content = os.pread(file, self._FORMAT.size, 0)
        if len(content) != self._FORMAT.size:
            return State()
        full_at, awaited_until, until = self._FORMAT.unpack(content)
        left = until - time.time()
        return State(full_at, awaited_until, self._clock() + left if left > 0 else -math.inf)


class RedisPlaces:
    """Buckets in Redis, by Redis's clock: one round trip for all of a request's buckets.

    While Redis does not answer, ``spare`` is asked: better this machine's count than none.
    """

    def __init__(
        self, url: str, *, spare: Places, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client: Any = redis.Redis.from_url(
            url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        )
        self._script = self._client.register_script(scripts.TAKE)
        self._hold = self._client.register_script(scripts.HOLD)
        self._spare = spare
        self._clock = clock
        self._resting_until = 0.0

    def take(self, paces: Sequence[Pace], *, first: bool) -> Place:
        """Take a place."""
        if self._clock() < self._resting_until:
            return self._spare.take(paces, first=first)
        numbers = [n for pace in paces for n in (pace.per_second, pace.burst, pace.leaves)]
        arguments = ["1" if first else "0", MARK_SECONDS, *numbers]
        try:
            wait = float(
                self._script([f"fhir-pace-{_name(pace.key)}" for pace in paces], arguments)
            )
        except redis.RedisError as error:
            self._rest(error)
            return self._spare.take(paces, first=first)
        return Place(taken=wait == 0, wait=wait)

    def hold(self, pace: Pace, seconds: float) -> None:
        """Hold a bucket, the spare one too: Redis may be gone before the hold is over."""
        self._spare.hold(pace, seconds)
        if self._clock() < self._resting_until:
            return
        try:
            until_full = pace.burst / pace.per_second + 2
            self._hold([f"fhir-pace-{_name(pace.key)}"], [seconds, until_full])
        except redis.RedisError as error:
            self._rest(error)

    def _rest(self, error: redis.RedisError) -> None:
        self._resting_until = self._clock() + _REDIS_REST_SECONDS
        logger.warning("shared pace unavailable", extra={"kind": type(error).__name__})

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


@lru_cache(maxsize=1024)
def _name(key: str) -> str:
    # The key may hold an address; neither a file's name nor a key of Redis need show it.
    return hashlib.sha256(key.encode()).hexdigest()[:32]


_places: dict[int, Places] = {}
_lock = threading.Lock()


def shared() -> Places:
    """Return where this installation's buckets stand: Redis, or files of this machine."""
    with _lock:
        if os.getpid() not in _places:
            files = FilePlaces(settings.DATA_DIR / "pace")
            url = settings.REDIS_URL
            _places[os.getpid()] = RedisPlaces(url, spare=files) if url else files
        return _places[os.getpid()]


def close_all() -> None:
    """Close this process's connections; the next request opens them anew."""
    with _lock:
        places = _places.pop(os.getpid(), None)
    if isinstance(places, RedisPlaces):
        places.close()


atexit.register(close_all)
