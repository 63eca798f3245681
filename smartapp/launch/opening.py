"""The callback's work: from an authorization response to a launch that is open."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import transaction

from audit import context
from audit.events.launch import LaunchOpened
from audit.recorder import record_all
from smartapp import scopes, tokens
from smartapp.ehrs.answers import TokenAnswer
from smartapp.ehrs.discovery import (
    SmartConfiguration,
    openid_configuration,
    smart_configuration,
)
from smartapp.ehrs.errors import EhrAnswerUnreadable, EhrError
from smartapp.ehrs.exchange import GrantRefused, redeem_code
from smartapp.ehrs.further import further_page
from smartapp.fhir.read_ahead import start_reading
from smartapp.fhir.transport import cache
from smartapp.launch import identity, pending
from smartapp.launch.authorize import redirect_uri
from smartapp.launch.circumstances import circumstances
from smartapp.launch.clinicians import start_naming
from smartapp.launch.granted import difference
from smartapp.launch.refusals import REFUSALS, LaunchRefused
from smartapp.launch.units import unit_told
from smartapp.launch.unopened import tokens_given_back
from smartapp.models import Clinician, Ehr, Launch, PendingLaunch
from smartapp.models.launches import patient_index


def open_launch(response: Mapping[str, str], cookies: Mapping[str, str], *, at: str) -> Launch:
    """Open a launch from an authorization response; raise :class:`LaunchRefused`.

    ``response`` holds the callback's parameters, each once; ``at`` is the slug in its address.
    """
    state = response.get("state")
    if not state:
        # Some EHRs report a mistake of ours without the state; there is nothing to match it to.
        raise LaunchRefused("ehr_refused" if "error" in response else "state_missing")
    request = pending.redeem(state, cookies, at=at)
    try:
        return _open(response, request)
    except LaunchRefused as refused:
        refused.ehr = request.ehr
        raise
    except EhrError as error:
        code = error.code if error.code in REFUSALS else "token_unreadable"
        raise LaunchRefused(code, ehr=request.ehr) from None


def _open(response: Mapping[str, str], request: PendingLaunch) -> Launch:
    ehr = request.ehr
    configuration = smart_configuration(ehr)
    _check_issuer(response, ehr, configuration)
    if "error" in response:
        further = further_page(response.get("error_uri"))
        raise LaunchRefused(_why(response["error"], request), further=further)
    answer = _redeem(response.get("code", ""), request, configuration)
    with tokens_given_back(ehr, answer, configuration):
        who = _who(answer, request, configuration)
        if answer.patient is None:
            raise LaunchRefused("patient_missing")
        launch = _launch(request, answer, who)
        with context.bind(**circumstances(launch)):
            _read_and_store(launch, request, answer)
    with context.bind(**circumstances(launch)):
        start_naming(launch)
    return launch


def _read_and_store(launch: Launch, request: PendingLaunch, answer: TokenAnswer) -> None:
    """The chart is on its way while we write, and while the browser is sent to the panel.

    No page can show it before the launch is stored.
    """
    start_reading(launch, tokens.first(answer))
    try:
        _store(launch, request, answer)
    except Exception:
        cache.forget(launch.pk)
        raise


def _check_issuer(response: Mapping[str, str], ehr: Ehr, configuration: SmartConfiguration) -> None:
    """RFC 9207: the answer must come from the server we asked.

    This ``iss`` is the authorization server's; the launch's ``iss`` is the FHIR base.
    """
    told = response.get("iss")
    promised = configuration.authorization_response_iss_parameter_supported
    if told is None and not promised:
        return
    if told != (configuration.issuer or ehr.issuer):
        raise LaunchRefused("issuer_mismatch")


def _why(error: str, request: PendingLaunch) -> str:
    if error == "access_denied":
        return "consent_denied"
    return "launch_reused" if pending.was_opened_before(request) else "ehr_refused"


def _redeem(code: str, request: PendingLaunch, configuration: SmartConfiguration) -> TokenAnswer:
    if not code:
        raise LaunchRefused("code_refused", detail="no code")
    try:
        return redeem_code(
            request.ehr,
            configuration,
            code=code,
            verifier=request.secrets["code_verifier"],
            redirect_uri=redirect_uri(request.ehr),
        )
    except GrantRefused as refused:
        ours = refused.reason in {"invalid_client", "unauthorized_client"}
        raise LaunchRefused(
            "client_rejected" if ours else "code_refused",
            detail=refused.reason,
            further=refused.further,
        ) from None
    except EhrAnswerUnreadable:
        raise LaunchRefused("token_unreadable") from None


def _who(
    answer: TokenAnswer, request: PendingLaunch, configuration: SmartConfiguration
) -> identity.Identity:
    if answer.id_token is None:
        raise LaunchRefused("id_token_missing")
    return identity.verify(
        answer.id_token,
        ehr=request.ehr,
        openid=openid_configuration(request.ehr, configuration),
        nonce=request.secrets["nonce"],
        access_token=answer.access_token,
    )


def _granted(answer: TokenAnswer, request: PendingLaunch) -> str:
    """Return what was granted; an answer without ``scope`` grants all (RFC 6749 section 5.1)."""
    asked: str = request.secrets["scopes"]
    granted = asked if answer.scope is None else answer.scope
    wanted = tuple(each for each in asked.split() if scopes.parse(each))
    kinds = {parsed.resource_type for each in wanted if (parsed := scopes.parse(each))}
    if not any(scopes.allows(granted, kind, "read") for kind in kinds):
        raise LaunchRefused("scopes_empty", missing=wanted)
    return granted


def _launch(request: PendingLaunch, answer: TokenAnswer, who: identity.Identity) -> Launch:
    """The launch as it will be stored."""
    ehr = request.ehr
    launch = Launch(
        ehr=ehr,
        clinician=_clinician(ehr, who),
        patient_index=patient_index(ehr, answer.patient or ""),
        requested_scopes=request.secrets["scopes"],
        granted_scopes=_granted(answer, request),
        unit=unit_told(answer, ehr),
    )
    launch.context = _context(answer, ehr)
    return launch


@transaction.atomic
def _store(launch: Launch, request: PendingLaunch, answer: TokenAnswer) -> None:
    """The launch, its tokens and its line in the trail: all or none."""
    asked, granted = launch.requested_scopes, launch.granted_scopes
    launch.save(force_insert=True)
    tokens.keep(launch=launch, answer=answer)
    opened = LaunchOpened(
        standalone=request.standalone,
        scopes_granted=tuple(granted.split()),
        scopes_withheld=scopes.withheld(asked, granted),
        encounter_given=answer.encounter is not None,
        client_auth=launch.ehr.client_auth,
        unit=launch.unit,
    )
    record_all([opened, *difference(launch.ehr, asked=asked, granted=granted)])


def _clinician(ehr: Ehr, who: identity.Identity) -> Clinician:
    found, _ = Clinician.objects.get_or_create(ehr=ehr, fhir_user=who.fhir_user)
    if who.name and found.display_name != who.name:
        found.display_name = who.name
        found.save(update_fields=["display_name"])
    return found


def _context(answer: TokenAnswer, ehr: Ehr) -> dict[str, object]:
    return {
        "patient": answer.patient,
        "encounter": answer.encounter,
        "need_patient_banner": answer.need_patient_banner,
        "intent": answer.intent,
        "tenant": answer.tenant,
        "fhir_context": answer.fhir_context,
        "smart_style_url": _style_url(answer.smart_style_url, ehr),
    }


def _style_url(url: str | None, ehr: Ehr) -> str | None:
    """Keep a style sheet's address when it is https, or of the EHR's own origin."""
    if url is None:
        return None
    style, own = urlsplit(url), urlsplit(ehr.issuer)
    same = (style.scheme, style.netloc) == (own.scheme, own.netloc)
    return url if same or (style.scheme == "https" and style.netloc) else None
