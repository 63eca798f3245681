"""What an export lacks, and why: ``{"resource_type", "reason", "detail", "count"}``, no PHI."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from smartapp.fhir.absences import REASONS
from smartapp.fhir.bulk.lines import lines_of
from smartapp.fhir.bulk.manifests import Manifest
from smartapp.fhir.errors import FhirError, HtmlInstead, NotFound, XmlInstead
from smartapp.fhir.outcomes import BY_CODE, NOTHING_FOUND, WITHHELD, Issue, issues_of
from smartapp.fhir.payloads import json_or_none
from smartapp.fhir.results import Reason
from smartapp.models import BulkExport, BulkFile

_WITHHELD = frozenset({"suppressed", "forbidden", "security"})
_BY_ERROR = {
    **{kind.code: reason for kind, reason in REASONS.items()},
    HtmlInstead.code: Reason.UNREADABLE,
    XmlInstead.code: Reason.UNREADABLE,
    NotFound.code: Reason.FAILED,  # of a file; of a search it means an unknown type
}


def lack(resource_type: str, reason: Reason, detail: str, count: int = 1) -> dict[str, Any]:
    """Return one entry."""
    return {
        "resource_type": resource_type,
        "reason": reason.value,
        "detail": detail,
        "count": count,
    }


def words(entry: dict[str, Any]) -> str:
    """Return an entry as the trail keeps it: ``Observation: forbidden (access_denied)``."""
    return f"{entry['resource_type'] or 'some'}: {entry['reason']} ({entry['detail']})"


def of_manifest(manifest: Manifest) -> list[dict[str, Any]]:
    """Return what the manifest itself leaves out."""
    found = []
    if manifest.goes_on:
        found.append(lack("", Reason.CUT_OFF, "more_manifests"))
    if manifest.unreadable:
        found.append(lack("", Reason.UNREADABLE, "manifest", manifest.unreadable))
    return found


def of_files(export: BulkExport) -> list[dict[str, Any]]:
    """Return what could not be fetched, and what the EHR says it could not export."""
    found = []
    for file in export.files.order_by("number"):
        if file.state == BulkFile.State.FAILED:
            reason = _BY_ERROR.get(file.code, Reason.FAILED)
            found.append(lack(file.resource_type, reason, file.code))
        elif file.kind == BulkFile.Kind.ERROR:
            found += _told(file, export.wish["types"])
        elif file.expected is None and not file.lines:
            # What holds nothing is not listed: somebody else than the EHR answered.
            found.append(lack(file.resource_type, Reason.UNREADABLE, "empty_file"))
        elif file.expected is not None and file.lines < file.expected:
            short = file.expected - file.lines
            found.append(lack(file.resource_type, Reason.CUT_OFF, "fewer_than_counted", short))
    return found


def _told(file: BulkFile, types: list[str]) -> list[dict[str, Any]]:
    """Count the reasons in a file of OperationOutcomes, whose words are not kept.

    Where they name one of the exported types, and one alone, it is that type that is lacking.
    """
    counted: Counter[tuple[str, Reason, str]] = Counter()
    for line, _ in lines_of(file):
        outcome = json_or_none(line)
        issues = issues_of(outcome)
        kind = _named(outcome, types)
        counted.update((kind, *each) for each in _reasons(issues))
        if not issues:
            counted[("", Reason.UNREADABLE, "error_file")] += 1
    return [lack(*told, count) for told, count in sorted(counted.items())]


def _named(outcome: Any, types: list[str]) -> str:
    words = set(re.findall(r"[A-Za-z]+", " ".join(_words(outcome))))
    named = words & set(types)
    return named.pop() if len(named) == 1 else ""


def _words(outcome: Any) -> Iterator[str]:
    issues = outcome.get("issue") if isinstance(outcome, dict) else None
    for issue in issues if isinstance(issues, list) else ():
        if isinstance(issue, dict):
            details = issue.get("details")
            yield str(issue.get("diagnostics", ""))
            yield str(details.get("text", "")) if isinstance(details, dict) else ""


def _reasons(issues: tuple[Issue, ...]) -> Iterator[tuple[Reason, str]]:
    for issue in issues:
        withheld = issue.numbers & WITHHELD
        if NOTHING_FOUND in issue.numbers or (issue.severity == "information" and not withheld):
            continue
        if withheld or issue.code in _WITHHELD:
            reason = Reason.FORBIDDEN if issue.fatal else Reason.SUPPRESSED
            yield reason, "told_by_ehr"
            continue
        kind = issue.numbered or BY_CODE.get(issue.code, FhirError)
        yield next((REASONS[k] for k in kind.__mro__ if k in REASONS), Reason.FAILED), "told_by_ehr"
