"""Kinds that a fourth blind set showed, worded as the contract asks: errors that passed, truths reworded."""

from typing import Any

import pytest

from recommendations.verification import Chart, reword, settle, verify
from tests.recommendations.verification.build import allergy, bp, cond, event, med, obs, said, who
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.sixth import SIXTH

FERRITIN = obs("lab1", "Ferritin", "9", "ug/L")
SODIUM = obs("lab2", "Sodium", "139", "mmol/L")
GROUP = obs("lab3", "Blood group", value_text="A positive")
CORTISOL, ALDOSTERONE = obs("lab4", "Cortisol"), obs("lab5", "Aldosterone")
INSULIN = med(
    "med1",
    "Insulin lispro protamine 75 UNT/ML / Insulin lispro 25 UNT/ML Injectable Suspension",
    status="active",
)
PROMETHAZINE = med("med2", "Promethazine 25 MG Oral Tablet", status="active")
INHALER = med(
    "med3", "Beclomethasone dipropionate 80 mcg inhaler", dose="2 puffs", frequency="twice daily"
)
NAPROXEN = med("med4", "Naproxen 250 mg tablet", dose="250 mg", frequency="twice daily")
HAZELNUT = allergy("alg1", "Hazelnut", reaction="Angioedema")
BIRCH, CASHEW = allergy("alg2", "Birch pollen"), allergy("alg3", "Cashew")
STAY, REPAIR = event("enc1", "Hospital admission"), event("enc2", "Hospital admission")

# What stands, and what must not stand on the same claims.
PAIRS: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    # an old value is not told as of now
    ("Ferritin was 9 ug/L on 2 Apr 2026.", [FERRITIN], [
        "Your ferritin is low at 9 ug/L.", "He has a ferritin of 9 ug/L.", "Ferritin remains 9 ug/L.",
    ]),
    ("Sodium is 139 mmol/L.", [SODIUM], ["Sodium is 193 mmol/L."]),
    ("Blood group is A positive.", [GROUP], ["Blood group is B positive."]),
    ("The latest ferritin is 9 ug/L.", [FERRITIN], []),
    ("Blood pressure was 96/58 mmHg on 9 Nov 2026.", [bp("vit1", 96, 58)], ["He has a blood pressure of 96/58 mmHg."]),
    # one reaction told of two allergies
    ("Angioedema to hazelnut and cashew.", [HAZELNUT, CASHEW], []),
    ("He has had angioedema to hazelnut and has a birch pollen allergy.", [HAZELNUT, BIRCH], [
        "He has had angioedema to hazelnut and birch pollen.",
        "Hazelnut and birch pollen cause angioedema.",
        "Angioedema with hazelnut, birch pollen.",
    ]),
    ("Angioedema to hazelnut, and allergy to birch pollen.", [HAZELNUT, BIRCH], []),
    ("Angioedema to hazelnut and birch pollen (sneezing).", [HAZELNUT, allergy("alg2", "Birch pollen", reaction="Sneezing")], [
        "Sneezing to hazelnut and birch pollen (sneezing).",
    ]),
    # outside the range, in every wording of it
    ("Sodium was 139 mmol/L on 16 Nov 2026, within the laboratory's own limits.", [SODIUM], [
        "Sodium was 139 mmol/L on 16 Nov 2026, outside the range of 135\u2013145 mmol/L.",
        "Sodium was 139 mmol/L on 16 Nov 2026, outside 135\u2013145.",
        "Sodium of 16 Nov 2026 was outside its expected limits.",
        "Sodium of 16 Nov 2026 was out of the usual range.",
        "Sodium of 16 Nov 2026 lies outside.",
    ]),
    ("Ferritin of 2 Apr 2026 was outside its range.", [FERRITIN], ["Ferritin of 2 Apr 2026 was inside the laboratory's limits."]),
    # an order that is to be taken as needed says so
    ("Promethazine is active, as needed.", [PROMETHAZINE], [
        "Promethazine is active.", "Take your promethazine.", "Promethazine 25 MG Oral Tablet is an active order.",
    ]),
    ("Promethazine and naproxen are active.", [PROMETHAZINE, NAPROXEN], []),
    ("Promethazine was ordered on 4 Aug 2026.", [PROMETHAZINE], []),
    # the parts of a combination, by a long name that puts other words between
    ("Insulin lispro protamine 75 UNT/ML / Insulin lispro 25 UNT/ML Injectable Suspension is active.", [INSULIN], [
        "Insulin lispro protamine 25 UNT/ML / Insulin lispro 75 UNT/ML Injectable Suspension is active.",
        "Insulin lispro 75 UNT/ML / Insulin lispro protamine 25 UNT/ML Injectable Suspension is active.",
    ]),
    # what is awaited, and that nothing has come
    ("Cortisol of 16 Nov 2026 has no value yet; its status is registered.", [CORTISOL], [
        "Cortisol of 16 Nov 2026 has a value; its status is registered.",
        "Cortisol of 16 Nov 2026 has no value yet; its status is final.",
    ]),
    ("Aldosterone of 16 Nov 2026 is preliminary.", [ALDOSTERONE], ["Aldosterone of 16 Nov 2026 has no result yet."]),
    ("The blood group of 2 Mar 2019 reads: A positive.", [GROUP], ["The blood group of 2 Mar 2019 reads: B positive."]),
    # a site beside its side
    ("Osteomyelitis, left heel, is active.", [cond("cond1", "Osteomyelitis")], [
        "Osteomyelitis, right heel, is active.", "Osteomyelitis, left hip, is active.",
    ]),
    ("Incision and drainage, right forearm, was done on 3 Nov 2026.", [event("proc1", "Incision and drainage")], [
        "Incision and drainage, left forearm, was done on 3 Nov 2026.",
        "Incision and drainage, right arm, was done on 3 Nov 2026.",
    ]),
    # an inhaler by its short name and strength
    ("Use your beclomethasone 80 mcg inhaler, 2 puffs twice a day.", [INHALER], [
        "Use your beclomethasone 40 mcg inhaler, 2 puffs twice a day.",
        "Use your beclomethasone 80 mcg inhaler, 1 puff twice a day.",
    ]),
    # an order says; a person does not
    ("The naproxen order of 2 Nov 2026 says 250 mg by mouth twice daily.", [NAPROXEN], [
        "The naproxen order of 2 Nov 2026 says 500 mg by mouth twice daily.",
        "He says naproxen 250 mg twice daily.",
    ]),
    ("Your naproxen order says 250 mg twice a day.", [NAPROXEN], ["Your naproxen order says 250 mg once a day."]),
    # what was booked, and what became of it
    ("The podiatry appointment booked for 5 Nov 2026 was a no-show.", [event("appt1", "Podiatry")], [
        "The podiatry appointment is booked for 5 Nov 2026.",
        "The podiatry appointment booked for 5 Nov 2026 was cancelled.",
        "The podiatry appointment booked for 6 Nov 2026 was a no-show.",
    ]),
    ("The dietitian appointment is booked for 1 Dec 2026.", [event("appt2", "Dietitian")], [
        "The dietitian appointment booked for 1 Dec 2026 was a no-show.",
    ]),
    ("Cellulitis is an active diagnosis of the stay.", [cond("cond2", "Cellulitis")], []),
    ("This letter is about a 71-year-old man.", [who(71, "male")], ["This letter is about a 72-year-old man."]),
    ("He was in hospital from 2 Nov 2026 to 8 Nov 2026 after a collapse at home.", [STAY], [
        "He was in hospital from 2 Nov 2026 to 8 Nov 2026 after a fall at home.",
    ]),
]  # fmt: skip
GOOD = [(text, claims) for text, claims, _ in PAIRS]
BAD = [(text, claims) for _, claims, wrong in PAIRS for text in wrong]
# An operation is the reason of its stay, and does not come before it.
BAD.append(("He was in hospital from 2 May 2026 to 4 May 2026 after a hernia repair.", [REPAIR]))


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(SIXTH))


