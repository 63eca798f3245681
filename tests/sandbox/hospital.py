"""A client of the sandbox hospital for tests: tokens by a real launch, then plain FHIR."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.conftest import Sandbox

JSON = "application/fhir+json"
# One pool of connections for all tests; a fixture closes it.
HTTP = httpx2.Client(timeout=20)

# Enough to see everything: v1 scopes for Epic, v2 for the others; a user's, so of every patient.
USER_SCOPES = {"epic": "user/*.read user/*.write", "generic": "user/*.cruds"}
_ORACLE_TYPES = """
    Patient Practitioner PractitionerRole Organization Location Encounter Condition
    AllergyIntolerance MedicationRequest Medication Observation DocumentReference Binary
    DiagnosticReport Appointment Immunization CarePlan CareTeam Procedure ServiceRequest
    MedicationAdministration FamilyMemberHistory Communication Provenance Goal Coverage Person RelatedPerson Group
"""
USER_SCOPES["oracle"] = " ".join(f"user/{kind}.cruds" for kind in _ORACLE_TYPES.split())


@dataclass
class Client:
    """FHIR calls of one token at one personality."""

    base: str
    token: str
    grant: dict[str, Any] = field(default_factory=dict)

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Send a request below the base, or to an absolute address."""
        headers = {"Accept": JSON, "Authorization": f"Bearer {self.token}"}
        headers |= options.pop("headers", {})
        url = path if path.startswith("http") else f"{self.base}/{path}"
        return HTTP.request(method, url, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """GET below the base."""
        return self.request("GET", path, **options)

    def ids(self, path: str, mode: str = "match") -> list[str]:
        """Return the ids of what a search finds on its first page."""
        bundle = self.get(path).raise_for_status().json()
        entries = bundle.get("entry", [])
        return [e["resource"]["id"] for e in entries if e["search"]["mode"] == mode]

    def everything(self, path: str) -> list[dict[str, Any]]:
        """Return the matches of all pages."""
        found: list[dict[str, Any]] = []
        url: str | None = path
        while url:
            bundle = self.get(url).raise_for_status().json()
            found += [
                e["resource"] for e in bundle.get("entry", []) if e["search"]["mode"] == "match"
            ]
            url = next((one["url"] for one in bundle["link"] if one["relation"] == "next"), None)
        return found


def sign_in(
    sandbox: Sandbox, personality: str, patient: str, user: str, scope: str | None = None
) -> Client:
    """Launch on a patient as a user and return the client with its token."""
    issuer = sandbox.issuer(personality)
    launch = sandbox.launch(personality, patient=patient, user=user)
    discovered = HTTP.get(f"{issuer}/.well-known/smart-configuration").raise_for_status().json()
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    redirect = f"{sandbox.app_url}/launch/callback/{personality}/"
    base = httpx2.URL(f"{issuer}/")
    answer = HTTP.get(
        base.join(discovered["authorization_endpoint"]),
        params={
            "response_type": "code",
            "client_id": "countersign-public",
            "redirect_uri": redirect,
            "launch": launch["launch"],
            "scope": f"launch openid fhirUser {scope or USER_SCOPES[personality]}",
            "state": secrets.token_urlsafe(24),
            "aud": issuer,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        },
    )
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": "countersign-public",
        "code_verifier": verifier,
    }
    token = HTTP.post(base.join(discovered["token_endpoint"]), data=form).raise_for_status()
    return Client(issuer, token.json()["access_token"], token.json())
