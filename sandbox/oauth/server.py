"""Authlib's authorization server, one for each personality."""

import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.integrations.django_oauth2 import AuthorizationServer
from django.http import HttpResponse
from django.utils import timezone

from sandbox import settings
from sandbox.oauth import addresses, clients
from sandbox.oauth.assertions import SignedAssertion
from sandbox.oauth.endpoints import Introspection, Revocation
from sandbox.oauth.extensions import IdToken, ProofKey, SmartLaunch
from sandbox.oauth.grants import BackendGrant, CodeGrant, RefreshGrant
from sandbox.oauth.models import AuthorizationCode, Context, Token, identifier
from sandbox.oauth.quirks import quirks
from sandbox.personalities import PERSONALITIES, Personality


class Server(AuthorizationServer):  # type: ignore[misc]
    """Knows the fixed clients, and keeps tokens with their launch context."""

    def __init__(self, personality: Personality) -> None:
        self.personality = personality  # asked for while the configuration is loaded
        super().__init__(client_model=None, token_model=Token)
        self.scopes_supported = None
        urls = [addresses.absolute(one) for one in addresses.everywhere(personality, "token")]
        signed = SignedAssertion(urls, quirks(personality).algorithms)
        self.register_client_auth_method("private_key_jwt", signed)
        launch = SmartLaunch(personality)
        self.register_grant(CodeGrant, [ProofKey(), launch, IdToken(personality)])
        self.register_grant(RefreshGrant, [launch])
        self.register_grant(BackendGrant)
        self.register_endpoint(Introspection)
        self.register_endpoint(Revocation)

    def load_config(self, _config: dict[str, Any]) -> None:
        """Everything comes from the personality; the settings add nothing but a lifetime."""
        self.config: dict[str, Any] = {"refresh_token_generator": True, "token_expires_in": None}
        if quirks(self.personality).long_tokens:
            self.config["access_token_generator"] = _long_token
        self.register_token_generator("default", self.create_bearer_token_generator())

    def query_client(self, client_id: str) -> clients.Client | None:
        """The client as it is registered at this hospital."""
        return clients.find(client_id, hospital=self.personality.key)

    def generate_token(self, **wishes: Any) -> dict[str, Any]:
        """A token that lives as long as this vendor's do."""
        lifetime = settings.SANDBOX_TOKEN_SECONDS or quirks(self.personality).token_seconds
        wishes["expires_in"] = wishes.get("expires_in") or lifetime
        token: dict[str, Any] = super().generate_token(**wishes)
        return token

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Keep the token beside the context it came from; the backend's comes from none."""
        source: AuthorizationCode | Token | None = (
            request.authorization_code or request.refresh_token
        )
        now = timezone.now()
        Token.objects.create(
            family=source.family if source else identifier(),
            client_id=request.client.client_id,
            access_token=token["access_token"],
            refresh_token=token.get("refresh_token"),
            scope=token.get("scope", ""),
            issued_at=now,
            expires_at=now + timedelta(seconds=token["expires_in"]),
            **_context(source, self.personality),
        )

    def handle_response(
        self, status_code: int, payload: Any, headers: list[tuple[str, str]]
    ) -> HttpResponse:
        """Add the issuer to what goes back to the client by redirect, where RFC 9207 is spoken."""
        if status_code == 302 and quirks(self.personality).iss_parameter:
            issuer = addresses.issuer(self.personality)
            headers = [(name, _with_issuer(value, issuer)) for name, value in headers]
        response: HttpResponse = super().handle_response(status_code, payload, headers)
        return response


def _long_token(**_asked: Any) -> str:
    """Return a token that looks like a JWT and is none: only its issuer may look inside."""
    return ".".join(secrets.token_urlsafe(size) for size in (60, 420, 256))


def _context(source: Context | None, personality: Personality) -> dict[str, Any]:
    return source.context() if source else {"personality": personality.key}


def _with_issuer(location: str, issuer: str) -> str:
    return str(add_params_to_uri(location, [("iss", issuer)]))


@cache
def server_for(key: str) -> Server:
    """The one server of the personality of that key."""
    return Server(PERSONALITIES[key])
