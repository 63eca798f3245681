"""The model card as XML of the Coalition for Health AI: Applied Model Card, schema v0.2.

The order and names of the elements are those of ``v0.2/schema.xsd`` in
coalition-for-health-ai/mc-schema. Nothing that is not known is made up: such an element says so.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from recommendations.quality import saved
from recommendations.transparency.card import NOT_DISCLOSED, ModelCard
from recommendations.workflows.disclosures import DEFAULT, disclosure
from recommendations.workflows.registry import DOCUMENTS

NAMESPACE = "https://mc.chai.org/v0.2/schema.xsd"
CONTENT_TYPE = "application/xml"
_NONE = "None."

# A tree as data: an element has a text, or elements, or, in a list, the same element repeated.
Tree = Mapping[str, "str | Tree | Sequence[str] | Sequence[Tree]"]


def xml(card: ModelCard) -> bytes:
    """The card as a document in UTF-8."""
    root = ET.Element("AppliedModelCard", {"xmlns": NAMESPACE})
    _grow(root, _tree(card))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _grow(element: ET.Element, tree: Tree) -> None:
    for name, value in tree.items():
        for each in (value,) if isinstance(value, str | Mapping) else value:
            child = ET.SubElement(element, name)
            if isinstance(each, str):
                child.text = each
            else:
                _grow(child, each)


def _tree(card: ModelCard) -> Tree:
    return {
        "BasicInfo": {
            "ModelName": card.facts["product"],
            "ModelDeveloper": card.facts["developer"],
            "DeveloperContact": card.facts["contact"],
        },
        "ReleaseInfo": {
            "ReleaseStage": "Before general availability",
            "ReleaseDate": (saved.load("verification") or _unmeasured()).measured_on,
            "ReleaseVersion": card.facts["version"],
            "GlobalAvailability": "United States",
            "EHRCompatibility": {"EHR": ["Epic", "Oracle Health", "FHIR R4 with SMART App Launch"]},
            "RegulatoryApproval": "None. Not certified under 45 CFR part 170, not a device.",
        },
        "ModelSummary": {
            "Summary": card.text(3),
            "Keywords": {"Keyword": [document.title for document in DOCUMENTS.values()]},
        },
        "UsesAndDirections": _uses(card),
        "Warnings": {
            "KnownRisksAndLimitations": card.text(10),
            "KnownBiasesOrEthicalConsiderations": f"{card.text(13)} {card.text(16)}",
            "ClinicalRiskLevel": (
                "Depends on the document; every statement is decided and every text is signed by a "
                "clinician before it is used."
            ),
        },
        "TrustIngredients": _trust(card),
        "KeyMetrics": _metrics(card),
        "Resources": {
            "EvaluationReferences": card.text(25),
            "PeerReviewedPublications": _NONE,
            "PatientConsentOrDisclosure": disclosure(DEFAULT).in_any,
        },
        "Bibliography": card.text(25),
    }


def _unmeasured() -> saved.Saved:
    return saved.Saved("verification", "not evaluated yet", {}, {}, met=False)


def _uses(card: ModelCard) -> Tree:
    return {
        "IntendedUseAndWorkflow": card.text(5),
        "PrimaryIntendedUsers": card.text(7),
        "HowToUse": card.text(8),
        "TargetedPatientPopulation": card.text(6),
        "CautionedOutOfScopeSettings": card.text(9),
    }


def _trust(card: ModelCard) -> Tree:
    return {
        "AISystemFacts": {
            "OutcomesAndOutputs": card.text(3),
            "ModelType": card.text(4),
            "FoundationModels": card.facts["models"],
            "InputDataSource": "FHIR R4 resources of one patient, read from the EHR at the time.",
            "OutputAndInputDataTypes": card.text(12),
            "DevelopmentDataCharacterization": card.text(11),
            "BiasMitigationApproaches": card.text(16),
            "OngoingMaintenance": f"{card.text(26)} {card.text(30)}",
            "Security": (
                "What is kept of a chart is encrypted; identifiers are not sent to the model; "
                "every read, draft and decision stands in an append-only trail."
            ),
            "Transparency": "This card is made by the software from what runs here.",
        },
        "TransparencyInformation": {
            "FundingSource": card.text(2),
            "ThirdPartyInformation": f"{card.facts['models']}. {NOT_DISCLOSED}",
            "StakeholdersConsulted": "Not recorded.",
        },
    }


def _metrics(card: ModelCard) -> Tree:
    return {
        "UsefulnessUsabilityEfficacy": _metric(
            card,
            goal="Statements that are true of the chart are not marked.",
            found=_found(
                saved.first_run(),
                ("clean_false_marks", "per 100"),
                ("clean_false_marks_bound", "per 100"),
                ("clean_reworded", "%"),
            ),
            meaning=card.text(27),
        ),
        "FairnessEquity": _metric(
            card, goal="Not set.", found=[("Not measured", "null")], meaning=card.text(24)
        ),
        "SafetyReliability": _metric(
            card,
            goal="At least 95 % of errors are caught before a clinician could sign them unawares.",
            found=[
                *_found(saved.load("verification"), ("mechanical_caught", "%")),
                *_found(saved.first_run(), ("subtle_caught", "%"), ("natural_caught", "%")),
            ],
            meaning=card.text(23),
        ),
    }


def _metric(card: ModelCard, *, goal: str, found: list[tuple[str, str]], meaning: str) -> Tree:
    return {
        "MetricGoal": goal,
        "Results": {
            "MetricResult": [{"Label": label, "ValueJson": value} for label, value in found]
        },
        "Interpretation": meaning,
        "TestType": card.text(18),
        "TestingDataDescription": card.text(17),
        "ValidationProcessAndJustification": card.text(20),
    }


def _found(kept: saved.Saved | None, *figures: tuple[str, str]) -> list[tuple[str, str]]:
    return list(_values(kept, figures)) or [("Not measured with this version", "null")]


def _values(
    kept: saved.Saved | None, figures: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, str]]:
    for name, unit in figures:
        if kept is not None and name in kept.figures:
            value = {"kind": "single", "value": round(kept.figures[name], 2), "unit": unit}
            yield name.replace("_", " ").capitalize(), json.dumps(value)
