"""Sentences to a patient: true ones stand, and each kind of error in them is found.

The patient is the invented one of ``facts``; the other patient of the same file lends what is not
theirs.
"""

import pytest

from recommendations.verification import Chart, Reader, settle, verify
from recommendations.verification.outcomes import Outcome
from recommendations.verification.second_person import sentences
from tests.recommendations.verification import facts
from tests.recommendations.verification.build import (
    allergy,
    bp,
    claim,
    cond,
    event,
    infer,
    med,
    obs,
    said,
)

PATIENT = Reader(is_patient=True, grade=6.0)
METFORMIN = med("med3", "metformin", dose="1000 mg", frequency="twice daily", route="oral")
FUROSEMIDE = med("med2", "Furosemide", dose="40 mg", frequency="twice daily", route="oral")
ALBUTEROL = med("med6", "albuterol", dose="2 puffs", frequency="every 4 hours", as_needed=True)
LISINOPRIL = med("med4", "Lisinopril", status="stopped")
WARFARIN = med("med8", "Warfarin", status="on-hold")
ACETAMINOPHEN = med(
    "med5", "Acetaminophen", dose="500 mg", frequency="every 6 hours", as_needed=True
)
INSULIN = med("med7", "Insulin glargine", dose="18 units", frequency="at bedtime")
ASPIRIN = med("med9", "Aspirin", dose="81 mg", frequency="daily")
POTASSIUM = obs("lab1", "Potassium", "5.9", "mmol/L", "2026-11-17", versus_range="above")


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(facts.snapshot())


TRUE = [
    ("Take your metformin 1000 mg by mouth twice a day.", METFORMIN),
    ("Keep taking your metformin 1000 mg twice a day.", METFORMIN),
    ("Please take metformin 1000 mg two times a day with meals.", METFORMIN),
    ("Continue furosemide 40 mg by mouth twice a day.", FUROSEMIDE),
    ("Use your albuterol inhaler, 2 puffs every 4 hours as needed.", ALBUTEROL),
    ("Take acetaminophen 500 mg every 6 hours only if you need it.", ACETAMINOPHEN),
    ("Inject 18 units of insulin glargine under the skin at bedtime.", INSULIN),
    ("You take aspirin 81 mg by mouth once a day.", ASPIRIN),
    ("Do not take lisinopril.", LISINOPRIL),
    ("Do not take lisinopril: it was stopped.", LISINOPRIL),
    ("Stop taking lisinopril.", LISINOPRIL),
    ("Do not take warfarin: it is on hold.", WARFARIN),
    ("You are allergic to penicillin. It causes anaphylaxis.",
     allergy("alg1", "Penicillin", reaction="Anaphylaxis")),
    ("Do not take penicillin. You are allergic to it.", allergy("alg1", "Penicillin")),
    ("Your potassium was 5.9 mmol/L on 17 Nov 2026. That is above the normal range.", POTASSIUM),
    ("Your blood pressure was 118/70 on 17 Nov 2026.", bp("vit1", 118, 70, "2026-11-17")),
    ("You have high blood pressure.", cond("cond9", "Essential hypertension", status="active")),
    ("You have a visit on 24 Nov 2026: Cardiology follow-up.",
     event("apt1", "Cardiology follow-up", when="2026-11-24")),
    ("You missed your visit on 3 Nov 2026: Cardiology follow-up.",
     event("apt2", "Cardiology follow-up", when="2026-11-03", status="noshow")),
    ("You had a visit on 17 Nov 2026: Office visit.",
     event("enc1", "Office visit", when="2026-11-17")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), TRUE, ids=[text for text, _ in TRUE])
def test_a_true_sentence_to_a_patient_stands(chart: Chart, text: str, told: dict[str, str]) -> None:
    verdict = verify(said(text, told), chart)
    assert (verdict.outcome, verdict.findings) == (Outcome.CHECKED, ())


