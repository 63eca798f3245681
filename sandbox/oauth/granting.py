"""What a personality grants of what was asked: the trims that real EHRs make without a word."""

from authlib.oauth2.rfc6749 import InvalidScopeError

from sandbox.oauth import scopes
from sandbox.oauth.quirks import Quirks

REFRESHABLE = frozenset({"offline_access", "online_access"})


def check(requested: str, quirks: Quirks) -> None:
    """Refuse what a personality does not grant in silence. Raises InvalidScopeError."""
    asked = requested.split()
    if quirks.most_scopes is not None and len(asked) > quirks.most_scopes:
        raise InvalidScopeError("Too many scopes. Ask for fewer.")
    strange = [
        each
        for each in scopes.resource_scopes(asked)
        if each.version not in quirks.scope_versions and each.resource != "*"
    ]
    if strange and quirks.refuses_other_grammar:
        raise InvalidScopeError("This client is registered for scopes of the other version.")


def granted(requested: str, quirks: Quirks, exactly: str | None = None) -> str:
    """The scopes granted to a launched client, in the order asked.

    ``exactly`` is a launch's own wish, granted to the letter even if it was never asked for:
    clients are told to expect narrower, different and empty grants, and this makes them.
    """
    if exactly is not None:
        return " ".join(exactly.split())
    kept: list[str] = []
    for scope in requested.split():
        kept.extend(_kept(scope, quirks, levels=("patient", "user")))
    return " ".join(dict.fromkeys(kept))


def granted_to_backend(requested: str, quirks: Quirks) -> str:
    """The ``system/`` scopes granted to a client without a user; "" when nothing is left."""
    kept: list[str] = []
    for scope in requested.split():
        kept.extend(_kept(scope, quirks, levels=("system",)))
    return " ".join(each for each in dict.fromkeys(kept) if "/" in each and scopes.parse(each))


def _kept(scope: str, quirks: Quirks, levels: tuple[str, ...]) -> list[str]:
    if scope in scopes.PLAIN:
        return [] if scope in quirks.drops else [scope]
    parsed = scopes.parse(scope)
    if parsed is None or parsed.level not in levels:
        return []
    if parsed.resource == "*" and not quirks.wildcards:
        return []
    if parsed.version in quirks.scope_versions:
        return [scope]
    # An older site reads the new grammar and answers in its own; the reverse never happens.
    return scopes.as_v1(parsed) if parsed.version == 2 else []
