"""What is read from an EHR, and written to it.

Ids of resources are sealed; values and bodies are never taken.
"""

from typing import ClassVar

from audit.events.base import Event, Outcome


class FhirRequested(Event):
    """One request for chart data, answered by the EHR or from what was kept of its answers."""

    type: ClassVar[str] = "fhir.requested"
    wording: ClassVar[str] = "read from the EHR"
    sealed: ClassVar[frozenset[str]] = frozenset({"query", "returned"})

    method: str
    path: str  # a template: "Observation", "Patient/{id}"
    parameters: tuple[str, ...] = ()  # names only
    asked_at: str  # ISO instant; the event itself is written at the end of the reading
    duration_ms: int
    status: int | None = None  # None: no answer
    attempts: int = 0
    cache: str = ""  # "hit", "shared", "revalidated", "export", or "" for the EHR itself
    resource_type: str = ""
    count: int = 0  # resources in the answer
    query: str = ""  # the address below the FHIR base, values and all
    returned: tuple[str, ...] = ()  # "Observation/12@3": type, id and version


class NoteWriteIntended(Event):
    """A signed note is about to be sent to the chart. What became of it is told by the request.

    Where no ``fhir.requested`` follows, it was not sent, or the trail failed right after.
    """

    type: ClassVar[str] = "fhir.write_intended"
    wording: ClassVar[str] = "was about to send a signed note to the EHR"

    text_sha256: str  # of the signed text


class ForeignAddressRefused(Event):
    """The EHR's answer pointed to another server. Nothing was sent there."""

    type: ClassVar[str] = "fhir.foreign_address"
    wording: ClassVar[str] = "was pointed to another server, which was not asked"

    concept: str
    place: str  # "next link", "reference", "attachment"


class OtherPatientDropped(Event):
    """The EHR's answer held resources that are not of the launched patient. They were dropped."""

    type: ClassVar[str] = "fhir.other_patient"
    wording: ClassVar[str] = "was sent another patient's data, which was dropped unread"

    concept: str
    resource_type: str
    count: int


class UnaskedDropped(Event):
    """The EHR's answer held more than the search asked for, as if a parameter had been passed over.

    What was not asked for (diagnoses of visits among the problems) was left out here.
    """

    type: ClassVar[str] = "fhir.unasked"
    wording: ClassVar[str] = "was sent more than was asked for, and left the rest out"

    concept: str
    parameters: tuple[str, ...]  # those that it passed over: "category"
    count: int


class PatientIdentityAccepted(Event):
    """Somebody looked into the EHR: the record under a patient's id was rightly changed."""

    type: ClassVar[str] = "fhir.identity_accepted"
    wording: ClassVar[str] = "accepted the patient's identity as the EHR tells it now"

    launch_of: str  # the launch in which it had been refused


class EhrLeftAlone(Event):
    """The EHR failed again and again: nothing is asked of it for a while.

    Told when a pause begins, not for each request refused meanwhile.
    """

    type: ClassVar[str] = "fhir.ehr_left_alone"
    wording: ClassVar[str] = "stopped asking the EHR for a while, because it kept failing"

    outcome: Outcome = Outcome.FAILED
    code: str = "ehr_paused"
    failures: int  # in a row, as one process saw them
    seconds: int


class EhrBack(Event):
    """A request let through after a pause was answered: the EHR is asked again."""

    type: ClassVar[str] = "fhir.ehr_back"
    wording: ClassVar[str] = "found the EHR answering again"

    refused: int  # requests not sent meanwhile, by the process that tells


class FallbackTaken(Event):
    """A concept could not be had as this EHR is asked for it first; another way was taken."""

    type: ClassVar[str] = "fhir.fallback"
    wording: ClassVar[str] = "read a part of the chart another way than usual"

    concept: str
    kind: str  # "search", "reader", "narrative"
    because: str  # "refused", "empty", "absent"
    whole: bool  # whether nothing is left missing by it
    count: int  # resources it gave

    @classmethod
    def of(
        cls, concept: str, *, kind: str, because: str, whole: bool, answered: bool, count: int
    ) -> "FallbackTaken":
        """Tell of one; a way that was refused or came too late failed."""
        told = {} if answered else {"outcome": Outcome.FAILED, "code": "fallback_failed"}
        return cls(concept=concept, kind=kind, because=because, whole=whole, count=count, **told)


class ReadingIncomplete(Event):
    """A reading that could not read all it was asked for: what, and because of what."""

    type: ClassVar[str] = "fhir.incomplete"
    wording: ClassVar[str] = "could not read all of the chart"

    outcome: Outcome = Outcome.INCOMPLETE
    missing: tuple[str, ...]  # "medications: suppressed (withheld)"


class BulkExportBegun(Event):
    """An export of a whole group was asked for by us; the EHR has not been asked yet."""

    type: ClassVar[str] = "fhir.bulk_begun"
    wording: ClassVar[str] = "began an export of a group's data"
    sealed: ClassVar[frozenset[str]] = frozenset({"asked_for"})

    export_id: str
    types: tuple[str, ...] = ()  # none: all that the EHR exports
    since: str = ""  # ISO instant
    asked_for: str = ""  # the address below the FHIR base: a group, filters


class BulkRequested(Event):
    """One request of an export. For a file, told before a byte of the answer is read."""

    type: ClassVar[str] = "fhir.bulk_requested"
    wording: ClassVar[str] = "asked the EHR about an export of a group's data"
    sealed: ClassVar[frozenset[str]] = frozenset({"address"})

    export_id: str
    step: str  # "kick_off", "status", "file", "delete"
    method: str
    resource_type: str = ""
    status: int | None = None  # None: no answer
    duration_ms: int
    own_server: bool  # the EHR's own, not a file server it pointed to
    with_token: bool
    address: str = ""


class BulkStepPutOff(Event):
    """A step of an export failed in a way that may pass: it is tried again after a while."""

    type: ClassVar[str] = "fhir.bulk_put_off"
    wording: ClassVar[str] = "put off a step of an export of a group's data"

    outcome: Outcome = Outcome.FAILED
    export_id: str
    state: str
    attempts: int  # in a row
    seconds: int  # until the next


class BulkPossiblyLeft(Event):
    """A kick-off was sent and its answer never noted: the EHR may keep an export unknown to us."""

    type: ClassVar[str] = "fhir.bulk_possibly_left"
    wording: ClassVar[str] = "may have left an export of a group's data running at the EHR"

    outcome: Outcome = Outcome.FAILED
    code: str = "bulk_possibly_left_running"
    export_id: str


class BulkExportEnded(Event):
    """An export was fetched, failed or was cancelled: how much is stored, and what is missing."""

    type: ClassVar[str] = "fhir.bulk_ended"
    wording: ClassVar[str] = "ended an export of a group's data"

    export_id: str
    state: str
    files: int = 0
    lines: int = 0
    bytes: int = 0
    missing: tuple[str, ...] = ()  # "Observation: forbidden (told_by_ehr)"


class BulkImported(Event):
    """A fetched export was handed over whole, each resource once."""

    type: ClassVar[str] = "fhir.bulk_imported"
    wording: ClassVar[str] = "imported an export of a group's data"

    export_id: str
    imported: int
    unreadable: int = 0
    missing: tuple[str, ...] = ()
