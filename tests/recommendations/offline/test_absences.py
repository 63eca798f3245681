"""What the rules say where a list is empty: nothing that the chart does not bear out."""

import pytest

from recommendations.verification.claims import AbsenceClaim
from recommendations.workflows.registry import DOCUMENTS
from smartapp.fhir.results import Reason
from tests.recommendations.clinical.resources import allergy, concept, condition, patient
from tests.recommendations.offline.drafts import OF_THE_CHART, drafted, texts

LISTS = {"problems", "medications", "allergies"}


TO_PATIENTS = [key for key, each in DOCUMENTS.items() if each.style.person == "second"]


@pytest.mark.parametrize("document", [key for key in OF_THE_CHART if key not in TO_PATIENTS])
def test_an_empty_chart_is_told_honestly(document: str) -> None:
    absent = [
        c for s in drafted(document, [patient()]) for c in s.claims if isinstance(c, AbsenceClaim)
    ]
    pending = {"pending_results"} if document == "discharge_summary" else set()
    assert {c.searched for c in absent} == LISTS | pending
    assert "68-year-old female." in texts(drafted(document, [patient()]))


@pytest.mark.parametrize("document", TO_PATIENTS)
def test_a_patient_is_told_of_nothing_that_it_is_not_there(document: str) -> None:
    assert drafted(document, [patient()]) == []


@pytest.mark.parametrize("reason", Reason)
def test_no_absence_is_told_of_what_could_not_all_be_read(reason: Reason) -> None:
    missing = dict.fromkeys((*LISTS, "encounter_diagnoses"), reason)
    statements = drafted("previsit_summary", [patient()], **missing)
    assert not any(isinstance(c, AbsenceClaim) for s in statements for c in s.claims)


def test_allergies_not_on_file_are_told_neither_as_allergy_nor_as_absence() -> None:
    chart = [patient(), allergy("a1", "Not on File", "1631000175102")]
    assert not any(s.section == "allergies" for s in drafted("previsit_summary", chart))


def test_no_known_allergies_are_told_where_somebody_asked_and_there_is_none() -> None:
    chart = [patient(), allergy("a1", "No known allergies", "716186003")]
    statements = [s for s in drafted("previsit_summary", chart) if s.section == "allergies"]
    assert texts(statements) == {"No known allergies."}


def test_a_resolved_problem_is_not_taken_for_an_empty_list() -> None:
    chart = [patient(), condition("c2", "Asthma", clinicalStatus=concept(code="resolved"))]
    assert not any(s.section == "problems" for s in drafted("previsit_summary", chart))
