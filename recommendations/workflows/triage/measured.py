"""What is measured now: the newest vital signs and results that are recent enough to count.

A sign that nobody measured is missing, and so is one that was measured too long ago: neither is
ever taken to be normal. How long a value counts is the project's own limit: a vital sign four
hours (the Royal College of Physicians has a patient of NEWS2 1 to 4 measured again after four to
six, 2017), a result a day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import Coding, ObservationFact, PartialDate, Quantity
from recommendations.clinical.observations import FINAL
from recommendations.workflows.triage import units

VITALS_FOR = timedelta(hours=4)
RESULTS_FOR = timedelta(hours=24)
_AHEAD = timedelta(minutes=15)  # clocks differ
_CRITICAL = {"HH", "LL"}


class Sign(StrEnum):
    """A vital sign, by the name that a clinician reads."""

    RESPIRATION = "respiratory rate"
    SATURATION = "oxygen saturation"
    OXYGEN = "whether on oxygen"
    SYSTOLIC = "systolic blood pressure"
    DIASTOLIC = "diastolic blood pressure"
    PULSE = "pulse"
    CONSCIOUSNESS = "level of consciousness"
    TEMPERATURE = "temperature"
    COMA_SCALE = "Glasgow Coma Scale"


class Test(StrEnum):
    """A laboratory test."""

    POTASSIUM = "potassium"
    SODIUM = "sodium"
    GLUCOSE = "glucose"
    HEMOGLOBIN = "hemoglobin"
    LACTATE = "lactate"
    TROPONIN = "troponin"
    LEUKOCYTES = "white blood cells"
    NEUTROPHILS = "neutrophils"


# LOINC codes, then the words of a name that has none.
_SIGNS: dict[Sign, tuple[frozenset[str], tuple[str, ...]]] = {
    Sign.RESPIRATION: (frozenset({"9279-1"}), ("respiratory rate",)),
    Sign.SATURATION: (frozenset({"59408-5", "2708-6"}), ("oxygen saturation", "spo2")),
    Sign.OXYGEN: (
        frozenset({"3151-8", "3150-6", "19941-4"}),
        ("oxygen flow", "inhaled oxygen", "fio2"),
    ),
    Sign.SYSTOLIC: (frozenset({"8480-6"}), ("systolic",)),
    Sign.DIASTOLIC: (frozenset({"8462-4"}), ("diastolic",)),
    Sign.PULSE: (frozenset({"8867-4"}), ("heart rate", "pulse rate", "pulse")),
    Sign.CONSCIOUSNESS: (
        frozenset({"67775-7", "11454-6", "80288-4"}),
        ("acvpu", "avpu", "level of consciousness", "responsiveness"),
    ),
    Sign.TEMPERATURE: (frozenset({"8310-5", "8331-1", "8332-9"}), ("temperature",)),
    Sign.COMA_SCALE: (frozenset({"9269-2"}), ("glasgow coma", "gcs")),
}
_TESTS: dict[Test, frozenset[str]] = {
    Test.POTASSIUM: frozenset({"2823-3", "6298-4", "75940-7"}),
    Test.SODIUM: frozenset({"2951-2", "2947-0"}),
    Test.GLUCOSE: frozenset(
        {"2345-7", "2339-0", "1558-6", "41653-7", "2340-8", "14749-6", "15074-8"}
    ),
    Test.HEMOGLOBIN: frozenset({"718-7", "20509-6", "59260-0"}),
    Test.LACTATE: frozenset({"2524-7", "32693-4", "2518-9", "14118-4"}),
    Test.TROPONIN: frozenset({"10839-9", "6598-7", "67151-1", "89579-7", "49563-0", "42757-5"}),
    Test.LEUKOCYTES: frozenset({"6690-2", "26464-8"}),
    Test.NEUTROPHILS: frozenset({"751-8", "26499-4", "753-4"}),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of now, in the unit that rules know; ``words`` as it was measured."""

    handle: str
    words: str
    value: Decimal | None = None
    text: str = ""
    comparator: str = ""
    above_range: bool = False

    def at_least(self, limit: str) -> bool:
        """Whether it is surely this much or more; a "<" says nothing of that."""
        sure = self.comparator in {"", ">", ">="}
        return self.value is not None and sure and self.value >= Decimal(limit)

    def below(self, limit: str) -> bool:
        """Whether it is surely less than this; a ">" says nothing of that."""
        sure = self.comparator in {"", "<", "<="}
        return self.value is not None and sure and self.value < Decimal(limit)


