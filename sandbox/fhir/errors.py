"""Refusals, and the OperationOutcome each vendor makes of them."""

from typing import Any

from sandbox.personalities import Personality


class FhirError(Exception):
    """A refusal: HTTP status, FHIR issue code, a sentence, and a vendor's number if it has one."""

    def __init__(self, status: int, code: str, diagnostics: str, *, number: str = "") -> None:
        super().__init__(diagnostics)
        self.status = status
        self.code = code
        self.diagnostics = diagnostics
        self.number = number


class ScopeError(FhirError):
    """403: no scope of the token speaks of it. Some vendors refuse this before FHIR is reached."""

    def __init__(self, diagnostics: str) -> None:
        super().__init__(403, "forbidden", diagnostics)


def outcome(error: FhirError, personality: Personality) -> dict[str, Any]:
    """Return the OperationOutcome of a refusal in the vendor's shape."""
    words = personality.refusing
    issue: dict[str, Any] = {"severity": words.severity, "code": error.code}
    if words.system:
        number = error.number or words.numbers.get(error.code, "59100")
        issue["details"] = {
            "coding": [{"system": words.system, "code": number}],
            "text": error.diagnostics,
        }
    if words.sentence_in_details:
        issue["details"] = {"text": error.diagnostics}
    else:
        issue["diagnostics"] = error.diagnostics
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def note(severity: str, code: str, number: str, text: str, system: str) -> dict[str, Any]:
    """Return an OperationOutcome that accompanies results rather than replacing them."""
    details = {"coding": [{"system": system, "code": number, "display": text}], "text": text}
    issue = {"severity": severity, "code": code, "details": details, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
