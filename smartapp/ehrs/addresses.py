"""Rules for addresses an EHR gives us."""

from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from smartapp.ehrs.errors import EhrAnswerUnreadable


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port, defaults filled in; raise ``EhrAnswerUnreadable``."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        raise EhrAnswerUnreadable("An address is neither https nor http.") from None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise EhrAnswerUnreadable("An address has no host, or carries a user name.")
    return parts.scheme, parts.hostname.lower(), port


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this machine: the one place where http is allowed."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str) -> bool:
    """Tell whether an address is https, or http to this machine, and has no fragment."""
    try:
        scheme, host, _ = origin(url)
    except EhrAnswerUnreadable:
        return False
    return (scheme == "https" or is_loopback(host)) and not urlsplit(url).fragment


def resolve(base: str, address: str) -> str:
    """Make an address absolute against a FHIR base, as SMART App Launch asks."""
    return urljoin(base.rstrip("/") + "/", address)


def same_base(one: str, other: str) -> bool:
    """Tell whether two FHIR bases are one, a trailing slash aside; paths keep their case."""
    return one.removesuffix("/") == other.removesuffix("/")


def relative_reference(base: str, reference: str) -> str | None:
    """Return ``Type/id`` of a reference that is relative or below ``base``; else ``None``."""
    if "://" not in reference:
        return reference
    prefix = base.rstrip("/") + "/"
    return reference.removeprefix(prefix) if reference.startswith(prefix) else None