@dataclass(frozen=True, slots=True)
class Missed:
    """A sign that is not known now; ``stale`` where an older value is in the chart."""

    words: str
    handle: str = ""

    @property
    def stale(self) -> bool:
        """Whether it was measured, and too long ago."""
        return bool(self.handle)


def vitals(
    facts: Iterable[ObservationFact], as_of: datetime
) -> tuple[dict[Sign, Measured], dict[Sign, Missed]]:
    """The newest of each sign that counts, and what is missing or too old."""
    ordered = _newest_first(f for f in facts if f.category != "laboratory")
    found: dict[Sign, Measured] = {}
    missed: dict[Sign, Missed] = {}
    for sign in Sign:
        parts = [(fact, part) for fact in ordered for part in _parts(fact, sign)]
        now = [part for fact, part in parts if is_current(fact.effective, as_of, VITALS_FOR)]
        if now:
            found[sign] = now[0]
        else:
            missed[sign] = _missed(sign, parts)
    return found, missed


def labs(
    facts: Iterable[ObservationFact], as_of: datetime
) -> tuple[dict[Test, Measured], tuple[ObservationFact, ...]]:
    """The newest of each test within the last day, and those called critical by the laboratory."""
    ordered = _newest_first(f for f in facts if f.category == "laboratory")
    current = [f for f in ordered if is_current(f.effective, as_of, RESULTS_FOR)]
    found: dict[Test, Measured] = {}
    for fact in current:
        for test, codes in _TESTS.items():
            if test not in found and _codes(fact.codings) & codes and fact.value is not None:
                found[test] = _result(fact, fact.value, test)
    newest: dict[str, ObservationFact] = {}
    for fact in current:
        newest.setdefault(fact.name.lower(), fact)
    return found, tuple(f for f in newest.values() if f.interpretation in _CRITICAL)


def is_current(when: PartialDate | None, as_of: datetime, limit: timedelta) -> bool:
    """Whether it is known to be at most ``limit`` old; a day without a time is not, nor is none."""
    if when is None or "T" not in when.text:
        return False
    try:
        moment = datetime.fromisoformat(when.text)
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=as_of.tzinfo)
    return -_AHEAD <= as_of - moment <= limit


def _newest_first(facts: Iterable[ObservationFact]) -> list[ObservationFact]:
    final = [fact for fact in facts if fact.status in FINAL]
    return sorted(final, key=lambda fact: fhir_json.moment(fact.effective), reverse=True)


def _parts(fact: ObservationFact, sign: Sign) -> Iterator[Measured]:
    codes, words = _SIGNS[sign]
    if _is(fact.name, fact.codings, codes, words) and (fact.value or fact.value_text):
        yield _sign(fact.handle, fact.value, fact.value_text, sign)
    for part in fact.components:
        if _is(part.name, part.codings, codes, words):
            yield _sign(fact.handle, part.value, "", sign)


def _is(
    name: str, codings: Iterable[Coding], codes: frozenset[str], words: tuple[str, ...]
) -> bool:
    given = _codes(codings)
    return bool(given & codes) if given else any(word in name.lower() for word in words)


def _codes(codings: Iterable[Coding]) -> set[str]:
    return {coding.code for coding in codings if "loinc" in coding.system and coding.code}


def _sign(handle: str, value: Quantity | None, text: str, sign: Sign) -> Measured:
    if value is None:
        return Measured(handle, f"{sign.value} {text}", text=text.lower())
    number = units.celsius(value) if sign is Sign.TEMPERATURE else value.value
    words = f"{sign.value} {value.value:f} {value.unit}".strip()
    return Measured(handle, words, number, comparator=value.comparator)


def _result(fact: ObservationFact, value: Quantity, test: Test) -> Measured:
    high = fact.reference_range.high if fact.reference_range else None
    return Measured(
        fact.handle,
        f"{fact.name} {value.comparator}{value.value:f} {value.unit}".strip(),
        units.in_known_unit(value, test.value),
        comparator=value.comparator,
        above_range=high is not None and not value.comparator and value.value > high,
    )


def _missed(sign: Sign, parts: list[tuple[ObservationFact, Measured]]) -> Missed:
    if not parts:
        return Missed(f"No {sign.value} is recorded" if sign is not Sign.OXYGEN
                      else "It is not recorded whether oxygen is given")  # fmt: skip
    fact, part = parts[0]
    when = fact.effective.text[:16].replace("T", " ") if fact.effective else "an unknown time"
    return Missed(f"The newest {sign.value} is of {when}, too old to count", part.handle)
