"""Clients that prove themselves with a signed JWT (private_key_jwt), as SMART demands it."""

import time
from datetime import UTC, datetime
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from django.http import HttpRequest
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from sandbox.oauth import clients, keys
from sandbox.oauth.models import SeenAssertion
from sandbox.oauth.quirks import quirks
from sandbox.personalities import Personality

_LONGEST_LIFE_SECONDS = 300
_LEEWAY_SECONDS = 5


class SignedAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """Authlib's check, narrowed: its own refuses ES384, needs no ``kid`` and bears long lives."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, token_urls: list[str], algorithms: tuple[str, ...]) -> None:
        super().__init__(leeway=_LEEWAY_SECONDS)
        self._audiences = token_urls
        self._algorithms = algorithms

    def get_audiences(self) -> list[str]:
        """The token endpoint's own address and nothing else."""
        return self._audiences

    def resolve_client_public_key(self, _client: clients.Client) -> None:
        """Nothing yet: the key depends on the header's ``kid``."""

    def key_for(self, header: dict[str, Any], client: clients.Client | None) -> RSAKey | ECKey:
        """Return the published key that a header names. Raises InvalidClientError."""
        if header.get("typ") != "JWT" or header.get("alg") not in self._algorithms:
            listed = " or ".join(self._algorithms)
            raise InvalidClientError(description=f"Assertions are JWTs signed by {listed}.")
        return _key_for(header, client)

    def process_assertion_claims(self, assertion: str, _key: object) -> dict[str, Any]:
        """Check header, signature, claims and lifetime; ``jti`` last, so that only a genuine one
        is used up.
        """
        header, claims = self.extract_assertion(assertion)
        key = self.key_for(header, clients.find(claims["sub"]))
        try:
            token = jwt.decode(assertion, key, algorithms=list(self._algorithms))
        except (JoseError, ValueError) as error:
            raise InvalidClientError(description="The assertion's signature is wrong.") from error
        _check_lifetime(token.claims)
        self.verify_claims(token.claims)
        return dict(token.claims)

    def validate_jti(self, claims: dict[str, Any], jti: object) -> bool:
        """True the first time; an assertion is remembered until it has expired anyway."""
        if not isinstance(jti, str) or not jti:
            return False
        SeenAssertion.objects.filter(expires_at__lt=timezone.now()).delete()
        expires_at = datetime.fromtimestamp(claims["exp"] + _LEEWAY_SECONDS + 1, UTC)
        _, first = SeenAssertion.objects.get_or_create(
            client_id=claims["sub"], jti=jti, defaults={"expires_at": expires_at}
        )
        return first


def warm(request: HttpRequest, personality: Personality) -> None:
    """Fetch the keys an assertion will need, before the database is locked for the token."""
    assertion = request.POST.get("client_assertion")
    if not assertion:
        return
    try:
        known = SignedAssertion([], quirks(personality).algorithms)
        header, claims = known.extract_assertion(assertion)
        known.key_for(header, clients.find(str(claims.get("sub"))))
    except InvalidClientError:
        return  # refused, with the reason, when the assertion is really checked


def _key_for(header: dict[str, Any], client: clients.Client | None) -> RSAKey | ECKey:
    kid = header.get("kid")
    if not kid or not isinstance(kid, str):
        raise InvalidClientError(description="The assertion's header has no kid.")
    if client and header.get("jku", client.jwks_uri) != client.jwks_uri:
        raise InvalidClientError(description="jku is not the client's registered JWK Set address.")
    key = keys.published_at(client.jwks_uri).find(kid) if client else None
    if key is None:
        raise InvalidClientError(description="The client's JWK Set has no key of that kid.")
    return key


def _check_lifetime(claims: dict[str, Any]) -> None:
    expires = claims.get("exp")
    if not isinstance(expires, int) or isinstance(expires, bool):
        raise InvalidClientError(description="The assertion has no exp in whole seconds.")
    if expires > time.time() + _LONGEST_LIFE_SECONDS:
        raise InvalidClientError(description="The assertion lives longer than five minutes.")
