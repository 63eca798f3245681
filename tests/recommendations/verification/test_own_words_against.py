"""A clinician's own words that the chart says otherwise, by kind, and their true neighbours."""

import pytest

from recommendations.verification import Chart, verify_text
from recommendations.verification.outcomes import Outcome
from recommendations.verification.own_words import verdict
from tests.recommendations.verification.facts import NEWCOMER, snapshot

WRONG = [
    ("No known allergies.", "absence_defeated", "alg1"),
    ("NKDA", "absence_defeated", "alg1"),
    ("Denies any drug allergies.", "absence_defeated", "alg1"),
    ("Takes no regular medication.", "absence_defeated", "med1"),
    ("No past medical history.", "absence_defeated", "cond1"),
    ("No previous surgery.", "absence_defeated", "proc2"),
    ("No lung disease.", "absence_defeated", "cond8"),
    ("Not allergic to penicillin.", "negation_unsupported", "alg1"),
    ("No codeine allergy.", "negation_unsupported", "alg2"),
    ("No diabetes.", "negation_unsupported", "cond1"),
    ("Never had pneumonia.", "negation_unsupported", "cond10"),
    ("Not taking furosemide.", "negation_unsupported", "med2"),
    ("Osteoarthritis of the left knee.", "laterality_differs", "cond5"),
    ("Right total knee replacement in 2021.", "laterality_differs", "proc2"),
    ("Hypertension has resolved.", "status_differs", "cond9"),
    ("Heart failure with reduced ejection fraction, now resolved.", "status_differs", "cond2"),
    ("Pneumonia is active.", "status_differs", "cond10"),
    ("Continues on lisinopril.", "status_differs", "med4"),
    ("Takes warfarin.", "status_differs", "med8"),
    ("Furosemide was stopped.", "status_differs", "med2"),
    ("Pulmonary embolism confirmed.", "verification_differs", "cond6"),
    ("Has a pulmonary embolism.", "verification_differs", "cond6"),
    ("Obstructive sleep apnea is confirmed.", "verification_differs", "cond7"),
    ("Hypertension since 2019.", "date_differs", "cond9"),
    ("Type 2 diabetes for two years.", "date_differs", "cond1"),
    ("Colonoscopy in 2021.", "date_differs", "proc1"),
    ("Admitted on 12 October.", "date_differs", "enc2"),
    ("Potassium is falling.", "trend_differs", "lab1"),
    ("Creatinine is stable.", "trend_differs", "lab4"),
    ("Potassium has come down since August.", "trend_differs", "lab1"),
    ("Father with breast cancer.", "relation_differs", "fam1"),
    ("She has breast cancer.", "experiencer_differs", "fam1"),
    ("He is doing well.", "sex_differs", "dem1"),
    ("A 68-year-old man.", "sex_differs", "dem1"),
    ("An 86-year-old woman.", "age_differs", "dem1"),
    ("Potassium 5.8 on 17 Nov 2026.", "value_differs", "lab1"),
    ("Potassium 4.8 on 17 Nov 2026.", "value_differs", "lab1"),
    ("Last A1c 9.7 %.", "value_differs", "lab6"),
    ("SARS-CoV-2 RNA positive.", "value_differs", "lab15"),
    ("Spironolactone 50 mg daily.", "dose_differs", "med1"),
    ("Furosemide 40 mg once daily.", "frequency_differs", "med2"),
    ("Furosemide 40 mg IV twice daily.", "route_differs", "med2"),
    ("Highest potassium 4.8.", "role_differs", "lab2"),
    ("Latest creatinine 1.48.", "role_differs", "lab5"),
    ("Potassium is normal.", "range_differs", "lab1"),
    ("Sodium is low.", "range_differs", "lab11"),
    ("Penicillin caused a rash.", "reaction_differs", "alg1"),
    ("Codeine allergy, high criticality.", "criticality_differs", "alg2"),
]  # fmt: skip
TRUE = [
    "Will review in two weeks.", "Feels better today.", "I discussed the risks.",
    "No new allergies.", "No food allergies.", "No allergies to food.", "No allergy testing needed.",
    "No other medication.", "No medication changes.", "No surgery planned.",
    "No penicillin, please.", "No furosemide this morning.", "She says she is not taking furosemide.",
    "No history of stroke.", "No stroke.", "No pulmonary embolism on CT.",
    "Pulmonary embolism was ruled out.", "No pneumonia now.", "Not on lisinopril any more.",
    "Osteoarthritis of the right knee.", "Left knee replaced in 2021.", "Right hip pain.",
    "Left leg clot in 2019, right leg never.", "Both ankles swollen.",
    "Pneumonia has resolved.", "Lisinopril was stopped.", "Stop furosemide tomorrow.",
    "Warfarin is on hold.", "Restart warfarin when INR is known.", "Used to take lisinopril.",
    "Sleep apnea suspected, not confirmed.", "Possible pulmonary embolism.",
    "Hypertension since 2009.", "Diabetes for about ten years.", "Pneumonia in February.",
    "Colonoscopy due in 2029.", "Knee replacement in May 2021.", "Recheck potassium on 24 Nov.",
    "Potassium rising.", "Potassium up from 4.8.", "Creatinine up since August.",
    "Weight up 3 kg since October.", "BNP has come down.", "If potassium falls, restart.",
    "Mother had breast cancer.", "Discussed breast cancer screening.", "Her father had a heart attack.",
    "Her husband says he will help.", "68-year-old woman.", "Diabetic since age 57.",
    "Potassium 5.9 today.", "Potassium should stay below 5.0.", "Potassium 4.8 on 27 Oct 2026.",
    "A1c 7.9 %.", "LDL 96, target below 70.", "Heart rate 66 when I listened.", "BP 128/76.",
    "SARS-CoV-2 RNA not detected.", "Increase spironolactone to 50 mg.",
    "Was on furosemide 20 mg before.", "Furosemide 40 mg twice daily.",
    "Highest potassium 5.9.", "Latest creatinine 1.68.", "Potassium is high.", "Sodium normal.",
    "Potassium was normal in August.", "Penicillin caused anaphylaxis.",
    "Codeine makes her sick.", "Latex gave her hives.",
]  # fmt: skip


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot())


