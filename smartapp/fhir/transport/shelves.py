"""Where sealed answers stand: one shelf per launch, so that all of a launch can be cleared at once.

A shelf that was cleared takes nothing any more, also not what was on its way to it: whoever puts
looks for the mark of the end after writing, and whoever ends marks before clearing.
"""

import atexit
import itertools
import os
import shutil
import struct
import threading
import time
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import redis
from django.conf import settings

_REDIS_SECONDS = 0.5
# Longer than any launch lives on, so that no straggler fills a shelf that was cleared.
_MARK_SECONDS = 24 * 60 * 60
_SWEEP_SECONDS = 600.0
_UNTIL = struct.Struct("<d")


class Shelves(Protocol):
    """``shelf`` and ``key`` are names without meaning; values are sealed by the caller."""

    def get(self, shelf: str, key: str) -> bytes | None:
        """Return what stands there and has not run out."""

    def put(self, shelf: str, key: str, value: bytes, *, seconds: float) -> None:
        """Put it there for a while, unless the shelf was cleared for good."""

    def clear(self, shelf: str) -> None:
        """Throw away all that stands there, and whatever still comes."""


class FileShelves:
    """A folder per shelf, for the processes of one machine. A file's time is when it runs out."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._swept_at = 0.0
        self._own, self._numbers = uuid4().hex, itertools.count()

    def get(self, shelf: str, key: str) -> bytes | None:
        """Return what stands there."""
        try:
            with (self._folder / shelf / key).open("rb") as file:
                good = os.fstat(file.fileno()).st_mtime > time.time()
                return file.read() if good else None
        except FileNotFoundError:
            return None

    def put(self, shelf: str, key: str, value: bytes, *, seconds: float) -> None:
        """Put it there."""
        self._sweep()
        place = self._folder / shelf
        unfinished = place / f"{self._own}-{next(self._numbers)}"
        try:
            self._write(unfinished, value, until=time.time() + seconds)
            unfinished.replace(place / key)
        except FileNotFoundError:
            return  # cleared under our hands
        if self._mark(shelf).exists():
            shutil.rmtree(place, ignore_errors=True)

    @staticmethod
    def _write(path: Path, value: bytes, *, until: float) -> None:
        # Each call of the system lets another thread in, and this happens beside a page.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            file = os.open(path, flags, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(exist_ok=True)
            file = os.open(path, flags, 0o600)
        with os.fdopen(file, "wb", buffering=0) as writing:
            writing.write(value)
            os.utime(file, (until, until))

    def clear(self, shelf: str) -> None:
        """Throw it all away."""
        self._mark(shelf).touch()
        shutil.rmtree(self._folder / shelf, ignore_errors=True)

    def _mark(self, shelf: str) -> Path:
        return self._folder / f"{shelf}.ended"

    def _sweep(self) -> None:
        now = time.time()
        if now - self._swept_at < _SWEEP_SECONDS:
            return
        self._swept_at = now
        for path in self._folder.glob("*.ended"):
            if path.stat().st_mtime < now - _MARK_SECONDS:
                path.unlink(missing_ok=True)
        for path in self._folder.glob("*/*"):
            if path.stat().st_mtime < now - 60:  # one that is being written has its own time yet
                path.unlink(missing_ok=True)
        for path in self._folder.iterdir():
            if path.is_dir() and not any(path.iterdir()):
                shutil.rmtree(path, ignore_errors=True)


_PUT = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 1
"""


class RedisShelves:
    """A hash per shelf."""

    def __init__(self, url: str) -> None:
        self._client: Any = redis.Redis.from_url(
            url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
        )
        self._put = self._client.register_script(_PUT)

    def get(self, shelf: str, key: str) -> bytes | None:
        """Return what stands there."""
        held = self._client.hget(f"fhir-shelf-{shelf}", key)
        if held is None or _UNTIL.unpack_from(held)[0] <= time.time():
            return None
        return bytes(held[_UNTIL.size :])

    def put(self, shelf: str, key: str, value: bytes, *, seconds: float) -> None:
        """Put it there."""
        dated = _UNTIL.pack(time.time() + seconds) + value
        names = [f"fhir-shelf-{shelf}", f"fhir-ended-{shelf}"]
        self._put(names, [key, dated, int(seconds) + 1])

    def clear(self, shelf: str) -> None:
        """Throw it all away."""
        with self._client.pipeline(transaction=True) as both:
            both.set(f"fhir-ended-{shelf}", 1, ex=_MARK_SECONDS)
            both.delete(f"fhir-shelf-{shelf}")
            both.execute()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


_shelves: dict[tuple[int, str], Shelves] = {}
_lock = threading.Lock()


def shared() -> Shelves:
    """Return this installation's shelves: in Redis, or in files of this machine."""
    where = settings.REDIS_URL or str(settings.DATA_DIR / "fhir-cache")
    with _lock:
        key = (os.getpid(), where)
        if key not in _shelves:
            _shelves[key] = RedisShelves(where) if settings.REDIS_URL else FileShelves(Path(where))
        return _shelves[key]


def close_all() -> None:
    """Close this process's connections."""
    with _lock:
        for key in [key for key in _shelves if key[0] == os.getpid()]:
            shelves = _shelves.pop(key)
            if isinstance(shelves, RedisShelves):
                shelves.close()


atexit.register(close_all)
