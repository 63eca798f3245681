"""A scripted EHR that takes batches, or does not, with a chart for each of its patients."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

Resource = dict[str, Any]
EXPORTED_AT = "2026-11-24T02:10:00+00:00"
JSON = {"Content-Type": "application/fhir+json"}


@dataclass
class Hospital:
    """``wrong`` gives, by the start of an address, the status or resource answered instead."""

    base: str
    members: list[Resource] = field(default_factory=list)
    extra: list[Resource] = field(default_factory=list)
    wrong: dict[str, Any] = field(default_factory=dict)
    batches: int = 200
    exports: dict[str, list[Resource]] = field(default_factory=dict)  # by file, Type or Type.1
    lacking: list[Resource] = field(default_factory=list)  # the error file's outcomes
    kick_offs: list[int] = field(default_factory=list)  # refusals of the first ones
    preparing: bool = False
    asked: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = str(request.url).removeprefix(self.base).lstrip("/")
        self.asked.append(f"{request.method} {path}")
        if request.method == "POST":
            if self.batches != 200:
                return httpx2.Response(self.batches, headers=JSON, json={})
            entries = json.loads(request.content)["entry"]
            rows = [self._row(each["request"]["url"]) for each in entries]
            found = {"resourceType": "Bundle", "type": "batch-response", "entry": rows}
            return httpx2.Response(200, headers=JSON, json=found)
        if "/$export" in path or path.startswith("bulk/"):
            return self._exported(request, path)
        status, found = self.answer(path)
        return httpx2.Response(status, headers=JSON, json=found or {})

    def _exported(self, request: httpx2.Request, path: str) -> httpx2.Response:
        if request.method == "DELETE":
            return httpx2.Response(202)
        if "/$export" in path:
            if self.kick_offs:
                return httpx2.Response(self.kick_offs.pop(0), headers=JSON, json={})
            return httpx2.Response(202, headers={"Content-Location": f"{self.base}/bulk/1"})
        if path == "bulk/1":
            return self._manifest()
        rows = self.lacking if path == "bulk/errors" else self.exports[path[5:]]
        lines = (json.dumps(each).encode() + b"\n" for each in rows)
        return httpx2.Response(200, headers={"Content-Type": "application/ndjson"}, content=lines)

    def _manifest(self) -> httpx2.Response:
        if self.preparing:
            return httpx2.Response(202, headers={"Retry-After": "600"})
        files = [
            {"type": name.partition(".")[0], "url": f"{self.base}/bulk/{name}"}
            for name, rows in self.exports.items()
            if rows
        ]
        errors = [{"type": "OperationOutcome", "url": f"{self.base}/bulk/errors"}]
        found = {
            "transactionTime": EXPORTED_AT, "request": "x", "requiresAccessToken": True,
            "output": files, "error": errors if self.lacking else [],
        }  # fmt: skip
        return httpx2.Response(200, headers={"Content-Type": "application/json"}, json=found)

    def _row(self, url: str) -> Resource:
        self.inside.append(url)
        status, found = self.answer(url)
        return {"response": {"status": f"{status} said"}, **({"resource": found} if found else {})}

    def answer(self, path: str) -> tuple[int, Resource | None]:
        for start, instead in self.wrong.items():
            if path.startswith(start):
                return (instead, None) if isinstance(instead, int) else (200, instead)
        parts = urlsplit(path)
        if parts.path.startswith("Group/"):
            return 200, {"resourceType": "Group", "id": parts.path[6:], "member": self.members}
        if parts.path.startswith("Patient/"):
            return 200, {"resourceType": "Patient", "id": parts.path[8:], "birthDate": "1960-01-02"}
        patient = parse_qs(parts.query)["patient"][0]
        rows = [each for each in self.extra if each["resourceType"] == parts.path]
        if parts.path == "Observation" and "category=laboratory" in parts.query:
            rows = [result("o1", patient), *rows]
        return 200, bundle(*rows)


def bundle(*resources: Resource) -> Resource:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def result(name: str, patient: str) -> Resource:
    return {
        "resourceType": "Observation", "id": f"{name}-{patient}", "status": "final",
        "subject": {"reference": f"Patient/{patient}"},
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"text": "Potassium"}, "valueQuantity": {"value": 7.1, "unit": "mmol/L"},
    }  # fmt: skip


def member(reference: str, **more: Any) -> Resource:
    return {"entity": {"reference": reference}, **more}


def withheld() -> Resource:
    return {
        "resourceType": "OperationOutcome", "id": "w",
        "issue": [{"severity": "warning", "code": "suppressed"}],
    }  # fmt: skip
