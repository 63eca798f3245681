"""What an EHR says of itself: SMART configuration, OpenID configuration, public keys.

Cached for a few minutes; the documents are public. The addresses in them decide where secrets and
tokens are sent, so each must be https (or this machine, of an EHR that is on this machine), and the
set of them is what the pinned transport lets through.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache import cache
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from smartapp.ehrs.addresses import is_loopback, is_safe, origin, resolve
from smartapp.ehrs.errors import AuthorizationMissing, EhrAnswerUnreadable, PkceUnsupported
from smartapp.ehrs.wire import get_json
from smartapp.models import Ehr

TTL_SECONDS = 300
_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "jwks_uri",
)


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


D = TypeVar("D", bound=_Document)


class SmartConfiguration(_Document):
    """``/.well-known/smart-configuration``, its addresses made absolute and found safe."""

    # Where only backends are served there is none.
    authorization_endpoint: str | None = None
    token_endpoint: str
    issuer: str | None = None
    jwks_uri: str | None = None
    revocation_endpoint: str | None = None
    capabilities: frozenset[str] = frozenset()
    code_challenge_methods_supported: frozenset[str] | None = None
    authorization_response_iss_parameter_supported: bool = False
    # What it lists, which is seldom all that it takes.
    scopes_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: frozenset[str] | None = None

    @field_validator(*_ENDPOINTS, "issuer")
    @classmethod
    def _safe(cls, address: str | None) -> str | None:
        if address is not None and not is_safe(address):
            raise ValueError("not https")
        return address

    @property
    def addresses(self) -> list[str]:
        """Every address this EHR declared."""
        declared = (self.issuer, *(getattr(self, name) for name in _ENDPOINTS))
        return [address for address in declared if address]

    def require_s256(self) -> None:
        """Fail closed where the methods are listed without S256; raise ``PkceUnsupported``.

        An absent list is no refusal: hundreds of Oracle endpoints honour S256 without saying so,
        and the challenge is sent in any case.
        """
        methods = self.code_challenge_methods_supported
        if methods is not None and "S256" not in methods:
            raise PkceUnsupported("The EHR does not offer PKCE with S256.")

    def require_authorization(self) -> str:
        """Return where a browser is sent to authorize; raise ``AuthorizationMissing``."""
        if self.authorization_endpoint is None:
            raise AuthorizationMissing("The EHR names no authorization endpoint.")
        return self.authorization_endpoint


class OpenIdConfiguration(_Document):
    """``/.well-known/openid-configuration`` of the authorization server."""

    issuer: str
    jwks_uri: str

    @field_validator("issuer", "jwks_uri")
    @classmethod
    def _safe(cls, address: str) -> str:
        if not is_safe(address):
            raise ValueError("not https")
        return address


def smart_configuration(ehr: Ehr, *, anew: bool = False) -> SmartConfiguration:
    """Return what an EHR's FHIR base says of its authorization server; ``anew`` asks it again.

    Raises ``EhrUnreachable``, ``EhrAnswerUnreadable`` or ``PkceUnsupported``.
    """
    key = _key("smart", f"{ehr.issuer} {ehr.client_id}")
    if anew:
        cache.delete(key)
    document = _fetched(key, lambda: _read_smart(ehr))
    found = _validated(SmartConfiguration, document)
    _refuse_this_machine(ehr, found.addresses)
    found.require_s256()
    return found


def openid_configuration(ehr: Ehr, smart: SmartConfiguration) -> OpenIdConfiguration:
    """Return who may sign id_tokens, and where the keys are; both documents must agree."""
    issuer = smart.issuer or ehr.issuer
    url = resolve(issuer, ".well-known/openid-configuration")
    document = _fetched(_key("openid", url), lambda: _object(get_json(url, pinned=[issuer])))
    found = _validated(OpenIdConfiguration, document)
    _refuse_this_machine(ehr, [found.jwks_uri])
    if found.issuer != issuer:
        raise EhrAnswerUnreadable("The two configurations name different issuers.")
    return found


def public_keys(openid: OpenIdConfiguration, *, anew: bool = False) -> list[dict[str, Any]]:
    """Return the EHR's public keys as JWKs; ``anew`` looks again, at most every 30 seconds."""
    key = _key("jwks", openid.jwks_uri)
    if anew and cache.add(_key("jwks-anew", openid.jwks_uri), 1, 30):
        cache.delete(key)
    url = openid.jwks_uri
    document = _fetched(key, lambda: _object(get_json(url, pinned=[url])))
    keys = document.get("keys")
    if not isinstance(keys, list):
        raise EhrAnswerUnreadable("The key set holds no keys.")
    return [each for each in keys if isinstance(each, dict)]


def _refuse_this_machine(ehr: Ehr, addresses: Iterable[str]) -> None:
    """An EHR elsewhere must not have us ask, with a secret of ours, what listens here alone."""
    if is_loopback(origin(ehr.issuer)[1]):
        return
    if any(is_loopback(origin(each)[1]) for each in addresses):
        raise EhrAnswerUnreadable("The configuration names an address of this machine.")


def _read_smart(ehr: Ehr) -> dict[str, Any]:
    url = resolve(ehr.issuer, ".well-known/smart-configuration")
    document = _object(get_json(url, pinned=[ehr.issuer], client_id=ehr.client_id))
    for name in _ENDPOINTS:
        if isinstance(document.get(name), str):
            document[name] = resolve(ehr.issuer, document[name])
    return document


def _fetched(key: str, fetch: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = fetch()
        cache.set(key, found, TTL_SECONDS)
    return found


def _key(kind: str, address: str) -> str:
    return f"discovery:{kind}:{hashlib.sha256(address.encode()).hexdigest()}"


def _object(document: object) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise EhrAnswerUnreadable("The answer is not a JSON object.")
    return document


def _validated(kind: type[D], document: dict[str, Any]) -> D:
    try:
        return kind.model_validate(document)
    except ValidationError:
        raise EhrAnswerUnreadable("The configuration lacks something or is unsafe.") from None
