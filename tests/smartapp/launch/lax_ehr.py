"""A pretend EHR that lets everything through, so that only the app's own checks can refuse.

It never verifies a client, a code, a verifier or an assertion. What it answers is set by the
test: each part of its answers can be overridden, and each request it gets is remembered.
"""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.conftest import free_port

REMOVED = object()
SIGNING_KEY = RSAKey.generate_key(2048, {"kid": "lax-1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "lax-1"})
EC_KEY = ECKey.generate_key("P-384", {"kid": "lax-ec"})


def merged(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Apply overrides; ``REMOVED`` takes a member away."""
    return {k: v for k, v in {**document, **changes}.items() if v is not REMOVED}


@dataclass
class Asked:
    """One request the EHR got."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, list[str]]


@dataclass
class LaxEhr:
    """Its knobs. ``nonce`` must be told by whoever plays the browser."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    nonce: str = ""
    smart: dict[str, Any] = field(default_factory=dict)
    openid: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    signing_key: Any = field(default_factory=lambda: SIGNING_KEY)
    published: list[dict[str, Any]] | None = None
    raw_id_token: str | None = None
    token_status: int = 200
    token_delay: float = 0.0
    # No token is given before this is set; where it is not, not for long.
    token_gate: threading.Event | None = None
    raw: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        """The FHIR base."""
        return f"{self.base_url}/fhir"

    @property
    def server(self) -> str:
        """The authorization server's issuer."""
        return f"{self.base_url}/auth"

    def asked_of(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path == path]

    def reset(self) -> None:
        self.__init__(port=self.port)  # type: ignore[misc]

    def smart_configuration(self) -> dict[str, Any]:
        return merged(
            {
                "issuer": self.server,
                "jwks_uri": f"{self.server}/jwks",
                "authorization_endpoint": f"{self.server}/authorize",
                "token_endpoint": f"{self.server}/token",
                "revocation_endpoint": f"{self.server}/revoke",
                "code_challenge_methods_supported": ["S256"],
                "capabilities": ["launch-ehr", "sso-openid-connect"],
            },
            self.smart,
        )

    def openid_configuration(self) -> dict[str, Any]:
        return merged({"issuer": self.server, "jwks_uri": f"{self.server}/jwks"}, self.openid)

    def jwks(self) -> dict[str, Any]:
        public = {**SIGNING_KEY.as_dict(private=False), "use": "sig", "alg": "RS256"}
        return {"keys": [public] if self.published is None else self.published}

    def id_token(self) -> str:
        if self.raw_id_token is not None:
            return self.raw_id_token
        now = int(time.time())
        claims = merged(
            {
                "iss": self.server,
                "sub": "clinician-1",
                "aud": "lax-client",
                "iat": now,
                "exp": now + 300,
                "nonce": self.nonce,
                "fhirUser": "Practitioner/amara-osei",
            },
            self.claims,
        )
        header = merged({"alg": "RS256", "kid": "lax-1"}, self.header)
        return jwt.encode(header, claims, self.signing_key, algorithms=[header["alg"]])

    def token_answer(self) -> dict[str, Any]:
        return merged(
            {
                "access_token": f"access-{len(self.asked)}",
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": "launch openid fhirUser patient/Patient.rs patient/Observation.rs",
                "patient": "patient-1",
                "id_token": self.id_token(),
            },
            self.token,
        )

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(asked)
        if asked.path in self.raw:
            return self.raw[asked.path]
        documents = {
            "/fhir/.well-known/smart-configuration": self.smart_configuration,
            "/auth/.well-known/openid-configuration": self.openid_configuration,
            "/auth/jwks": self.jwks,
            "/auth/revoke": dict,
        }
        if asked.path in documents:
            return 200, {}, json.dumps(documents[asked.path]()).encode()
        if asked.path == "/auth/token":
            time.sleep(self.token_delay)
            if self.token_gate:
                self.token_gate.wait(10)
            return self.token_status, {}, json.dumps(self.token_answer()).encode()
        return 404, {}, b"{}"


class Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True


def serve() -> tuple[LaxEhr, Server]:
    """Start it on a port of its own."""
    lax = LaxEhr(port=free_port())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            asked = Asked(self.command, self.path.partition("?")[0], dict(self.headers), form)
            status, headers, body = lax.answer(asked)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - as the library names them

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = Server(("127.0.0.1", lax.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return lax, server
