"""An OAuth client that authenticates to one EHR as we are registered there.

Built on Authlib, with its client authentication replaced where it falls short of SMART: its
assertions live an hour (five minutes is the most allowed), may repeat their ``jti`` and read an
EC key as RSA; its Basic authentication does not form-encode; and left to its default, revocation
would send whatever stands as the secret, a private key too, in a Basic header.
"""

import base64
import time
import uuid
from typing import Any
from urllib.parse import quote_plus

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from django.conf import settings
from joserfc import jwt

from smartapp.ehrs.discovery import SmartConfiguration
from smartapp.ehrs.further import further_page
from smartapp.ehrs.keys import PrivateKey, signing_key
from smartapp.ehrs.secrets import resolve_secret
from smartapp.ehrs.wire import TIMEOUT, PinnedTransport
from smartapp.models import BackendClient, Ehr

_ASSERTION_SECONDS = 240
_METHODS = {Ehr.ClientAuth.PUBLIC.value: "none"}


class TokenClient(OAuth2Client):  # type: ignore[misc]
    """Authlib's client, whose errors keep the ``error_uri`` that it drops."""

    def parse_response_token(self, resp: Any) -> Any:
        """Raise ``OAuthError`` with ``uri`` where the endpoint refused."""
        try:
            return super().parse_response_token(resp)
        except OAuthError as error:
            error.uri = further_page(resp.json().get("error_uri"))
            raise


class SignedAssertion(PrivateKeyJWT):  # type: ignore[misc]
    """``private_key_jwt`` as SMART wants it: a fresh ``jti``, four minutes of life, a ``kid``.

    ``key_set`` is the address of our public keys, to be named as ``jku``; "" names none.
    """

    def __init__(self, token_endpoint: str, *, algorithm: str, key_set: str = "") -> None:
        super().__init__(token_endpoint, alg=algorithm)
        self._jku = {"jku": key_set} if key_set else {}

    def sign(self, auth: Any, token_endpoint: str) -> str:
        """Return a signed assertion for one request; ``auth`` holds the client id and the key."""
        key: PrivateKey = auth.client_secret
        now = int(time.time())
        claims = {
            "iss": auth.client_id,
            "sub": auth.client_id,
            # The token endpoint stands for the whole server, at the revocation endpoint too.
            "aud": token_endpoint,
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        header = {"alg": self.alg, "kid": key.kid, "typ": "JWT", **self._jku}
        return jwt.encode(header, claims, key, algorithms=[self.alg])


def form_encoded_basic(
    client: Any, _method: str, uri: str, headers: Any, body: Any
) -> tuple[str, Any, Any]:
    """HTTP Basic as RFC 6749 section 2.3.1 wants it: both parts form-encoded first."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = "Basic " + base64.b64encode(pair.encode("ascii")).decode("ascii")
    return uri, headers, body


def oauth_client(
    client: Ehr | BackendClient, configuration: SmartConfiguration, **options: Any
) -> OAuth2Client:
    """Return an OAuth client for one of our registrations; use it in a ``with`` block.

    Raises ``SecretUnavailable`` when a shared secret cannot be found.
    """
    method = _METHODS.get(client.client_auth, client.client_auth)
    oauth = TokenClient(
        client_id=client.client_id,
        client_secret=_secret(client),
        token_endpoint_auth_method=method,
        # Its own default would put the private key in a Basic header.
        revocation_endpoint_auth_method=method,
        code_challenge_method="S256",
        transport=PinnedTransport(configuration.addresses),
        timeout=TIMEOUT,
        follow_redirects=False,
        **options,
    )
    oauth.register_client_auth_method(("client_secret_basic", form_encoded_basic))
    oauth.register_client_auth_method(
        SignedAssertion(
            configuration.token_endpoint,
            algorithm=client.signing_algorithm,
            key_set=_key_set(client),
        )
    )
    return oauth


def authorization_client(ehr: Ehr) -> OAuth2Client:
    """Return a client that only writes authorization requests; it holds no secret."""
    # It sends nothing, so it gets no connections: to set up TLS for them takes 10 ms.
    unused = PinnedTransport(())
    return OAuth2Client(client_id=ehr.client_id, code_challenge_method="S256", transport=unused)


def _secret(client: Ehr | BackendClient) -> str | PrivateKey | None:
    match Ehr.ClientAuth(client.client_auth):
        case Ehr.ClientAuth.PUBLIC:
            return None
        case Ehr.ClientAuth.SECRET:
            return resolve_secret(client.client_secret_ref)
        case Ehr.ClientAuth.KEY:
            return signing_key(client.signing_algorithm)


def _key_set(client: Ehr | BackendClient) -> str:
    if isinstance(client, BackendClient) and client.names_key_set:
        return f"{settings.BASE_URL}/.well-known/jwks.json"
    return ""
