"""Kinds of errors that a blind set showed to pass, each beside what may be said on the same claims."""

from typing import Any

import pytest

from recommendations.verification import Chart, reword, verify
from tests.recommendations.verification.build import (
    absent,
    bp,
    count,
    event,
    family,
    infer,
    note,
    obs,
    said,
)
from tests.recommendations.verification.build import allergy as allergic
from tests.recommendations.verification.build import cond as has
from tests.recommendations.verification.build import med as ordered
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.fourth import FOURTH

STAY = event("enc1", "Hospital admission")
NA = obs("lab1", "Sodium", "131", "mmol/L")
NA_BEFORE = obs("lab2", "Sodium", "127", "mmol/L")
K = obs("lab3", "Potassium", "4.1", "mmol/L")
WEIGHT = obs("vit1", "Body weight", "82.5", "kg")
LOSARTAN = ordered("med1", "Losartan 50 mg oral tablet")
HCTZ = ordered("med2", "Hydrochlorothiazide 25 mg oral tablet")
ENTRESTO = ordered("med3", "Sacubitril 49 MG / Valsartan 51 MG Oral Tablet")
TORSEMIDE = ordered("med4", "Torsemide 20 mg oral tablet")
ASPIRIN = ordered("med5", "Aspirin 81 mg oral tablet")
CEFADROXIL, CODEINE = allergic("alg1", "Cefadroxil"), allergic("alg2", "Codeine")
TAPE = allergic("alg3", "Adhesive tape")
CELLULITIS, GOUT = has("cond3", "Cellulitis of leg"), has("cond4", "Gout")
BROTHER = family("fam1", "Brother", "Hyponatremia")

