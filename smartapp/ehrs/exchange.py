"""What a token endpoint is asked: a code's tokens, new ones, a backend's, and to forget them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from authlib.integrations.base_client import OAuthError

from smartapp.ehrs.answers import TokenAnswer, token_answer
from smartapp.ehrs.client import oauth_client
from smartapp.ehrs.discovery import SmartConfiguration, smart_configuration
from smartapp.ehrs.errors import EhrAnswerUnreadable, EhrError
from smartapp.ehrs.wire import reaching
from smartapp.models import BackendClient, Ehr

# RFC 6749 section 5.2. Anything else is told as "other": the server's own words may hold anything.
_KNOWN = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    }
)


class GrantRefused(EhrError):
    """The token endpoint said no; ``reason`` is a code of RFC 6749 or ``other``.

    ``further``: an https address at which the EHR says more, or "".
    """

    code = "grant_refused"

    def __init__(self, reason: str, further: str = "") -> None:
        self.further = further
        self.reason = reason if reason in _KNOWN else "other"
        super().__init__(f"The EHR refused: {self.reason}.")


def redeem_code(
    ehr: Ehr, configuration: SmartConfiguration, *, code: str, verifier: str, redirect_uri: str
) -> TokenAnswer:
    """Exchange an authorization code, once; raise :class:`GrantRefused` or another ``EhrError``."""
    with _asking(), oauth_client(ehr, configuration) as client:
        answer = client.fetch_token(
            configuration.token_endpoint,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=redirect_uri,
        )
    return token_answer(dict(answer))


def refresh(ehr: Ehr, refresh_token: str) -> TokenAnswer:
    """Ask for new tokens; the answer's ``refresh_token`` is absent where the old one stays good.

    Asking for no scope keeps all of those granted (RFC 6749 section 6).
    """
    configuration = smart_configuration(ehr)
    known = {"access_token": "", "token_type": "bearer"}
    with _asking(), oauth_client(ehr, configuration, token=known) as client:
        answer = client.refresh_token(configuration.token_endpoint, refresh_token=refresh_token)
    found: dict[str, Any] = dict(answer)
    # Authlib puts the old one back where none came; that is not a new one.
    if found.get("refresh_token") == refresh_token:
        found["refresh_token"] = None
    return token_answer(found)


def backend_token(client: BackendClient) -> TokenAnswer:
    """Ask for a backend's access token (``client_credentials``); it never has a refresh token.

    Raises :class:`GrantRefused` or another ``EhrError``.
    """
    configuration = smart_configuration(client.ehr)
    with _asking(), oauth_client(client, configuration) as oauth:
        answer = oauth.fetch_token(
            configuration.token_endpoint, grant_type="client_credentials", scope=client.scopes
        )
    # An EHR that sends one all the same (RFC 6749 section 4.4.3 says not to) is not believed.
    return token_answer({**answer, "refresh_token": None})


def revoke(
    ehr: Ehr, token: str, *, kind: str, configuration: SmartConfiguration | None = None
) -> bool:
    """Ask the EHR to forget a token; ``kind`` is a ``token_type_hint``. Tell whether it did."""
    configuration = configuration or smart_configuration(ehr)
    if configuration.revocation_endpoint is None:
        return False
    with _asking(), oauth_client(ehr, configuration) as client:
        answer = client.revoke_token(
            configuration.revocation_endpoint, token=token, token_type_hint=kind
        )
    return bool(answer.status_code == 200)


@contextmanager
def _asking() -> Iterator[None]:
    try:
        with reaching():
            yield
    except OAuthError as error:
        raise GrantRefused(str(error.error), error.uri or "") from None
    except (ValueError, RecursionError):
        raise EhrAnswerUnreadable("The token answer is not JSON.") from None
