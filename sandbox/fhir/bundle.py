"""A search's answer: one page of a snapshot as a searchset Bundle in the vendor's shape."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sandbox.fhir import lists, not_on_file
from sandbox.fhir.errors import FhirError, note
from sandbox.fhir.gate import Gate
from sandbox.fhir.search import engine
from sandbox.fhir.search.pages import Snapshot, pages
from sandbox.fhir.search.params import PARAMS
from sandbox.fhir.search.query import Query
from sandbox.fhir.search.values import values
from sandbox.fhir.shapes import base_url, body, dumps
from sandbox.fhir.store import Entry


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results as JSON. ``tag`` changes when any of it does; "" where it has none."""

    body: bytes
    tag: str = ""


def search(query: Query, gate: Gate) -> Page:
    """Run a query within a grant and return its first page."""
    bound = gate.check_search(query)
    found = engine.run(query, gate.store, bound)
    if gate.personality.searching.not_on_file:
        found += not_on_file.rows(query, gate.store, bound)
    found += lists.rows(query, gate.store, bound)
    found = gate.filtered(query, _shown(query, found, gate))
    rules = gate.personality.types[query.type]
    if query.given and set(query.given) <= rules.useless_alone:
        found = []
    if rules.most is not None and len(found) > rules.most:
        status, number = rules.most_refused
        sentence = f"More than {rules.most} results. Narrow the search."
        raise FhirError(status, "too-costly", sentence, number=number)
    if query.count_only or query.count == 0:
        return Page(_assemble({"total": len(found), "link": [_self(query, gate)]}, []))
    default = engine.newest_first(query.type) if gate.personality.searching.newest_first else []
    found = engine.ordered(found, query.sort or default)
    size = query.count or rules.page or max(len(found), 1)
    early = _early(query, found, gate) if rules.early else []
    if early:
        found = [*early, *(one for one in found if one not in early)]
    return page(Snapshot(query, found, size, gate.owner, len(early)), 0, gate)


def _early(query: Query, found: list[Entry], gate: Gate) -> list[Entry]:
    """Return what stands on the first page, however many that is, where the rest is paged."""
    category, wanted = PARAMS[query.type]["category"], gate.personality.types[query.type].early
    return [entry for entry in found if not wanted.isdisjoint(values(entry, category))]


def _shown(query: Query, found: list[Entry], gate: Gate) -> list[Entry]:
    """Return what the vendor shows of a type, whatever was asked: of teams, those at work."""
    for name, codes in gate.personality.types[query.type].shows.items():
        param = PARAMS[query.type][name]
        found = [entry for entry in found if not codes.isdisjoint(values(entry, param))]
    return found


def page(snapshot: Snapshot, offset: int, gate: Gate) -> Page:
    """Return the page of a snapshot that starts at ``offset``."""
    query = snapshot.query
    end = snapshot.end(offset)
    shown = snapshot.entries[offset:end]
    links = [_self(query, gate)]
    if end < len(snapshot.entries):
        links.append({"relation": "next", "url": _next(snapshot, end, gate)})
    head: dict[str, Any] = {"link": links}
    total = _total(snapshot, shown, gate)
    if total is not None:
        head["total"] = total
    along = engine.included(shown, query, gate.store, gate.sees)
    return Page(_assemble(head, _rows(shown, along, query, gate)), _tag(snapshot, shown, along))


def _tag(snapshot: Snapshot, shown: list[Entry], along: list[Entry]) -> str:
    """Return a short name of what a page says, its random id and its next link left out."""
    said = [len(snapshot.entries), snapshot.size, *snapshot.query.applied]
    said += [(entry.type, entry.id, entry.version) for entry in (*shown, *along)]
    return hashlib.sha256(repr((snapshot.owner[0], said)).encode()).hexdigest()[:32]


def _rows(shown: list[Entry], along: list[Entry], query: Query, gate: Gate) -> list[bytes]:
    rows = [_row(entry, "match", gate) for entry in shown]
    rows += [_row(entry, "include", gate) for entry in along]
    return rows + [_note(one) for one in _notes(query, shown, gate)]


def _total(snapshot: Snapshot, shown: list[Entry], gate: Gate) -> int | None:
    match gate.personality.searching.total:
        case "none":
            return None
        case "page" if snapshot.query.count is not None:
            return len(shown)
    return len(snapshot.entries)


def _self(query: Query, gate: Gate) -> dict[str, str]:
    parameters = urlencode(query.applied, safe="|,:/")
    url = f"{base_url(gate.personality)}/{query.type}"
    return {"relation": "self", "url": f"{url}?{parameters}" if parameters else url}


def _next(snapshot: Snapshot, offset: int, gate: Gate) -> str:
    searching = gate.personality.searching
    parameters = [(searching.next_param, pages.hold(snapshot, offset)), *searching.next_extra]
    return f"{base_url(gate.personality)}/{snapshot.query.type}?{urlencode(parameters)}"


def _row(entry: Entry, mode: str, gate: Gate) -> bytes:
    url = f"{base_url(gate.personality)}/{entry.type}/{entry.id}"
    resource = body(entry, gate.personality, gate.store)
    scored = gate.personality.searching.scored and entry.type == "Patient" and mode == "match"
    return b'{"fullUrl":"%s","resource":%s,"search":{"mode":"%s"%s}}' % (
        url.encode(),
        resource,
        mode.encode(),
        b',"score":1' if scored else b"",
    )


def _note(outcome: dict[str, Any]) -> bytes:
    return dumps({"resource": outcome, "search": {"mode": "outcome"}})


def _notes(query: Query, shown: list[Entry], gate: Gate) -> list[dict[str, Any]]:
    """Return the outcomes that come with results: nothing found, or something withheld."""
    searching, system = gate.personality.searching, gate.personality.refusing.system
    found = []
    if not shown and searching.empty_note:
        found.append(
            note("warning", "processing", searching.empty_note, "No results found.", system)
        )
    if query.type in searching.suppressed:
        text = searching.suppressed[query.type]
        found.append(note("warning", "suppressed", "59204", text, system))
    return found


def _assemble(head: dict[str, Any], rows: list[bytes]) -> bytes:
    start = {"resourceType": "Bundle", "id": str(uuid.uuid4()), "type": "searchset", **head}
    if not rows:
        return dumps(start)
    return dumps(start)[:-1] + b',"entry":[' + b",".join(rows) + b"]}"
