"""The counts of processes that have ended, folded into one file.

A process counts into a file of its own, and that file may not simply go: its counts would be taken
back. Without this each start of a worker left one more file behind, for good.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

_ENDED = "counter_ended.db"


@contextmanager
def settled(folder: Path) -> Iterator[None]:
    """Fold what ended processes left, and keep others from doing so while the files are read.

    Processes are told by their ids, so all that share the folder must run on one machine.
    """
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _fold(folder)
        yield


def _fold(folder: Path) -> None:
    left = [path for path in folder.glob("counter_*.db") if _has_ended(path)]
    if not left:
        return
    sums = MmapedDict(str(folder / _ENDED))  # type: ignore[no-untyped-call]
    try:
        for path in left:
            for key, value, *_ in MmapedDict.read_all_values_from_file(str(path)):  # type: ignore[no-untyped-call]
                before, _ = sums.read_value(key)  # type: ignore[no-untyped-call]
                sums.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]
            path.unlink()
    finally:
        sums.close()  # type: ignore[no-untyped-call]


def _has_ended(path: Path) -> bool:
    name = path.stem.removeprefix("counter_")
    if not name.isdecimal():
        return False
    with suppress(PermissionError):  # somebody else's process, and so not ours any more
        try:
            os.kill(int(name), 0)
        except ProcessLookupError:
            return True
        return False
    return True
