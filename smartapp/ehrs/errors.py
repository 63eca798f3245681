"""What can go wrong before an EHR answers a question about a patient.

::

    EhrError
    ├── EhrUnreachable      no answer in time, or a fault that may pass
    ├── EhrAnswerUnreadable an answer we cannot use: wrong shape, too large, an unsafe address
    ├── PkceUnsupported     the EHR lists its PKCE methods and S256 is not among them
    ├── ForeignHost         an address outside the hosts this EHR declared; nothing was sent
    └── SecretUnavailable   a client secret's reference leads nowhere

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


class ForeignHost(EhrError):
    """A request to a host that this EHR did not declare was stopped before it left."""

    code = "foreign_host"


class SecretUnavailable(EhrError):
    """The reference of a client secret leads nowhere."""

    code = "secret_unavailable"
