"""What kind of call a request is: of which hospital, reading or searching what, by which token."""

import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sandbox.oauth import addresses
from sandbox.personalities import PERSONALITIES, Personality
from sandbox.wire import Message, Receive

READING = ("read", "search", "page", "binary")
BULK = ("export", "status", "file")
KINDS = (*READING, "batch", "write", "metadata", "discovery", "token", "jwks", *BULK, "events")


@dataclass(frozen=True)
class Call:
    """One request on its way. ``type`` is a FHIR type or "" where none is named."""

    personality: Personality
    kind: str
    type: str
    path: str
    bearer: str
    scope: Message
    receive: Receive

    @property
    def token(self) -> str:
        """A short name of the bearer token, from which it cannot be had back; "" without one."""
        return hashlib.sha256(self.bearer.encode()).hexdigest()[:16] if self.bearer else ""


def recognised(scope: Message, receive: Receive) -> Call | None:
    """Return the call a request is; None for the screen, the control and what is no HTTP."""
    if scope["type"] != "http":
        return None
    path = scope["path"].strip("/")
    for personality in PERSONALITIES.values():
        kind, type_ = _kind(path, scope, personality)
        if kind:
            return Call(personality, kind, type_, scope["path"], _bearer(scope), scope, receive)
    return None


def _kind(path: str, scope: Message, personality: Personality) -> tuple[str, str]:
    own = addresses.paths(personality)
    if path == own["jwks"] or path.startswith(own["token"]):
        return ("jwks" if path == own["jwks"] else "token"), ""
    if path.endswith("/.well-known/openid-configuration"):
        return ("discovery", "") if path.startswith(own["jwks"].rpartition("/")[0]) else ("", "")
    if path == personality.path:
        return ("batch", "") if scope["method"] == "POST" else ("", "")
    rest = path.removeprefix(f"{personality.path}/")
    return ("", "") if rest == path else _fhir(rest.split("/"), scope, personality)


def _fhir(parts: list[str], scope: Message, personality: Personality) -> tuple[str, str]:
    match parts:
        case ["metadata"]:
            found = "metadata", ""
        case [".well-known", *_]:
            found = "discovery", ""
        case ["bulk", "files", *_, name]:
            found = "file", name.partition(".")[0]
        case ["bulk", *_]:
            found = "status", ""
        case [*_, "$export"]:
            found = "export", parts[0]
        case [*_, "$events"]:
            found = "events", parts[0]
        case ["DocumentReference", "$docref"]:
            found = "search", parts[0]
        case ["Binary", *_]:
            found = "binary", "Binary"
        case _:
            found = _resource(parts, scope, personality), parts[0]
    return found


def _resource(parts: list[str], scope: Message, personality: Personality) -> str:
    searching = parts[1:] == ["_search"]
    if scope["method"] in {"POST", "PUT", "PATCH", "DELETE"} and not searching:
        return "write"
    names = dict(parse_qsl(scope.get("query_string", b"").decode(), keep_blank_values=True))
    if personality.searching.next_param in names:
        return "page"
    return "search" if searching or len(parts) == 1 else "read"


def _bearer(scope: Message) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return str(token.strip()) if scheme.lower() == "bearer" else ""
    return ""
