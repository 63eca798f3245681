"""Doses given: told as the ward's record has them, and nothing of an order passes for one."""

from statistics import median
from time import perf_counter
from typing import Any

import pytest

from recommendations.verification import Chart, reword, verify, verify_text
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.build import absent, claim, count, infer, med, said
from tests.recommendations.verification.ward import HELD, ward


def adm(ref: str, name: str, **more: Any) -> dict[str, Any]:
    return claim("administration", ref=ref, name=name, **more)


FU20, FU60, FU13 = (adm(ref, "Furosemide") for ref in ("adm1", "adm2", "adm3"))
LI, LI13 = adm("adm4", "Lisinopril"), adm("adm5", "Lisinopril")
MO, AC, NS, VA = (
    adm("adm6", "Morphine"),
    adm("adm7", "Acetaminophen"),
    adm("adm8", "Sodium Chloride 0.9 % Injectable Solution"),
    adm("adm9", "Vancomycin"),
)
ORDER, HOLD, ENOX, ASA = (
    med("med1", "Furosemide"),
    med("med2", "Lisinopril"),
    med("med3", "Enoxaparin"),
    med("med4", "Aspirin"),
)
SALINE = "Sodium chloride 0.9 % injectable solution"

TRUE: list[tuple[str, list[dict[str, Any]]]] = [
    ("Furosemide 20 mg was given intravenously on 14 Nov 2026 at 20:00.", [FU20]),
    ("Furosemide 60 mg IV was administered at 8:00 am on 14 Nov 2026.", [FU60]),
    ("Furosemide 60 mg intravenous, given on 14 Nov 2026 from 08:00 to 08:30.", [FU60]),
    ("The patient received furosemide 60 mg on 13 Nov 2026.", [FU13]),
    ("A dose of furosemide 60 mg on 13 Nov 2026.", [FU13]),
    ("The last dose of furosemide, 20 mg, was given on 14 Nov 2026 at 20:00.", [FU20]),
    ("The first furosemide dose was given on 13 Nov 2026.", [FU13]),
    ("Furosemide 60 mg was given at 08:00 and 20 mg at 20:00 on 14 Nov 2026.", [FU60, FU20]),
    ("Lisinopril was not given on 14 Nov 2026 at 09:00.", [LI]),
    (f"Lisinopril was not given on 14 Nov 2026: {HELD}", [LI]),
    ("Lisinopril was withheld on 13 Nov 2026: patient refused.", [LI13]),
    ("Morphine 2 mg IV was given for chest pain on 13 Nov 2026.", [MO]),
    ("Acetaminophen 2 tablets were given orally on 13 Nov 2026.", [AC]),
    ("Acetaminophen 1000 mg was given by mouth on 13 Nov 2026.", [AC]),
    (f"{SALINE} is being given intravenously since 14 Nov 2026 at 21:00.", [NS]),
    ("A vancomycin 1 g infusion begun on 13 Nov 2026 was stopped: flushing.", [VA]),
    ("3 doses of furosemide were given.", [
        count("doses of furosemide", ("adm1", "adm2", "adm3"), 3)]),
    ("2 doses of furosemide were given on 14 Nov 2026.", [
        count("doses of furosemide", ("adm1", "adm2"), 2, since="2026-11-14")]),
    ("2 doses of lisinopril not given are recorded.", [
        count("doses of lisinopril not given", ("adm4", "adm5"), 2)]),
    ("No naloxone was found among the doses given.", [absent("naloxone", "administrations")]),
    # A strength beside the word tablet is the tablet's.
    ("Acetaminophen 500 mg tablets, 2 tablets, were given on 13 Nov 2026.", [AC]),
]  # fmt: skip

