"""The results table: one row for each test, one column for each of the newest draws."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sandbox.ehr import words
from sandbox.fhir.store import store

_COLUMNS = 5
_ROWS = 14
_ABNORMAL = ("H", "L", "HH", "LL", "A", "AA")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; ``flag`` is the laboratory's letter, "" when normal or empty.

    ``day`` is its column's, for screens too narrow for columns.
    """

    value: str
    flag: str
    day: str


@dataclass(frozen=True, slots=True)
class Row:
    """One test over the columns' draws; ``hot`` when it was normal once and is not any more."""

    name: str
    unit: str
    cells: list[Cell]
    reference: str
    hot: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Columns as (day, time), oldest first, and rows; ``hidden`` counts the values not shown."""

    columns: list[tuple[str, str]]
    rows: list[Row]
    hidden: int


def table(patient_id: str, today: date) -> Table:
    """The newest laboratory values of a patient; what was entered in error is left out."""
    values = [each for each in store.of_patient("Observation", patient_id) if _is_lab(each)]
    moments = sorted({each["effectiveDateTime"] for each in values})[-_COLUMNS:]
    tests: dict[str, dict[str, words.Resource]] = defaultdict(dict)
    for each in values:
        if each["effectiveDateTime"] in moments:
            tests[words.concept(each.get("code"))][each["effectiveDateTime"]] = each
    days = {moment: words.day(moment[:10], today) for moment in moments}
    rows = [_row(test, found, days) for test, found in tests.items()]
    rows.sort(key=lambda row: (not row.hot, not row.cells[-1].flag))
    shown = sum(len(found) for found in tests.values())
    headings = [(day, words.clock(moment)) for moment, day in days.items()]
    return Table(headings, rows[:_ROWS], len(values) - shown)


def _is_lab(observation: words.Resource) -> bool:
    kinds = {code for each in observation.get("category", []) for code in words.codes(each)}
    return (
        "laboratory" in kinds
        and "effectiveDateTime" in observation
        and "valueQuantity" in observation
        and observation.get("status") not in ("entered-in-error", "cancelled")
    )


def _row(test: str, found: dict[str, words.Resource], days: dict[str, str]) -> Row:
    newest = found[max(found)]
    unit = newest["valueQuantity"].get("unit", "")
    cells = [_cell(found.get(moment), unit, day) for moment, day in days.items()]
    was_normal = any(cell.value and not cell.flag for cell in cells)
    return Row(test, unit, cells, _reference(newest), hot=bool(cells[-1].flag) and was_normal)


def _cell(observation: words.Resource | None, unit: str, day: str) -> Cell:
    if observation is None:
        return Cell("", "", day)
    quantity = observation["valueQuantity"]
    value = f"{quantity.get('comparator', '')}{words.number(quantity.get('value', ''))}"
    own_unit = quantity.get("unit", "")
    flag = _flag(observation)
    shown = value if own_unit == unit else f"{value} {own_unit}"
    return Cell(shown, flag if flag in _ABNORMAL else "", day)


def _flag(observation: words.Resource) -> str:
    found = [code for each in observation.get("interpretation", []) for code in words.codes(each)]
    return next((code for code in found), "")


def _reference(observation: words.Resource) -> str:
    for bounds in observation.get("referenceRange", []):
        if bounds.get("text"):
            return str(bounds["text"])
        low, high = (bounds.get(end, {}).get("value") for end in ("low", "high"))
        if low is not None and high is not None:
            return f"{words.number(low)} to {words.number(high)}"
    return ""
