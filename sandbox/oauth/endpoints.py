"""Introspection and revocation, for the client that the token was issued to."""

from typing import Any

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from django.db.models import Q

from sandbox.oauth import addresses
from sandbox.oauth.clients import Client
from sandbox.oauth.context import beside_token
from sandbox.oauth.grants import AUTH_METHODS
from sandbox.oauth.models import Token


def _find(server: Any, value: str) -> Token | None:
    return Token.objects.filter(
        Q(access_token=value) | Q(refresh_token=value), personality=server.personality.key
    ).first()


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """RFC 7662: what a token is good for, with the launch context."""

    CLIENT_AUTH_METHODS = ("client_secret_basic", "private_key_jwt")

    def query_token(self, value: str, _hint: str | None) -> Token | None:
        """The token of that value, access or refresh."""
        return _find(self.server, value)

    def check_permission(self, token: Token, client: Client, request: Any) -> bool:
        """Only about one's own; a refresh token that was used up is no token."""
        spent = token.refreshed_at is not None and request.form["token"] == token.refresh_token
        return token.check_client(client) and not spent

    def introspect_token(self, token: Token) -> dict[str, Any]:
        """The members of RFC 7662 and SMART's own."""
        personality = self.server.personality
        about = {
            "active": True,
            "scope": token.scope,
            "client_id": token.client_id,
            "token_type": "Bearer",
            "exp": int(token.expires_at.timestamp()),
            "iat": int(token.issued_at.timestamp()),
            "iss": addresses.issuer(personality),
            **beside_token(token, personality),
        }
        if token.user:
            about["fhirUser"] = token.user
        return about


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """RFC 7009: an access token ends alone, a refresh token takes its family with it."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def query_token(self, value: str, _hint: str | None) -> Token | None:
        """The token of that value, access or refresh."""
        return _find(self.server, value)

    def revoke_token(self, token: Token, request: Any) -> None:
        """End it."""
        if request.form["token"] == token.refresh_token:
            Token.revoke_family(token.family)
        else:
            token.revoke()
