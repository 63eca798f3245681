"""Client secrets by reference: the database says where a secret is, never what it is.

In: ``env:NAME``, ``file:/path``, ``vault:MOUNT/PATH#FIELD`` or ``aws-sm:ID[#FIELD]``. Out: the
secret, fetched when the process starts and again before it may no longer be used, and its age.
Never: a secret in a row, a log, an address or an exception.
"""

from smartapp.ehrs.secrets.ages import ALERT_DAYS, WARN_DAYS, SecretFigure, secret_figures
from smartapp.ehrs.secrets.keeper import fetch_all, resolve_secret
from smartapp.ehrs.secrets.stores import SCHEMES, check_reference

__all__ = [
    "ALERT_DAYS",
    "SCHEMES",
    "WARN_DAYS",
    "SecretFigure",
    "check_reference",
    "fetch_all",
    "resolve_secret",
    "secret_figures",
]
