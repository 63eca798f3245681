"""Whether an EHR says that a note could be written to it. Nothing is written to find out."""

from collections.abc import Iterable, Iterator

from smartapp.checking.capability import Capability
from smartapp.checking.report import Note, Write
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import Profile
from smartapp.fhir.vendors.profiles import NoteWrite
from smartapp.scopes import parse

# What is written, and as what: notes alone. All else is read.
WRITTEN = {Concept.NOTES: "DocumentReference"}
_NEEDS = {
    "encounter": "its visit",
    "author": "its author",
    "period_end": "the end of the time it tells of",
}
_BREAKS = frozenset({"create_not_listed", "create_scope_not_listed"})
_LETTERS = {"create": "c", "update": "u"}


def written(
    profile: Profile, concept: Concept, capability: Capability, scopes_supported: Iterable[str]
) -> tuple[Write, tuple[Note, ...]]:
    """Say whether a concept could be written, and what that would need."""
    kind = WRITTEN.get(concept)
    if kind is None:
        return Write.NONE, ()
    interactions = ["create", *(["update"] if profile.note.amend == "put_if_match" else [])]
    notes = (
        *_by_statement(kind, interactions, capability),
        *_by_scopes(kind, interactions, list(scopes_supported)),
        *_needed(profile.note),
    )
    missing = any(note.code in _BREAKS for note in notes)
    return Write.MISSING if missing else Write.SUPPORTED, notes


def _by_statement(kind: str, interactions: list[str], capability: Capability) -> Iterator[Note]:
    says = capability.types.get(kind)
    listed = says.interactions if says is not None else frozenset[str]()
    for each in interactions:
        if each not in listed:
            yield Note(f"{each}_not_listed", kind)


def _by_scopes(kind: str, interactions: list[str], listed: list[str]) -> Iterator[Note]:
    """A note is written on behalf of whoever signed it: ``system/`` scopes do not count."""
    if not listed:
        return  # told of the whole EHR
    found = [scope for each in listed if (scope := parse(each)) and scope.level != "system"]
    for each in interactions:
        if not any(scope.covers(kind, _LETTERS[each]) for scope in found):
            yield Note(f"{each}_scope_not_listed", kind)


def _needed(note: NoteWrite) -> Iterator[Note]:
    if note.needs:
        yield Note("note_needs", ", ".join(_NEEDS[each] for each in note.needs))
    yield Note("note_sent_as", f"{note.doc_status}, {note.content_type}")
    if note.stored_as == "signed_by_the_user":
        yield Note("note_signed_by_user")
