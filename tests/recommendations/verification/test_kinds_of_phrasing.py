"""Kinds of phrasing that a blind set showed to be worded anew, and the errors that each could carry."""

from typing import Any

import pytest

from recommendations.verification import Chart, verify
from tests.recommendations.verification.build import allergy as allergic
from tests.recommendations.verification.build import cond as has
from tests.recommendations.verification.build import event, note, obs, said, trend, who
from tests.recommendations.verification.build import med as ordered
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.fourth import FOURTH

CHECKUP = event("enc2", "Encounter for check up (procedure)", reason="Rheumatoid arthritis")
CALL = event("enc3", "Telephone visit")
STAY = event("enc1", "Hospital admission")
FLU = event("imm1", "Influenza, seasonal, injectable")
PACEMAKER = event("proc1", "Implantation of pacemaker")
NA, NA_BEFORE = obs("lab1", "Sodium", "131", "mmol/L"), obs("lab2", "Sodium", "127", "mmol/L")
K, CL = obs("lab3", "Potassium", "4.1", "mmol/L"), obs("lab4", "Chloride", "98", "mmol/L")
WBC = obs("lab5", "Leukocytes", "7.2", "10*3/uL")
CREATININE = obs("lab6", "Creatinine", "1.9", "mg/dL")
CREATININE_BEFORE = obs("lab8", "Creatinine", "1.4", "mg/dL")
HEIGHT = obs("vit2", "Body height", "171", "cm")
TEMPERATURE = obs("vit3", "Body temperature", "37.9", "\u00b0C")
WEIGHT = obs("vit1", "Body weight", "82.5", "kg")
HIP, RA = has("cond1", "Osteoarthritis of hip"), has("cond2", "Rheumatoid arthritis")
GOUT = has("cond4", "Gout")
HCTZ = ordered("med2", "Hydrochlorothiazide 25 mg oral tablet")
TORSEMIDE = ordered("med4", "Torsemide 20 mg oral tablet")
ASPIRIN = ordered("med5", "Aspirin 81 mg oral tablet")
CONSULT = note("note1", "Mild aortic stenosis.")
MESSAGE = note("note2", "My ankles swell in the evening.")
HIVES, NAUSEA = allergic("alg1", "Cefadroxil"), allergic("alg2", "Codeine")

