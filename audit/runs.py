"""Rows of one act as one line of a list: forty statements verified are not forty lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from audit.lines import Line
from audit.models import AuditEvent

LEAST = 3  # fewer are shown one by one


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that follow each other in the list and say the same of the same; never empty."""

    lines: list[Line]

    @property
    def newest(self) -> Line:
        """The line that speaks for all."""
        return self.lines[0]

    @property
    def oldest(self) -> Line:
        """Where it began."""
        return self.lines[-1]

    @property
    def folded(self) -> bool:
        """Whether it stands for more than one row."""
        return len(self.lines) > 1


def runs(lines: Iterable[Line]) -> list[Run]:
    """Gather neighbours that differ in nothing but what they are about; leave none out."""
    found: list[Run] = []
    for _, alike in groupby(lines, key=lambda line: _same(line.row)):
        gathered = list(alike)
        found += [Run(gathered)] if len(gathered) >= LEAST else [Run([one]) for one in gathered]
    return found


def _same(row: AuditEvent) -> tuple[str, ...]:
    told = (row.type, row.outcome, row.code, row.actor, row.actor_name, row.launch_id, row.draft_id)
    return (*told, row.patient_index, row.ehr, row.address)
