"""The three hospitals this process pretends to be: what each vendor does differently, as data.

The vendors' facts were taken from their published CapabilityStatements, their documentation and
measurements of their sandboxes; the generic one is plain FHIR R4. What differs by resource type
is in ``sandbox.fhir.vendors``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.fhir.rules import TypeRules
from sandbox.fhir.vendors import EPIC_TYPES, GENERIC_TYPES, ORACLE_TYPES


@dataclass(frozen=True)
class Reading:
    """Formats and shapes.

    ``default_format``: what a missing or unknown Accept gets. ``medication``: how a
    MedicationRequest names its drug. ``dated``: types that show ``meta.lastUpdated`` (None: all).
    ``conditional``: whether If-None-Match is answered by 304; ``tagged_bundles``: whether searches
    carry an ETag too. ``summary_documents``: whether ``$docref`` makes a CCD. ``own_codes``: a
    system of the vendor's own, whose code stands before LOINC's in results; ``own_orders``: one
    whose code stands alone in what is ordered.
    """

    default_format: str = "json"
    refuses_unknown_accept: bool = False
    medication: str = "as stored"
    dated: frozenset[str] | None = None
    absolute_attachments: bool = False
    plans_as_text: bool = False
    notes_as_binary: bool = False
    notes_as_html_and_rtf: bool = False
    binary_also_needs: tuple[str, ...] = ()
    conditional: bool = False
    tagged_bundles: bool = False
    summary_documents: bool = False
    own_codes: str = ""
    own_orders: str = ""


@dataclass(frozen=True)
class Searching:
    """What a search makes of its parameters, and what its bundles carry.

    ``unknown_param``: ignore, echo (ignored, yet kept in the self link) or refuse.
    ``id_with_others``: allow, ignore (the others) or refuse.
    ``total``: real, page (the page's size once ``_count`` is given) or none.
    ``revinclude_strictly``: once, and by who has a scope for what it brings.
    ``local_times``: a time without a zone is the hospital's own. ``scored``: patients are found
    with a score. ``any_include``: the statement lists ``*`` alone.
    """

    unknown_param: str = "ignore"
    id_with_others: str = "allow"
    includes: bool = True
    revincludes: tuple[str, ...] = ("Provenance:target",)
    revinclude_strictly: bool = False
    summary_count: bool = True
    by_group: bool = False
    problems_with_encounter: bool = False
    total: str = "real"
    newest_first: bool = False
    not_on_file: bool = False
    batch: bool = False
    next_param: str = "_page"
    next_extra: tuple[tuple[str, str], ...] = ()
    empty_note: str = ""
    local_times: bool = False
    scored: bool = False
    any_include: bool = False
    suppressed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusing:
    """The vendor's words: severity, numbered codings, where the sentence stands."""

    severity: str = "error"
    system: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    sentence_in_details: bool = False
    html_for_unknown_type: bool = False
    expired_page: int = 410
    unauthorized: str = "plain"  # plain (OperationOutcome), empty, or urn (JSON that is no FHIR)
    scope_body: str = "plain"  # of a 403 for want of a scope: plain or urn


@dataclass(frozen=True)
class Writing:
    """What creates and updates ask for and answer."""

    rules: str = "generic"
    absolute_location: bool = True
    body: bool = True
    etag: bool = True
    stale_status: int = 412
    if_match_required: bool = False


@dataclass(frozen=True)
class Bulk:
    """Exports. ``one_for``: one at a time for each client, for each group of a client, or "".

    ``elsewhere``: files lie on another server, behind a redirect that no token may follow.
    ``everybody``: all patients can be exported without a Group. ``most_patients`` of one export.
    """

    retry_after: int = 1
    one_for: str = ""
    repeated_type: bool = True
    elsewhere: bool = False
    everybody: bool = False
    most_patients: int | None = None


@dataclass(frozen=True)
class Personality:
    """One vendor's hospital, under its own base address."""

    key: str
    title: str
    path: str
    types: Mapping[str, TypeRules]
    reading: Reading = Reading()
    searching: Searching = Searching()
    refusing: Refusing = Refusing()
    writing: Writing = Writing()
    bulk: Bulk = Bulk()


EPIC = Personality(
    key="epic",
    title="Epic",
    path="epic/interconnect/api/FHIR/R4",
    types=EPIC_TYPES,
    reading=Reading(
        default_format="xml",
        medication="reference",
        dated=frozenset(),
        notes_as_binary=True,
        notes_as_html_and_rtf=True,
    ),
    searching=Searching(
        unknown_param="echo",
        id_with_others="ignore",
        total="page",
        newest_first=True,
        not_on_file=True,
        next_param="sessionID",
        local_times=True,
        scored=True,
        any_include=True,
        empty_note="4101",
        suppressed={
            "MedicationRequest": "Client not authorized for MedicationRequest - Outside Record."
        },
    ),
    refusing=Refusing(
        severity="fatal",
        system="urn:oid:1.2.840.114350.1.13.0.1.7.2.657369",
        numbers={
            "required": "59159",
            "not-found": "4103",
            "forbidden": "59130",
            "expired": "4113",
            "business-rule": "59188",
            "invalid": "59100",
            "not-supported": "59102",
        },
        html_for_unknown_type=True,
        expired_page=400,
        unauthorized="empty",
    ),
    writing=Writing(rules="epic", absolute_location=False, body=False, etag=False),
    bulk=Bulk(retry_after=5, one_for="group"),
)

ORACLE = Personality(
    key="oracle",
    title="Oracle Health",
    path="oracle/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d",
    types=ORACLE_TYPES,
    reading=Reading(
        refuses_unknown_accept=True,
        medication="inline",
        absolute_attachments=True,
        plans_as_text=True,
        notes_as_binary=True,
        conditional=True,
        summary_documents=True,
        own_codes="https://fhir.cerner.com/ec2458f2-1e24-41c8-b71b-0e701af7583d/codeSet/72",
        own_orders="https://fhir.cerner.com/ec2458f2-1e24-41c8-b71b-0e701af7583d/codeSet/200",
        binary_also_needs=("DocumentReference", "DiagnosticReport", "Communication"),
    ),
    searching=Searching(
        unknown_param="refuse",
        id_with_others="refuse",
        includes=False,
        summary_count=False,
        batch=True,
        total="none",
        newest_first=True,
        problems_with_encounter=True,
        revinclude_strictly=True,
        next_param="-pageContext",
        next_extra=(("-pageDirection", "NEXT"),),
    ),
    refusing=Refusing(
        sentence_in_details=True, expired_page=400, unauthorized="urn", scope_body="urn"
    ),
    writing=Writing(rules="oracle", body=False, stale_status=409, if_match_required=True),
    bulk=Bulk(
        retry_after=600,
        one_for="client",
        repeated_type=False,
        elsewhere=True,
        everybody=True,
        most_patients=20_000,
    ),
)

GENERIC = Personality(
    "generic",
    "Generic",
    "generic/fhir",
    GENERIC_TYPES,
    reading=Reading(conditional=True, tagged_bundles=True, summary_documents=True),
    searching=Searching(by_group=True, batch=True),
)

PERSONALITIES = {each.key: each for each in (EPIC, ORACLE, GENERIC)}
