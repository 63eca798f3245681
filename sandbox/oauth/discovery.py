"""What the authorization server says of itself: SMART configuration, OpenID configuration, keys."""

from typing import Any

from sandbox.oauth import addresses, scopes
from sandbox.oauth.quirks import Quirks, quirks
from sandbox.personalities import Personality

_GRANT_TYPES = ["authorization_code", "refresh_token", "client_credentials"]
_CAPABILITIES = [
    "launch-ehr",
    "launch-standalone",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "context-standalone-encounter",
    # Epic advertises offline access too, and then drops the scope without a word.
    "permission-offline",
    "permission-online",
    "permission-patient",
    "permission-user",
]
_ENDINGS = {1: ("read", "write"), 2: ("rs", "cruds")}


def smart_configuration(personality: Personality, client_id: str = "") -> dict[str, Any]:
    """The document below the FHIR base; in one personality its addresses are relative, in another
    those of some clients are their own.
    """
    own = quirks(personality)
    document: dict[str, Any] = {
        "issuer": addresses.issuer(personality),
        "jwks_uri": _address(personality, "jwks"),
        "authorization_endpoint": _address(personality, "authorize", client_id),
        "token_endpoint": _address(personality, "token", client_id),
        "introspection_endpoint": _address(personality, "introspect"),
        "revocation_endpoint": _address(personality, "revoke"),
        "grant_types_supported": _GRANT_TYPES,
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": list(own.auth_methods),
        "token_endpoint_auth_signing_alg_values_supported": list(own.algorithms),
        "scopes_supported": _scopes(personality),
        "capabilities": _capabilities(own),
    }
    if own.iss_parameter:
        document["authorization_response_iss_parameter_supported"] = True
    return document


def openid_configuration(personality: Personality) -> dict[str, Any]:
    """The document below the issuer; OpenID wants its addresses absolute."""
    own = quirks(personality)
    document: dict[str, Any] = {
        "issuer": addresses.issuer(personality),
        "jwks_uri": addresses.endpoint(personality, "jwks"),
        "authorization_endpoint": addresses.endpoint(personality, "authorize"),
        "token_endpoint": addresses.endpoint(personality, "token"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": _scopes(personality),
        "claims_supported": ["sub", "fhirUser", "profile"],
        "code_challenge_methods_supported": ["S256"],
    }
    if own.iss_parameter:
        document["authorization_response_iss_parameter_supported"] = True
    return document


def _address(personality: Personality, name: str, client_id: str = "") -> str:
    if quirks(personality).relative_endpoints:
        return f"/{addresses.paths(personality, client_id)[name]}"
    return addresses.endpoint(personality, name, client_id)


def _capabilities(own: Quirks) -> list[str]:
    found = [*_CAPABILITIES, *(f"permission-v{version}" for version in sorted(own.scope_versions))]
    if own.announces_banner:
        found.append("context-banner")
    if own.style:
        found.append("context-style")
    if own.authorize_post:
        found.append("authorize-post")
    return found


def _scopes(personality: Personality) -> list[str]:
    """Oracle lists every type by name, because it knows no wildcard."""
    own = quirks(personality)
    kinds = ["*"] if own.wildcards else sorted(personality.types)
    endings = [ending for version in sorted(own.scope_versions) for ending in _ENDINGS[version]]
    levels = ("patient", "user", "system")
    listed = [f"{level}/{kind}.{end}" for level in levels for kind in kinds for end in endings]
    return [*sorted(scopes.PLAIN), *listed]
