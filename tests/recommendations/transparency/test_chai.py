"""The card as CHAI's XML: the elements of schema v0.2, in its order, none of the required missing.

The order stands here as the schema has it (coalition-for-health-ai/mc-schema, v0.2/schema.xsd);
``?`` marks what may be left out, ``*`` what may come several times.
"""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from recommendations.transparency import chai
from recommendations.transparency.card import model_card

pytestmark = pytest.mark.django_db

METRIC = "MetricGoal Results Interpretation TestType TestingDataDescription ValidationProcessAndJustification"
SCHEMA = {
    "AppliedModelCard": "BasicInfo ReleaseInfo ModelSummary UsesAndDirections Warnings "
    "TrustIngredients KeyMetrics Resources Bibliography",
    "BasicInfo": "ModelName ModelDeveloper DeveloperContact",
    "ReleaseInfo": "ReleaseStage ReleaseDate ReleaseVersion GlobalAvailability EHRCompatibility? "
    "RegulatoryApproval?",
    "EHRCompatibility": "EHR*",
    "ModelSummary": "Summary Keywords",
    "Keywords": "Keyword*",
    "UsesAndDirections": "IntendedUseAndWorkflow PrimaryIntendedUsers HowToUse "
    "TargetedPatientPopulation CautionedOutOfScopeSettings",
    "Warnings": "KnownRisksAndLimitations KnownBiasesOrEthicalConsiderations ClinicalRiskLevel",
    "TrustIngredients": "AISystemFacts TransparencyInformation",
    "AISystemFacts": "OutcomesAndOutputs ModelType FoundationModels? InputDataSource "
    "OutputAndInputDataTypes DevelopmentDataCharacterization BiasMitigationApproaches "
    "OngoingMaintenance Security? Transparency?",
    "TransparencyInformation": "FundingSource ThirdPartyInformation? StakeholdersConsulted",
    "KeyMetrics": "UsefulnessUsabilityEfficacy FairnessEquity SafetyReliability",
    "UsefulnessUsabilityEfficacy": METRIC,
    "FairnessEquity": METRIC,
    "SafetyReliability": METRIC,
    "Results": "MetricResult*",
    "MetricResult": "Label ValueJson",
    "Resources": "EvaluationReferences? ClinicalTrial? PeerReviewedPublications "
    "ReimbursementStatus? PatientConsentOrDisclosure",
}


def name(element):
    return element.tag.removeprefix(f"{{{chai.NAMESPACE}}}")


def pattern(order):
    parts = []
    for part in order.split():
        bare = part.rstrip("?*")
        parts.append(f"(?:{bare} ){part[len(bare) :]}")
    return re.compile("".join(parts))


def test_every_element_stands_where_the_schema_has_it():
    root = ET.fromstring(chai.xml(model_card()))
    assert root.tag == f"{{{chai.NAMESPACE}}}AppliedModelCard"
    seen = set()
    for element in root.iter():
        seen.add(name(element))
        children = "".join(f"{name(child)} " for child in element)
        if name(element) in SCHEMA:
            assert pattern(SCHEMA[name(element)]).fullmatch(children), name(element)
        else:
            assert not children, f"{name(element)} is not in the schema"
            assert (element.text or "").strip(), f"{name(element)} says nothing"
    assert seen >= set(SCHEMA)


def test_every_result_is_json_and_what_was_not_measured_is_null():
    root = ET.fromstring(chai.xml(model_card()))
    values = [element.text for element in root.iter(f"{{{chai.NAMESPACE}}}ValueJson")]
    assert len(values) >= 3
    for value in values:
        read = json.loads(value)
        assert read is None or read["kind"] == "single"
    assert "null" in values  # fairness
