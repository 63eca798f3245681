"""What a prototype of these rules let through (verification.md, section 5): none of it stands."""

from typing import Any

import pytest

from recommendations.clinical.facts import Fact
from recommendations.verification import Chart, reword, verify
from tests.recommendations.verification.build import (
    absent,
    allergy,
    cond,
    count,
    infer,
    med,
    obs,
    said,
)
from tests.recommendations.verification.facts import FACTS, lab, snapshot
from tests.recommendations.verification.facts import med as order

FASTING: tuple[Fact, ...] = (
    lab("lab90", "Glucose [Mass/volume] in Serum or Plasma --fasting", "104", "mg/dL",
        "2026-07-02", code="1558-6"),
    order("med90", "Sertraline 50 MG Oral Tablet", ("50", "mg"), "2018-06-04", frequency="daily"),
    order("med91", "Trazodone 50 MG Oral Tablet", ("50", "mg"), "2015-06-09", frequency="daily"),
)  # fmt: skip
FURO = med("med2", "Furosemide", frequency="twice daily")
SPIRO = med("med1", "Spironolactone", frequency="daily")
ACET = med("med5", "Acetaminophen", dose="500 mg", frequency="every 6 hours", as_needed=True)
MISSES: list[tuple[str, list[dict[str, Any]]]] = [
    ("Pulmonary embolism has not been refuted.", [cond("cond6", "Pulmonary embolism", verification="refuted")]),
    ("Obstructive sleep apnea has not been confirmed, as did the patient.", [cond("cond7", "Obstructive sleep apnea", verification="provisional")]),
    ("Mother had type 2 diabetes mellitus, as did the patient.",
     [{"kind": "family_history", "ref": "fam1", "relationship": "Mother", "condition": "Type 2 diabetes mellitus"}]),
    ("Platelets were over 403 on 17 Nov 2026.", [obs("lab17", "Platelets", "403", when="2026-11-17")]),
    ("Platelets were 403 or more on 17 Nov 2026.", [obs("lab17", "Platelets", "403", when="2026-11-17")]),
    ("At most three allergies are recorded.", [count("allergies", ("alg1", "alg2", "alg3"), 3)]),
    ("Up to three allergies are recorded.", [count("allergies", ("alg1", "alg2", "alg3"), 3)]),
    ("Furosemide daily and spironolactone twice daily are active.", [FURO, SPIRO]),
    ("Furosemide 40 mg as needed and acetaminophen 500 mg every 6 hours are active.", [FURO, ACET]),
    ("Allergy: spironolactone; penicillin is active.",
     [allergy("alg1", "Penicillin"), med("med1", "Spironolactone", status="active")]),
    ("Allergic to penicillin, but takes it.", [allergy("alg1", "Penicillin")]),
    ("Aspirin is ordered, but takes it rarely.", [med("med9", "Aspirin")]),
    ("Glucose was 104 mg/dL on 2 Jul 2026.", [obs("lab90", "Glucose", "104", "mg/dL", "2026-07-02")]),
    ("Sertraline and trazodone were ordered in June 2015 and June 2018.",
     [med("med90", "Sertraline", ordered="2018-06"), med("med91", "Trazodone", ordered="2015-06")]),
    ("Furosemide at high doses is active.", [med("med2", "Furosemide", status="active")]),
    ("No COPD is on the problem list.", [absent("COPD", "problems")]),
    ("No heart failure is on the problem list.", [absent("heart failure", "problems")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(snapshot((*FACTS, *FASTING)))


@pytest.mark.parametrize(("text", "claims"), MISSES)
def test_it_does_not_stand(chart: Chart, text: str, claims: list[dict[str, Any]]) -> None:
    verdict = verify(said(text, *claims), chart)
    assert not verdict.outcome.signable
    assert verdict.findings


@pytest.mark.parametrize(("text", "claims"), MISSES)
def test_what_code_words_instead_of_it_is_another_sentence(
    chart: Chart, text: str, claims: list[dict[str, Any]]
) -> None:
    worded = reword(said(text, *claims), chart)
    assert worded != text
    assert worded is None or not {"over", "most", "high", "takes"} & set(worded.lower().split())


def test_an_absence_by_another_name_tells_what_defeats_it(chart: Chart) -> None:
    (found,) = verify(
        said("No COPD is on the problem list.", absent("COPD", "problems")), chart
    ).findings
    assert found.rule == "absence_defeated"
    assert found.chart_says == "Chronic obstructive bronchitis"


def test_none_of_them_stands_as_a_judgement_where_the_chart_says_otherwise(chart: Chart) -> None:
    judged = said("Platelets over 403 on 17 Nov 2026.", infer("a high count", "lab17"))
    assert not verify(judged, chart).outcome.signable