# What stands, and what must not stand on the same claims.
PAIRS: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    # two days in one sentence
    ("He was admitted on 14 Nov 2026 with a sodium of 127 mmol/L.", [STAY, NA_BEFORE], []),
    ("He was admitted on 14 Nov 2026; sodium was 131 mmol/L on 16 Nov 2026.", [STAY, NA], [
        "He was admitted on 14 Nov 2026 with a sodium of 131 mmol/L.",
        "Admitted on 14 Nov 2026, sodium 131 mmol/L.",
        "At admission on 14 Nov 2026 his sodium was 131 mmol/L.",
        "On 14 Nov 2026 he was admitted and sodium was 131 mmol/L.",
    ]),
    ("Potassium was 4.1 mmol/L on 14 Nov 2026; sodium is 131 mmol/L.", [K, NA], [
        "Potassium 4.1 mmol/L on 14 Nov 2026 with a sodium of 131 mmol/L.",
        "On 14 Nov 2026 sodium was 131 mmol/L and potassium 4.1 mmol/L.",
    ]),
    # two persons in one sentence
    ("His brother has hyponatremia; the patient's own sodium is 131 mmol/L.", [BROTHER, NA], [
        "His brother has hyponatremia, with a sodium of 131 mmol/L.",
        "His brother has hyponatremia and a sodium of 131 mmol/L.",
        "Brother: hyponatremia, sodium 131 mmol/L on 16 Nov 2026.",
    ]),
    ("His brother has hyponatremia, and he has gout.", [BROTHER, GOUT], [
        "His brother has hyponatremia and gout.",
        "Brother: hyponatremia, gout.",
    ]),
    # lists that read as whole
    ("His allergies are cefadroxil, codeine and adhesive tape.", [CEFADROXIL, CODEINE, TAPE], []),
    ("His allergies include cefadroxil and codeine.", [CEFADROXIL, CODEINE], [
        "His allergies are cefadroxil and codeine.",
        "Known allergies: cefadroxil, codeine.",
        "Allergies on the list are codeine and cefadroxil.",
        "The patient's allergies consist of cefadroxil and codeine.",
        "The documented allergies were cefadroxil and codeine.",
    ]),
    ("Aspirin and torsemide are active medications.", [ASPIRIN, TORSEMIDE], [
        "His medications are aspirin and torsemide.",
        "Active medications: aspirin, torsemide.",
        "His current medications are torsemide and aspirin.",
    ]),
    ("His active medications are aspirin, torsemide and sacubitril/valsartan.",
     [ASPIRIN, TORSEMIDE, ENTRESTO], []),
    ("Gout is an active problem.", [GOUT], [
        "His problems are gout and nothing else.",
        "His active problems are gout.",
        "Problems: gout.",
    ]),
    # the day of an order told as the day of its end
    ("Losartan 50 mg, ordered on 3 Feb 2026, is on hold.", [LOSARTAN], [
        "Losartan 50 mg has been on hold since 3 Feb 2026.",
        "Losartan 50 mg was put on hold on 3 Feb 2026.",
        "Losartan 50 mg, held 3 Feb 2026.",
        "Losartan 50 mg, paused as of 3 Feb 2026.",
        "Losartan 50 mg, on hold (3 Feb 2026).",
    ]),
    ("Hydrochlorothiazide 25 mg, ordered 9 Jun 2025, is stopped.", [HCTZ], [
        "Hydrochlorothiazide 25 mg, stopped 9 Jun 2025.",
        "Hydrochlorothiazide 25 mg was discontinued in June 2025.",
        "Hydrochlorothiazide 25 mg was given until 9 Jun 2025.",
        "Hydrochlorothiazide 25 mg ended on 9 Jun 2025.",
    ]),
    ("Cellulitis of the leg, onset 5 Mar 2024, is resolved.", [CELLULITIS], [
        "Cellulitis of the leg, resolved, since 5 Mar 2024.",
        "Cellulitis of the leg resolved on 5 Mar 2024.",
        "Cellulitis of the leg has been resolved since March 2024.",
    ]),
    # strengths of a combination
    ("Sacubitril 49 MG / Valsartan 51 MG Oral Tablet is active.", [ENTRESTO], [
        "Sacubitril 51 MG / Valsartan 49 MG Oral Tablet is active.",
        "Valsartan 49 MG / Sacubitril 51 MG Oral Tablet is active.",
    ]),
    ("Valsartan 51 MG / Sacubitril 49 MG Oral Tablet is active.", [ENTRESTO], []),
    # an old value as of now
    ("Blood pressure was 152/84 mmHg on 2 Oct 2025.", [bp("vit4", 152, 84)], [
        "Blood pressure is 152/84 mmHg at present.",
        "Blood pressure is now 152/84 mmHg.",
        "Right now blood pressure is 152/84 mmHg.",
    ]),
    ("Sodium is now 131 mmol/L.", [NA], ["Sodium is now 127 mmol/L."]),
    # quotations torn from their clause
    ("Dr. Ines Varga's clinic note of 15 Nov 2026 says: “Mild aortic stenosis.”",
     [note("note1", "Mild aortic stenosis.")], []),
    ("The note says: “aortic stenosis.”", [note("note1", "aortic stenosis.")], ["The note says: “aortic stenosis.”"]),
    ("The note says: “Suggest resuming losartan”", [note("note1", "Suggest resuming losartan")],
     ["The note says: “Suggest resuming losartan”"]),
    ("The note says: “pleural effusion on the left.”", [note("note1", "pleural effusion on the left.")],
     ["The note says: “pleural effusion on the left.”"]),
    ("The note says: “Moderate pleural effusion”", [note("note1", "Moderate pleural effusion")],
     ["The note says: “Moderate pleural effusion”"]),
    ("The cardiology note says: “Weight stable, no edema.”", [note("note1", "Weight stable, no edema.")], []),
    # causes and intake in a judgement
    ("Sodium lies below its range while hydrochlorothiazide is stopped.",
     [infer("131 is below 135, and the order is stopped", "lab1", "med2")], [
        "Sodium lies below its range because of hydrochlorothiazide.",
        "Sodium lies below its range due to hydrochlorothiazide.",
        "Sodium lies below its range, which hydrochlorothiazide led to.",
        "Sodium lies below its range, triggered by hydrochlorothiazide.",
    ]),
    ("Torsemide is ordered, and creatinine lies above its range.",
     [infer("the order is active, and 1.9 is above 1.2", "med4", "lab6")], [
        "Torsemide is ordered and, as creatinine shows, is taken daily.",
        "He takes torsemide, and creatinine lies above its range.",
        "He uses torsemide, and creatinine lies above its range.",
    ]),
    # counts
    ("Acute bronchitis is recorded twice.", [count("acute bronchitis", ("cond5", "cond6"), 2)], [
        "Acute bronchitis is recorded three times.",
        "Acute bronchitis is recorded thrice.",
        "Acute bronchitis is active, recorded twice.",
    ]),
    ("Sodium has been measured two times, most recently 131 mmol/L on 16 Nov 2026.",
     [count("sodium results", ("lab1", "lab2"), 2), obs("lab1", "Sodium", "131", "mmol/L", role="last")], [
        "Sodium has been measured two times, most recently 127 mmol/L on 14 Nov 2026.",
        "Sodium has been measured two times, most recently 127 mmol/L on 16 Nov 2026.",
        "Sodium has been measured two times, most recently 131 mmol/L on 14 Nov 2026.",
        "Sodium has been measured three times, most recently 131 mmol/L on 16 Nov 2026.",
    ]),
    ("One order for torsemide 20 mg oral tablet is recorded.",
     [count("orders for Torsemide 20 mg oral tablet", ("med4",), 1)], [
        "Two orders for torsemide 20 mg oral tablet are recorded.",
        "One order for furosemide 20 mg oral tablet is recorded.",
    ]),
    # a class of drugs
    ("No penicillin allergy is on the allergy list.", [absent("penicillin allergy", "allergies")], [
        "No cephalosporin allergy is on the allergy list.",
    ]),
]  # fmt: skip
GOOD = [(text, claims) for text, claims, wrong in PAIRS if text not in wrong]
BAD = [(text, claims) for _, claims, wrong in PAIRS for text in wrong]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(FOURTH))


