"""Absolute addresses of each personality: its FHIR base, its issuer, its endpoints."""

from sandbox import settings
from sandbox.oauth.quirks import quirks
from sandbox.personalities import Personality

BACK_CHANNEL = ("introspect", "revoke", "jwks")


def absolute(path: str) -> str:
    """A path below the sandbox's base address, as a full address."""
    return f"{settings.SANDBOX_BASE_URL}/{path}"


def fhir_base(personality: Personality) -> str:
    """What a launch calls ``iss`` and an authorization request ``aud``."""
    return absolute(personality.path)


def issuer(personality: Personality) -> str:
    """The OpenID issuer: deliberately not the FHIR base, which clients confuse it with."""
    return absolute(quirks(personality).issuer_path)


def paths(personality: Personality, client_id: str = "") -> dict[str, str]:
    """Each endpoint's path below the base address, as a client that says who it is learns them."""
    own = quirks(personality)
    part = f"/{client_id}" if client_id in own.own_endpoints else ""
    return {
        "authorize": own.authorize_path + part,
        "token": own.token_path + part,
        **{name: f"{own.issuer_path}/{name}" for name in BACK_CHANNEL},
    }


def endpoint(personality: Personality, name: str, client_id: str = "") -> str:
    """The address of one endpoint: authorize, token, introspect, revoke or jwks."""
    return absolute(paths(personality, client_id)[name])


def everywhere(personality: Personality, name: str) -> set[str]:
    """Every path at which an endpoint answers: for all clients, and for some alone."""
    return {paths(personality, one)[name] for one in ("", *quirks(personality).own_endpoints)}
