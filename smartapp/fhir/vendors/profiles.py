"""The shape of a vendor profile.

A profile answers, for every concept, how this vendor's EHR is asked for it, and what is done where
that fails. ``smartapp.fhir.vendors.files`` loads and checks them.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from smartapp.fhir.results import Concept
from smartapp.fhir.vendors.lines import SHAPES

_TYPE = r"^[A-Z][A-Za-z]{1,60}$"
_PARAM = r"^[A-Za-z_-]{1,60}$"
_ELEMENT = r"^[a-z][A-Za-z]+$"
_OPERATION = r"^\$[a-z][a-z-]{0,40}$"
_INCLUDE = r"^[A-Z][A-Za-z]+:[A-Za-z-]+(:[A-Z][A-Za-z]+)?$"

ASKED, NONE = SHAPES
TypeName = Annotated[str, Field(pattern=_TYPE)]
ParamName = Annotated[str, Field(pattern=_PARAM)]
Element = Annotated[str, Field(pattern=_ELEMENT)]
Include = Annotated[str, Field(pattern=_INCLUDE)]


class ProfileInvalid(Exception):
    """A profile does not keep to its shape. ``problems`` name lines and keys."""

    code = "vendor_profile_invalid"

    def __init__(self, file: str, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        super().__init__(f"{file}: {'; '.join(problems)}")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DateRule(_Strict):
    """How a search is bounded by date.

    ``time``: the vendor refuses dates without a time. ``pair``: it wants both bounds or none.
    """

    param: ParamName
    since: Literal["ge", "gt"] = "ge"
    until: Literal["lt", "le"] = "lt"
    time: bool = False
    pair: bool = False


class Since(_Strict):
    """How what changed since a moment is found.

    ``changed``: by the moment of change. ``date``: by the resources' own dates, which are not the
    moment of change: from ``overlap_days`` before, telling changes by content. ``whole``: all is
    read again, and changes are told by content.
    """

    by: Literal["changed", "date", "whole"]
    param: ParamName | None = None
    since: Literal["ge", "gt"] = "ge"
    time: bool = True
    overlap_days: int = Field(default=0, ge=0, le=366)

    @model_validator(mode="after")
    def _has_what_it_goes_by(self) -> "Since":
        if (self.by == "whole") is (self.param is not None):
            raise ValueError("'changed' and 'date' need a 'param'; 'whole' has none")
        if (self.by == "date") is not bool(self.overlap_days):
            raise ValueError("'date', and only it, needs 'overlap_days'")
        return self


class Window(_Strict):
    """Days around today that a concept is asked for."""

    past_days: int = Field(ge=0, le=3660)
    future_days: int = Field(ge=0, le=3660)


class FanOut(_Strict):
    """One parameter whose values are asked one by one, where the vendor takes no lists."""

    param: ParamName
    values: tuple[str, ...] = Field(min_length=1)


class Search(_Strict):
    """One way of asking. ``{patient}`` in ``params`` is the launched patient's id.

    ``only``: of what comes back, what has one of these codes in that element, or none at all in
    it, is kept. It is for searches that cannot be narrowed at the EHR, and a guard at those that
    should narrow them. ``operation``: it is an operation of the type, such as ``$docref``, that is
    asked. ``items``: what is found are Lists, and what is read are the resources of this type that
    their entries refer to.
    """

    type: TypeName
    interaction: Literal["search", "read"] = "search"
    operation: Annotated[str, Field(pattern=_OPERATION)] | None = None
    params: dict[ParamName, str] = {}
    items: TypeName | None = None
    only: dict[Element, tuple[str, ...]] = {}
    fan_out: FanOut | None = None
    date: DateRule | None = None
    window: Window | None = None
    # Reference elements read along, such as medicationReference, and what _include spares that.
    resolve: tuple[Element, ...] = ()
    include: tuple[Include, ...] = ()
    revinclude: tuple[Include, ...] = ()
    page_size: int | None = Field(default=None, ge=1, le=1000)
    max_pages: int = Field(default=1, ge=1, le=20)
    # Minutes for which an answer is served again to the same launch.
    keep_minutes: int = Field(default=5, ge=5, le=30)

    @model_validator(mode="after")
    def _bound_to_the_patient(self) -> "Search":
        if self.interaction == "search" and "{patient}" not in self.params.values():
            raise ValueError("a search must name the patient: give one parameter '{patient}'")
        if self.window is not None and self.date is None:
            raise ValueError("a window needs 'date'")
        if (self.items is not None) is not (self.type == "List"):
            raise ValueError("a List, and nothing else, needs 'items'")
        if self.operation is not None and self.interaction == "read":
            raise ValueError("an operation is asked as a search is, and not read by id")
        return self


class Fallback(_Strict):
    """What is tried next where a concept could not be had as it is asked for first.

    ``when``: the EHR ``refused`` the search (400, 404, 422), or answered it with nothing
    (``empty``). Exactly one of ``search`` (another way of asking) and ``reader`` (the name of a
    proprietary reader that the installation registers). ``whole``: what it gives is all there is;
    otherwise what was missing stays told as missing. ``scope``: whether the scope that another type
    needs is ``asked`` for, or the way is taken only where it is granted anyway (``if_granted``).
    """

    when: Literal["refused", "empty"]
    search: Search | None = None
    reader: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")] | None = None
    whole: bool = False
    scope: Literal["asked", "if_granted"] = "asked"

    @property
    def kind(self) -> Literal["search", "reader"]:
        """What is turned to, as the trail names it."""
        return "search" if self.search is not None else "reader"

    @model_validator(mode="after")
    def _one_way(self) -> "Fallback":
        if (self.search is None) is (self.reader is None):
            raise ValueError("give either 'search' or 'reader'")
        return self


class ConceptQuery(Search):
    """How a concept is asked for, and what stands in where that gives less.

    ``narrative``: elements whose content some EHRs keep in a resource's text only; where one is
    absent, the text stands for it. ``fallback``: what is tried next, in this order.
    """

    since: Since = Since(by="whole")
    narrative: tuple[Element, ...] = ()
    fallback: tuple[Fallback, ...] = Field(default=(), max_length=4)

    @field_validator("fallback")
    @classmethod
    def _searches_only(cls, fallback: tuple[Fallback, ...]) -> tuple[Fallback, ...]:
        if any(each.search and each.search.interaction == "read" for each in fallback):
            raise ValueError("a fallback searches; it does not read by id")
        return fallback


class Unsupported(_Strict):
    """A concept this vendor's EHR has no way to be asked for, and why."""

    unsupported: str = Field(min_length=1)


