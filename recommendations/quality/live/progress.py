"""What was scored already, kept case by case, so that a run that was broken off goes on.

One line of JSON a case: its id, the hash of what it was made of and of what it was asked with, the
model that answered, its scores and what they cost. No word of a case or of an answer.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kept:
    """One case that was drafted and scored."""

    id: str
    sha256: str  # of the case
    asked_with: str  # hash of prompt, loop's words, tools, models and verification
    model_id: str
    scores: Mapping[str, float]
    usage: Mapping[str, int]


class Progress:
    """The file beside ``--out``; without one nothing is kept, and every case is asked."""

    def __init__(self, out: Path | None, asked_with: str) -> None:
        self.path = out.with_name(f"{out.name}.cases") if out is not None else None
        self._asked_with = asked_with
        self._known = self._read()

    def of(self, case_id: str, sha256: str) -> Kept | None:
        """What was kept of a case, where nothing that decides has changed since."""
        return self._known.get((case_id, sha256))

    def keep(
        self,
        case_id: str,
        sha256: str,
        *,
        model_id: str,
        scores: Mapping[str, float],
        usage: Mapping[str, int],
    ) -> None:
        """Write one case down at once: whatever ends the run, it stays."""
        if self.path is None:
            return
        kept = Kept(case_id, sha256, self._asked_with, model_id, scores, usage)
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(kept), sort_keys=True) + "\n")

    def _read(self) -> dict[tuple[str, str], Kept]:
        if self.path is None or not self.path.is_file():
            return {}
        found = (_parsed(line) for line in self.path.read_text(encoding="utf-8").splitlines())
        mine = [each for each in found if each and each.asked_with == self._asked_with]
        return {(each.id, each.sha256): each for each in mine}


def _parsed(line: str) -> Kept | None:
    """A line; nothing of one that was cut off when the machine went down."""
    try:
        return Kept(**json.loads(line))
    except (ValueError, TypeError):
        return None
