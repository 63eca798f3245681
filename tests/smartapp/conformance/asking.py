"""One chart, read two ways: through a profile and our reader, and plainly, as it is on file."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import httpx2

from recommendations.clinical.facts import CarePlanFact, Fact, NoteFact, ReferralFact
from recommendations.clinical.reading import Reading
from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import WITHDRAWN
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept, ReadResult, Taken
from smartapp.fhir.vendors import Profile
from tests.conftest import Sandbox
from tests.recommendations.charts import ChartReader
from tests.sandbox.smart import App
from tests.smartapp.fhir.launched import launched_with

# The patient of each story of the sandbox.
STORIES = {
    "halloway": "eQ81-774",
    "kidney": "eQ92-118",
    "penicillin": "eQ77-402",
    "discharged": "eQ63-550",
    "injected": "eQ58-913",
    "empty": "eQ99-940",
    "dialysis": "eQ44-207",
    "child": "eQ35-066",
    "warfarin": "eQ27-731",
    "doubtful": "eQ18-385",
    "names": "eQ09-824",
    "pregnant": "eQ52-649",
    "deceased": "eQ71-290",
    "formats": "eQ86-515",
}
# Whose types a chart is made of, each asked for by patient alone.
TYPES = (
    "Condition",
    "AllergyIntolerance",
    "MedicationRequest",
    "Observation",
    "DocumentReference",
    "Encounter",
    "Appointment",
    "Immunization",
    "CarePlan",
    "Procedure",
    "FamilyMemberHistory",
    "MedicationAdministration",
    "DiagnosticReport",
    "Communication",
    "ServiceRequest",
)
GRANTED = ("Patient", "Medication", "Binary", *TYPES)
# What is asked of tools that show less than they know unless they are asked for more.
ARGUMENTS: dict[ToolName, dict[str, Any]] = {ToolName.NOTES: {"limit": 8}}
_OWN_CODES = "/codeSet/"
AS_OF = datetime.now(UTC)

Answer = Counter[str]


class Told:
    """What the tools said of one chart: facts by tool, gaps, and the fallbacks behind them."""

    def __init__(self, reading: Reading) -> None:
        answers = {tool: reading.call(tool, ARGUMENTS.get(tool)) for tool in TOOLS}
        snapshot = reading.snapshot()
        self.answers = {tool: Counter(map(_normal, found.facts)) for tool, found in answers.items()}
        self.trends = {tool: len(found.trends) for tool, found in answers.items()}
        self.totals = {tool: found.total for tool, found in answers.items()}
        # What was entered in error answers nothing, and two vendors are not asked for it.
        self.known = Counter(map(_normal, filter(_stands, snapshot.facts)))
        self.facts: tuple[Fact, ...] = snapshot.facts
        self.gaps = {(gap.concept, gap.reason) for gap in snapshot.gaps}
        self.sentences = {gap.words for gap in snapshot.gaps}
        self.fallbacks: dict[Concept, tuple[Taken, ...]] = {}


def told_through(
    sandbox: Sandbox,
    personality: str,
    patient: str,
    profile: Profile,
    types: tuple[str, ...] = GRANTED,
) -> Told:
    """Read a patient at one personality as a launch does, and call every tool."""
    reader = reader_of(sandbox, personality, patient, profile, types)
    reading = Reading(reader, AS_OF)
    reading.prefetch(TOOLS)
    told = Told(reading)
    told.fallbacks = reader.fallbacks
    return told


def reader_of(
    sandbox: Sandbox,
    personality: str,
    patient: str,
    profile: Profile,
    types: tuple[str, ...] = GRANTED,
) -> "_Noting":
    """Launch, and return a reader with what was granted."""
    return _Noting(**launched_with(sandbox, personality, patient, profile, types))


class _Noting(Reader):
    """Our reader, its results' fallbacks kept for the test to see."""

    fallbacks: dict[Concept, tuple[Taken, ...]]

    def read_all(
        self, concepts: Iterable[Concept], *, fresh: bool = False
    ) -> dict[Concept, ReadResult]:
        results = super().read_all(concepts, fresh=fresh)
        self.fallbacks = {each: result.fallbacks for each, result in results.items()}
        return results


