"""Short hand that a third blind set showed to be worded anew, and the errors that each could carry."""

from typing import Any

import pytest

from recommendations.verification import Chart, verify
from tests.recommendations.verification.build import (
    absent,
    allergy,
    claim,
    cond,
    count,
    dosage,
    event,
    med,
    note,
    obs,
    said,
    who,
)
from tests.recommendations.verification.facts import snapshot
from tests.recommendations.verification.fifth import FIFTH

HER = who(67, "female")
NAPROXEN = med("med3", "Naproxen", dose="250 mg", frequency="twice daily")
TRAZODONE = med("med5", "Trazodone", dose="50 mg", frequency="at bedtime")
PREDNISOLONE = med("med6", "Prednisolone", dose="5 mg", frequency="every other day")
CODEINE = med("med7", "Codeine", dose="30 mg", frequency="every 6 hours", as_needed=True)
ALENDRONATE = med("med1", "Alendronate", dose="70 mg", frequency="weekly")
DROPS = med("med4", "Bimatoprost", dose="1 drop", frequency="at bedtime")
DROPS_TEXT = dosage("med4", "Bimatoprost 0.03 % eye drops",
                    text="Put 1 drop into the right eye at bedtime")  # fmt: skip
EPOETIN = med("med2", "Epoetin alfa", status="on-hold")
FINGER = cond("cond1", "Trigger finger, left hand", laterality="left")
AF = cond("cond2", "Persistent atrial fibrillation")
ARTERITIS = cond("cond3", "Giant cell arteritis", verification="provisional")
STOMACH, AGAIN = cond("cond4", "Viral gastroenteritis"), cond("cond5", "Viral gastroenteritis")
DYSPLASIA = cond("cond6", "Bronchopulmonary dysplasia", status="remission")
BIOPSY, SWALLOW = event("proc1", "Temporal artery biopsy"), event("proc2", "Barium swallow")
STAY = event("enc1", "Hospital admission", when="2026-10-01", reason="Collapse")
UNIT = event("enc2", "Rapid access unit visit", reason="Headache")
AUDIOLOGY, RHEUMATOLOGY = event("appt1", "Audiology"), event("appt2", "Rheumatology")
ASLEEP = claim("administration", ref="adm1", name="Naproxen", status="not-done",
               reason="Patient asleep")  # fmt: skip
PLATELETS, BEFORE, FIRST = (
    obs(f"lab{n}", "Platelets", value, "10*9/L")
    for n, value in ((1, "340"), (2, "210"), (3, "260"))
)
THREE = count("platelet results", ("lab1", "lab2", "lab3"), 3)
FERRITIN = obs("lab6", "Ferritin", "12", "ug/L")
CHAINS = obs("lab7", "Serum free light chains, kappa", "21", "mg/L")
DOXYCYCLINE = allergy("alg1", "Doxycycline", reaction="Wheezing")
SLEEPS = note("note1", "Sleeps well.")

