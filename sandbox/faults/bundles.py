"""Bundles and resources that are well formed and wrong."""

import json
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any

from sandbox.faults.calls import Call
from sandbox.faults.registry import Ask, fault
from sandbox.fhir.errors import note
from sandbox.fhir.shapes import base_url, body
from sandbox.fhir.store import Entry, store
from sandbox.personalities import EPIC
from sandbox.wire import Answer

Resource = dict[str, Any]

_LISTS = ("search", "page")
# The last match of the page before, by token and type.
_last: OrderedDict[tuple[str, str], Resource] = OrderedDict()
_REMEMBERED = 512


async def _bundle(ask: Ask) -> tuple[Answer, Resource | None]:
    answer = await ask()
    document = answer.document()
    is_bundle = document is not None and document.get("resourceType") == "Bundle"
    return answer, document if is_bundle else None


def _matches(bundle: Resource) -> list[Resource]:
    entries = bundle.get("entry", [])
    return [one for one in entries if one.get("search", {}).get("mode") == "match"]


def _row(call: Call, entry: Entry) -> Resource:
    resource = json.loads(body(entry, call.personality, store))
    url = f"{base_url(call.personality)}/{entry.type}/{entry.id}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": "match"}}


def _outcome(severity: str, code: str, number: str, text: str) -> Resource:
    about = note(severity, code, number, text, EPIC.refusing.system)
    return {"resource": about, "search": {"mode": "outcome"}}


@fault("wrong-types", kinds=("read", *_LISTS))
async def wrong_types(call: Call, ask: Ask, *, instead: bool = False) -> Answer:
    """A resource of a type nobody asked for stands among the matches (or, with ``instead``, in
    the place of each); a read answers with one under the id that was asked.
    """
    answer = await ask()
    document = answer.document()
    if document is None or answer.status != 200:
        return answer
    strange = {"resourceType": "Basic", "code": {"text": "Not what was asked for"}}
    if document.get("resourceType") != "Bundle":
        return answer.saying({**strange, "id": document.get("id")})
    strays = [
        {**strange, "id": f"stray-{number}"} for number in range(len(_matches(document)) or 1)
    ]
    rows = [{"resource": one, "search": {"mode": "match"}} for one in strays]
    kept = [] if instead else document.get("entry", [])
    return answer.saying({**document, "entry": [*rows[: None if instead else 1], *kept]})


@fault("other-patients", kinds=("read", *_LISTS))
async def other_patients(call: Call, ask: Ask, *, how_many: int = 1) -> Answer:
    """Resources of another patient stand among the matches, first and last; a read of a chart's
    resource brings another patient's under the id that was asked.
    """
    answer = await ask()
    document = answer.document()
    if document is None or answer.status != 200:
        return answer
    if document.get("resourceType") == "Bundle":
        own = {_owner(row["resource"]) for row in _matches(document)} | {_asked(call)}
        rows = [_row(call, one) for one in _foreign(call.type, own, how_many)]
        entries = [*rows[:1], *document.get("entry", []), *rows[1:]]
        return answer.saying({**document, "entry": entries} if entries else document)
    strangers = _foreign(call.type, {_owner(document)}, 1)
    if not strangers:
        return answer
    other = json.loads(body(strangers[0], call.personality, store))
    return answer.saying({**other, "id": document["id"]})


def _asked(call: Call) -> str:
    query = call.scope.get("query_string", b"").decode()
    named = [one.partition("=")[2] for one in query.split("&") if one.startswith(("pat", "sub"))]
    return named[0].rpartition("/")[2] if named else ""


def _owner(resource: Resource) -> str:
    if resource.get("resourceType") == "Patient":
        return str(resource.get("id"))
    reference = (resource.get("subject") or resource.get("patient") or {}).get("reference", "")
    return str(reference.rpartition("/")[2])


def _foreign(kind: str, own: set[str], how_many: int) -> list[Entry]:
    found: list[Entry] = []
    for entry in store.entries(kind):
        if len(found) < how_many and entry.patients and not entry.patients & own:
            found.append(entry)
    return found


@fault("suppressed", kinds=_LISTS)
async def suppressed(_call: Call, ask: Ask, *, first: bool = False, withhold: int = 0) -> Answer:
    """An OperationOutcome entry 59204 says that some results were withheld: the data is not all
    there. ``first`` puts it before the matches; the last ``withhold`` matches are left out, as of
    a kind that is registered by itself and was not granted.
    """
    answer, bundle = await _bundle(ask)
    if bundle is None:
        return answer
    row = _outcome("warning", "suppressed", "59204", "Client not authorized for some results.")
    left = _matches(bundle)[-withhold:] if withhold else []
    entries = [one for one in bundle.get("entry", []) if one not in left]
    return answer.saying({**bundle, "entry": [row, *entries] if first else [*entries, row]})


