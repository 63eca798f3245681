"""What is counted of our asking, for ``/metrics``: by EHR and by words of ours, never by patient.

Each process counts into a file of its own (prometheus-client's multiprocess mode), and whoever is
asked for the figures adds them up. Where no token for ``/metrics`` is set, they stay in memory.
"""

from prometheus_client import Counter

REQUESTS = Counter(
    "countersign_fhir_requests",
    "Requests for chart data, by EHR, outcome, class of HTTP status, and where the answer was from",
    ["ehr", "outcome", "status", "answered_by"],
)
FALLBACKS = Counter(
    "countersign_fhir_fallbacks",
    "Readings of a concept that took another way than usual",
    ["ehr", "concept", "because", "answered"],
)
FAILURES = Counter(
    "countersign_ehr_failures",
    "Failures of EHRs that do not mend themselves, each counted, by code",
    ["ehr", "code"],
)
ALERTS = Counter(
    "countersign_ehr_alerts", "Alerts that were told to operations, grouped by EHR", ["ehr"]
)


def status_class(status: int | None) -> str:
    """Return ``2xx``, or ``none`` where nothing was answered."""
    return f"{status // 100}xx" if status else "none"
