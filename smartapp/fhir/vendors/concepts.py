"""How a vendor's EHR is asked for one clinical concept, and what is done where that fails."""

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


class Strict(BaseModel):
    """A part of a profile: it is not changed, and a key that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DateRule(Strict):
    """How a search is bounded by date.

    ``time``: the vendor refuses dates without a time. ``pair``: it wants both bounds or none.
    """

    param: ParamName
    since: Literal["ge", "gt"] = "ge"
    until: Literal["lt", "le"] = "lt"
    time: bool = False
    pair: bool = False


class Since(Strict):
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


class Window(Strict):
    """Days around today that a concept is asked for."""

    past_days: int = Field(ge=0, le=3660)
    future_days: int = Field(ge=0, le=3660)


class FanOut(Strict):
    """One parameter whose values are asked one by one, where the vendor takes no lists."""

    param: ParamName
    values: tuple[str, ...] = Field(min_length=1)


class Search(Strict):
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


class Fallback(Strict):
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


class Unsupported(Strict):
    """A concept this vendor's EHR has no way to be asked for, and why."""

    unsupported: str = Field(min_length=1)


def _which(content: Any) -> str:
    given = content if isinstance(content, dict) else getattr(content, "__dict__", {})
    return NONE if "unsupported" in given else ASKED


Asks = Annotated[
    Annotated[ConceptQuery, Tag(ASKED)] | Annotated[Unsupported, Tag(NONE)],
    Discriminator(_which),
]
