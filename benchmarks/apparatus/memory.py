"""Resident memory of this process, sampled twenty times a second, by phase."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SAMPLE_SECONDS = 0.05


class Memory:
    """Resident memory of this process, by phase."""

    def __init__(self) -> None:
        self._samples: dict[str, list[float]] = {}

    @contextmanager
    def watched(self, phase: str) -> Iterator[list[float]]:
        """Sample during a ``with`` block; its seconds are put into the list that is given."""
        samples = self._samples.setdefault(phase, [_rss_mib()])
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_SAMPLE_SECONDS):
                samples.append(_rss_mib())

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        seconds: list[float] = []
        started = time.perf_counter()
        try:
            yield seconds
        finally:
            seconds.append(time.perf_counter() - started)
            done.set()
            watcher.join()
            samples.append(_rss_mib())

    def most(self, phase: str = "") -> float:
        """Return the most of a phase, or of all."""
        chosen = [self._samples[phase]] if phase else list(self._samples.values())
        return max(max(samples) for samples in chosen)

    def growth(self, phase: str) -> float:
        """Return how far the second half's most is above the first half's."""
        samples = self._samples[phase]
        half = max(1, len(samples) // 2)
        return max(samples[half:], default=0.0) - max(samples[:half])


def _rss_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