@pytest.mark.parametrize(("text", "rule", "ref"), WRONG, ids=[text for text, _, _ in WRONG])
def test_what_the_chart_says_otherwise_is_set_beside_it(
    chart: Chart, text: str, rule: str, ref: str
) -> None:
    found = verify_text(text, chart)
    assert found.outcome is Outcome.CONTRADICTED
    assert [(f.rule, f.ref) for f in found.findings] == [(rule, ref)]
    assert all(f.draft_says and f.chart_says and f.words.endswith(".") for f in found.findings)
    assert ref not in found.refs


@pytest.mark.parametrize("text", TRUE)
def test_reasoning_plans_and_what_is_so_get_no_finding(chart: Chart, text: str) -> None:
    assert verify_text(text, chart).findings == ()


def test_a_chart_without_it_gainsays_nothing() -> None:
    chart = Chart.of(snapshot(NEWCOMER))
    for text in ("No known allergies.", "Takes no medication.", "No diabetes.", "No surgery."):
        assert verify_text(text, chart).findings == ()


def test_all_that_defeats_a_list_is_named_once(chart: Chart) -> None:
    (found,) = verify_text("No known allergies.", chart).findings
    assert found.chart_says == "Penicillin, Codeine, Latex"
    assert found.draft_says == "no known allergies"


def test_each_sentence_is_read_by_itself(chart: Chart) -> None:
    text = "No known allergies. Feels better; potassium is normal."
    rules = [f.rule for f in verify_text(text, chart).findings]
    assert rules == ["absence_defeated", "range_differs"]


def test_what_stands_in_a_quoted_note_is_the_notes_own(chart: Chart) -> None:
    assert (
        verify_text("Note: \u201cPulmonary embolism was ruled out by CT.\u201d", chart).findings
        == ()
    )


def test_a_fault_of_ours_costs_the_clinician_nothing(
    chart: Chart, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> list[object]:
        raise ValueError("Halloway")

    monkeypatch.setattr(verdict, "_KINDS", (broken,))
    assert verify_text("No known allergies.", chart).findings == ()
    assert [record.getMessage() for record in caplog.records] == ["own_words_not_examined"]
    assert "Halloway" not in caplog.text