# What is wrong, the sentence, its claim, and the rule that finds it.
PLANTED = [
    ("wrong dose", "Take your metformin 500 mg by mouth twice a day.", METFORMIN, "dose_differs"),
    ("tenfold dose", "Take furosemide 400 mg twice a day.", FUROSEMIDE, "dose_differs"),
    ("twice the tablets", "Take 2 tablets of your metformin twice a day.", METFORMIN, "dose_differs"),
    ("wrong unit", "Inject 18 mL of insulin glargine at bedtime.", INSULIN, "dose_differs"),
    ("wrong frequency", "Take your metformin 1000 mg three times a day.", METFORMIN,
     "frequency_differs"),
    ("wrong time of day", "Inject 18 units of insulin glargine every morning.", INSULIN,
     "frequency_differs"),
    ("wrong frequency", "Keep taking furosemide 40 mg once a day.", FUROSEMIDE, "frequency_differs"),
    ("wrong route", "Inject furosemide 40 mg under the skin twice a day.", FUROSEMIDE,
     "route_differs"),
    ("as needed dropped", "Take acetaminophen 500 mg every 6 hours.", ACETAMINOPHEN,
     "as_needed_left_out"),
    ("as needed added", "Take metformin 1000 mg twice a day when you need it.", METFORMIN,
     "as_needed_differs"),
    ("stopped drug told", "Take your lisinopril 20 mg once a day.", LISINOPRIL,
     "instruction_differs"),
    ("stopped drug told", "Keep taking your lisinopril 20 mg once a day.", LISINOPRIL,
     "instruction_differs"),
    ("stopped drug told", "Continue lisinopril.", LISINOPRIL, "instruction_differs"),
    ("stopped drug told", "Please take lisinopril once a day.", LISINOPRIL, "instruction_differs"),
    ("drug on hold told", "Take warfarin 5 mg once a day.", WARFARIN, "instruction_differs"),
    ("finished course told", "Keep taking amoxicillin 500 mg.",
     med("med10", "Amoxicillin", status="completed"), "instruction_differs"),
    ("active drug barred", "Do not take metformin.", METFORMIN, "instruction_differs"),
    ("active drug barred", "Stop taking your furosemide.", FUROSEMIDE, "instruction_differs"),
    ("active drug barred", "Don't use your albuterol inhaler.", ALBUTEROL, "instruction_differs"),
    ("reported, not ordered", "Take your aspirin 81 mg once a day.", ASPIRIN,
     "instruction_differs"),
    ("ordered, not reported", "You take metformin 1000 mg twice a day.", METFORMIN,
     "intake_unproven"),
    ("other drug", "Take your metoprolol 40 mg twice a day.", FUROSEMIDE, "drug_uncited"),
    ("drug of an allergy told", "Take your penicillin.", allergy("alg1", "Penicillin"), ""),
    ("wrong value", "Your potassium was 4.8 mmol/L on 17 Nov 2026.", POTASSIUM, "value_differs"),
    ("wrong day", "Your potassium was 5.9 mmol/L on 7 Nov 2026.", POTASSIUM, "date_differs"),
    ("wrong side", "Your potassium was 5.9 mmol/L on 17 Nov 2026. That is below the normal range.",
     POTASSIUM, "range_differs"),
    ("wrong day", "You have a visit on 25 Nov 2026: Cardiology follow-up.",
     event("apt1", "Cardiology follow-up"), "date_differs"),
    ("missed as kept", "You have a visit on 3 Nov 2026: Cardiology follow-up.",
     event("apt2", "Cardiology follow-up"), "status_left_out"),
    ("resolved as active", "You have pneumonia.", cond("cond10", "Pneumonia"), "status_left_out"),
    ("a relative's", "You have breast cancer.",
     claim("family_history", ref="fam1", relationship="Mother", condition="Breast cancer"),
     "experiencer_differs"),
    ("cause", "Your potassium was 5.9 mmol/L on 17 Nov 2026 because of spironolactone.", POTASSIUM,
     "drug_uncited"),
    ("degree", "Your potassium was very high on 17 Nov 2026.", POTASSIUM, "words_unsupported"),
    ("purpose", "Take furosemide 40 mg twice a day for heart failure.", FUROSEMIDE,
     "condition_uncited"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told", "rule"), [p[1:] for p in PLANTED], ids=[f"{p[0]}: {p[1]}" for p in PLANTED]
)
def test_a_planted_error_is_found(chart: Chart, text: str, told: dict[str, str], rule: str) -> None:
    verdict = verify(said(text, told), chart)
    assert not verdict.outcome.signable
    assert not rule or rule in {finding.rule for finding in verdict.findings}


OTHERS = [
    "Take your lithium carbonate 600 mg by mouth twice a day.",
    "Take your levothyroxine 75 mcg by mouth once a day.",
    "Take 1 puff of your Advair Diskus twice a day.",
    "Do not take hydroxyzine: it was stopped.",
    "Your INR was 3.8 on 10 Nov 2026.",
]


@pytest.mark.parametrize("text", OTHERS)
def test_another_patient_s_medicine_is_not_told_with_a_claim_of_this_one(
    chart: Chart, text: str
) -> None:
    verdict = verify(said(text, METFORMIN), chart)
    assert not verdict.outcome.signable
    assert {f.rule for f in verdict.findings} & {"drug_uncited", "test_uncited", "subject_unnamed"}


@pytest.mark.parametrize("text", OTHERS)
def test_nor_with_a_handle_that_this_chart_does_not_have(chart: Chart, text: str) -> None:
    verdict = verify(said(text, med("med99", "Lithium carbonate")), chart)
    assert [f.rule for f in verdict.findings] == ["not_read"]


def test_nobody_is_told_to_leave_a_drug_that_another_order_has_them_take() -> None:
    again = facts.med("med11", "Lisinopril 10 MG Oral Tablet", ("10", "mg"), "2026-11-17",
                      strength="10 MG", route="oral", frequency="daily")  # fmt: skip
    both = Chart.of(facts.snapshot((*facts.FACTS, again)))
    for text in ("Do not take lisinopril.", "Stop taking lisinopril: it was stopped."):
        (finding,) = [f for f in verify(said(text, LISINOPRIL), both).findings if f.contradicts]
        assert finding.rule == "instruction_differs"
        assert "an active order: Lisinopril 10 MG Oral Tablet" in finding.words


PROMISES = [
    "We will call you about your potassium.",
    "The nurse is going to call about your potassium.",
    "You will be fine with this potassium.",
    "Your refill will be ready; potassium 5.9 mmol/L.",
    "This will go away: potassium 5.9 mmol/L.",
    "Don't worry about your potassium.",
    "There is nothing to worry about with potassium 5.9 mmol/L.",
    "I promise to look at your potassium.",
    "A potassium of 5.9 mmol/L is safe.",
]


@pytest.mark.parametrize("text", PROMISES)
@pytest.mark.parametrize("judged", [True, False])
def test_nothing_is_promised_not_even_as_a_judgement(chart: Chart, text: str, judged: bool) -> None:
    told = infer("a judgement", "lab1") if judged else POTASSIUM
    verdict = verify(said(text, told), chart)
    assert not verdict.outcome.signable
    assert "promise_made" in {f.rule for f in verdict.findings}


def test_what_is_worded_wrongly_is_worded_by_code_to_the_patient(chart: Chart) -> None:
    statement = said("Your metformin dose is doubtless 1000 mg.", METFORMIN)
    text, verdict = settle(statement, chart, reader=PATIENT)
    assert text == "Take your metformin 1000 mg by mouth twice a day."
    assert verdict.outcome is Outcome.CHECKED
    # To a clinician the same claims are worded as an order.
    assert settle(statement, chart)[0].startswith("Metformin, 1000 mg oral twice daily")


def test_what_reads_too_hard_is_worded_simpler_where_code_can(chart: Chart) -> None:
    hard = (
        "Regarding medication instructions documented and recorded: metformin 1000 mg twice daily."
    )
    statement = said(hard, METFORMIN)
    assert verify(statement, chart).outcome.signable
    assert settle(statement, chart)[0] == hard
    assert settle(statement, chart, reader=PATIENT)[0] == (
        "Take your metformin 1000 mg by mouth twice a day."
    )


def test_a_wrong_claim_is_not_worded_to_anybody(chart: Chart) -> None:
    wrong = {**METFORMIN, "dose": "500 mg"}
    statement = said("Take your metformin 500 mg twice a day.", wrong)
    text, verdict = settle(statement, chart, reader=PATIENT)
    assert (text, verdict.outcome) == (statement.text, Outcome.CONTRADICTED)


@pytest.mark.parametrize(
    "told",
    [
        med("med5", "Acetaminophen"),  # no dose: part of an order is no instruction
        med("med10", "Amoxicillin", status="completed"),
        cond("cond7", "Obstructive sleep apnea"),  # in doubt
        event("proc1", "Colonoscopy"),
    ],
)
def test_what_has_no_safe_sentence_to_a_patient_has_none(
    chart: Chart, told: dict[str, str]
) -> None:
    assert sentences(said("Nothing.", told).claims, chart) is None
