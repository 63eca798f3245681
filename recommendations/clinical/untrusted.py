"""The one door for text out of a chart: made visible, made short, made one line.

Names, comments, titles, instructions, display texts: each was typed by somebody, perhaps by the
patient, and none of it is ours. In comes any string, out goes one that shows all that it holds,
within the limit of its field; :func:`admitted` does so for every string of a fact, whatever tool
made it, so that none can be forgotten.

Compatibility forms stay (NFC, not NFKC): "10⁹/L" must not become "109/L". They are folded only
where text is searched for what gives orders (``addressed``).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias, TypeVar, get_args

from pydantic import BaseModel

Told: TypeAlias = Callable[[str], str]
M = TypeVar("M", bound=BaseModel)

SHORT = 300  # characters of a field that is not named below
LIMITS: Mapping[str, int] = {
    "status": 40, "intent": 40, "verification": 40, "criticality": 40, "category": 80,
    "interpretation": 10, "sex": 20, "age_text": 40, "unit": 60, "ucum": 60, "strength": 120,
    "route": 80, "frequency": 120, "dose_number": 40, "severity": 80, "relationship": 80,
    "encounter_class": 80, "system": 200, "code": 80,
    "comment": 902, "coded": 1_000, "dosage_text": 10_020, "text": 12_000,
}  # fmt: skip
_BLANKS_AT_A_CUT = 4  # two blank lines, and the one that "…" takes
_BEYOND = 300  # characters that are looked at beyond a limit
MOST = 50  # entries of one list within a resource
# What FHIR or our own code words, and no person types: searched for nobody's name.
_WORDED = frozenset((
    "handle", "kind", "status", "intent", "verification", "criticality", "category", "sex",
    "interpretation", "age_text", "unit", "ucum", "strength", "laterality", "differing",
    "comparator", "warnings", "resource_type", "resource_id", "version", "system", "code",
    "display", "frequency", "written_by", "priority",
))  # fmt: skip
# Left as they are: what points to the resource, and dates, which have a form of their own.
_KEPT = frozenset(("handle", "kind", "source", "replies_to"))
# Shapeless, though Unicode counts them among letters and marks: text can be smuggled in them.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)
_MARKS = 30  # in a row: Unicode's Stream-Safe Text Format (UAX 15, section 13)
# What may be marks, in runs that are too long; two letters are marks once their width is folded.
_RUN = re.compile(rf"(?:[^\w\s\x00-\x7f]|[\uff9e\uff9f]){{{_MARKS + 1},}}")
_HEAP = re.compile(r"([^\W\d_])([\u0300-\u036f\u20d0-\u20ff]{3})[\u0300-\u036f\u20d0-\u20ff]+")


def line(text: str, limit: int = SHORT) -> str:
    """``text`` on one line, without what nobody sees, at most ``limit`` characters."""
    if not text.isascii():
        text = visible(text)
    if not text.isprintable():  # nearly always it is, which is forty times faster
        text = "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())
    return cut(" ".join(text.split()), limit)


def block(text: str) -> str:
    """``text`` with its lines kept, without what nobody sees; two blank lines at most."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = visible(text.replace("\u00ad", ""))
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    lines = (" ".join(each.split()) for each in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def visible(text: str) -> str:
    """Composed, without shapeless characters, and without marks heaped on a letter."""
    return _HEAP.sub(r"\1\2", composed(UNSEEN.sub("", text)))


def composed(text: str) -> str:
    """``text`` in NFC, of marks in a row only the first thirty.

    Composing sorts the marks on one letter, in a time that grows with the square of their number:
    a megabyte of them would keep a worker for an hour.
    """
    return unicodedata.normalize("NFC", text if text.isascii() else _RUN.sub(_few_marks, text))


def _few_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in run[0]:
        # A few are marks only once they are taken apart.
        opened = unicodedata.normalize("NFKD", character)
        marks = marks + 1 if unicodedata.combining(opened[0]) else 0
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)


def cut(text: str, limit: int) -> str:
    """``text``, of which whoever reads it sees that it is cut."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def is_cut(text: str, limit: int) -> bool:
    """Whether :func:`cut` has shortened ``text`` to ``limit``, or to the blanks before it."""
    return text.endswith("…") and len(text) > limit - _BLANKS_AT_A_CUT


def admitted(fact: M, told: Told = str) -> M:
    """``fact`` with each of its strings through this door, and its lists no longer than allowed.

    ``told`` takes identifiers out of what people type into names and other fields. A list that is
    cut is told of in the fact's warnings.
    """
    update = dict(_changed(fact, told))
    more = _more(fact)
    if more and "warnings" in type(fact).model_fields:
        update["warnings"] = (*update.get("warnings", getattr(fact, "warnings", ())), more)
    return fact.model_copy(update=update) if update else fact


def _changed(model: BaseModel, told: Told) -> Iterator[tuple[str, Any]]:
    for name in _holding_text(type(model)):
        before = getattr(model, name)
        after = _through(before, name, told)
        if after is not before:
            yield name, after


def _through(value: Any, name: str, told: Told) -> Any:
    if isinstance(value, str):
        return _string(value, name, told)
    if isinstance(value, tuple):
        found = tuple(_through(each, name, told) for each in value[:MOST])
        same = len(found) == len(value) and all(a is b for a, b in zip(found, value, strict=True))
        return value if same else found
    if isinstance(value, BaseModel):
        return admitted(value, told)
    return value


def _string(text: str, name: str, told: Told) -> str:
    limit = LIMITS.get(name, SHORT)
    found = text
    if not (text.isascii() and text.isprintable() and len(text) <= limit):
        # Identifiers are taken out before it is cut: half of a name would be known by nobody.
        room = limit + _BEYOND
        found = cut(block(text), room) if name == "text" else line(text, room)
    if found and name not in _WORDED:
        found = told(found)
    found = cut(found, limit)
    return text if found == text else found


def _more(fact: BaseModel) -> str:
    lists = (getattr(fact, name) for name in _holding_text(type(fact)))
    left = sum(max(len(each) - MOST, 0) for each in lists if isinstance(each, tuple))
    verb = "is" if left == 1 else "are"
    return f"{left} more of its entries {verb} in the chart and not shown." if left else ""


@cache
def _holding_text(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that hold strings, in whatever wrapping."""
    fields = model.model_fields.items()
    return tuple(n for n, f in fields if n not in _KEPT and _may_hold_text(f.annotation))


def _may_hold_text(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.__name__ != "PartialDate"
    return annotation is str or any(map(_may_hold_text, get_args(annotation)))
