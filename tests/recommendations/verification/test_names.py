"""Names of facts: synonyms that are listed, and none by likeness."""

import pytest

from recommendations.verification import Chart
from recommendations.verification.naming import surfaces
from recommendations.verification.naming.drugs import drug_names, like, lookalike
from recommendations.verification.plain import bag
from tests.recommendations.verification.facts import cond, lab, snapshot


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("metFORMIN (Glucophage) 1000 mg tablet", "metformin"),
        ("metFORMIN (Glucophage) 1000 mg tablet", "Glucophage"),
        ("Simvistatin 10 MG Oral Tablet", "simvastatin"),
        ("24 HR metoprolol succinate 25 MG Extended Release Oral Tablet", "metoprolol succinate"),
        ("24 HR metoprolol succinate 25 MG Extended Release Oral Tablet", "metoprolol"),
        ("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", "Percocet"),
        ("Warfarin sodium 5 MG Oral Tablet", "warfarin"),
        ("Lasix 40 mg", "furosemide"),
    ],
)
def test_a_drug_goes_by_ingredient_and_brand(chart: str, said: str) -> None:
    assert bag(said) in drug_names(chart)


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("predniSONE 20 MG Oral Tablet", "prednisolone"),
        ("hydrOXYzine 25 mg", "hydralazine"),
        ("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", "oxycodone"),
        ("Insulin glargine 100 UNT/ML", "insulin lispro"),
        ("metoprolol succinate 25 MG", "metoprolol tartrate"),
        ("Sertralin 50 mg", "cetirizine"),
    ],
)
def test_a_drug_does_not_go_by_anothers_name(chart: str, said: str) -> None:
    assert bag(said) not in drug_names(chart)


def test_look_alikes_are_never_alike() -> None:
    assert not like("prednisone", "prednisolone")
    assert lookalike("prednisolone 5 mg", "predniSONE 20 MG") == ("prednisolone", "prednisone")


@pytest.mark.parametrize(
    ("chart", "code", "said", "same"),
    [
        ("Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", "HbA1c", True),
        ("Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", "hemoglobin", False),
        ("Glucose [Mass/volume] in Serum or Plasma", "2345-7", "glucose", True),
        ("Glucose [Mass/volume] in Serum or Plasma", "2345-7", "fasting glucose", False),
        ("Glucose [Mass/volume] in Serum or Plasma --fasting", "1558-6", "fasting glucose", True),
        ("Glucose [Mass/volume] in Urine", "", "glucose", False),
        ("Creatinine [Mass/volume] in Serum or Plasma", "", "creatinine", True),
        ("Haemoglobin", "718-7", "hemoglobin", True),
        ("Vancomycin [Mass/volume] in Serum or Plasma --trough", "", "vancomycin", False),
    ],
)
def test_a_test_goes_by_its_listed_names(chart: str, code: str, said: str, same: bool) -> None:
    assert (bag(said) in surfaces(lab("lab1", chart, "1", code=code))) is same


@pytest.mark.parametrize(
    ("chart", "said", "same"),
    [
        ("Type 2 diabetes mellitus without complication", "type 2 diabetes", True),
        ("Diabetes mellitus type 2 (disorder)", "type 2 diabetes mellitus", True),
        ("Type 2 diabetes mellitus", "diabetes", False),
        ("Chronic kidney disease stage 3b", "CKD 3b", True),
        ("Chronic kidney disease stage 3b", "CKD stage 3a", False),
        ("Heart failure with reduced ejection fraction", "HFrEF", True),
        ("Heart failure with reduced ejection fraction", "HFpEF", False),
        ("Suspected lung cancer", "lung cancer", False),
        ("Prediabetes", "diabetes", False),
        ("Chronic obstructive bronchitis", "asthma", False),
    ],
)
def test_a_condition_goes_by_its_listed_names(chart: str, said: str, same: bool) -> None:
    assert (bag(said) in surfaces(cond("cond1", chart, None))) is same


def test_values_of_one_test_under_two_codes_are_one_series() -> None:
    old = lab("lab1", "Creatinine", "1.4", "mg/dL", "2026-01-02", code="38483-4")
    new = lab("lab2", "Creatinine [Mass/volume] in Serum or Plasma", "1.6", "mg/dL", code="2160-0")
    other = lab(
        "lab3", "Creatinine [Moles/volume] in Serum or Plasma", "141", "umol/L", code="2160-0"
    )
    chart = Chart.of(snapshot((old, new, other)))
    assert chart.series(old) == [old, new]
    assert chart.timeline(old) == [old, new, other]
