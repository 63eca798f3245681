"""A small Vault: what its HTTP API says of key-value secrets (version 2), AppRoles and tokens.

It judges requests as Vault does: seal first, then token and namespace, then policy, then path.
"""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]


def moment(at: datetime) -> str:
    """An instant as Go prints it: nanoseconds and a Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "321Z"


@dataclass
class Version:
    """One version of a secret."""

    data: dict[str, Any]
    created: datetime
    deleted: datetime | None = None  # in the future: `delete_version_after`
    destroyed: bool = False

    def metadata(self, number: int) -> dict[str, Any]:
        return {
            "created_time": moment(self.created),
            "custom_metadata": None,
            "deletion_time": moment(self.deleted) if self.deleted else "",
            "destroyed": self.destroyed,
            "version": number,
        }


@dataclass
class Vault:
    """Its state, open to the test."""

    port: int = 0
    sealed: bool = False
    initialised: bool = True
    namespace: str = ""
    tokens: dict[str, float] = field(default_factory=dict)  # token -> dies at
    roles: dict[str, str] = field(default_factory=dict)  # role id -> secret id
    approle_mount: str = "approle"
    token_seconds: int = 1200
    secrets: dict[str, list[Version]] = field(default_factory=dict)  # "mount/path" -> versions
    forbidden: set[str] = field(default_factory=set)
    raw: tuple[int, dict[str, str], bytes] | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        self.__init__(port=self.port)  # type: ignore[misc]

    def put(self, place: str, *, age: timedelta = timedelta(0), **data: Any) -> Version:
        """Write a new version ``age`` ago."""
        version = Version(data, datetime.now(UTC) - age)
        self.secrets.setdefault(place, []).append(version)
        return version

    def token(self, *, seconds: float = 3600) -> str:
        made = "hvs." + secrets.token_urlsafe(24)
        self.tokens[made] = time.monotonic() + seconds
        return made

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        self.asked.append(path)
        if not self.initialised:
            return 501, {"errors": ["Vault is not initialized"]}
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if headers.get("X-Vault-Namespace", "").strip("/") != self.namespace:
            return 403, {"errors": ["permission denied"]}
        if path == f"/v1/auth/{self.approle_mount}/login" and method in {"POST", "PUT"}:
            return self._login(json.loads(body))
        if self.tokens.get(headers.get("X-Vault-Token", ""), 0) < time.monotonic():
            return 403, {"errors": ["2 errors occurred:\n\t* permission denied\n\t* invalid token"]}
        return self._read(path.removeprefix("/v1/"))

    def _login(self, given: dict[str, str]) -> Answer:
        if given["role_id"] not in self.roles or self.roles[given["role_id"]] != given["secret_id"]:
            return 400, {"errors": ["invalid role or secret ID"]}
        auth = {
            "client_token": self.token(seconds=self.token_seconds),
            "accessor": secrets.token_urlsafe(12),
            "policies": ["countersign", "default"],
            "token_policies": ["countersign", "default"],
            "metadata": {"role_name": "countersign"},
            "lease_duration": self.token_seconds,
            "renewable": True,
            "token_type": "service",
            "orphan": True,
        }
        return 200, {**_ENVELOPE, "auth": auth}

    def _read(self, path: str) -> Answer:
        mount, _, rest = path.partition("/data/")
        place = f"{mount}/{rest}"
        if place in self.forbidden:
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        versions = self.secrets.get(place)
        if not versions or not rest:
            return 404, {"errors": []}
        newest = versions[-1]
        metadata = newest.metadata(len(versions))
        gone = newest.deleted is not None and newest.deleted <= datetime.now(UTC)
        if gone or newest.destroyed:
            return 404, {**_ENVELOPE, "data": {"data": None, "metadata": metadata}}
        return 200, {**_ENVELOPE, "data": {"data": newest.data, "metadata": metadata}}


_ENVELOPE = {
    "request_id": "5dd3b5f9-0a5c-7b1a-1d9f-6ec5a0f2f6a4",
    "lease_id": "",
    "renewable": False,
    "lease_duration": 0,
    "data": None,
    "wrap_info": None,
    "warnings": None,
    "auth": None,
}


@contextmanager
def serve() -> Iterator[Vault]:
    """Serve one on a free port."""
    vault = Vault()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, sent = vault.raw or (200, {}, b"")
            if vault.raw is None:
                status, document = vault.answer(self.command, self.path, self.headers, body)
                sent = json.dumps(document).encode()
            else:
                vault.asked.append(self.path)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vault.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield vault
    server.shutdown()
    server.server_close()