def told_by_the_file(sandbox: Sandbox, patient: str) -> Told:
    """Read what is on file with plain requests, no profile and no reader of ours: the truth."""
    app = App(sandbox, "generic")
    scopes = " ".join(f"patient/{each}.rs" for each in GRANTED)
    answer = app.tokens(launch=app.launch(patient=patient), scope=f"launch openid {scopes}")
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    with httpx2.Client(headers=headers, timeout=30) as client:
        resources = [client.get(f"{app.issuer}/Patient/{patient}").raise_for_status().json()]
        for kind in TYPES:
            resources += _all(client, f"{app.issuer}/{kind}?patient={patient}&_count=1000")
        for link in _linked(resources):
            found = client.get(f"{app.issuer}/{link}", headers={"Accept": "application/fhir+json"})
            resources.append(found.raise_for_status().json())
    return Told(Reading(ChartReader([r for r in resources if not _other_report(r)]), AS_OF))


def _other_report(resource: dict[str, Any]) -> bool:
    """Whether it is a report of something else than a laboratory: results pending are those."""
    if resource["resourceType"] != "DiagnosticReport":
        return False
    codes = [c.get("code") for each in resource.get("category", []) for c in each["coding"]]
    return "LAB" not in codes


def _all(client: httpx2.Client, link: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while link:
        page = client.get(link).raise_for_status().json()
        found += [entry["resource"] for entry in page.get("entry", [])]
        link = next((each["url"] for each in page["link"] if each["relation"] == "next"), "")
    return [each for each in found if each["resourceType"] != "OperationOutcome"]


def _linked(resources: list[dict[str, Any]]) -> set[str]:
    """The documents' contents and the orders' drugs, which are resources of their own."""
    contents = [
        content.get("attachment", {}).get("url", "")
        for each in resources
        for content in each.get("content", [])
    ]
    drugs = [each.get("medicationReference", {}).get("reference", "") for each in resources]
    return {"/".join(each.split("/")[-2:]) for each in (*contents, *drugs) if each}


def _stands(fact: Fact) -> bool:
    return WITHDRAWN not in (fact.status, getattr(fact, "verification", ""))


def _normal(fact: Fact) -> str:
    """A fact without what may differ: its handle, its source, and how its text was laid out."""
    told = fact.model_dump(mode="json", exclude={"handle", "source"})
    if "codings" in told:
        # One vendor puts a code of its own before the standard ones, which it has as well.
        told["codings"] = [one for one in told["codings"] if _OWN_CODES not in one["system"]]
    if isinstance(fact, ReferralFact):
        told["codings"] = []  # one vendor has what is asked for under codes of its own alone
    if isinstance(fact, NoteFact):
        told["text"] = " ".join(fact.text.split())
    if isinstance(fact, CarePlanFact):
        # One vendor has the activities in the text alone, which has them at every other, too.
        told["activities"] = []
        told["text"] = " ".join(fact.text.split())
    return json.dumps(told, sort_keys=True)


def activities_untold(read: Told, truth: Told) -> list[str]:
    """Return the activities on file that a plan was told with neither as such nor in its text."""
    plans = [fact for fact in read.facts if isinstance(fact, CarePlanFact)]
    said = " ".join(f"{' '.join(plan.activities)} {plan.text}" for plan in plans)
    return [
        activity
        for fact in truth.facts
        if isinstance(fact, CarePlanFact)
        for activity in fact.activities
        if activity not in said
    ]


def differences(
    read: Told, truth: Told, *, fewer: Collection[str] = (), silent: Collection[str] = ()
) -> list[str]:
    """Say where the tools' answers differ, tool by tool; nothing where they agree.

    ``fewer``: tools that may know less than is on file. What they show must be the same even so.
    ``silent``: tools that know nothing of it at this EHR, and must show nothing.
    """
    found = [
        f"{tool} answers: {sorted(((one - other) + (other - one)).elements())[:3]}"
        for tool in TOOLS
        if (one := read.answers[tool])
        != (other := Counter() if tool in silent else truth.answers[tool])
    ]
    found += [
        f"{tool} {what}: {one}, on file {other}"
        for what in ("totals", "trends")
        for tool in TOOLS
        if (one := getattr(read, what)[tool]) != (other := getattr(truth, what)[tool])
        and not (tool in {*fewer, *silent} and what == "totals")
    ]
    more, less = read.known - truth.known, truth.known - read.known
    if more or (less and not fewer and not silent):
        found.append(f"known: {more.total()} more, {less.total()} fewer")
    return found
