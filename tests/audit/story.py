"""A decision's events as the rooms record them, about an invented patient."""

import hashlib
from uuid import UUID

from django.db import transaction

from audit import context
from audit.events.base import Outcome
from audit.events.decisions import (
    CitationClosed,
    CitationOpened,
    DraftSigned,
    DraftViewed,
    PanelOpened,
    StatementApproved,
    StatementEdited,
    StatementRejected,
)
from audit.events.drafting import (
    DraftReady,
    DraftRequested,
    DraftStarted,
    ModelAsked,
    ModelCalled,
    StatementVerified,
)
from audit.events.fhir import FhirRequested
from audit.events.launch import LaunchOpened
from audit.recorder import record, record_all
from encryption import blind_index

DRAFT = UUID("6f0d7f1e-7f1c-4d55-9a52-0a3f3f1f6a01")
LAUNCH = "story-launch-0000000a"
ISSUER = "https://ehr.test/fhir"
PATIENT = blind_index("patient", f"{ISSUER}|eQ81-774")
NOTE = "Potassium 5.9 mmol/L today. On spironolactone 25 mg daily."
PHI = ("Potassium", "spironolactone", "eQ81-774", "eK7Q-8841", "peaked T waves")

_STATEMENTS = (
    ("s-1", "objective", "Potassium 5.9 mmol/L today.", "checked", ""),
    ("s-2", "medications", "On spironolactone 12.5 mg daily.", "contradicted",
     "Says 12.5 mg; the chart says 25 mg (27 Oct 2026)."),
    ("s-3", "objective", "ECG today shows no peaked T waves.", "not_found",
     "No ECG was read."),
)  # fmt: skip


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def tell(*, signed: bool = True) -> None:
    """Record the whole story in one transaction."""
    clinician = context.bind(
        actor=f"{ISSUER}|Practitioner/eM5w-203", actor_name="Amara Osei, MD", launch_id=LAUNCH,
        patient_index=PATIENT, ehr="northfield", address="192.0.2.17", request_id="a" * 32,
    )  # fmt: skip
    with transaction.atomic(), clinician:
        _read()
        _draft()
        _look()
        _choose()
        if signed:
            _sign()


def _read() -> None:
    record(
        LaunchOpened(
            standalone=False,
            scopes_granted=("launch", "patient/Observation.rs", "patient/MedicationRequest.rs"),
            scopes_withheld=("patient/Appointment.rs",),
            encounter_given=True,
            client_auth="private_key_jwt",
        )
    )
    record(PanelOpened(document="progress_note", missing=("notes:timed_out",)))
    asked = {"method": "GET", "asked_at": "2026-11-17T19:03:11Z"}
    record_all(
        [
            FhirRequested(
                **asked, path="Patient/{id}", duration_ms=142, status=200, attempts=1,
                resource_type="Patient", count=1, returned=("Patient/eQ81-774@4",),
            ),
            FhirRequested(
                **asked, path="Observation", parameters=("patient", "category", "date"),
                duration_ms=1910, status=200, attempts=1, resource_type="Observation", count=5,
                returned=tuple(f"Observation/eK7Q-884{n}@1" for n in range(5)),
            ),
            FhirRequested(
                **asked, path="DocumentReference", duration_ms=9840, attempts=3,
                outcome=Outcome.FAILED, code="timed_out", resource_type="DocumentReference",
            ),
        ]
    )  # fmt: skip


def _draft() -> None:
    of = {"draft_id": str(DRAFT), "document": "progress_note"}
    record_all(
        [
            DraftRequested(**of),
            DraftStarted(**of, attempt=1, fencing=1, waited_ms=12),
            ModelAsked(
                **of, model_id="claude-sonnet-5-5", turn=1, attempt=1,
                prompt_version="progress_note 12", prompt_sha256="b" * 64,
                request_sha256="c" * 64, request='{"messages":[{"content":"Potassium 5.9"}]}',
            ),
            ModelCalled(
                **of, model_id="claude-sonnet-5-5", turn=1, attempt=1, request_id="req_011C",
                stop_reason="tool_use", tokens={"input": 18204, "output": 902}, ms=4121,
                request_sha256="c" * 64, answer_sha256="d" * 64, answer='[{"type":"tool_use"}]',
            ),
        ]
    )  # fmt: skip
    for position, (key, section, text, outcome, words) in enumerate(_STATEMENTS):
        findings = [{"rule": "r", "words": words}] if words else []
        record(
            StatementVerified(
                **of, statement_id=key, position=position, section=section,
                outcome_found=outcome, text_sha256=sha256(text), text=text,
                verdict={"outcome": outcome, "findings": findings},
            )
        )  # fmt: skip
    record(
        DraftReady(
            **of, drafter="claude", model_id="claude-sonnet-5-5", statements=3,
            outcomes={"checked": 1, "contradicted": 1, "not_found": 1},
            versions={"prompt": "progress_note 12", "verifier": "2026.11.1"},
            usage={"turns": 1}, reading_sha256="e" * 64,
        )
    )  # fmt: skip


def _look() -> None:
    draft = {"draft_id": str(DRAFT)}
    record(DraftViewed(**draft, document="progress_note", state="ready", revision=0, statements=3))
    source = {**draft, "statement_id": "s-1", "handle": "lab1"}
    record(
        CitationOpened(
            **source, kind="lab", high_stakes=("diagnosis",),
            source="Observation/eK7Q-8841/_history/1", name="Potassium 5.9, 17 Nov",
        )
    )  # fmt: skip
    record(CitationClosed(**source, ms=41_000))
    other = {**draft, "statement_id": "s-2", "handle": "med1"}
    record(CitationOpened(**other, kind="medication", name="Spironolactone order, 27 Oct"))
    record(CitationClosed(**other, ms=5_200))


def _choose() -> None:
    of = {"draft_id": str(DRAFT), "decision_id": "d", "draft_revision": 1, "text_sha256": "f" * 64}
    record(
        StatementApproved(**of, statement_id="s-1", outcome_found="checked", text=_STATEMENTS[0][2])
    )
    record(
        StatementEdited(
            **of, statement_id="s-2", outcome_found="contradicted", outcome_own="checked",
            before=_STATEMENTS[1][2], after="On spironolactone 25 mg daily.",
        )
    )  # fmt: skip
    record(
        StatementRejected(
            **of, statement_id="s-3", outcome_found="not_found", reason="not_in_chart",
            text=_STATEMENTS[2][2], comment="ECG not yet done",
        )
    )  # fmt: skip


def _sign() -> None:
    record(
        DraftSigned(
            draft_id=str(DRAFT), decision_id="d", draft_revision=4, document="progress_note",
            text_sha256=sha256(NOTE), attestation_version="1",
            attestation="I reviewed this note against the chart, and I sign it as its author.",
            approved=1, edited=1, left_out=1, text=NOTE,
        )
    )  # fmt: skip