# What each is refused by.
FALSE: list[tuple[str, str, list[dict[str, Any]]]] = [
    # an order is no dose given, nor the other way about
    ("wrong_kind", "Enoxaparin 40 mg was given.", [adm("med3", "Enoxaparin")]),
    ("wrong_kind", "Furosemide 20 mg, active.", [med("adm1", "Furosemide", dose="20 mg")]),
    ("status_differs", "Enoxaparin 40 mg was given.", [ENOX]),
    ("status_differs", "Enoxaparin 40 mg was administered on 12 Nov 2026.", [ENOX]),
    ("frequency_differs", "Furosemide 20 mg was given twice daily.", [FU20]),
    ("frequency_differs", "Furosemide 60 mg was given daily since 13 Nov 2026.", [FU13]),
    ("as_needed_differs", "Morphine 2 mg was given as needed.", [MO]),
    ("intake_unproven", "Furosemide 20 mg was ordered on 14 Nov 2026, dose given.", [FU20]),
    ("intake_unproven", "The patient takes furosemide 20 mg, given 14 Nov 2026.", [FU20]),
    ("intake_unproven", "The patient is on furosemide; a dose was given.", [FU20]),
    ("misplaced", "Takes furosemide, given 14 Nov 2026; aspirin is reported.", [FU20, ASA]),
    ("status_differs", "Furosemide is active, last dose given 14 Nov 2026.", [FU20]),
    ("given_unsaid", "Furosemide 20 mg intravenous, 14 Nov 2026.", [FU20]),
    ("given_unsaid", "Morphine 2 mg IV for chest pain.", [MO]),
    # of an order and a dose under one name, neither lends the other its own
    ("misplaced", "Furosemide 40 mg was given on 14 Nov 2026.", [ORDER, FU20]),
    ("misplaced", "Furosemide 40 mg was given on 12 Nov 2026.", [ORDER, FU20]),
    ("misplaced", "Furosemide 20 mg oral was given on 14 Nov 2026.", [ORDER, FU20]),
    ("misplaced", "Furosemide 20 mg twice daily was given.", [ORDER, FU20]),
    ("misplaced", "Furosemide 20 mg was ordered on 14 Nov 2026.", [ORDER, FU20]),
    ("misplaced", "Furosemide 40 mg twice daily was ordered and given on 14 Nov 2026.", [
        ORDER, FU20]),
    # what was not given
    ("status_differs", "Lisinopril was given on 14 Nov 2026.", [LI]),
    ("status_left_out", "Lisinopril dose of 14 Nov 2026.", [LI]),
    ("status_differs", "Furosemide 20 mg was not given on 14 Nov 2026.", [FU20]),
    ("status_differs", "Lisinopril was not given on 14 Nov 2026.", [
        adm("adm4", "Lisinopril", status="completed")]),
    ("reason_differs", "Lisinopril was not given on 14 Nov 2026.", [
        adm("adm4", "Lisinopril", reason="Patient refused")]),
    ("words_unsupported", "Lisinopril was not given on 14 Nov 2026: patient refused.", [LI]),
    ("misplaced", "Lisinopril was not given on 14 Nov 2026: patient refused.", [LI, LI13]),
    ("words_unsupported", "Lisinopril was not given because of creatinine.", [LI]),
    ("negation_unsupported", "Furosemide has not been given on 14 Nov 2026.", [FU20]),
    ("status_differs", f"{SALINE} was given on 14 Nov 2026.", [NS]),
    ("status_differs", "Vancomycin 1 g was given on 13 Nov 2026.", [VA]),
    ("date_differs", "A vancomycin infusion was stopped on 13 Nov 2026.", [VA]),  # or later
    ("given_unsaid", "Vancomycin was stopped on 13 Nov 2026.", [VA]),
    ("entered_in_error", "Ondansetron 4 mg was given.", [adm("adm10", "Ondansetron")]),
    ("status_differs", "Potassium chloride 20 mEq was given on 13 Nov 2026.", [
        adm("adm12", "Potassium chloride")]),
    # dose, route, time
    ("dose_differs", "Furosemide 60 mg was given.", [adm("adm1", "Furosemide", dose="60 mg")]),
    ("dose_differs", "Furosemide 60 mg was given on 14 Nov 2026 at 20:00.", [FU20]),
    ("dose_differs", "Acetaminophen 500 mg was given on 13 Nov 2026.", [AC]),
    ("dose_differs", "Lisinopril 10 mg was not given on 14 Nov 2026.", [LI]),
    ("dose_differs", "Metoprolol 12.5 mg was given on 13 Nov 2026.", [adm("adm11", "Metoprolol")]),
    ("dose_differs", "Furosemide over 20 mg was given on 14 Nov 2026.", [FU20]),
    ("route_differs", "Furosemide 20 mg oral was given.", [FU20]),
    ("route_differs", "Furosemide was given.", [adm("adm1", "Furosemide", route="oral")]),
    ("date_differs", "Furosemide 20 mg was given on 13 Nov 2026.", [FU20]),
    ("date_differs", "Furosemide was given.", [adm("adm1", "Furosemide", when="2026-11-13")]),
    ("date_differs", "Furosemide was given.", [adm("adm1", "Furosemide", when="2026-11-14T08:00")]),
    ("date_differs", "Furosemide 20 mg was given on 14 Nov 2026 at 08:00.", [FU20]),
    ("date_differs", "Furosemide 20 mg was given on 2026-11-14T08:00.", [FU20]),
    ("date_differs", "Furosemide 20 mg was given at 8:00 pm and 8:30 am.", [FU20]),
    ("misplaced", "Furosemide 60 mg was given at 20:00 on 14 Nov 2026.", [FU60, FU20]),
    # a time in UTC would be read as the hospital's
    ("date_differs", "Morphine 2 mg was given on 13 Nov 2026 at 15:00.", [MO]),
    ("role_differs", "The last dose of furosemide was given on 13 Nov 2026.", [FU13]),
    ("role_differs", "The first dose of furosemide was given on 14 Nov 2026.", [FU20]),
    ("role_differs", "The last lisinopril dose was not given.", [LI]),
    ("reason_differs", "Morphine was given.", [adm("adm6", "Morphine", reason="Back pain")]),
    # counts and absences
    ("count_differs", "2 doses of furosemide were given.", [
        count("doses of furosemide", ("adm1", "adm2"), 2)]),
    ("count_unscoped", "2 doses of lisinopril were given.", [
        count("doses of lisinopril", ("adm4", "adm5"), 2)]),
    ("status_differs", "2 doses of lisinopril were given.", [
        count("doses of lisinopril not given", ("adm4", "adm5"), 2)]),
    ("absence_defeated", "No furosemide was found among the doses given.", [
        absent("furosemide", "administrations")]),
    ("absence_defeated", "No opioids were found among the doses given.", [
        absent("opioids", "administrations")]),
    ("drug_uncited", "Furosemide 20 mg and enoxaparin were given on 14 Nov 2026.", [FU20]),
    ("kind_differs", "Allergic to furosemide, given on 14 Nov 2026.", [FU20]),
]  # fmt: skip


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(ward())


