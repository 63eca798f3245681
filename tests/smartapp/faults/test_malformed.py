"""One spoilt resource never takes its neighbours with it: kept cases, and a fuzzer.

With ``COUNTERSIGN_FUZZ_SECONDS=3600`` the fuzzer goes on for an hour, from another place each time;
what it finds belongs into ``cases``, as small as it gets.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartapp.fhir.errors import UnreadableResponse
from smartapp.fhir.payloads import parse_json
from smartapp.fhir.results import Concept
from tests.smartapp.faults.malformed import as_it_stands, chart, spoilt, written
from tests.smartapp.faults.spoiling import TOOL_OF, lost, read

pytestmark = pytest.mark.django_db

CASES = sorted((Path(__file__).parent / "cases").glob("*/*.json"))
CONCEPTS = [each for each in chart() if each in TOOL_OF and each is not Concept.PATIENT]
SECONDS = float(os.environ.get("COUNTERSIGN_FUZZ_SECONDS", "0"))
FEW = 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_its_neighbours_are_told_as_if_it_were_not_there(case: Path) -> None:
    concept = Concept(case.parent.name)
    text = case.read_text().strip()
    for at in (0, 3, 6):
        assert lost(concept, chart()[concept], as_it_stands(text), at=at) == []


def seeds() -> Iterator[int]:
    """A few that are always the same, or new ones for as long as was asked."""
    until = time.monotonic() + SECONDS
    start = time.time_ns() if SECONDS else 0
    number = 0
    while time.monotonic() < until if SECONDS else number < FEW:
        yield start + number
        number += 1


@pytest.mark.timeout(SECONDS + 120)
def test_nor_does_one_that_was_spoilt_at_random() -> None:
    found = []
    for seed in seeds():
        dice = random.Random(seed)
        concept = dice.choice(CONCEPTS)
        victim = dice.choice(chart()[concept])
        sound = [each for each in chart()[concept] if each is not victim]
        gone = lost(concept, sound, spoilt(victim, dice), at=dice.randrange(len(sound) + 1))
        found += [f"seed {seed}, {concept}: {each}" for each in gone]
    assert found == []


def test_a_patients_own_record_spoilt_at_random_is_told_or_left_out() -> None:
    (patient,) = chart()[Concept.PATIENT]
    for seed in range(FEW):
        body = written([spoilt(patient, random.Random(seed))])
        resource = body.partition(b'"resource": ')[2].rpartition(b', "search"')[0]
        facts, reasons = read(Concept.PATIENT, resource)
        assert facts or reasons


def test_what_is_no_json_takes_its_page_and_is_told() -> None:
    body = written([*chart()[Concept.LABS], as_it_stands('{"value": NaN}')])
    facts, reasons = read(Concept.LABS, body)
    assert (facts, reasons) == ({}, {"unreadable"})


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (r'["\ud800"]', ["\ufffd"]),
        (r'["\ud83d\ude00\ud83d"]', ["\U0001f600\ufffd"]),
        (r'["\\ud800", "\ud800"]', ["\\ud800", "\ufffd"]),
        ("[1e99999999999999999999, 7]", [None, 7]),
        (f"[-{'9' * 5000}]", [None]),
        (r'["1e99999999999999999999 \ud800"]', ["1e99999999999999999999 \ufffd"]),
    ],
)
def test_what_fits_no_string_and_no_number_is_lost_alone(text: str, meaning: object) -> None:
    assert parse_json(text.encode()) == meaning


def test_a_long_broken_answer_is_given_up_on_soon() -> None:
    text = json.dumps(['\\"' * 1_000_000]).encode()
    started = time.monotonic()
    with pytest.raises(UnreadableResponse):
        parse_json(text[:-2])
    assert time.monotonic() - started < 5
