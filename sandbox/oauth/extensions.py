"""What SMART and OpenID add to the code flow, hooked into Authlib's grants."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode

from sandbox.oauth import addresses, granting, keys, scopes
from sandbox.oauth.clients import Client
from sandbox.oauth.context import beside_token
from sandbox.oauth.models import AuthorizationCode, Context, Launch
from sandbox.oauth.quirks import quirks
from sandbox.personalities import Personality

# Names the picker's choice on the way back to the authorization endpoint.
PICKED = "sandbox_picked"
CANCELLED = "none"
_ONCE = ("aud", "launch", "nonce", "code_challenge", "code_challenge_method", PICKED)


class ProofKey(CodeChallenge):  # type: ignore[misc]
    """PKCE for every client, by S256 and nothing else."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str | None) -> None:
        """Authlib lets both parameters be absent; SMART does not."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Send code_challenge with code_challenge_method S256.")
        super().validate_code_challenge(grant, redirect_uri)


class SmartLaunch:
    """``aud``, ``state`` and the launch at the authorization endpoint; context beside the token."""

    def __init__(self, personality: Personality) -> None:
        self._personality = personality

    def __call__(self, grant: Any) -> None:
        """Hook into one grant, as Authlib asks of an extension."""
        grant.register_hook("after_validate_authorization_request_payload", self._check)
        grant.register_hook("after_create_token_response", self._add_context)

    def _check(self, grant: Any, _redirect_uri: object) -> None:
        payload = grant.request.payload
        repeated = [name for name in _ONCE if len(payload.datalist.get(name, ())) > 1]
        if repeated:
            raise InvalidRequestError(f"Send {repeated[0]} once.")
        if not payload.state:
            raise InvalidRequestError("Send state.")
        if payload.data.get("aud") != addresses.fhir_base(self._personality):
            raise InvalidRequestError("aud is not the address of this FHIR server.")
        granting.check(payload.scope, quirks(self._personality))
        grant.request.launch = self._launch(payload.data, set(payload.scope.split()))

    def _launch(self, data: dict[str, str], asked: set[str]) -> Launch | None:
        """The launch or the picked patient that the request names; None when nobody chose yet."""
        named, picked = data.get("launch"), data.get(PICKED)
        if bool(named) != ("launch" in asked):
            raise InvalidRequestError("The launch parameter and the scope launch go together.")
        if named is None and picked in (None, CANCELLED):
            _refuse_patient_scopes_without_a_patient(asked)
            return None
        launch = Launch.objects.filter(
            pk=named or picked, personality=self._personality.key, standalone=not named
        ).first()
        if launch is None or not launch.usable:
            raise InvalidRequestError("The launch is unknown, used or too old. Launch again.")
        return launch

    def _add_context(self, grant: Any, answer: tuple[int, dict[str, Any], object]) -> None:
        token = answer[1]
        # Authlib leaves an empty scope out, which would tell the client that it got all it asked.
        token.setdefault("scope", "")
        context: Context = grant.request.user
        token.update(beside_token(context, self._personality))


def _refuse_patient_scopes_without_a_patient(asked: set[str]) -> None:
    levels = {each.level for each in scopes.resource_scopes(asked)}
    if "patient" in levels and "launch/patient" not in asked:
        raise InvalidScopeError("patient/ scopes need launch or launch/patient.")


class IdToken(OpenIDCode):  # type: ignore[misc]
    """The id_token: RS256, with the user as ``fhirUser`` where that scope was granted."""

    def __init__(self, personality: Personality) -> None:
        super().__init__()
        self._personality = personality

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """A nonce is good for one authorization."""
        return AuthorizationCode.objects.filter(
            client_id=request.payload.client_id, nonce=nonce
        ).exists()

    def resolve_client_private_key(self, _client: Client) -> Any:
        """The hospital's own key."""
        return keys.signing_key()

    def get_client_algorithm(self, _client: Client) -> str:
        """The one algorithm every SMART client must understand."""
        return "RS256"

    def get_encode_header(self, client: Client) -> dict[str, str]:
        """Some EHRs name the key and some do not."""
        header = {"alg": self.get_client_algorithm(client), "typ": "JWT"}
        if quirks(self._personality).names_signing_key:
            header["kid"] = str(keys.signing_key().kid)
        return header

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        """Who says it, and to whom."""
        return {"iss": addresses.issuer(self._personality), "aud": client.client_id}

    def generate_user_info(self, user: Context, scope: str) -> dict[str, str]:
        """``sub`` and the user's FHIR resource, absolute or relative by the vendor's habit."""
        subject = user.user
        if quirks(self._personality).fhir_user_absolute:
            reference = f"{addresses.fhir_base(self._personality)}/{subject}"
        else:
            reference = subject
        wanted = {"fhirUser": "fhirUser", "profile": "profile"}
        named = {claim: reference for name, claim in wanted.items() if name in scope.split()}
        return {"sub": subject.replace("/", "-").lower(), **named}
