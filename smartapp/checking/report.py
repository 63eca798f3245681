"""What a check found, as data: for a person, for a page, for another program."""

from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a concept fares at an EHR, best first."""

    SUPPORTED = "supported"
    QUIRK = "supported with a quirk"
    FALLBACK = "fallback"
    MISSING = "missing"


class Write(StrEnum):
    """Whether a concept could be written to an EHR, by what it says of itself."""

    NONE = ""  # it is read alone
    SUPPORTED = "supported"
    MISSING = "missing"


# A sentence for each stable code. ``{}`` takes what the code is about, which is never PHI.
WORDS: dict[str, str] = {
    "not_offered": "This vendor's EHR has no way to be asked for it.",
    "type_not_listed": "The EHR does not list {}.",
    "interaction_not_listed": "The EHR does not list {}.",
    "patient_not_listed": "The EHR does not list a search by patient.",
    "answered_not_found": "The EHR lists it, and answered a live request with 404.",
    "answered_server_fault": "The EHR answered a live request with a server fault.",
    "answered_unreadable": "A live request was answered with something other than FHIR JSON.",
    "answered_refused": "The EHR refused a live request with {}.",
    "scope_not_granted": "The backend's token does not allow it: {}.",
    "read_failed": "A live reading failed: {}.",
    "one_by_one": "The EHR includes no {}: each is read by itself.",
    "parameters_unlisted": "Searched by {}, which the EHR does not list and may ignore.",
    "fallback_counted": "In the last 30 days it was read by {}.",
    "fallback_taken": "Read by {}.",
    "asked_one_by_one": "Asked for once for each {}.",
    "times_needed": "Dates are asked for with a time.",
    "no_total": "The EHR does not tell how many there are.",
    "page_total": "The EHR tells how many are on a page, not how many there are.",
    "sends_unasked": "It sends more than is asked for; what was not asked for is left out here.",
    "withholds_part": "The EHR says that it withholds a part.",
    "open_without_token": "The EHR answered without a token: tell its administrators.",
    "not_probed": "Not tried live: no answer came in time.",
    "needs_patient": "Not tried live: name a patient with --patient.",
    "syntax_differs": "The vendor's profile asks in {}, which the EHR does not list.",
    "no_authorization": "The EHR names no address to authorize at: nothing can be launched.",
    "no_ehr_launch": "The EHR does not list launch-ehr.",
    "no_openid": "The EHR does not list sso-openid-connect: nobody could be identified.",
    "auth_not_listed": "The EHR does not list {}, which we are registered with.",
    "no_scopes_listed": "The EHR lists no scopes, so subsets are not asked for.",
    "no_backend_token": "There is no backend's token, so nothing was read live.",
    "create_not_listed": "The EHR does not list that a {} may be created.",
    "update_not_listed": "Corrections are updates, which the EHR does not list for {}.",
    "create_scope_not_listed": "The EHR lists no scope to create a {} on behalf of a user.",
    "update_scope_not_listed": "The EHR lists no scope to update a {} on behalf of a user.",
    "note_needs": "A note must have {}.",
    "note_sent_as": "A note is sent as {}.",
    "note_signed_by_user": "The EHR keeps a note as signed by whoever's token sent it.",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing found: a stable code, and what it is about."""

    code: str
    about: str = ""

    @property
    def words(self) -> str:
        """The sentence for people."""
        return WORDS[self.code].format(self.about)


@dataclass(frozen=True, slots=True)
class Finding:
    """One concept: what it is asked for by, how it fares, and why.

    ``write`` and ``write_notes`` say the same of writing, where anything is to be written.
    """

    concept: str
    resource: str
    verdict: Verdict
    tools: tuple[str, ...]  # the tools that read it
    notes: tuple[Note, ...] = ()
    probed: bool = False
    write: Write = Write.NONE
    write_notes: tuple[Note, ...] = ()

    @property
    def never_offered(self) -> bool:
        """Whether the vendor's profile says that it cannot be asked for."""
        return any(note.code == "not_offered" for note in self.notes)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole check. ``scopes`` is the smallest set, ready for the EHR's portal."""

    issuer: str
    vendor: str
    fhir_version: str
    live: str  # "read with a backend's token", "asked without a token"
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    scopes: str

    @property
    def counts(self) -> dict[str, int]:
        """How many concepts fare how."""
        tally = Counter(finding.verdict for finding in self.findings)
        return {verdict.value: tally[verdict] for verdict in Verdict}

    @property
    def met(self) -> bool:
        """Whether nothing that a workflow reads is missing.

        But for what the vendor's profile says that nobody can ask for: no setting of this EHR
        would change that, and each draft tells it.
        """
        return not any(
            finding.verdict is Verdict.MISSING and finding.tools and not finding.never_offered
            for finding in self.findings
        )

    def as_json(self) -> dict[str, Any]:
        """Return it with its sentences, as JSON has it."""
        told = asdict(self) | {"counts": self.counts, "met": self.met}
        told["notes"] = [_told(note) for note in self.notes]
        for finding, own in zip(self.findings, told["findings"], strict=True):
            own["verdict"] = finding.verdict.value
            own["notes"] = [_told(note) for note in finding.notes]
            own["write"] = finding.write.value
            own["write_notes"] = [_told(note) for note in finding.write_notes]
        return told


def _told(note: Note) -> dict[str, str]:
    return {"code": note.code, "about": note.about, "words": note.words}


def lines(told: dict[str, Any]) -> list[str]:
    """Lay a report out as text, one concept a line."""
    wide = max(len(finding["concept"]) for finding in told["findings"])
    rows = [
        f"{told['issuer']}: FHIR {told['fhir_version']}, profile {told['vendor']}, {told['live']}",
        "",
        f"{'':<{wide}}  {'read':<22}  {'write':<9}",
    ]
    for finding in told["findings"]:
        notes = (*finding["notes"], *finding["write_notes"])
        words = " ".join(note["words"] for note in notes)
        unused = "" if finding["tools"] else " (no workflow reads it)"
        verdict = f"{finding['verdict']}{unused}"
        write = finding["write"]
        rows.append(f"{finding['concept']:<{wide}}  {verdict:<22}  {write:<9}  {words}".rstrip())
    rows += ["", *(note["words"] for note in told["notes"])]
    tally = ", ".join(f"{number} {verdict}" for verdict, number in told["counts"].items() if number)
    return [*rows, "", f"{tally}.", "", "Scopes to register:", told["scopes"]]
