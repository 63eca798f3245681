"""What can go wrong before an EHR answers a question about a patient.

::

    EhrError
    ├── EhrUnreachable      no answer in time, or a fault that may pass
    ├── EhrAnswerUnreadable an answer we cannot use: wrong shape, too large, an unsafe address
    ├── PkceUnsupported     the EHR lists its PKCE methods and S256 is not among them
    ├── AuthorizationMissing  the EHR names no page where a clinician could let us in
    ├── ForeignHost         an address outside the hosts this EHR declared; nothing was sent
    └── SecretUnavailable   a client secret cannot be had; ``code`` tells why
        ├── SecretReferenceInvalid  what stands in its place is no reference
        ├── SecretMissing           nothing there: no variable, file, path or field
        ├── SecretUnreadable        something there that is no secret's text
        ├── SecretExpired           its version was deleted, or its time has run out
        ├── SecretDenied            the store does not let us read it
        ├── SecretStoreSealed       Vault is sealed
        ├── SecretStoreUnreachable  the store does not answer
        └── SecretDriverMissing     the store's library is not installed

No message holds an address, a secret or the server's text.
"""


class EhrError(Exception):
    """Base of all; ``code`` is stable and safe to log."""

    code = "ehr_error"


class EhrUnreachable(EhrError):
    """No answer in time, or a fault that may pass."""

    code = "ehr_unavailable"


class EhrAnswerUnreadable(EhrError):
    """The answer cannot be used."""

    code = "discovery_unreadable"


class PkceUnsupported(EhrError):
    """The EHR does not offer S256; we never fall back."""

    code = "pkce_unsupported"


class AuthorizationMissing(EhrError):
    """The EHR names no authorization endpoint: enough for a backend, and for no launch."""

    code = "authorization_missing"


class ForeignHost(EhrError):
    """A request to a host that this EHR did not declare was stopped before it left."""

    code = "foreign_host"


class SecretUnavailable(EhrError):
    """A client secret cannot be had."""

    code = "secret_unavailable"


class SecretReferenceInvalid(SecretUnavailable):
    """What stands in its place is no reference."""

    code = "secret_reference_invalid"


class SecretMissing(SecretUnavailable):
    """Nothing there: no variable, file, path or field."""

    code = "secret_missing"


class SecretUnreadable(SecretUnavailable):
    """Something is there, and is no secret's text."""

    code = "secret_unreadable"


class SecretExpired(SecretUnavailable):
    """Its version was deleted, or its time has run out."""

    code = "secret_expired"


class SecretDenied(SecretUnavailable):
    """The store does not let us read it."""

    code = "secret_denied"


class SecretStoreSealed(SecretUnavailable):
    """The store is locked until somebody unseals it."""

    code = "secret_store_sealed"


class SecretStoreUnreachable(SecretUnavailable):
    """The store does not answer, or is not set up."""

    code = "secret_store_unreachable"


class SecretDriverMissing(SecretUnavailable):
    """The library that speaks to the store is not installed."""

    code = "secret_driver_missing"
