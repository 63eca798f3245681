"""What every evaluation suite is, and what it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recommendations.quality.report import Report


class SuiteRefused(Exception):
    """A suite that cannot be run; the sentence says what is missing and what to do."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Options:
    """What every suite is given. ``show`` is how many examples of each fault are told.

    ``only`` names the one set, labelled by hand, that is to be measured; empty for everything.
    """

    shared_data: Path
    processes: int = 1
    seed: int = 1
    show: int = 10
    only: str = ""
    document: str = ""  # the key of the one that is drafted, and with which versions
    before: str = ""
    after: str = ""
    most: int = 0  # charts; 0: all
    spend: bool = False  # ask a real model, at a cost
    out: Path | None = None  # where the figures go, and beside them what is scored already
    keep: bool = False  # for whoever decides which version is used
    log: Callable[[str], object] = print

    def charts(self) -> Path:
        """The folder of shared data, where its charts are. Raises :class:`SuiteRefused`."""
        if not (self.shared_data / "charts").is_dir():
            raise SuiteRefused(
                "shared_data_missing",
                f"There are no charts in {self.shared_data}. Say with --shared-data, or in "
                "COUNTERSIGN_SHARED_DATA, where the folder with charts/ is.",
            )
        return self.shared_data


@dataclass(frozen=True, slots=True)
class Suite:
    """One evaluation: its name, what it asks in one sentence, and how it is run.

    ``sets`` are the names of those that it can measure alone.
    """

    name: str
    asks: str
    run: Callable[[Options], Report]
    sets: tuple[str, ...] = ()
