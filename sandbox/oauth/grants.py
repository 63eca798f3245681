"""The three ways to a token, each narrowed from Authlib's to what SMART demands."""

from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
)
from authlib.oauth2.rfc6749.grants import (
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    RefreshTokenGrant,
)
from django.utils import timezone

from sandbox import settings
from sandbox.oauth.clients import Client
from sandbox.oauth.granting import REFRESHABLE, check, granted, granted_to_backend
from sandbox.oauth.models import AuthorizationCode, Launch, Token
from sandbox.oauth.quirks import quirks

# "none" last: it asks for no proof, so whoever offers one is judged by it.
AUTH_METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]


class _OneClient:
    """Refuses a request that authenticates as one client and names another."""

    request: Any

    def authenticate_token_endpoint_client(self) -> Client:
        """Authlib's authentication, and then the comparison it leaves out."""
        client: Client = super().authenticate_token_endpoint_client()  # type: ignore[misc]
        if self.request.form.get("client_id", client.client_id) != client.client_id:
            raise InvalidClientError(description="client_id names another client.")
        return client


class CodeGrant(_OneClient, AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes: for exactly one redirect address, good once whatever comes of it, for a minute."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: Client) -> str:
        """Exact match; the refusal does not repeat the address, which may hold anything."""
        redirect_uri: str | None = request.payload.redirect_uri
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError("redirect_uri is not the one registered for this client.")
        return redirect_uri

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Use the launch up and keep the code, with all that the token will need."""
        launch: Launch = request.user
        if not launch.use():
            raise InvalidRequestError(
                "The launch was already used.", redirect_uri=self.redirect_uri
            )
        data = request.payload.data
        own = quirks(self.server.personality)
        AuthorizationCode.objects.create(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=granted(request.scope, own, launch.scopes_granted),
            nonce=data.get("nonce", ""),
            state=data.get("state", ""),
            code_challenge=data["code_challenge"],
            expires_at=timezone.now() + timedelta(seconds=settings.SANDBOX_CODE_SECONDS),
            **launch.context(),
        )

    def query_authorization_code(self, code: str, client: Client) -> AuthorizationCode | None:
        """Find the code and burn it, before its verifier or redirect address is looked at.

        A second sight of it, or a sight by another client, means that it leaked: every token
        that came of it ends.
        """
        found = AuthorizationCode.objects.filter(
            code=code, personality=self.server.personality.key
        ).first()
        if found is None:
            return None
        if not found.use() or found.client_id != client.client_id:
            Token.revoke_family(found.family)
            return None
        return found if timezone.now() < found.expires_at else None

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """Kept, so that a replay is recognised."""

    def authenticate_user(self, authorization_code: AuthorizationCode) -> AuthorizationCode:
        """The context that the token will carry."""
        return authorization_code

    def generate_token(self, **wishes: Any) -> dict[str, Any]:
        """A refresh token only where the granted scope speaks of one."""
        scope = str(wishes.get("scope") or "")
        wishes["include_refresh_token"] = bool(REFRESHABLE & set(scope.split()))
        token: dict[str, Any] = super().generate_token(**wishes)
        return token


class RefreshGrant(_OneClient, RefreshTokenGrant):  # type: ignore[misc]
    """Refreshing, by the personality's habit: a fixed, a rolling or a rotating refresh token."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # noqa: N802 - Authlib's name
        """Whether the answer brings a new refresh token."""
        return quirks(self.server.personality).refreshing != "fixed"

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """The token it belongs to, if it was not revoked or used up."""
        found = Token.objects.filter(
            refresh_token=refresh_token, personality=self.server.personality.key
        ).first()
        if found is None or found.is_revoked():
            return None
        if found.refreshed_at is not None:
            self._replayed(found)
            return None
        return found

    def authenticate_user(self, refresh_token: Token) -> Token:
        """The context that the next token will carry."""
        return refresh_token

    def issue_token(self, user: Token, refresh_token: Token) -> dict[str, Any]:
        """Use the old one up first: of two refreshes at once, one wins."""
        if self.INCLUDE_NEW_REFRESH_TOKEN and not refresh_token.use_refresh_token():
            self._replayed(refresh_token)
            raise InvalidGrantError("The refresh token was already used.")
        token: dict[str, Any] = super().issue_token(user, refresh_token)
        return token

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Already used up in ``issue_token`` where it had to be."""

    def _replayed(self, token: Token) -> None:
        if quirks(self.server.personality).refreshing == "rotating":
            Token.revoke_family(token.family)


class BackendGrant(_OneClient, ClientCredentialsGrant):  # type: ignore[misc]
    """Backend services: an assertion, or the secret of the one client that has no key, buys
    ``system/`` scopes for as long as the vendor lets them live, and never a refresh token.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = ["private_key_jwt", "client_secret_basic", "client_secret_post"]

    def validate_requested_scope(self) -> None:
        """At least one ``system/`` scope must be left after the personality's trims."""
        asked = self.request.payload.scope or ""
        check(asked, quirks(self.server.personality))
        if not granted_to_backend(asked, quirks(self.server.personality)):
            raise InvalidScopeError("Ask for system/ scopes that this server grants.")

    def generate_token(self, **wishes: Any) -> dict[str, Any]:
        """Narrow the scope and the lifetime."""
        own = quirks(self.server.personality)
        wishes["scope"] = granted_to_backend(wishes["scope"], own)
        wishes["expires_in"] = settings.SANDBOX_TOKEN_SECONDS or own.backend_seconds
        token: dict[str, Any] = super().generate_token(**wishes)
        return token
