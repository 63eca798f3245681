"""The shape of a vendor profile.

A profile answers, for every concept, how this vendor's EHR is asked for it (``.concepts``), at what
pace and by which ways in bulk. ``smartapp.fhir.vendors.files`` loads and checks them.
"""

from typing import Literal

from pydantic import Field, model_validator

from smartapp.fhir.results import Concept
from smartapp.fhir.vendors.concepts import Asks, Strict, TypeName


class ProfileInvalid(Exception):
    """A profile does not keep to its shape. ``problems`` name lines and keys."""

    code = "vendor_profile_invalid"

    def __init__(self, file: str, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        super().__init__(f"{file}: {'; '.join(problems)}")


class TokenRate(Strict):
    """How fast one token may ask: ``burst`` at once, then ``per_second``."""

    per_second: float = Field(gt=0)
    burst: int = Field(ge=1)


class Rate(Strict):
    """How fast all our processes together may ask one EHR, and each token by itself.

    ``night_leaves`` is the share of the burst that work without a waiting clinician never touches.
    """

    per_second: float = Field(gt=0)
    burst: int = Field(ge=1)
    token: TokenRate = TokenRate(per_second=20, burst=60)
    night: TokenRate = TokenRate(per_second=9.7, burst=1)
    night_leaves: float = Field(default=0.5, ge=0, lt=1)


class Batch(Strict):
    """That several reads may go in one POST of a Bundle, and as how many they are counted.

    ``most``: requests in one batch. ``counted``: towards the EHR's limit, ``once``, or ``each`` of
    them. No vendor says which; with ``each`` the night keeps to its rate by the requests inside.
    """

    most: int = Field(ge=2, le=100)
    counted: Literal["once", "each"]


class Bulk(Strict):
    """How exports of a group are asked for, where vendors differ or do not say.

    ``prefer``: the kick-off's Prefer header. ``since``: it heeds ``_since``; where not, all is
    exported each time. ``types``, ``filters``: several are joined in one parameter, or it is
    repeated.
    """

    prefer: str = Field(default="respond-async", pattern=r"^[a-z][a-z0-9=,; -]{0,80}$")
    since: bool = True
    types: Literal["joined", "repeated"] = "joined"
    filters: Literal["joined", "repeated"] = "joined"


class Export(Strict):
    """That a night takes its charts out of a bulk export of the group, and asks for the rest.

    ``types``: what is exported; what nobody reads, or may read, is left out by itself.
    ``perhaps``: exported too, as long as the EHR does not refuse the export for it.
    ``wait_hours``: after so long the export is given up, and each chart is asked for by itself.
    """

    types: tuple[TypeName, ...] = Field(min_length=1)
    perhaps: tuple[TypeName, ...] = ()
    wait_hours: float = Field(default=4.0, gt=0)


class NoteWrite(Strict):
    """What the vendor asks of a note that is written back. Used once write-back is built.

    ``needs``: what must be given beside patient, type and text. ``types``: code systems that a
    note's type may be of, "LOINC" or "local" (the customer's own list). ``amend``: how a note is
    corrected. ``stored_as``: what becomes of it. ``without_encounter``: of a note that belongs to
    no visit.
    """

    doc_status: Literal["final", "preliminary"]
    content_type: str
    other_content_types: tuple[str, ...] = ()
    needs: tuple[Literal["encounter", "author", "period_end"], ...] = ()
    types: tuple[Literal["LOINC", "local"], ...] = ("LOINC",)
    amend: Literal["no", "put_if_match", "unknown"] = "unknown"
    stored_as: Literal["sent", "signed_by_the_user", "unknown"] = "unknown"
    without_encounter: Literal["refused", "filed_with_patient", "unknown"] = "unknown"


class Profile(Strict):
    """One vendor. ``total``: what Bundle.total counts: all matches, the page, or it is absent.

    ``revalidate``: of which answers that have run out the EHR is asked by their ETag whether they
    still hold: of ``reads``, of searches too (``all``), or of none (``no``).
    """

    name: str
    title: str
    accept: str = "application/fhir+json"
    scope_syntax: Literal["v1", "v2"]
    total: Literal["all", "page", "absent"]
    revalidate: Literal["no", "reads", "all"] = "no"
    rate: Rate
    batch: Batch | None = None
    bulk: Bulk = Bulk()
    export: Export | None = None
    note: NoteWrite
    concepts: dict[Concept, Asks]

    @model_validator(mode="after")
    def _every_concept(self) -> "Profile":
        absent = [concept.value for concept in Concept if concept not in self.concepts]
        if absent:
            raise ValueError(f"concepts: say for each how it is asked; absent: {', '.join(absent)}")
        return self