def _which(content: Any) -> str:
    given = content if isinstance(content, dict) else getattr(content, "__dict__", {})
    return NONE if "unsupported" in given else ASKED


Asks = Annotated[
    Annotated[ConceptQuery, Tag(ASKED)] | Annotated[Unsupported, Tag(NONE)],
    Discriminator(_which),
]


class TokenRate(_Strict):
    """How fast one token may ask: ``burst`` at once, then ``per_second``."""

    per_second: float = Field(gt=0)
    burst: int = Field(ge=1)


class Rate(_Strict):
    """How fast all our processes together may ask one EHR, and each token by itself.

    ``night_leaves`` is the share of the burst that work without a waiting clinician never touches.
    """

    per_second: float = Field(gt=0)
    burst: int = Field(ge=1)
    token: TokenRate = TokenRate(per_second=20, burst=60)
    night: TokenRate = TokenRate(per_second=9.7, burst=1)
    night_leaves: float = Field(default=0.5, ge=0, lt=1)


class Batch(_Strict):
    """That several reads may go in one POST of a Bundle, and as how many they are counted.

    ``most``: requests in one batch. ``counted``: towards the EHR's limit, ``once``, or ``each`` of
    them. No vendor says which; with ``each`` the night keeps to its rate by the requests inside.
    """

    most: int = Field(ge=2, le=100)
    counted: Literal["once", "each"]


class Bulk(_Strict):
    """How exports of a group are asked for, where vendors differ or do not say.

    ``prefer``: the kick-off's Prefer header. ``since``: it heeds ``_since``; where not, all is
    exported each time. ``types``, ``filters``: several are joined in one parameter, or it is
    repeated.
    """

    prefer: str = Field(default="respond-async", pattern=r"^[a-z][a-z0-9=,; -]{0,80}$")
    since: bool = True
    types: Literal["joined", "repeated"] = "joined"
    filters: Literal["joined", "repeated"] = "joined"


class Export(_Strict):
    """That a night takes its charts out of a bulk export of the group, and asks for the rest.

    ``types``: what is exported; what nobody reads, or may read, is left out by itself.
    ``perhaps``: exported too, as long as the EHR does not refuse the export for it.
    ``wait_hours``: after so long the export is given up, and each chart is asked for by itself.
    """

    types: tuple[TypeName, ...] = Field(min_length=1)
    perhaps: tuple[TypeName, ...] = ()
    wait_hours: float = Field(default=4.0, gt=0)


class NoteWrite(_Strict):
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


class Profile(_Strict):
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