@pytest.mark.parametrize(("text", "claims"), TRUE, ids=[t for t, _ in TRUE])
def test_what_the_ward_s_record_says_is_checked(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    verdict = verify(said(text, *claims), chart)
    assert verdict.outcome is Outcome.CHECKED, verdict.findings


@pytest.mark.parametrize(("rule", "text", "claims"), FALSE, ids=[f"{r}-{t}" for r, t, _ in FALSE])
def test_what_it_does_not_say_is_refused(
    chart: Chart, rule: str, text: str, claims: list[dict[str, Any]]
) -> None:
    verdict = verify(said(text, *claims), chart)
    assert not verdict.outcome.signable
    assert rule in {finding.rule for finding in verdict.findings}, verdict.findings


def test_not_given_and_given_contradict_one_another(chart: Chart) -> None:
    for text, one in (("Lisinopril was given.", LI), ("Furosemide was not given.", FU20)):
        assert verify(said(text, one), chart).outcome is Outcome.CONTRADICTED


def test_no_absence_and_no_first_or_last_where_not_all_doses_were_read() -> None:
    part = Chart.of(ward(complete=False))
    none = said(
        "No naloxone was found among the doses given.", absent("naloxone", "administrations")
    )
    assert [f.rule for f in verify(none, part).findings] == ["absence_unread"]
    last = said("The last dose of furosemide was given on 14 Nov 2026.", FU20)
    assert [f.rule for f in verify(last, part).findings] == ["role_differs"]


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (
            adm("adm1", "Furosemide", dose="20 mg", route="intravenous"),
            "Furosemide, 20 mg intravenous, given on 14 Nov 2026 at 20:00.",
        ),
        (
            adm("adm4", "Lisinopril", reason=HELD),
            f"Lisinopril, not given on 14 Nov 2026 at 09:00: {HELD}",
        ),
        (adm("adm6", "Morphine", dose="2 mg"), "Morphine, 2 mg, given on 13 Nov 2026."),
        (adm("adm9", "Vancomycin"), "Vancomycin, dose stopped, begun on 13 Nov 2026 at 11:00."),
        (
            adm("adm12", "Potassium chloride"),
            "Potassium chloride, dose of unknown status on 13 Nov 2026 at 14:00.",
        ),
    ],
)
def test_code_words_a_dose_in_a_sentence_that_stands(
    chart: Chart, one: dict[str, Any], text: str
) -> None:
    worded = reword(said("Something else altogether.", one), chart)
    assert worded == text


def test_a_dose_that_was_given_is_high_stakes_and_one_not_given_denies(chart: Chart) -> None:
    given = verify(said("Furosemide 20 mg was given on 14 Nov 2026.", FU20), chart)
    assert given.high_stakes == ("dose",)
    assert given.refs == ("adm1",)
    held = verify(said("Lisinopril was not given on 14 Nov 2026.", LI), chart)
    assert held.high_stakes == ("dose", "negation")


def test_a_judgement_may_not_turn_a_dose_not_given_into_one(chart: Chart) -> None:
    step = infer("The drug was given.", "adm4", "cond1")
    text = "Lisinopril was given on 14 Nov 2026 for heart failure."
    assert verify(said(text, step), chart).outcome is Outcome.CONTRADICTED


def test_own_words_of_a_dose_given_are_not_held_against_the_order(chart: Chart) -> None:
    assert verify_text("Furosemide 60 mg given.", chart).outcome is Outcome.CHECKED
    assert verify_text("Furosemide 80 mg given.", chart).outcome is Outcome.CONTRADICTED
    # A drug of the ward alone is no stranger to the chart.
    assert verify_text("Had vancomycin on the ward.", chart).findings == ()


def test_a_statement_of_a_dose_is_examined_in_five_milliseconds(chart: Chart) -> None:
    statements = [said(text, *claims) for text, claims in TRUE]
    statements += [said(text, *claims) for _, text, claims in FALSE]
    taken = []
    for statement in statements * 3:
        start = perf_counter()
        verify(statement, chart)
        reword(statement, chart)
        taken.append(perf_counter() - start)
    assert median(taken) < 0.005
