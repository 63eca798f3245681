"""What a decision's draft read of the EHR, made from events alone."""

from dataclasses import dataclass
from datetime import datetime

from audit import wording
from audit.parts import Entry


@dataclass(frozen=True, slots=True)
class Lack:
    """Something of the chart that a reading did not bring, and each event that says so."""

    words: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class KindRead:
    """All requests for one kind of resource together."""

    name: str  # "Observation"
    requests: int
    resources: int
    at: datetime  # of the first
    milliseconds: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Reads:
    """What was read from the EHR. ``entries`` are all events of it, in the order of time."""

    entries: list[Entry]

    @property
    def requests(self) -> list[Entry]:
        """Each request, and what came back."""
        return [entry for entry in self.entries if entry.row.type == "fhir.requested"]

    @property
    def by_kind(self) -> list[KindRead]:
        """What was read by the kind of resource, in the order of the first request for each."""
        kinds: dict[str, list[Entry]] = {}
        for entry in self.requests:
            name = str(entry.values.get("path") or "").strip("/").split("/")[0]
            kinds.setdefault(name or "The server itself", []).append(entry)
        return [_kind(name, entries) for name, entries in kinds.items()]

    @property
    def others(self) -> list[Entry]:
        """What else the reader told of: ways around, what was dropped, what is missing."""
        return [entry for entry in self.entries if entry.row.type != "fhir.requested"]

    @property
    def from_kept(self) -> int:
        """How many requests were answered out of earlier answers of the EHR."""
        return sum(bool(entry.values.get("cache")) for entry in self.requests)

    @property
    def resources(self) -> int:
        """How many resources came, each counted once however often it was asked for."""
        named = (entry.values.get("returned") or () for entry in self.requests)
        return len({name.partition("@")[0] for names in named for name in names})

    @property
    def lacks(self) -> list[Lack]:
        """What did not come, each told once."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for words in _lacking(entry):
                found.setdefault(words, []).append(entry)
        return [Lack(words, entries) for words, entries in found.items()]


def _kind(name: str, entries: list[Entry]) -> KindRead:
    named = (entry.values.get("returned") or () for entry in entries)
    return KindRead(
        name=name,
        requests=len(entries),
        resources=len({each.partition("@")[0] for names in named for each in names}),
        at=min(map(_asked, entries)),
        milliseconds=sum(int(entry.values.get("duration_ms") or 0) for entry in entries),
        whole=all(entry.row.outcome == "success" for entry in entries),
    )


def _asked(entry: Entry) -> datetime:
    """When a request left: events are written at the end of a reading."""
    try:
        return datetime.fromisoformat(str(entry.values.get("asked_at")))
    except ValueError:
        return entry.row.at


def _lacking(entry: Entry) -> list[str]:
    if entry.row.outcome == "success":
        return []
    missing = entry.values.get("missing")
    if missing:
        return [wording.sentence(wording.spaced(each)) for each in missing]
    what = entry.values.get("path") or entry.line.what
    return [f"{what}: {wording.spaced(entry.row.code) or entry.line.ended.lower()}"]