@pytest.mark.parametrize(("text", "claims"), GOOD, ids=[text for text, _ in GOOD])
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    assert [f.words for f in verify(said(text, *claims), chart).findings] == []


@pytest.mark.parametrize(("text", "claims"), BAD, ids=[text for text, _ in BAD])
def test_an_error_in_its_words_does_not(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable


def test_an_old_value_told_as_of_now_is_worded_with_its_day(chart: Chart) -> None:
    drafted = said("Your ferritin is low at 9 ug/L.", FERRITIN)
    assert {f.rule for f in verify(drafted, chart).findings} == {"stale_value"}
    text, verdict = settle(drafted, chart)
    assert (text, verdict.outcome.signable) == ("Ferritin 9 ug/L on 2 Apr 2026.", True)


def test_a_pressure_that_was_taken_lying_is_worded_as_such(chart: Chart) -> None:
    drafted = said("Blood pressure lying is 104/62 mmHg.", bp("vit2", 104, 62))
    assert reword(drafted, chart) == "Blood pressure lying 104/62 mmHg on 9 Oct 2026."


def test_each_finding_names_its_rule(chart: Chart) -> None:
    def rules(text: str, *claims: dict[str, Any]) -> set[str]:
        return {f.rule for f in verify(said(text, *claims), chart).findings}

    assert "reaction_differs" in rules("Angioedema to hazelnut and birch pollen.", HAZELNUT, BIRCH)
    assert "as_needed_left_out" in rules("Promethazine is active.", PROMETHAZINE)
    assert "range_differs" in rules("Sodium of 16 Nov 2026 was outside its limits.", SODIUM)
    exchanged = "Insulin lispro protamine 25 UNT/ML / Insulin lispro 75 UNT/ML is active."
    assert "misplaced" in rules(exchanged, INSULIN)
