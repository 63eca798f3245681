"""The check itself: discovery, statement, live probes, and what they come to."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from smartapp.checking import live
from smartapp.checking.capability import Capability, capability_of
from smartapp.checking.errors import CheckRefused
from smartapp.checking.judging import (
    by_count,
    by_public_answer,
    by_reading,
    by_statement,
    verdict_of,
)
from smartapp.checking.public import Public
from smartapp.checking.report import Finding, Note, Report
from smartapp.checking.writing import written
from smartapp.ehrs.addresses import is_safe
from smartapp.ehrs.discovery import SmartConfiguration, smart_configuration
from smartapp.ehrs.errors import EhrError
from smartapp.fhir.addresses import Base
from smartapp.fhir.queries import queries_for
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import Profile, ProfileInvalid, profile_of
from smartapp.fhir.vendors.concepts import ConceptQuery, Unsupported
from smartapp.fhir.vendors.needs import usual_resources
from smartapp.models import Ehr
from smartapp.scopes import Offer, asked_for, registered, tools_of
from smartapp.scopes.asking import Lasting

SECONDS = 25.0
NOBODY = "countersign-check"  # a patient's id that no EHR has
_AT_ONCE = 6


def check(ehr: Ehr, *, patient_id: str = "", seconds: float = SECONDS) -> Report:
    """Check an EHR, registered or not yet (an unsaved ``Ehr`` with issuer and vendor).

    With a backend's token each concept is read live, of ``patient_id`` where it is given. Raises
    :class:`CheckRefused` where the EHR cannot be asked at all.
    """
    if not is_safe(ehr.issuer) or "?" in ehr.issuer:
        raise CheckRefused("issuer_unsafe")
    base = Base(ehr.issuer.rstrip("/"))
    try:
        profile, smart = profile_of(ehr), smart_configuration(ehr, anew=True)
    except ProfileInvalid as error:
        raise CheckRefused(error.code) from None
    except EhrError as error:
        raise CheckRefused.of(error) from None
    public = Public(base, accept=profile.accept, deadline=time.monotonic() + seconds)
    capability = capability_of(public.get("metadata"))
    counted = by_count(ehr)  # before this check adds to it
    reading = live.read(ehr, profile, patient_id=patient_id or NOBODY)
    if reading is None:
        probes = _without_token(public, profile, capability)
    else:
        real = bool(patient_id)
        probes = {
            concept: tuple(by_reading(result, real_patient=real))
            for concept, result in reading.items()
        }
    syntax = profile.scope_syntax
    resources = usual_resources(profile, syntax=syntax, offer=Offer.of(smart.scopes_supported))
    return Report(
        issuer=ehr.issuer,
        vendor=profile.name,
        fhir_version=capability.fhir_version,
        live="asked without a token" if reading is None else "read with a backend's token",
        findings=tuple(_findings(profile, capability, probes, counted, smart.scopes_supported)),
        notes=tuple(_notes(ehr, profile, smart, with_token=reading is not None)),
        scopes=asked_for(resources, lasting=_lasting(smart)),
    )


def _findings(
    profile: Profile,
    capability: Capability,
    probes: dict[Concept, tuple[Note, ...]],
    counted: dict[str, list[Note]],
    scopes_supported: Iterable[str],
) -> Iterator[Finding]:
    tools = tools_of(registered()).values()
    for concept in Concept:
        readers = tuple(tool.title for tool in tools if concept.value in tool.concepts)
        write, about = written(profile, concept, capability, scopes_supported)
        asks = profile.concepts[concept]
        if isinstance(asks, Unsupported):
            notes: tuple[Note, ...] = (Note("not_offered"),)
            yield Finding(
                concept.value,
                "",
                verdict_of(notes),
                readers,
                notes,
                write=write,
                write_notes=about,
            )
            continue
        told = (*probes.get(concept, ()), *counted.get(concept.value, ()))
        notes = tuple(dict.fromkeys([*by_statement(profile, asks, capability), *told]))
        unread = {note.code for note in told} & {"not_probed", "needs_patient"}
        probed = concept in probes and not unread
        yield Finding(
            concept.value, asks.type, verdict_of(notes), readers, notes, probed, write, about
        )


def _without_token(
    public: Public, profile: Profile, capability: Capability
) -> dict[Concept, tuple[Note, ...]]:
    """Ask for each concept as if somebody had forgotten the token: what is served asks for one."""
    asked = {
        concept: asks
        for concept, asks in profile.concepts.items()
        if isinstance(asks, ConceptQuery) and asks.type in capability.types
    }

    def probe(concept: Concept) -> tuple[Note, ...]:
        query = queries_for(concept, asked[concept], patient_id=NOBODY)[0]
        return tuple(by_public_answer(public.get(query.link)))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(asked, pool.map(probe, asked), strict=True))


def _notes(
    ehr: Ehr, profile: Profile, smart: SmartConfiguration, *, with_token: bool
) -> Iterator[Note]:
    versions = {each for each in smart.capabilities if each.startswith("permission-v")}
    if versions and f"permission-{profile.scope_syntax}" not in versions:
        yield Note("syntax_differs", profile.scope_syntax)
    if smart.authorization_endpoint is None:
        yield Note("no_authorization")
    if "launch-ehr" not in smart.capabilities:
        yield Note("no_ehr_launch")
    if "sso-openid-connect" not in smart.capabilities:
        yield Note("no_openid")
    methods = smart.token_endpoint_auth_methods_supported
    confidential = ehr.client_auth not in {"", Ehr.ClientAuth.PUBLIC.value}
    if methods is not None and confidential and ehr.client_auth not in methods:
        yield Note("auth_not_listed", ehr.client_auth)
    if not smart.scopes_supported:
        yield Note("no_scopes_listed")
    if not with_token:
        yield Note("no_backend_token")


def _lasting(smart: SmartConfiguration) -> Lasting:
    """Return the shorter-lived of the two ways to keep access, where the EHR lists one."""
    if "permission-online" in smart.capabilities:
        return "online_access"
    return "offline_access" if "permission-offline" in smart.capabilities else ""
