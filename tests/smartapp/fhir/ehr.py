"""A scripted EHR under ``httpx2.MockTransport``, and a reader over the real transport stack."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.errors import FhirError, SessionLost
from smartapp.fhir.reader import Reader
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import Profile, load

BASE = "https://ehr.example/fhir/R4"
PATIENT = "p1"
EPIC_ERRORS = "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369"
FHIR_JSON = {"Content-Type": "application/fhir+json"}
Answer = httpx2.Response | Exception


@dataclass
class Tokens:
    """A bearer whose renewals are counted; ``renewals`` are handed out one after the other."""

    first: str = "token-1"
    renewals: list[str] = field(default_factory=lambda: ["token-2"])
    renewed_times: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def token(self) -> str:
        return self.first

    def renewed(self, *, refused: str) -> str:
        with self.lock:
            if self.first == refused:
                self.renewed_times += 1
                self.first = self.renewals.pop(0)
            return self.first

    def refused_again(self) -> FhirError:
        return SessionLost(status=401)


@dataclass
class Ehr:
    """Answers by the path below the base, in the order given; the last answer stays."""

    answers: dict[str, list[Answer] | Callable[[httpx2.Request], httpx2.Response]] = field(
        default_factory=dict
    )
    asked: list[httpx2.Request] = field(default_factory=list)

    def on(self, path: str, *answers: Any) -> "Ehr":
        """Script the answers to a path (``Observation``) or to path and query."""
        self.answers[path] = answers[0] if callable(answers[0]) else list(answers)
        return self

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        # The wrappers take the token off again: keep what was really sent.
        self.asked.append(httpx2.Request("GET", request.url, headers=dict(request.headers)))
        below = str(request.url).removeprefix(f"{BASE}/")
        script = self.answers.get(below) or self.answers.get(below.split("?")[0])
        if script is None:
            return bundle()
        if callable(script):
            return script(request)
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def paths(self) -> list[str]:
        return [str(request.url).removeprefix(f"{BASE}/") for request in self.asked]

    def sent_tokens(self) -> list[str]:
        return [request.headers.get("authorization", "") for request in self.asked]


def fhir(body: Any, status: int = 200, **headers: str) -> httpx2.Response:
    """A FHIR JSON answer."""
    return httpx2.Response(status, content=json.dumps(body), headers={**FHIR_JSON, **headers})


def bundle(
    *resources: dict[str, Any], next_link: str = "", total: int | None = None
) -> httpx2.Response:
    """A searchset."""
    body: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": resource} for resource in resources],
    }
    if next_link:
        body["link"] = [
            {"relation": "self", "url": f"{BASE}/Observation"},
            {"relation": "next", "url": next_link},
        ]
    if total is not None:
        body["total"] = total
    return fhir(body)


def outcome(
    code: str, severity: str = "error", status: int = 400, number: str = "", **headers: str
) -> httpx2.Response:
    """A refusal in an OperationOutcome."""
    return fhir(issue(code, severity, number), status, **headers)


def issue(code: str, severity: str = "error", number: str = "") -> dict[str, Any]:
    """An OperationOutcome of one issue."""
    found: dict[str, Any] = {"severity": severity, "code": code, "diagnostics": "Server's words."}
    if number:
        found["details"] = {"coding": [{"system": EPIC_ERRORS, "code": number}]}
    return {"resourceType": "OperationOutcome", "issue": [found]}


def observation(resource_id: str = "o1", patient: str = PATIENT, **more: Any) -> dict[str, Any]:
    """A potassium."""
    return {
        "resourceType": "Observation",
        "id": resource_id,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
        "subject": {"reference": f"Patient/{patient}"},
        **more,
    }


def reader(
    ehr: Callable[[httpx2.Request], httpx2.Response],
    *,
    profile: Profile | str = "generic",
    tokens: Any = None,
    scopes: str = "patient/*.rs",
    seconds: float = 5.0,
    cache_seconds: int = 0,
    scope: str = "",
) -> Reader:
    """A reader over the whole stack, its wire replaced by ``ehr``."""
    profile = load(profile) if isinstance(profile, str) else profile
    base = Base(BASE)
    transport = stack.build(
        base=base,
        scope=scope or f"{BASE}|launch-{id(ehr)}|{PATIENT}",
        bearer=tokens or Tokens(),
        bucket=TokenBucket(per_second=1000, burst=1000),
        cache_seconds=cache_seconds,
        inner=httpx2.MockTransport(ehr),
    )
    return Reader(
        profile=profile,
        asker=Asker(transport=transport, base=base, accept=profile.accept),
        patient_id=PATIENT,
        granted_scopes=scopes,
        seconds=seconds,
    )
