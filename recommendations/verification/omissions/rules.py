"""Every rule of what must not be missing, with where it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``source`` is published, or the house's own choice where it says so.

    ``critical``: who finds it not needed says why, and signing without it asks once. Which rules
    are, is the house's choice.
    """

    name: str
    asks: str
    source: str
    critical: bool = False


_TRANSITIONS = (
    "Transitions of Care Consensus Policy Statement, ACP, SGIM, SHM, AGS, ACEP, SAEM 2009 "
    "(J Gen Intern Med 24:971), minimal data of a transition record"
)
_CDA = "HL7 C-CDA R2.1 (2015), Continuity of Care Document: sections with entries required"
_RULES = (
    Rule(
        "critical_result",
        "The newest value of a test that the laboratory marked critical, of the last 30 days.",
        "HL7 v3 ObservationInterpretation HH, LL, AA; Joint Commission NPSG.02.03.01 (2024); "
        "the 30 days are the house's choice",
        critical=True,
    ),
    Rule(
        "newly_abnormal_result",
        "The newest value of a test out of range where the one before was within, of the last "
        "90 days.",
        f"{_CDA}: Results; the 90 days and what is new are the house's choice",
    ),
    Rule(
        "active_allergy",
        "Every allergy or intolerance that is active and not refuted.",
        f"{_CDA}: Allergies and Intolerances",
        critical=True,
    ),
    Rule(
        "high_alert_medication",
        "Every current order or reported medication of a class whose errors harm most.",
        "ISMP List of High-Alert Medications in Community/Ambulatory Care Settings, 2021",
        critical=True,
    ),
    Rule(
        "treated_problem",
        "Every active problem that a current order names as its reason.",
        f"{_CDA}: Problems; that an order names it is the house's choice",
    ),
    Rule(
        "pending_result",
        "Every result that is not final yet and has no final one after it, of the last 30 days.",
        f"{_TRANSITIONS}: pending results; the 30 days are the house's choice",
    ),
    Rule(
        "visit_instruction",
        "What the notes of the last visit tell to be done: repeated, checked, followed up.",
        f"{_TRANSITIONS}: follow-up; the words that are taken for it are the house's choice",
    ),
)
RULES: dict[str, Rule] = {rule.name: rule for rule in _RULES}

# Classes as lexicon/drugs.txt names them, and drugs that the list names one by one. Antiplatelets
# and hormonal therapy are not on it.
HIGH_ALERT_CLASSES = frozenset(
    ("anticoagulant", "doac", "factor xa inhibitor", "insulin", "opioid", "sulfonylurea",
     "immunosuppressant", "chemotherapy"),
)  # fmt: skip
HIGH_ALERT_DRUGS = frozenset(
    ("carbamazepine", "epinephrine", "lamotrigine", "methotrexate", "phenytoin", "valproic acid",
     "bosentan", "isotretinoin"),
)  # fmt: skip
