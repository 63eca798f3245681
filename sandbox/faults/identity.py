"""Tokens that end early, scopes that shrink, clocks that are wrong, keys that change."""

import json
import time
from datetime import timedelta
from email.utils import formatdate
from functools import cache
from typing import Any

from asgiref.sync import sync_to_async
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from sandbox.faults.calls import BULK, KINDS, READING, Call
from sandbox.faults.registry import Ask, fault
from sandbox.oauth import keys
from sandbox.oauth.models import Token
from sandbox.wire import Answer

_FHIR = (*READING, "write", *BULK, "events")
_TIMES = ("iat", "exp", "auth_time", "nbf")


@fault("expired-token", kinds=_FHIR)
async def expired_token(call: Call, ask: Ask) -> Answer:
    """The access token of this call expires now, whatever its ``expires_in`` was; a refresh
    brings a good one.
    """
    await sync_to_async(_expire)(call.bearer)
    return await ask()


def _expire(bearer: str) -> None:
    Token.objects.filter(access_token=bearer).update(expires_at=timezone.now())


@fault("revoked-token", kinds=_FHIR)
async def revoked_token(call: Call, ask: Ask) -> Answer:
    """The whole authorization behind this call's token ends: its refresh token too."""
    await sync_to_async(_revoke)(call.bearer)
    return await ask()


def _revoke(bearer: str) -> None:
    found = Token.objects.filter(access_token=bearer).first()
    if found is not None:
        Token.revoke_family(found.family)


@fault("rejected-token", kinds=_FHIR)
async def rejected_token(call: Call, ask: Ask) -> Answer:
    """A good token is taken for none: 401 in the vendor's words, and after a refresh again."""
    headers = [pair for pair in call.scope["headers"] if pair[0] != b"authorization"]
    call.scope["headers"] = headers
    return await ask()


@fault("trimmed-scopes", kinds=("token",))
async def trimmed_scopes(
    _call: Call, ask: Ask, *, drop: str = "Observation DocumentReference", silent: bool = False
) -> Answer:
    """Scopes that name any of the words in ``drop`` are not granted; ``silent`` leaves ``scope``
    out of the answer, so that only a call to the chart shows it.
    """
    answer = await ask()
    document = answer.document()
    if document is None or "access_token" not in document:
        return answer
    words = drop.split()
    granted = str(document.get("scope", "")).split()
    kept = " ".join(one for one in granted if not any(word in one for word in words))
    await sync_to_async(_narrow)(str(document["access_token"]), kept)
    said = {**document, "scope": kept}
    if silent:
        said.pop("scope")
    return answer.saying(said)


def _narrow(access_token: str, scope: str) -> None:
    Token.objects.filter(access_token=access_token).update(scope=scope)


@fault("short-tokens", kinds=("token",))
async def short_tokens(_call: Call, ask: Ask, *, seconds: int = 3) -> Answer:
    """Tokens live for so many seconds, and say so."""
    answer = await ask()
    document = answer.document()
    if document is None or "access_token" not in document:
        return answer
    later = timezone.now() + timedelta(seconds=seconds)
    await sync_to_async(_end)(str(document["access_token"]), later)
    return answer.saying({**document, "expires_in": seconds})


def _end(access_token: str, moment: Any) -> None:
    Token.objects.filter(access_token=access_token).update(expires_at=moment)


@fault("clock-skew", kinds=KINDS)
async def clock_skew(_call: Call, ask: Ask, *, seconds: float = 600) -> Answer:
    """The hospital's clock is wrong by so many seconds (negative: behind): in Date, and in the
    times of the id_token, which is signed as it should be.
    """
    answer = (await ask()).headed(date=formatdate(time.time() + seconds, usegmt=True))
    return _resigned(answer, keys.signing_key(), seconds)


@fault("rotated-keys", kinds=("token", "jwks"))
async def rotated_keys(call: Call, ask: Ask, *, how: str = "replaced") -> Answer:
    """id_tokens are signed by a new key. ``how``: replaced (only the new one is published),
    both (old and new are), hidden (only the old one is: the id_token must not be believed).
    """
    answer = await ask()
    document = answer.document()
    if call.kind == "token":
        return _resigned(answer, _new_key(), 0)
    if document is None or how == "hidden":
        return answer
    new = dict(_new_key().as_dict(private=False), use="sig")
    old = document.get("keys", [])
    if old and "kid" in old[0]:
        new["alg"] = "RS256"
    else:
        new.pop("kid", None)
    return answer.saying({"keys": [new] if how == "replaced" else [*old, new]})


@cache
def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


def _resigned(answer: Answer, key: RSAKey, seconds: float) -> Answer:
    """Return a token answer whose id_token is signed anew, its times moved."""
    document = answer.document()
    if document is None or "id_token" not in document:
        return answer
    parts = jws.extract_compact(document["id_token"].encode())
    header = dict(parts.headers())
    if "kid" in header:
        header["kid"] = key.kid
    claims = json.loads(parts.payload)
    moved = {
        name: int(value + seconds) if name in _TIMES else value for name, value in claims.items()
    }
    signed = jwt.encode(header, moved, key, algorithms=[header["alg"]])
    return answer.saying({**document, "id_token": signed})
