"""Notifications on demand, and changes to charts to be notified of."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from sandbox.control.guard import controlled, sent
from sandbox.events.sending import Manner, send
from sandbox.events.subscriptions import Event, subscriptions
from sandbox.faults.registry import UnfitFault
from sandbox.fhir.owners import patients_of
from sandbox.fhir.store import store
from sandbox.personalities import PERSONALITIES

FORMS = ("r4-backport", "r4b", "r5", "webhook")
_KINDS = ("handshake", "heartbeat", "event-notification")
_CONTENTS = ("empty", "id-only", "full-resource")
_DEFAULTS: dict[str, Any] = {
    "to": "",
    "secret": "",
    "personality": "generic",
    "subscription": "sub-1",
    "form": "r4-backport",
    "kind": "event-notification",
    "content": "id-only",
    "focus": [],
    "skip": [],
    "repeat": [],
    "batch": 1,
    "shuffle": False,
    "age": 0,
}


@controlled
@require_http_methods(["POST", "DELETE"])
def notifications(request: HttpRequest) -> HttpResponse:
    """Let each ``focus`` be an event of a subscription and send what is asked of them.

    ``skip`` and ``repeat`` are event numbers; numbers in ``skip`` happened and are not told.
    """
    if request.method == "DELETE":
        subscriptions.clear()
        return HttpResponse(status=204)
    wish = _read(sent(request))
    with subscriptions.lock:
        about = subscriptions.of(
            wish["personality"], wish["subscription"], wish["form"], wish["content"]
        )
        happened = [_happened(about, focus) for focus in wish["focus"]]
    again = [one for one in about.events if one.number in wish["repeat"] and one not in happened]
    manner = Manner(
        to=wish["to"],
        secret=wish["secret"],
        skip=frozenset(wish["skip"]),
        repeat=frozenset(wish["repeat"]) - {one.number for one in again},
        batch=max(1, wish["batch"]),
        shuffle=wish["shuffle"],
        age=wish["age"],
    )
    posts = send(about, wish["kind"], [*again, *happened], manner) if wish["to"] else []
    return JsonResponse({"sent": posts, "numbers": [one.number for one in happened]})


def _happened(about: Any, focus: str) -> Event:
    kind, _, identifier = focus.partition("/")
    entry = store.entry(kind, identifier)
    if entry is None:
        raise UnfitFault("unknown_resource", "Each focus is Type/id of a resource that is here.")
    found: Event = about.happened(focus, next(iter(sorted(entry.patients)), ""))
    return found


def _read(wish: Any) -> dict[str, Any]:
    if not isinstance(wish, dict) or set(wish) - set(_DEFAULTS):
        raise UnfitFault("unknown_field", f"Send only: {', '.join(_DEFAULTS)}.")
    whole = {**_DEFAULTS, **wish}
    for name, default in _DEFAULTS.items():
        if not isinstance(whole[name], type(default)):
            raise UnfitFault("malformed", f"{name} is like {default!r}.")
    choices = {"form": FORMS, "kind": _KINDS, "content": _CONTENTS, "personality": PERSONALITIES}
    for name, allowed in choices.items():
        if whole[name] not in allowed:
            raise UnfitFault("malformed", f"{name} is one of: {', '.join(allowed)}.")
    return whole


@controlled
@require_http_methods(["POST"])
def resources(request: HttpRequest) -> HttpResponse:
    """Put a resource into the charts as it is, past every vendor's rules for writing.

    With ``?quiet=1`` its ``lastUpdated`` stays: a change that one vendor calls insignificant.
    """
    given = sent(request)
    if not isinstance(given, dict) or not isinstance(given.get("resourceType"), str):
        raise UnfitFault("malformed", "Send one FHIR resource.")
    bare = {key: value for key, value in given.items() if key != "meta"}
    before = store.entry(given["resourceType"], str(given.get("id")))
    if request.GET.get("quiet") and before is not None:
        then = {"lastUpdated": before.updated.isoformat(), "versionId": str(before.version + 1)}
        kept = store.put({**bare, "meta": then}, keep_meta=True)
    else:
        kept = store.put(bare)
    return JsonResponse({"id": kept["id"], "patients": sorted(patients_of(kept))}, status=201)
