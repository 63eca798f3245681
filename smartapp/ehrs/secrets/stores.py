"""The stores, by the scheme of a reference. One of a store that is not used is not imported."""

from collections.abc import Callable
from dataclasses import dataclass

from smartapp.ehrs.errors import SecretReferenceInvalid
from smartapp.ehrs.secrets import local
from smartapp.ehrs.secrets.fetched import Fetched

_FORMS = {
    "env": "env:NAME",
    "file": "file:/path",
    "vault": "vault:MOUNT/PATH#FIELD",
    "aws-sm": "aws-sm:ID or aws-sm:ID#FIELD",
}
SCHEMES = tuple(_FORMS)


@dataclass(frozen=True, slots=True)
class _Reference:
    scheme: str
    place: str
    field: str = ""


def fetch(reference: str) -> Fetched:
    """Return the secret that a reference points to; raise a kind of ``SecretUnavailable``."""
    found = _parsed(reference)
    if found.scheme == "env":
        return local.from_environment(found.place)
    if found.scheme == "file":
        return local.from_file(found.place)
    return _network_store(found.scheme)(found.place, found.field)


def check_reference(reference: str) -> None:
    """Raise :class:`SecretReferenceInvalid` for what can lead nowhere; nothing is fetched."""
    _parsed(reference)


def _parsed(reference: str) -> _Reference:
    scheme, _, rest = reference.partition(":")
    if scheme not in _FORMS or not rest:
        # Not shown: it may be the secret itself, pasted where its reference belongs.
        forms = "; ".join(_FORMS.values())
        raise SecretReferenceInvalid(f"A secret is given by a reference: {forms}.")
    if scheme in {"env", "file"}:
        return _Reference(scheme, rest)
    place, _, field = rest.partition("#")
    mount, _, path = place.partition("/")
    if scheme == "vault" and not (mount and path.strip("/") and field):
        raise SecretReferenceInvalid(f"A secret of Vault is named {_FORMS['vault']}.")
    if not place:
        raise SecretReferenceInvalid(f"A secret of AWS is named {_FORMS['aws-sm']}.")
    return _Reference(scheme, place, field)


def _network_store(scheme: str) -> Callable[[str, str], Fetched]:
    if scheme == "vault":
        from smartapp.ehrs.secrets.vault import from_vault  # noqa: PLC0415 - only where used

        return from_vault
    from smartapp.ehrs.secrets.aws import from_aws  # noqa: PLC0415 - boto3 is an extra

    return from_aws
