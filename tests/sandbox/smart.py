"""A scripted SMART client, and the app's published keys, to try the authorization server with."""

import base64
import hashlib
import json
import re
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.conftest import Sandbox

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
OSEI = "Practitioner/eM5w-203"
HALLOWAY = "eQ81-774"
SECRET = "sandbox-secret-not-for-production"
# What each personality grants of one kind of resource, in its own grammar.
OBSERVATIONS = {
    "epic": "patient/Observation.read",
    "oracle": "patient/Observation.rs",
    "generic": "patient/Observation.rs",
}


class KeyServer:
    """The app's JWKS address, with keys that a test may change."""

    def __init__(self) -> None:
        self.rs384 = RSAKey.generate_key(2048, {"kid": "rsa-1"})
        self.es384 = ECKey.generate_key("P-384", {"kid": "ec-1"})
        self.keys = [self.rs384, self.es384]
        self.extra: list[dict[str, Any]] = []
        self.asked = 0

    def document(self) -> bytes:
        """The JWK Set as published."""
        self.asked += 1
        published = [key.as_dict(private=False) for key in self.keys]
        return json.dumps({"keys": [*published, *self.extra]}).encode()


# Reading the certificates of the world takes longer than any call to a hospital on this machine.
_TLS = ssl.create_default_context()
get = partial(httpx2.get, verify=_TLS)
post = partial(httpx2.post, verify=_TLS)
request = partial(httpx2.request, verify=_TLS)
Browser = partial(httpx2.Client, verify=_TLS)


@contextmanager
def key_server() -> Iterator[tuple[KeyServer, str]]:
    """Serve the keys at ``{address}/.well-known/jwks.json``; gives the server and the address."""
    keys = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = keys.document()
            self.send_response(200 if self.path == "/.well-known/jwks.json" else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield keys, f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class App:
    """One client at one personality; ``found`` is its smart-configuration."""

    sandbox: Sandbox
    personality: str
    client_id: str = "countersign-public"
    keys: KeyServer | None = None
    found: dict[str, Any] = field(init=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def __post_init__(self) -> None:
        self.found = get(f"{self.issuer}/.well-known/smart-configuration").json()

    @property
    def issuer(self) -> str:
        return self.sandbox.issuer(self.personality)

    @property
    def redirect_uri(self) -> str:
        return f"{self.sandbox.app_url}/launch/callback/{self.personality}/"

    def endpoint(self, name: str) -> str:
        """The absolute address of an endpoint, resolved against the FHIR base."""
        return str(httpx2.URL(f"{self.issuer}/").join(self.found[f"{name}_endpoint"]))

    def launch(self, **wishes: Any) -> str:
        """A launch id for Ruth Halloway by Amara Osei, unless told otherwise."""
        wishes = {"patient": HALLOWAY, "user": OSEI, **wishes}
        return str(self.sandbox.launch(self.personality, **wishes)["launch"])

    def request(self, **changes: Any) -> dict[str, Any]:
        """A correct authorization request; a change to None leaves a parameter out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        scope = f"launch openid fhirUser online_access {OBSERVATIONS[self.personality]}"
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": scope,
            "state": "state-0123456789012345",
            "aud": self.issuer,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }
        if "launch" not in changes:
            parameters["launch"] = self.launch()
        return {name: value for name, value in parameters.items() if value is not None}

    def authorize(self, method: str = "GET", **changes: Any) -> httpx2.Response:
        """Ask for a code; the answer is not followed."""
        parameters = self.request(**changes)
        where = {"params": parameters} if method == "GET" else {"data": parameters}
        return request(method, self.endpoint("authorization"), **where)

    def code(self, **changes: Any) -> str:
        """A fresh code."""
        return answered(self.authorize(**changes))["code"]

    def proof(self, **changes: Any) -> dict[str, Any]:
        """What authenticates this client: form fields, or an httpx2 ``auth``."""
        if self.client_id == "countersign-secret":
            return {"auth": (self.client_id, SECRET)}
        if self.client_id == "countersign-public":
            return {"data": {"client_id": self.client_id}}
        return {"data": self.assertion(**changes)}

    def assertion(
        self,
        alg: str = "ES384",
        header: dict[str, Any] | None = None,
        key: Any = None,
        **claims: Any,
    ) -> dict[str, str]:
        """A signed client assertion; a claim or header set to None is left out."""
        assert self.keys
        key = key or (self.keys.es384 if alg.startswith("ES") else self.keys.rs384)
        head = {"alg": alg, "typ": "JWT", "kid": key.kid, **(header or {})}
        body = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.endpoint("token"),
            "exp": int(time.time()) + 240,
            "jti": secrets.token_urlsafe(16),
            **claims,
        }
        signed = jwt.encode(_kept(head), _kept(body), key, algorithms=[alg])
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}

    def post(self, name: str, fields: dict[str, Any], **proof: Any) -> httpx2.Response:
        """Call a back-channel endpoint as this client."""
        own = self.proof(**proof)
        fields = {**own.pop("data", {}), **fields}
        fields = {key: value for key, value in fields.items() if value is not None}
        return post(self.endpoint(name), data=fields, **own)

    def exchange(self, code: str, **changes: Any) -> httpx2.Response:
        """Exchange a code; a change to None leaves a field out."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            **changes,
        }
        return self.post("token", fields)

    def tokens(self, **changes: Any) -> dict[str, Any]:
        """Tokens by a whole launch."""
        answer = self.exchange(self.code(**changes))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self, refresh_token: str, **fields: Any) -> httpx2.Response:
        """Use a refresh token."""
        return self.post(
            "token", {"grant_type": "refresh_token", "refresh_token": refresh_token, **fields}
        )

    def reads_chart(
        self, access_token: str, path: str = f"Observation?patient={HALLOWAY}&category=laboratory"
    ) -> int:
        """The status of a FHIR request with that token."""
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/fhir+json"}
        return get(f"{self.issuer}/{path}", headers=headers).status_code


@contextmanager
def signed_in(app: App, user: str) -> Iterator[httpx2.Client]:
    """A browser in which that person is signed in at the EHR screen; follows no redirect."""
    where = f"/ehr/{app.personality}/sign-in/"
    with Browser(base_url=app.sandbox.base_url) as browser:
        browser.get(where)
        form = {"user": user, "csrfmiddlewaretoken": browser.cookies["sandbox_csrf"]}
        assert browser.post(where, data=form).status_code == 302
        yield browser


def answered(response: httpx2.Response) -> dict[str, str]:
    """The parameters that a redirect back to the app carries."""
    assert response.status_code == 302, response.text
    location = urlsplit(response.headers["location"])
    assert re.fullmatch("/launch/callback/(epic|oracle|generic)/", location.path), location
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def _kept(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
