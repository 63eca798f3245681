"""The files of an export: which there are, and their lines as they are sent."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator

from sandbox.bulk.jobs import Job, matches
from sandbox.fhir.errors import note
from sandbox.fhir.search.values import values
from sandbox.fhir.shapes import body, dumps
from sandbox.fhir.store import Entry, Store
from sandbox.personalities import PERSONALITIES
from sandbox.volume.source import Volume, entry_of

ERRORS = "OperationOutcome"
_BLOCK = 256 * 1024


def names(job: Job, store: Store) -> list[tuple[str, str]]:
    """Return (type, file name) of what there is to fetch; a type without a resource has none.

    Of generated patients every type they may have is listed, made or not.
    """
    found = []
    for kind in job.wish.types:
        for number, patients in enumerate(job.slices()):
            if any(_may_hold(kind, patient, job, store) for patient in patients):
                found.append((kind, f"{kind}.{number}.ndjson"))
    return found


def _may_hold(kind: str, patient: str, job: Job, store: Store) -> bool:
    if isinstance(store.generated, Volume) and store.generated.has(patient):
        return kind in Volume.TYPES
    return any(matches(one, job.wish, values) for one in store.entries(kind, patient))


async def lines(job: Job, name: str, store: Store) -> AsyncIterator[bytes]:
    """Yield a file's bytes in blocks, making each patient's part when its turn comes."""
    kind, _, number = name.removesuffix(".ndjson").partition(".")
    personality = PERSONALITIES[job.owner[0]]
    block = bytearray()
    for patient in job.slices()[int(number)]:
        for entry in _entries(kind, patient, store):
            if matches(entry, job.wish, values):
                block += body(entry, personality, store) + b"\n"
        if len(block) > _BLOCK:
            yield bytes(block)
            block.clear()
            await asyncio.sleep(0)
    yield bytes(block)


def _entries(kind: str, patient: str, store: Store) -> Iterable[Entry]:
    volume = store.generated
    if not isinstance(volume, Volume) or not volume.has(patient):
        return store.entries(kind, patient)
    stored = {entry.id: entry for entry in store.stored(kind, patient)}
    return [*stored.values(), *_made(kind, patient, volume, set(stored))]


def _made(kind: str, patient: str, volume: Volume, changed: set[str]) -> Iterator[Entry]:
    for resource in volume.resources(patient, kind):
        if resource["id"] not in changed:
            yield entry_of(resource)


def errors(job: Job) -> bytes:
    """Return the file of what could not be exported, a line for each reason."""
    personality = PERSONALITIES[job.owner[0]]
    system = personality.refusing.system
    rows = [
        note("error", "forbidden", "59130", f"The token has no scope for {kind}.", system)
        for kind in job.withheld
    ]
    for kind, text in personality.searching.suppressed.items():
        if kind in job.wish.types:
            rows.append(note("warning", "suppressed", "59204", text, system))
    return b"".join(dumps(row) + b"\n" for row in rows)