@fault("nothing-found", kinds=_LISTS)
async def nothing_found(_call: Call, ask: Ask) -> Answer:
    """200 with no match and an OperationOutcome entry 4101: nothing was found."""
    answer, bundle = await _bundle(ask)
    if bundle is None:
        return answer
    row = _outcome("warning", "processing", "4101", "No results found.")
    return answer.saying({**bundle, "total": 0, "link": bundle.get("link", [])[:1], "entry": [row]})


@fault("failed-inside", kinds=_LISTS)
async def failed_inside(_call: Call, ask: Ask) -> Answer:
    """200 with the matches and, among them, an OperationOutcome entry of severity error."""
    answer, bundle = await _bundle(ask)
    if bundle is None:
        return answer
    row = _outcome("error", "exception", "59999", "Part of the search failed.")
    return answer.saying({**bundle, "entry": [*bundle.get("entry", []), row]})


@fault("repeated-ids", kinds=_LISTS)
async def repeated_ids(call: Call, ask: Ask) -> Answer:
    """Each page begins with an older version of the last match of the page before; a first page
    ends with an older version of its own first match.
    """
    answer, bundle = await _bundle(ask)
    matches = _matches(bundle) if bundle else []
    if bundle is None or not matches:
        return answer
    key = (call.token, call.type)
    before = _last.get(key) if call.kind == "page" else None
    _last[key] = matches[-1]
    while len(_last) > _REMEMBERED:
        _last.popitem(last=False)
    entries = bundle["entry"]
    changed = [_older(before), *entries] if before else [*entries, _older(matches[0])]
    return answer.saying({**bundle, "entry": changed})


def _older(row: Resource) -> Resource:
    """Return an entry as it was a day before; where the vendor shows no dates, the same again."""
    resource = dict(row["resource"])
    meta = dict(resource.get("meta", {}))
    if "lastUpdated" in meta:
        then = datetime.fromisoformat(meta["lastUpdated"]) - timedelta(days=1)
        meta = {**meta, "lastUpdated": then.isoformat(), "versionId": "0"}
        resource["meta"] = meta
        resource["language"] = "x-older"
    return {**row, "resource": resource}


@fault("next-abroad", kinds=_LISTS)
async def next_abroad(_call: Call, ask: Ask, *, to: str = "http://127.0.0.1:9/fhir") -> Answer:
    """The next link leads to another server; no token may follow it."""
    answer, bundle = await _bundle(ask)
    return answer if bundle is None else answer.saying(_leading(bundle, f"{to}?page=2"))


@fault("next-circular", kinds=_LISTS)
async def next_circular(call: Call, ask: Ask) -> Answer:
    """The next link leads to the very page that bears it."""
    answer, bundle = await _bundle(ask)
    if bundle is None:
        return answer
    origin = base_url(call.personality).removesuffix(f"/{call.personality.path}")
    query = call.scope.get("query_string", b"").decode()
    return answer.saying(_leading(bundle, f"{origin}{call.path}?{query}"))


def _leading(bundle: Resource, url: str) -> Resource:
    links = [one for one in bundle.get("link", []) if one.get("relation") != "next"]
    return {**bundle, "link": [*links, {"relation": "next", "url": url}]}


@fault("broken-entry", kinds=_LISTS)
async def broken_entry(_call: Call, ask: Ask, *, how: str = "types") -> Answer:
    """One entry cannot be read and its neighbours can. ``how``: types (its members have wrong
    ones), null (no resource), text (a string), id (none) or dates (days that never were).
    """
    answer, bundle = await _bundle(ask)
    if bundle is None:
        return answer
    matches = _matches(bundle)
    sound = matches[0]["resource"] if matches else {"resourceType": "Basic", "id": "x"}
    broken: Any = {
        "null": None,
        "text": "resource",
        "id": {key: value for key, value in sound.items() if key != "id"},
        "dates": {**sound, "id": "broken", "effectiveDateTime": "2025-02-31", "issued": "soon"},
    }.get(how, {**sound, "id": "broken", "code": [7], "status": {"a": 1}, "meta": "none"})
    row = {"resource": broken, "search": {"mode": "match"}}
    return answer.saying({**bundle, "entry": [row, *bundle.get("entry", [])]})
