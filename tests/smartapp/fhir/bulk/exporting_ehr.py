"""An EHR that exports in bulk as a test tells it to, over real HTTP, and remembers what was asked."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone

from smartapp.models import BackendClient, BackendToken, Ehr

TOKEN = "backend-token"
AT = "2026-11-20T03:00:00.000Z"


@dataclass
class File:
    """One file: its bytes, and how it is sent."""

    body: bytes
    etag: str = ""
    cut_after: list[int] = field(default_factory=list)  # one for each of the first sendings
    redirect: str = ""
    statuses: list[int] = field(default_factory=list)  # before it is sent
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/fhir+ndjson"


@dataclass
class ExportingEhr:
    """Its knobs, and every request as ``(method, path, headers)``."""

    port: int = 0
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    kick_off: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    waits: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    location: str = ""
    deletes: list[int] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    kept: bool = False
    answers_after: float = 0.0  # seconds between the start of an export and its 202

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.origin}/api/FHIR/R4"

    def put(self, name: str, resource_type: str, body: bytes, *, kind: str = "output", url: str = "",
            count: int | None = None, **how: Any) -> File:  # fmt: skip
        """Add a file to the manifest."""
        file = self.files[name] = File(body, **how)
        entry = {"type": resource_type, "url": url or f"{self.origin}/files/{name}"}
        if count is not None:
            entry["count"] = count
        self.manifest.setdefault(kind, []).append(entry)
        return file

    def listed(self) -> bytes:
        """The manifest."""
        usual = {"transactionTime": AT, "request": "x", "requiresAccessToken": True, "output": []}
        return json.dumps({**usual, **self.manifest}).encode()

    def paths(self, method: str = "GET") -> list[str]:
        return [path for asked, path, _ in self.asked if asked == method]

    def tokens(self, path: str) -> list[str]:
        """What Authorization was sent to a path, "" for none."""
        return [h.get("authorization", "") for _, asked, h in self.asked if asked == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ehr: ExportingEhr

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, BrokenPipeError):
            self.close_connection = True

    def do_GET(self) -> None:
        self._remember()
        path = self.path.split("?")[0]
        if path.endswith("/$export"):
            self._kick_off()
        elif path == "/api/FHIR/BulkRequest/1":
            self._status()
        elif path.startswith("/files/"):
            self._file(self.ehr.files[path.removeprefix("/files/")])
        else:
            self._send(404, b"<html>not here</html>", {"Content-Type": "text/html"})

    def do_DELETE(self) -> None:
        self._remember()
        self.ehr.kept = False
        self._send(self.ehr.deletes.pop(0) if self.ehr.deletes else 202)

    def _remember(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.ehr.asked.append((self.command, self.path, headers))

    def _kick_off(self) -> None:
        if self.ehr.kick_off:
            status, headers = self.ehr.kick_off.pop(0)
            self._send(status, b"", headers)
            return
        self.ehr.kept = True
        time.sleep(self.ehr.answers_after)
        where = self.ehr.location or f"{self.ehr.origin}/api/FHIR/BulkRequest/1"
        self._send(202, b"", {"Content-Location": where})

    def _status(self) -> None:
        if self.ehr.waits:
            status, headers = self.ehr.waits.pop(0)
            self._send(status, b"", headers)
        else:
            self._send(200, self.ehr.listed(), {"Content-Type": "application/json"})

    def _file(self, file: File) -> None:
        if file.redirect:
            self._send(307, b"", {"Location": file.redirect})
            return
        if file.statuses:
            self._send(file.statuses.pop(0))
            return
        body, status, headers = file.body, 200, dict(file.headers)
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted and file.etag and self.headers.get("If-Range") == file.etag:
            start = int(wanted[1])
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            body, status = body[start:], 206
        if file.etag:
            headers["ETag"] = file.etag
        cut = file.cut_after.pop(0) if file.cut_after else None
        self._send(status, body, {"Content-Type": file.content_type, **headers}, cut=cut)

    def _send(
        self, status: int, body: bytes = b"", headers: Any = None, cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Be quiet."""


@contextmanager
def serving() -> Iterator[ExportingEhr]:
    """Serve; the port is in the EHR that is given."""
    ehr = ExportingEhr()

    handler = type("Handler", (_Handler,), {"ehr": ehr})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    ehr.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ehr
    finally:
        server.shutdown()
        server.server_close()


def register(issuer: str, slug: str = "bulk") -> Ehr:
    """Register an EHR with a backend that holds a token for an hour."""
    row = Ehr.objects.create(
        slug=slug, name="Bulk General", issuer=issuer, vendor="generic", client_id="c",
        client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch", frame_ancestors=[],
    )  # fmt: skip
    client = BackendClient.objects.create(ehr=row, client_id="b", scopes="system/*.rs")
    token = BackendToken(client=client, expires_at=timezone.now() + timedelta(hours=1))
    token.access_token = TOKEN
    token.granted_scopes = "system/*.rs"
    token.save()
    return row


def observations(count: int, *, start: int = 0, padding: int = 0) -> bytes:
    """Lines of so many observations, told apart by their ids."""
    return b"".join(
        json.dumps(
            {
                "resourceType": "Observation",
                "id": f"o{number}",
                "status": "final",
                "code": {"text": "x" * padding},
                "subject": {"reference": f"Patient/p{number % 10}"},
            }
        ).encode()
        + b"\n"
        for number in range(start, start + count)
    )
