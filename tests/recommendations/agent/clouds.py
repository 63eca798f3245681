"""Amazon Bedrock and Google Vertex AI as they are on the wire, on a port of their own.

Both read requests as those services do and refuse what they would refuse: a signature (AWS
Signature Version 4, reckoned here from the documentation and not by the library that signs), a
bearer token that this Google issued for a signed assertion. What the model says is the stand-in's;
Bedrock sends it in frames of `application/vnd.amazon.eventstream`, Vertex AI as server-sent events.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.recommendations.agent.stand_in import Answer, model_answer

ACCESS_KEY, SECRET_KEY, SESSION_TOKEN = "AKIDEXAMPLE", "secret-of-the-test", "session-of-the-test"
VERSION = "2026-10-21"

_BEDROCK = re.compile(r"/model/(?P<model>[^/]+)/invoke-with-response-stream")
_VERTEX = re.compile(
    r"/v1/projects/(?P<project>[^/]+)/locations/(?P<region>[^/]+)/publishers/anthropic/models/"
    r"(?P<model>[^/:]+):streamRawPredict"
)


@dataclass
class Seen:
    """One request that was accepted."""

    model: str
    body: dict[str, Any]
    headers: dict[str, str]
    path: str


@dataclass
class Cloud:
    """What a server does and saw. ``instead`` answers in the stand-in's place."""

    region: str = "eu-central-1"
    project: str = "hospital-ai"
    seen: list[Seen] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    instead: Callable[[Any, Seen], bool] | None = None
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cloud: Cloud

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        why = self.refusal(raw)
        if why:
            self.cloud.refused.append(why)
            return self.fail(403, why)
        seen = self.read(raw)
        if seen is None:
            return None
        self.cloud.seen.append(seen)
        if self.cloud.instead is not None and self.cloud.instead(self, seen):
            return None
        answer = model_answer({**seen.body, "model": seen.model})
        return self.stream(answer, seen)

    def refusal(self, raw: bytes) -> str:
        raise NotImplementedError

    def read(self, raw: bytes) -> Seen | None:
        raise NotImplementedError

    def stream(self, answer: Answer, seen: Seen) -> None:
        raise NotImplementedError

    def fail(self, status: int, message: str, kind: str = "AccessDeniedException") -> None:
        body = json.dumps({"message": message}).encode()
        self.send(status, body, "application/json", {"x-amzn-errortype": kind})

    def send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pieces(self, kind: str, pieces: Iterator[bytes], **headers: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


class BedrockHandler(_Handler):
    """``InvokeModelWithResponseStream``."""

    def refusal(self, raw: bytes) -> str:
        return signature_refused(
            self.command, self.path, dict(self.headers), raw, region=self.cloud.region
        )

    def read(self, raw: bytes) -> Seen | None:
        found = _BEDROCK.fullmatch(self.path)
        body = json.loads(raw)
        if found is None or body.get("anthropic_version") != VERSION or "model" in body:
            self.fail(400, "not as Bedrock is asked", "ValidationException")
            return None
        return Seen(unquote(found["model"]), body, dict(self.headers), self.path)

    def stream(self, answer: Answer, seen: Seen) -> None:
        self.pieces(
            "application/vnd.amazon.eventstream",
            framed(answer, seen),
            x_amzn_requestid="amzn-1",
        )


def framed(answer: Answer, seen: Seen) -> Iterator[bytes]:
    """The stand-in's events as frames; pings are not among Bedrock's."""
    for event in answer.events({"model": seen.model}):
        data = event.split(b"data: ", 1)[1].strip()
        if json.loads(data)["type"] == "ping":
            continue
        payload = json.dumps({"bytes": base64.b64encode(data).decode(), "p": "abcdef"}).encode()
        headers = {":event-type": "chunk", ":content-type": "application/json"}
        yield frame(payload, {**headers, ":message-type": "event"})


def exception(name: str, message: str = "no") -> bytes:
    """A frame that is no event but a fault."""
    headers = {":exception-type": name, ":content-type": "application/json"}
    return frame(
        json.dumps({"message": message}).encode(), {**headers, ":message-type": "exception"}
    )


def frame(payload: bytes, headers: dict[str, str]) -> bytes:
    """One message of the event stream: prelude, its CRC, headers, payload, CRC of all."""
    packed = b"".join(
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", 7, len(value))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", 16 + len(packed) + len(payload), len(packed))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + packed + payload
    return message + struct.pack("!I", zlib.crc32(message))


def signature_refused(
    method: str, path: str, headers: dict[str, str], body: bytes, *, region: str
) -> str:
    """Why AWS would not accept a request; empty where it would."""
    given = {name.lower(): value.strip() for name, value in headers.items()}
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
        r"SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})",
        given.get("authorization", ""),
    )
    if found is None:
        return "no signature"
    access, day, where, service, names, signature = found.groups()
    if (access, where, service) != (ACCESS_KEY, region, "bedrock"):
        return f"signed for {where} {service}"
    signed = names.split(";")
    if not {"host", "x-amz-date", "x-amz-security-token"} <= set(signed):
        return "not all that must be signed is"
    if given["x-amz-security-token"] != SESSION_TOKEN:
        return "another session"
    # AWS encodes each segment of the path once more for every service but S3.
    canonical_path = path.replace("%", "%25").replace(":", "%3A")
    canonical = "\n".join(
        [
            method,
            canonical_path,
            "",
            *(f"{name}:{given[name]}" for name in signed),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{day}/{where}/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", given["x-amz-date"], scope, digest])
    key = f"AWS4{SECRET_KEY}".encode()
    for part in (day, where, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    right = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
    return "" if hmac.compare_digest(right, signature) else "the signature differs"


class VertexHandler(_Handler):
    """``streamRawPredict``, and the token endpoint that gives bearers for assertions."""

    def do_POST(self) -> None:
        if self.path == "/token":
            return self._token()
        return super().do_POST()

    def _token(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        claims = jwt.decode(form["assertion"][0], self.cloud.key, algorithms=["RS256"]).claims
        if claims["scope"] != "https://www.googleapis.com/auth/cloud-platform":
            return self.fail(400, "another scope")
        if not claims["exp"] > time.time() - 5:
            return self.fail(400, "too old")
        self.cloud.tokens.append(f"ya29.{len(self.cloud.tokens)}")
        body = {"access_token": self.cloud.tokens[-1], "expires_in": 3600, "token_type": "Bearer"}
        return self.send(200, json.dumps(body).encode(), "application/json", {})

    def refusal(self, raw: bytes) -> str:
        bearer = (self.headers["authorization"] or "").removeprefix("Bearer ")
        return "" if bearer in self.cloud.tokens else "no bearer of ours"

    def read(self, raw: bytes) -> Seen | None:
        found = _VERTEX.fullmatch(self.path)
        body = json.loads(raw)
        right = found is not None and body.get("anthropic_version") == VERSION
        if not right or "model" in body or body.get("stream") is not True:
            self.fail(400, "not as Vertex AI is asked")
            return None
        assert found is not None
        place = (found["project"], found["region"])
        if place != (self.cloud.project, self.cloud.region):
            self.fail(404, "no such place")
            return None
        return Seen(unquote(found["model"]), body, dict(self.headers), self.path)

    def stream(self, answer: Answer, seen: Seen) -> None:
        self.pieces(
            "text/event-stream", answer.events({"model": seen.model}), request_id="req_vrtx_1"
        )


class Server:
    """A cloud on a port of its own."""

    def __init__(self, handler: type[_Handler], **cloud: Any) -> None:
        self.cloud = Cloud(**cloud)
        bound = type("Bound", (handler,), {"cloud": self.cloud})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), bound)
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
