"""The five registrations of the app: the same in every hospital but for the redirect address."""

import secrets
from dataclasses import dataclass, replace

from sandbox import settings
from sandbox.oauth.quirks import quirks
from sandbox.personalities import PERSONALITIES

_LAUNCHED = frozenset({"authorization_code", "refresh_token"})
_BACKEND = frozenset({"client_credentials"})


@dataclass(frozen=True, slots=True)
class Client:
    """One registered client, with the questions Authlib asks of it."""

    client_id: str
    auth_method: str
    grant_types: frozenset[str] = _LAUNCHED
    hospital: str = ""  # the personality that it is registered at

    @property
    def redirect_uri(self) -> str:
        """The one registered redirect address, which the app has for this hospital alone."""
        return f"{settings.SANDBOX_APP_URL}/launch/callback/{self.hospital}/"

    @property
    def jwks_uri(self) -> str:
        """Where the app publishes its keys."""
        return f"{settings.SANDBOX_APP_URL}/.well-known/jwks.json"

    def get_client_id(self) -> str:
        """Asked by Authlib."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: the redirect address must be sent."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What may be asked for: anything. What is granted is decided in ``granting``."""
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Equal, character by character."""
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time; only a client that has the secret can match."""
        return self.auth_method == "client_secret_basic" and secrets.compare_digest(
            client_secret.encode(), settings.SANDBOX_CLIENT_SECRET.encode()
        )

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """One way of authenticating, at every endpoint; some vendors take a secret in the form."""
        if method == "client_secret_post":
            known = quirks(PERSONALITIES[self.hospital]).auth_methods if self.hospital else ()
            return method in known and self.auth_method == "client_secret_basic"
        return method == self.auth_method

    def check_response_type(self, response_type: str) -> bool:
        """Only codes, and only for clients that are launched."""
        return response_type == "code" and "authorization_code" in self.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        """Asked by Authlib."""
        return grant_type in self.grant_types


_CLIENTS = {
    each.client_id: each
    for each in (
        Client("countersign-public", "none"),
        Client("countersign-secret", "client_secret_basic"),
        Client("countersign-key", "private_key_jwt"),
        Client("countersign-backend", "private_key_jwt", _BACKEND),
        # One registration of Oracle's "System Account" kind takes the secret only.
        Client("countersign-backend-secret", "client_secret_basic", _BACKEND),
    )
}


def find(client_id: str, *, hospital: str = "") -> Client | None:
    """The client, or None. Without a hospital it is good for its keys, and has no redirect."""
    found = _CLIENTS.get(client_id)
    return replace(found, hospital=hospital) if found else None