# What stands, and what must not stand on the same claims.
PAIRS: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    # visits by their kind and reason
    ("He came for a check up on 2 Mar 2026.", [CHECKUP], [
        "He came for a check up on 3 Mar 2026.",
        "He came for a check up because of pain.",
        "Creatinine is up since the check on 2 Mar 2026.",
    ]),
    ("Seen for rheumatoid arthritis at a checkup on 2 Mar 2026.", [CHECKUP], [
        "Seen for osteoarthritis at a checkup on 2 Mar 2026.",
    ]),
    ("This 58-year-old man had a check-up on 2 Mar 2026.", [who(58, "male"), CHECKUP], [
        "This 58-year-old man had a follow-up on 2 Mar 2026.",
        "This 85-year-old man had a check-up on 2 Mar 2026.",
    ]),
    ("A phone visit took place on 20 Oct 2026.", [CALL], [
        "A video visit took place on 20 Oct 2026.",
        "An emergency visit took place on 20 Oct 2026.",
    ]),
    ("He remains in hospital, admitted on 14 Nov 2026.", [STAY], [
        "He remains in hospital, admitted on 15 Nov 2026.",
        "He remains in hospital, discharged on 14 Nov 2026 to home.",
    ]),
    # notes by their kind and author
    ("Dr. Ines Varga's clinic note of 15 Nov 2026 says: “Mild aortic stenosis.”", [CONSULT], [
        "Dr. Ines Varga's discharge note of 15 Nov 2026 says: “Mild aortic stenosis.”",
        "The nurse's clinic note of 15 Nov 2026 says: “Mild aortic stenosis.”",
        "Dr. Ines Vega's clinic note of 15 Nov 2026 says: “Mild aortic stenosis.”",
    ]),
    ("The patient asked us on 10 Nov 2026 (patient message): “My ankles swell in the evening.”", [MESSAGE], [
        "The nurse asked us on 10 Nov 2026 (patient message): “My ankles swell in the evening.”",
        "The patient asked us on 11 Nov 2026 (patient message): “My ankles swell in the evening.”",
    ]),
    # letters
    ("I would be grateful for your review of this 58-year-old man with gout.", [who(58, "male"), GOUT], [
        "I would be grateful for your urgent review of this 58-year-old man with gout.",
        "I would be grateful for your review of this 59-year-old man with gout.",
    ]),
    ("Thank you for seeing this gentleman, aged 58, with rheumatoid arthritis.", [who(58, "male"), RA], [
        "Thank you for seeing this lady, aged 58, with rheumatoid arthritis.",
        "Thank you for treating this gentleman, aged 58, with rheumatoid arthritis.",
    ]),
    ("Dear colleague, this man has gout.", [who(58, "male"), GOUT], ["Dear colleague, this man has severe gout."]),
    # arrows, lists, rows
    ("Na 127 → 131 mmol/L (14 Nov 2026 → 16 Nov 2026).", [trend("lab2", "lab1", "rising")], [
        "Na 131 → 127 mmol/L (14 Nov 2026 → 16 Nov 2026).",
        "Na 127 → 131 mmol/L (16 Nov 2026 → 14 Nov 2026).",
        "Na 127 → 132 mmol/L (14 Nov 2026 → 16 Nov 2026).",
    ]),
    ("Sodium 127 -> 131 mmol/L between 14 and 16 Nov 2026.", [trend("lab2", "lab1", "rising")], [
        "Sodium 127 -> 131 mmol/L between 14 and 17 Nov 2026.",
        "Sodium 131 -> 127 mmol/L between 14 and 16 Nov 2026.",
    ]),
    ("K/Cl on 14 Nov 2026: 4.1 and 98 mmol/L.", [K, CL], [
        "Cl/K on 14 Nov 2026: 4.1 and 98 mmol/L.",
        "K/Cl on 14 Nov 2026: 98 and 4.1 mmol/L.",
    ]),
    ("Potassium and chloride were 4.1 and 98 mmol/L on 14 Nov 2026, respectively.", [K, CL], [
        "Potassium and chloride were 98 and 4.1 mmol/L on 14 Nov 2026, respectively.",
    ]),
    ("Sodium, mmol/L: 127 (14 Nov 2026), 131 (16 Nov 2026).", [NA, NA_BEFORE], [
        "Sodium, mg/dL: 127 (14 Nov 2026), 131 (16 Nov 2026).",
        "Sodium, mmol/L: 131 (14 Nov 2026), 127 (16 Nov 2026).",
    ]),
    # units in other forms
    ("White cells 7200 per microliter on 14 Nov 2026.", [WBC], [
        "White cells 720 per microliter on 14 Nov 2026.",
        "White cells 7.2 per microliter on 14 Nov 2026.",
        "White cells 7200 per liter on 14 Nov 2026.",
    ]),
    ("Creatinine was 1.9 milligrams per deciliter on 16 Nov 2026.", [CREATININE], [
        "Creatinine was 1.9 grams per deciliter on 16 Nov 2026.",
        "Creatinine was 1.9 milligrams per liter on 16 Nov 2026.",
    ]),
    ("Body height was 1.71 m on 2 Mar 2026.", [HEIGHT], [
        "Body height was 171 m on 2 Mar 2026.",
        "Body height was 171 in on 2 Mar 2026.",
        "Body height was 17.1 m on 2 Mar 2026.",
    ]),
    ("In March 2026 body height was 171 cm.", [HEIGHT], ["In April 2026 body height was 171 cm."]),
    ("Body height 171 in March 2026.", [HEIGHT], ["Body height 171 in April 2026."]),
    ("T 37.9 C on 14 Nov 2026.", [TEMPERATURE], ["T 37.9 F on 14 Nov 2026."]),
    # sides within names
    ("Osteoarthritis of the left hip has been active since 2018.", [HIP], [
        "Osteoarthritis of the right hip has been active since 2018.",
        "Osteoarthritis of both hips has been active since 2018.",
        "Osteoarthritis of the left knee has been active since 2018.",
    ]),
    ("Left hip OA is active.", [HIP], ["Right hip OA is active.", "Left knee OA is active.", "Left hip RA is active."]),
    # short hand
    ("RA and OA of the hip are both active.", [RA, HIP], ["RA and OA of the knee are both active.", "RA and OA of the hip are both resolved."]),
    ("SCr 1.9 mg/dL on 16 Nov 2026.", [CREATININE], ["SCr 9.1 mg/dL on 16 Nov 2026.", "SNa 1.9 mg/dL on 16 Nov 2026."]),
    ("Wt 82.5 kg, T 37.9 \u00b0C (14 Nov 2026).", [WEIGHT, TEMPERATURE], ["T 82.5 kg, Wt 37.9 \u00b0C (14 Nov 2026)."]),
    ("HCTZ 25 mg is stopped.", [HCTZ], ["HCTZ 12.5 mg is stopped.", "HCTZ 25 mg is active."]),
    ("ASA 81 mg daily is active.", [ASPIRIN], ["ASA 325 mg daily is active."]),
    # classes of a drug beside its name
    ("The loop diuretic torsemide is active.", [TORSEMIDE], [
        "The thiazide torsemide is active.",
        "A loop diuretic is active.",
    ]),
    # several tablets
    ("Torsemide, two 20 mg tablets twice daily.", [TORSEMIDE], [
        "Torsemide, three 20 mg tablets twice daily.",
        "Torsemide, one 20 mg tablet twice daily.",
        "Torsemide, two 40 mg tablets twice daily.",
    ]),
    ("Take two 20 mg tablets of torsemide (40 mg) twice daily.", [TORSEMIDE], [
        "Take three 20 mg tablets of torsemide (40 mg) twice daily.",
    ]),
    # ranges
    ("Creatinine 1.9 mg/dL on 16 Nov 2026 (normal 0.6\u20131.2).", [CREATININE], [
        "Creatinine 1.9 mg/dL on 16 Nov 2026 (normal).",
        "Creatinine 1.9 mg/dL on 16 Nov 2026 (normal 0.6\u20132.1).",
    ]),
    ("Creatinine 1.9 mg/dL on 16 Nov 2026, above 1.2 mg/dL.", [CREATININE], [
        "Creatinine 1.9 mg/dL on 16 Nov 2026, above 1.5 mg/dL.",
        "Creatinine 1.9 mg/dL on 16 Nov 2026, below 1.2 mg/dL.",
        "Creatinine above 1.2 mg/dL on 16 Nov 2026.",
        "Creatinine 1.9 mg/dL on 16 Nov 2026, at least 1.2 mg/dL.",
        "Creatinine 1.9 mg/dL on 16 Nov 2026, above range (over 1.2).",
    ]),
    ("Potassium 4.1 mmol/L on 14 Nov 2026, inside 3.5\u20135.1.", [K], ["Potassium 4.1 mmol/L on 14 Nov 2026, above 3.5\u20135.1."]),
    # days in other words
    ("Yesterday (16 Nov 2026) creatinine was 1.9 mg/dL.", [CREATININE], ["Two days ago creatinine was 1.9 mg/dL."]),
    ("The day before this reading creatinine was 1.9 mg/dL.", [CREATININE], ["The day before the admission creatinine was 1.9 mg/dL."]),
    ("On Monday, 16 Nov 2026, creatinine was 1.9 mg/dL.", [CREATININE], ["On Tuesday, 16 Nov 2026, creatinine was 1.9 mg/dL."]),
    ("Creatinine went from 1.4 mg/dL on 2 Oct 2025 to 1.9 mg/dL on 16 Nov 2026.", [trend("lab8", "lab6", "rising")], [
        "Creatinine went from 1.4 mg/dL on 2 Oct to 1.9 mg/dL on 16 Nov 2026.",
    ]),
    ("Sodium 127 mmol/L on 14 Nov and 131 mmol/L on 16 Nov 2026.", [NA, NA_BEFORE], [
        "Sodium 127 mmol/L on 16 Nov and 131 mmol/L on 14 Nov 2026.",
        "Sodium 127 mmol/L on 14 Oct and 131 mmol/L on 16 Nov 2026.",
    ]),
    ("Sodium was 127 mmol/L and later 131 mmol/L.", [NA, NA_BEFORE], ["Sodium was 131 mmol/L and later 127 mmol/L."]),
    # headings
    ("Reactions on the list: hives (cefadroxil), nausea (codeine).", [HIVES, NAUSEA], [
        "Reactions on the list: nausea (cefadroxil), hives (codeine).",
    ]),
    # vaccines and procedures in everyday words
    ("You had your flu shot on 5 Oct 2026.", [FLU], ["You had your tetanus shot on 5 Oct 2026.", "You had the flu on 5 Oct 2026."]),
    ("A pacemaker was implanted in May 2022.", [PACEMAKER], [
        "A pacemaker was removed in May 2022.",
        "A defibrillator was implanted in May 2022.",
    ]),
    # numbers of things that are named
    ("Two sodium results: 127 mmol/L on 14 Nov 2026 and 131 mmol/L on 16 Nov 2026.", [NA, NA_BEFORE], [
        "Three sodium results: 127 mmol/L on 14 Nov 2026 and 131 mmol/L on 16 Nov 2026.",
    ]),
]  # fmt: skip
GOOD = [(text, claims) for text, claims, _ in PAIRS]
BAD = [(text, claims) for _, claims, wrong in PAIRS for text in wrong]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(FOURTH))


@pytest.mark.parametrize(("text", "claims"), GOOD, ids=[text for text, _ in GOOD])
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), chart)
    assert [f.words for f in verdict.findings] == []


@pytest.mark.parametrize(("text", "claims"), BAD, ids=[text for text, _ in BAD])
def test_an_error_in_its_words_does_not(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable
