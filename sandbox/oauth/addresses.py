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


def paths(personality: Personality) -> dict[str, str]:
    """Each endpoint's path below the base address."""
    own = quirks(personality)
    return {
        "authorize": own.authorize_path,
        "token": own.token_path,
        **{name: f"{own.issuer_path}/{name}" for name in BACK_CHANNEL},
    }


def endpoint(personality: Personality, name: str) -> str:
    """The address of one endpoint: authorize, token, introspect, revoke or jwks."""
    return absolute(paths(personality)[name])
