"""The string of scopes asked for: who and how long, and then the resources."""

from collections.abc import Iterable
from typing import Literal

Lasting = Literal["", "online_access", "offline_access"]
IDENTITY = ("launch", "openid", "fhirUser")
# Why each scope that is no resource is asked for, in words for an administrator.
PLAIN_REASONS = {
    "launch": "Being told which patient's chart the app was opened from.",
    "openid": "Knowing which clinician opened the app, so that every act has an author.",
    "fhirUser": "The clinician's own record in the EHR, whose name goes under what is signed.",
    "online_access": "Renewing access while the clinician is signed in, so that no draft is lost.",
    "offline_access": "Renewing access during a long visit; ended with the launch's session.",
    "profile": "The clinician's name, where the EHR gives it with the sign-in.",
}
# The same for all of them: such work is the app's own, and reads what the workflows read.
BACKEND_REASON = (
    "Work without a clinician: checking what the EHR gives, and catching up with what was missed."
)


def is_for_backend(scope: str) -> bool:
    """Tell whether a scope is for work without a clinician, and so asked for by the backend."""
    return scope.startswith("system/")


def plain_reason(scope: str) -> str:
    """Return why a scope is asked for that no workflow's tool accounts for; "" where unknown."""
    return BACKEND_REASON if is_for_backend(scope) else PLAIN_REASONS.get(scope, "")


def asked_for(resources: Iterable[str], *, lasting: Lasting = "") -> str:
    """Return the scope string of a registration; ``lasting`` asks for a refresh token."""
    return " ".join([*IDENTITY, *([lasting] if lasting else []), *resources])
