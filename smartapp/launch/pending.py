"""Authorization requests under way: made once, used once, by the browser that began them.

Each has a cookie of its own. With one for the whole browser, two charts opened at the same moment
would overwrite each other's, and the slower one would be refused.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from smartapp.launch.refusals import LaunchRefused
from smartapp.models import Ehr, PendingLaunch

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """What goes to the browser and to the EHR, and is stored here only as a hash or sealed."""

    state: str
    browser: str
    nonce: str
    verifier: str


def fingerprint(value: str) -> str:
    """Return the SHA-256 under which an unguessable value is stored."""
    return hashlib.sha256(value.encode()).hexdigest()


def cookie_name(state: str) -> str:
    """Return the name of the cookie that binds one request to the browser."""
    return f"__Host-p{fingerprint(state)[:20]}"


def begin(*, ehr: Ehr, launch: str | None, scopes: str) -> Begun:
    """Store a new request; every part has 256 bits of chance."""
    begun = Begun(*(secrets.token_urlsafe(32) for _ in range(4)))
    row = PendingLaunch(
        ehr=ehr,
        state_hash=fingerprint(begun.state),
        browser_hash=fingerprint(begun.browser),
        launch_hash=_launch_hash(ehr, launch),
        standalone=launch is None,
        expires_at=timezone.now() + LIFETIME,
    )
    row.secrets = {"nonce": begun.nonce, "code_verifier": begun.verifier, "scopes": scopes}
    row.save(force_insert=True)
    return begun


def redeem(state: str, cookies: Mapping[str, str], *, at: str) -> PendingLaunch:
    """Use up the request that ``state`` names; raise :class:`LaunchRefused`.

    ``at`` is the slug of the EHR to whose callback the answer came.

    The browser is checked first: a stranger who saw the state cannot spoil it.
    """
    row = PendingLaunch.objects.select_related("ehr").filter(state_hash=fingerprint(state)).first()
    if row is None:
        raise LaunchRefused("state_unknown")
    shown = cookies.get(cookie_name(state))
    if row.used_at is not None:
        raise LaunchRefused("state_replayed", ehr=row.ehr)
    if shown is None:
        raise LaunchRefused("launch_cookie_missing", ehr=row.ehr, detail="callback")
    if not hmac.compare_digest(fingerprint(shown), row.browser_hash):
        raise LaunchRefused("state_mismatch", ehr=row.ehr)
    if row.expires_at <= timezone.now():
        raise LaunchRefused("state_expired", ehr=row.ehr)
    unused = PendingLaunch.objects.filter(pk=row.pk, used_at=None)
    if unused.update(used_at=timezone.now()) == 0:
        raise LaunchRefused("state_replayed", ehr=row.ehr)
    # Used up all the same: a state that was seen at another EHR is not waited for any more.
    if row.ehr.slug != at:
        known = Ehr.objects.filter(slug=at).exists()
        raise LaunchRefused("callback_mismatch", ehr=row.ehr, detail=at if known else "unknown")
    return row


def was_opened_before(pending: PendingLaunch) -> bool:
    """Tell whether the same launch of the EHR has come through before.

    Not a reason to refuse by itself: some launchers give every opening of a patient one value.
    """
    if not pending.launch_hash:
        return False
    earlier = PendingLaunch.objects.filter(ehr=pending.ehr, launch_hash=pending.launch_hash)
    return earlier.exclude(pk=pending.pk).exclude(used_at=None).exists()


def sweep() -> None:
    """Drop requests of yesterday; a replay of one is then unknown, and refused all the same."""
    PendingLaunch.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()


def _launch_hash(ehr: Ehr, launch: str | None) -> str:
    return fingerprint(f"{ehr.issuer}|{launch}") if launch else ""
