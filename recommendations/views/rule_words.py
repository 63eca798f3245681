"""Why a statement is marked as contradicted, rule by rule, in a clinician's words."""

_WORDS: dict[str, str] = {
    "age_differs": "Another age than the patient's.",
    "as_needed_differs": "The order says otherwise whether it is taken as needed.",
    "comparator_differs": "Less than, or more than, is not what the laboratory reported.",
    "count_differs": "Another number of entries than were read.",
    "criticality_differs": "The allergy is recorded with another criticality.",
    "date_differs": "Another date than the chart's.",
    "dosage_differs": "The order's text and its coding differ; only one of them is told.",
    "dose_differs": "Another dose than the order's.",
    "frequency_differs": "Another frequency than the order's.",
    "laterality_differs": "The other side, or another side than the chart's.",
    "name_differs": "What is cited goes by another name in the chart.",
    "range_differs": "Value and reference range say otherwise.",
    "reaction_differs": "Another reaction than is recorded with this allergy.",
    "reason_differs": "Another reason than is recorded.",
    "relation_differs": "It is recorded of another relative.",
    "role_differs": "It is not the last, first, highest or lowest of the values read.",
    "route_differs": "Another route than the order's.",
    "sex_differs": "Another sex than the chart's.",
    "stale_value": "Told without its day: it is an old value, or there is a later one.",
    "status_differs": "The chart has another status: active, stopped, resolved or the like.",
    "trend_differs": "The two results move otherwise, in their order of time.",
    "unit_differs": "Another unit than the chart's, and not an equal one.",
    "value_differs": "Another value than the chart's.",
    "verification_differs": "The chart is surer of it, or less sure, than the statement.",
    "experiencer_differs": "It is recorded of a relative, not of the patient.",
    "absence_defeated": "The chart has it, maybe under another name.",
    "negation_unsupported": "You say that it is not; the chart has it.",
    "kind_differs": "The chart has it as something else: an allergy, not a drug, or the reverse.",
    "misplaced": "Value, date or dose belong to another entry than the one they stand with.",
    "quote_cut": "What was left out of the quotation turns its meaning.",
    "as_needed_left_out": "The order is to be taken as needed, which is left out.",
    "status_left_out": "It is over, on hold, not done or in doubt, which is left out.",
    "entered_in_error": "The entry was marked as entered in error.",
}


def why(rule: str, otherwise: str) -> str:
    """The rule in words; ``otherwise`` where it has none of its own."""
    return _WORDS.get(rule, otherwise)