# What stands, and what must not stand on the same claims.
PAIRS: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    # how often
    ("Naproxen 250 mg bd.", [NAPROXEN], ["Naproxen 250 mg tds.", "Naproxen 250 mg od.", "Naproxen 250 mg nocte."]),
    ("Trazodone 50 mg nocte.", [TRAZODONE], ["Trazodone 50 mg mane.", "Trazodone 50 mg om.", "Trazodone 50 mg bd."]),
    ("Prednisolone 5 mg on alternate days.", [PREDNISOLONE], ["Prednisolone 5 mg od.", "Prednisolone 5 mg daily."]),
    ("Codeine 30 mg 6-hourly prn.", [CODEINE], ["Codeine 30 mg 4-hourly prn.", "Codeine 30 mg 6-hourly."]),
    ("Alendronate 70 mg once a week.", [ALENDRONATE], ["Alendronate 70 mg od.", "Alendronate 70 mg qds."]),
    ("Bimatoprost 1 drop nocte.", [DROPS], ["Bimatoprost 1 drop OD.", "Bimatoprost 1 drop od nocte."]),
    # who
    ("67F with persistent atrial fibrillation.", [HER, AF], [
        "67M with persistent atrial fibrillation.", "76F with persistent atrial fibrillation.",
    ]),
    ("67 y.o. lady with persistent AF.", [HER, AF], [
        "67 y.o. lady with permanent AF.", "67 y.o. lady with paroxysmal AF.", "76 y.o. lady with persistent AF.",
    ]),
    # doubt, history, status
    ("?Giant cell arteritis, onset 30 May 2026.", [ARTERITIS], [
        "Giant cell arteritis, onset 30 May 2026.", "Known case of giant cell arteritis.", "DDx: takayasu arteritis.",
    ]),
    ("Persistent atrial fibrillation since 2019.", [AF], ["?Persistent atrial fibrillation since 2019."]),
    ("Hx of bronchopulmonary dysplasia, currently in remission.", [DYSPLASIA], [
        "Hx of bronchopulmonary dysplasia, currently active.", "Bronchopulmonary dysplasia, currently.",
    ]),
    ("Epoetin alfa is currently withheld.", [EPOETIN], ["Epoetin alfa is currently given."]),
    ("Naproxen 250 mg bd, active.", [NAPROXEN], ["Naproxen 250 mg bd, withheld.", "At home: naproxen 250 mg bd."]),
    # sides
    ("Left trigger finger, onset 2 Mar 2025.", [FINGER], [
        "Right trigger finger, onset 2 Mar 2025.", "Bilateral trigger finger, onset 2 Mar 2025.",
    ]),
    ("Put 1 drop of bimatoprost into your right eye at bedtime.", [DROPS], [
        "Put 1 drop of bimatoprost into your left eye at bedtime.",
        "Put 1 drop of bimatoprost into both eyes at bedtime.",
    ]),
    # initials in capitals
    ("GCA, provisional, onset 30 May 2026.", [ARTERITIS], [
        "gca, provisional, onset 30 May 2026.", "GCT, provisional, onset 30 May 2026.", "GCA, confirmed.",
    ]),
    ("Serum free light chains, kappa, 21 mg/L on 16 Nov 2026.", [CHAINS], ["SFLC 21 mg/L on 16 Nov 2026."]),
    # what was done
    ("She had a temporal artery biopsy on 2 Jun 2026.", [BIOPSY], [
        "She had a temporal artery repair on 2 Jun 2026.", "A temporal artery biopsy was given on 2 Jun 2026.",
    ]),
    ("A barium swallow of 1 Jul 2026 was not done.", [SWALLOW], [
        "She had a barium swallow on 1 Jul 2026.", "A barium swallow was taken on 1 Jul 2026.",
    ]),
    ("Naproxen was not given on 2 Oct 2026; reason: Patient asleep.", [ASLEEP], [
        "Naproxen was not given on 2 Oct 2026; reason: patient refused.",
        "Naproxen was given on 2 Oct 2026; reason: Patient asleep.",
    ]),
    # visits, stays, notes
    ("DNA: audiology, 5 Nov 2026.", [AUDIOLOGY], ["Audiology, 5 Nov 2026, attended."]),
    ("Rheumatology is booked for 1 Dec 2026.", [RHEUMATOLOGY], ["DNA: rheumatology, 1 Dec 2026."]),
    ("She was seen in the rapid access unit on 2 Nov 2026 with headache.", [UNIT], [
        "She was seen in the stroke unit on 2 Nov 2026 with headache.",
        "She was seen in the rapid access unit on 2 Nov 2026 with collapse.",
    ]),
    ("Hospital admission 1\u20136 Oct 2026; reason: collapse.", [STAY], [
        "Hospital admission 1\u20137 Oct 2026; reason: collapse.",
        "Hospital admission 2\u20136 Oct 2026; reason: collapse.",
        "Hospital admission 1\u20136 Oct 2026; reason: headache.",
    ]),
    ("GP note, 10 Nov 2026 (Dr. Ruth Adeyemi): \u201cSleeps well.\u201d", [SLEEPS], [
        "Ward note, 10 Nov 2026 (Dr. Ruth Adeyemi): \u201cSleeps well.\u201d",
        "GP note, 11 Nov 2026 (Dr. Ruth Adeyemi): \u201cSleeps well.\u201d",
    ]),
    # counts over a time, and of things of one name
    ("Platelets were measured 3 times between 2 Nov and 16 Nov 2026.", [THREE], [
        "Platelets were measured 3 times between 2 Nov and 9 Nov 2026.",
        "Platelets were measured 3 times between 3 Nov and 16 Nov 2026.",
        "Platelets were measured 3 times on 2 Nov 2026.",
        "Platelets were measured 4 times between 2 Nov and 16 Nov 2026.",
    ]),
    ("Viral gastroenteritis x2, onset 5 Jan 2024 and 11 Feb 2025; both resolved.", [STOMACH, AGAIN], [
        "Viral gastroenteritis x3, onset 5 Jan 2024 and 11 Feb 2025; both resolved.",
        "Viral gastroenteritis x2, onset 5 Jan 2023 and 11 Feb 2025; both resolved.",
    ]),
    ("Two episodes of viral gastroenteritis are recorded.",
     [count("viral gastroenteritis entries", ("cond4", "cond5"), 2)], [
        "Three episodes of viral gastroenteritis are recorded.",
    ]),
    # rows of values, units and ranges told once
    ("Platelets 260 on 2 Nov 2026, 340 on 16 Nov 2026 (both 10*9/L).", [FIRST, PLATELETS], [
        "Platelets 260 on 2 Nov 2026, 340 on 16 Nov 2026 (both 10*6/L).",
        "Platelets 340 on 2 Nov 2026, 260 on 16 Nov 2026 (both 10*9/L).",
    ]),
    ("Platelets 260 to 210 to 340 (2, 9 and 16 Nov 2026).", [FIRST, BEFORE, PLATELETS], [
        "Platelets 260 to 340 to 210 (2, 9 and 16 Nov 2026).",
        "Platelets 260 to 210 to 340 (2, 10 and 16 Nov 2026).",
    ]),
    ("Ferritin 12 ug/L on 16 Nov 2026 (ref 15\u2013150).", [FERRITIN], [
        "Ferritin 12 ug/L on 16 Nov 2026 (ref 10\u2013150).",
        "Ferritin 12 ug/L on 16 Nov 2026, in range; 15 is its lower limit.",
    ]),
    # an order's own words, all of them
    ("Bimatoprost 0.03 % eye drops: Put 1 drop into the right eye at bedtime.", [DROPS_TEXT], [
        "Bimatoprost 0.03 % eye drops: Put 1 drop into the left eye at bedtime.",
        "Bimatoprost 0.03 % eye drops: Put 1 drop into the right eye at bedtime for glaucoma.",
        "Travoprost eye drops: Put 1 drop into the right eye at bedtime.",
        "Bimatoprost 0.03 % eye drops: Put 1 drop into the right eye.",
    ]),
    # where was looked; what an allergy did
    ("No metformin among the medications.", [absent("metformin", "medications")], [
        "No metformin among the allergies.", "No metformin.",
    ]),
    ("You are allergic to doxycycline: it made you wheeze.", [DOXYCYCLINE], [
        "You are allergic to doxycycline: it made you sick.", "Naproxen made you wheeze.",
    ]),
]  # fmt: skip
GOOD = [(text, claims) for text, claims, _ in PAIRS]
BAD = [(text, claims) for _, claims, wrong in PAIRS for text in wrong]


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot(FIFTH))


@pytest.mark.parametrize(("text", "claims"), GOOD, ids=[text for text, _ in GOOD])
def test_it_stands(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), chart)
    assert [f.words for f in verdict.findings] == []


@pytest.mark.parametrize(("text", "claims"), BAD, ids=[text for text, _ in BAD])
def test_an_error_in_its_words_does_not(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    assert not verify(said(text, *claims), chart).outcome.signable
