"""The shape of a vendor profile, and its loading.

A profile answers, for every concept, how this vendor's EHR is asked for it. Files are checked at
start (``smartapp.E010``): a mistake names the file and the key, and the server does not start.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from smartapp.fhir.results import Concept

_FOLDER = Path(__file__).resolve().parent
_TYPE = r"^[A-Z][A-Za-z]{1,60}$"
_PARAM = r"^[A-Za-z_-]{1,60}$"

TypeName = Annotated[str, Field(pattern=_TYPE)]
ParamName = Annotated[str, Field(pattern=_PARAM)]


class ProfileInvalid(Exception):
    """A profile does not keep to its shape. ``problems`` name the keys."""

    code = "vendor_profile_invalid"

    def __init__(self, file: str, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        super().__init__(f"{file}: {'; '.join(problems)}")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DateRule(_Strict):
    """How a search is bounded by date. ``time``: the vendor refuses dates without a time."""

    param: ParamName
    since: Literal["ge", "gt"] = "ge"
    until: Literal["lt", "le"] = "lt"
    time: bool = False


class Window(_Strict):
    """Days around today that a concept is asked for."""

    past_days: int = Field(ge=0, le=3660)
    future_days: int = Field(ge=0, le=3660)


class FanOut(_Strict):
    """One parameter whose values are asked one by one, where the vendor takes no lists."""

    param: ParamName
    values: tuple[str, ...] = Field(min_length=1)


class ConceptQuery(_Strict):
    """How a concept is asked for. ``{patient}`` in ``params`` is the launched patient's id."""

    type: TypeName
    interaction: Literal["search", "read"] = "search"
    params: dict[ParamName, str] = {}
    fan_out: FanOut | None = None
    date: DateRule | None = None
    window: Window | None = None
    # Reference elements read along, such as medicationReference, and what _include spares that.
    resolve: tuple[Annotated[str, Field(pattern=r"^[a-z][A-Za-z]+$")], ...] = ()
    include: tuple[str, ...] = ()
    page_size: int | None = Field(default=None, ge=1, le=1000)
    max_pages: int = Field(default=1, ge=1, le=20)
    # Minutes for which an answer is served again to the same launch.
    keep_minutes: int = Field(default=5, ge=5, le=30)

    @model_validator(mode="after")
    def _bound_to_the_patient(self) -> "ConceptQuery":
        if self.interaction == "search" and "{patient}" not in self.params.values():
            raise ValueError("a search must name the patient: give one parameter '{patient}'")
        if self.window is not None and self.date is None:
            raise ValueError("a window needs 'date'")
        return self


class Unsupported(_Strict):
    """A concept this vendor's EHR has no way to be asked for, and why."""

    unsupported: str = Field(min_length=1)


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
    night: TokenRate = TokenRate(per_second=10, burst=5)
    night_leaves: float = Field(default=0.5, ge=0, lt=1)


class NoteWrite(_Strict):
    """What the vendor asks of a note that is written back. Used once write-back is built."""

    doc_status: Literal["final", "preliminary"]
    content_type: str
    needs: tuple[Literal["encounter", "author", "period_end"], ...] = ()


class Profile(_Strict):
    """One vendor. ``total``: what Bundle.total counts: all matches, the page, or it is absent."""

    name: str
    title: str
    accept: str = "application/fhir+json"
    scope_syntax: Literal["v1", "v2"]
    total: Literal["all", "page", "absent"]
    rate: Rate
    note: NoteWrite
    concepts: dict[Concept, ConceptQuery | Unsupported]

    @model_validator(mode="after")
    def _every_concept(self) -> "Profile":
        absent = [concept.value for concept in Concept if concept not in self.concepts]
        if absent:
            raise ValueError(f"concepts: say for each how it is asked; absent: {', '.join(absent)}")
        return self


def names() -> tuple[str, ...]:
    """Return the names of the shipped profiles."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@lru_cache(maxsize=16)
def load(name: str) -> Profile:
    """Return a shipped profile; raise ProfileInvalid, also where there is none of that name."""
    if name not in names():
        raise ProfileInvalid(f"{name}.yaml", [f"no such profile; there are {', '.join(names())}"])
    return read(_FOLDER / f"{name}.yaml")


def read(path: Path) -> Profile:
    """Read and validate one file; raise ProfileInvalid."""
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        profile = Profile.model_validate(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "somewhere"
        raise ProfileInvalid(path.name, [f"not YAML ({where})"]) from None
    except ValidationError as error:
        raise ProfileInvalid(path.name, _problems(error)) from None
    if profile.name != path.stem:
        raise ProfileInvalid(path.name, [f"name: must be {path.stem!r}, as the file is called"])
    return profile


def _problems(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}".lstrip(": ")
        for problem in error.errors(include_url=False, include_input=False)
    ]
