"""Who the EHR says is there: the id_token, verified in full, and its ``fhirUser``."""

import re
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import errors as jose
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry, extract_compact

from smartapp.ehrs.addresses import relative_reference
from smartapp.ehrs.discovery import OpenIdConfiguration, public_keys
from smartapp.launch.refusals import LaunchRefused
from smartapp.models import Ehr

# RS256 is what OpenID makes every server offer; a shared secret (HS…) would prove nothing.
_KINDS = {
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "PS256": "RSA",
    "PS384": "RSA",
    "ES256": "EC",
    "ES384": "EC",
}
_CLOCKS_MAY_DIFFER = 30
_FHIR_USER = re.compile(
    r"(?P<type>Practitioner|PractitionerRole|Patient|RelatedPerson|Person)/[A-Za-z0-9.\-]{1,64}"
)
_CLINICIANS = {"Practitioner", "PractitionerRole"}
# The claim that failed, in the words of the refusal codes.
_CLAIM_CODES = {
    "iss": "id_token_issuer",
    "aud": "id_token_audience",
    "azp": "id_token_audience",
    "exp": "id_token_expired",
    "nbf": "id_token_expired",
    "iat": "id_token_expired",
    "nonce": "id_token_nonce",
    "at_hash": "id_token_access_token",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified clinician. ``fhir_user`` is relative; ``name`` is empty where none was told."""

    fhir_user: str
    name: str


def verify(
    id_token: str, *, ehr: Ehr, openid: OpenIdConfiguration, nonce: str, access_token: str
) -> Identity:
    """Verify an id_token and its ``fhirUser``; raise :class:`LaunchRefused`, or ``EhrError``."""
    claims = _verified_claims(id_token, ehr, openid, nonce=nonce, access_token=access_token)
    name = claims.get("name")
    return Identity(
        fhir_user=_clinician(claims.get("fhirUser"), ehr),
        name=name[:200] if isinstance(name, str) else "",
    )


def _verified_claims(
    id_token: str, ehr: Ehr, openid: OpenIdConfiguration, *, nonce: str, access_token: str
) -> dict[str, Any]:
    header, claims = _signed(id_token, openid)
    required = {
        "iss": {"essential": True, "value": openid.issuer},
        "aud": {"essential": True, "value": ehr.client_id},
    }
    known = {"nonce": nonce, "client_id": ehr.client_id, "access_token": access_token}
    try:
        CodeIDToken(claims, header, required, known).validate(leeway=_CLOCKS_MAY_DIFFER)
    except jose.ExpiredTokenError:
        raise LaunchRefused("id_token_expired") from None
    except (jose.MissingClaimError, jose.InvalidClaimError) as error:
        raise LaunchRefused(_CLAIM_CODES.get(error.claim, "id_token_claims")) from None
    except (jose.JoseError, ValueError, TypeError):
        raise LaunchRefused("id_token_claims") from None
    return claims


def _signed(id_token: str, openid: OpenIdConfiguration) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a token whose signature holds."""
    try:
        header: dict[str, Any] = dict(extract_compact(id_token.encode()).headers())
    except (jose.JoseError, ValueError, TypeError):
        raise LaunchRefused("id_token_unreadable") from None
    algorithm = header.get("alg")
    if algorithm not in _KINDS:
        raise LaunchRefused("id_token_algorithm")
    # Not strict about the header: some EHRs add members of their own.
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    # Where keys have no names, one that is kept still fits after the EHR has changed it.
    for looks in ((False, True), (True,)):
        try:
            token = jwt.decode(id_token, _key(header, openid, looks), registry=registry)
        except jose.BadSignatureError:
            continue
        except (jose.JoseError, ValueError, TypeError):
            raise LaunchRefused("id_token_unreadable") from None
        return header, token.claims
    raise LaunchRefused("id_token_signature")


def _key(
    header: dict[str, Any], openid: OpenIdConfiguration, looks: tuple[bool, ...]
) -> RSAKey | ECKey:
    """Choose the key the header names; each of ``looks`` tells whether to ask the EHR anew.

    EHRs change keys without notice.
    """
    for anew in looks:
        fitting = [each for each in public_keys(openid, anew=anew) if _fits(each, header)]
        if len(fitting) == 1:
            return _imported(fitting[0])
    raise LaunchRefused("id_token_key")


def _fits(key: dict[str, Any], header: dict[str, Any]) -> bool:
    """Whether a key may have signed: `alg` and `use` are often absent, and `kid` sometimes is.

    Without a `kid` in the header any key of the right kind fits; only a single one is believed.
    """
    return (
        key.get("kty") == _KINDS[header["alg"]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and header.get("kid", key.get("kid")) == key.get("kid")
    )


def _imported(key: dict[str, Any]) -> RSAKey | ECKey:
    try:
        return RSAKey.import_key(key) if key["kty"] == "RSA" else ECKey.import_key(key)
    except (jose.JoseError, ValueError, TypeError):
        raise LaunchRefused("id_token_key") from None


def _clinician(fhir_user: object, ehr: Ehr) -> str:
    """Return ``Practitioner/1`` from an absolute or relative ``fhirUser``; refuse anyone else."""
    if not isinstance(fhir_user, str) or not fhir_user:
        raise LaunchRefused("fhir_user_missing")
    relative = relative_reference(ehr.issuer, fhir_user)
    if relative is None:
        raise LaunchRefused("fhir_user_foreign")
    match = _FHIR_USER.fullmatch(relative)
    if match is None:
        raise LaunchRefused("fhir_user_unreadable")
    if match["type"] not in _CLINICIANS:
        raise LaunchRefused("not_a_clinician", detail=match["type"])
    return relative