@pytest.mark.parametrize(("text", "claims"), GOOD, ids=[text for text, _ in GOOD])
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), chart)
    assert [f.words for f in verdict.findings] == []


@pytest.mark.parametrize(("text", "claims"), BAD, ids=[text for text, _ in BAD])
def test_an_error_of_the_kind_does_not(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable


@pytest.mark.parametrize(
    ("term", "defeated"),
    [
        ("a cephalosporin", True),
        ("cephalosporin", True),
        ("any beta lactam", True),
        ("opioid", True),
        ("penicillin", False),
    ],
)
def test_a_class_is_there_where_one_of_its_drugs_is(
    chart: Chart, term: str, *, defeated: bool
) -> None:
    claim = absent(term, "allergies")
    verdict = verify(said(f"No allergy to {term} is on the allergy list.", claim), chart)
    assert ("absence_defeated" in {f.rule for f in verdict.findings}) is defeated


def test_code_does_not_word_a_beginning_as_an_end(chart: Chart) -> None:
    claim = has("cond3", "Cellulitis of leg", onset="2024-03-05", status="resolved")
    worded = reword(said("Cellulitis.", claim), chart)
    assert worded == "Cellulitis of leg, resolved, onset 5 Mar 2024."


def test_what_is_counted_under_a_name_of_its_own_is_counted_in_times(chart: Chart) -> None:
    claim = count("acute bronchitis", ("cond5", "cond6"), 2)
    assert reword(said("Bronchitis.", claim), chart) == "Acute bronchitis recorded 2 times."


def test_a_list_that_is_not_whole_names_what_it_leaves_out(chart: Chart) -> None:
    verdict = verify(said("His allergies are cefadroxil and codeine.", CEFADROXIL, CODEINE), chart)
    assert [(f.rule, f.ref, f.words) for f in verdict.findings] == [
        ("list_incomplete", "alg3", "Reads as the whole list, and leaves out Adhesive tape.")
    ]
