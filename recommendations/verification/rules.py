"""Every rule by its name, with what it asks; docs/verification.md is held against this list."""

from recommendations.verification.outcomes import Finding
from recommendations.verification.showable import masked

RULES: dict[str, str] = {
    "not_examined": "A statement that cannot be examined is not found.",
    "not_read": "Every claim cites something that was read in this draft.",
    "wrong_kind": "A claim cites a fact of the kind it speaks of.",
    "entered_in_error": "Nothing that was entered in error is said.",
    "name_differs": "The name is the chart's own, a coded display of it, or a listed synonym.",
    "value_differs": "The value is the chart's, in its unit or in an equal one.",
    "unit_differs": "The unit is the chart's, or converts to it without loss.",
    "comparator_differs": "\u201c<\u201d and \u201c>\u201d stay with their number.",
    "date_differs": "The date is the chart's, said no more precisely than it is known.",
    "role_differs": "Last, first, highest and lowest hold among all values read of that test.",
    "stale_value": "A value told without its date is the latest of its test, and no old one.",
    "range_differs": "Above, within or below is what value and reference range give.",
    "trend_differs": "A direction is what the two results give, in their order of time.",
    "count_differs": "A number of things is the number of facts that were read of them.",
    "dose_differs": "The dose is the order's.",
    "dosage_differs": "What an order's text and coding say differently is told as both, or not.",
    "route_differs": "The route is the order's.",
    "frequency_differs": "The frequency is the order's.",
    "as_needed_differs": "\u201cAs needed\u201d is said where the order says it, and only there.",
    "status_differs": "Active, stopped, resolved, booked and their like are the chart's.",
    "verification_differs": "Confirmed, unconfirmed, refuted are the chart's.",
    "laterality_differs": "The side is the chart's.",
    "reason_differs": "The reason is the one recorded with that visit or appointment.",
    "reaction_differs": "The reaction is recorded with each allergy of which it is told.",
    "criticality_differs": "The criticality is the allergy's.",
    "relation_differs": "The relative is the one of whom it is recorded.",
    "age_differs": "The age is the patient's.",
    "sex_differs": "The sex is the patient's.",
    "quote_differs": "A quotation stands word for word in the note.",
    "quote_cut": "A quotation is not cut where what is left out would turn it.",
    "note_superseded": "A note that a later one replaced is not quoted.",
    "copied_forward": "A quotation that an earlier note has already is told as such; it holds.",
    "absence_unread": "Absence is said only of what was read completely.",
    "absence_defeated": "Absence is not said of what the chart has, by whatever name.",
    "list_incomplete": "A list that reads as whole leaves nothing of its kind out.",
    "count_unscoped": "A count names a kind of thing, or things of one name, and counts them all.",
    "misplaced": "A value, date, dose, strength or phrase stands with the thing it belongs to.",
    "subject_unnamed": "The sentence names what it speaks of.",
    "status_left_out": "What is over, on hold, not done or in doubt is not said as if it were so.",
    "as_needed_left_out": "An order to be taken as needed is not said as a regular one.",
    "experiencer_differs": "What a relative has is said of that relative, never of the patient.",
    "negation_unsupported": "Not and no stand where a fact or a complete search says so.",
    "absence_unsaid": "A statement of absence says that something is absent, and only once.",
    "absence_unscoped": "A statement of absence says where was looked.",
    "absence_unprovable": "Absence is said only of terms whose other names are known.",
    "order_repeated": "Nothing is taken over of a passage that is addressed to software.",
    "quote_missing": "What rests on a note alone is quoted.",
    "intake_unproven": "No order says that something is taken or was given, no dose that it is.",
    "given_unsaid": "A dose that was given, or was not, is said to be one: it is no order.",
    "instruction_differs": "A patient is told to take or leave a drug only as its orders have it.",
    "promise_made": "Nothing is promised: no call, no refill, no outcome, no day.",
    "kind_differs": "An allergy is not said as a drug, nor a drug as an allergy.",
    "purpose_unsupported": "A drug is for what its order says it is for.",
    "severity_differs": "Mild, moderate and severe are the chart's.",
    "drug_uncited": "No drug is named that no claim cites.",
    "test_uncited": "No test is named that no claim cites.",
    "condition_uncited": "No condition is named that no claim cites.",
    "words_unsupported": "Every other word is one that asserts nothing.",
    "not_plain": "The text has no link, markup, address, code, or number like a person's.",
    "hidden_characters": "The text has no invisible or direction-changing characters.",
    "advice_on_treatment": "A judgement does not tell to start, stop or change a treatment.",
    "number_unsupported": "Every number in the sentence is a claim's.",
}  # fmt: skip


def finding(
    rule: str, words: str, *, ref: str = "", draft: str = "", chart: str = "", against: bool = False
) -> Finding:
    """A finding of a known rule; ``against`` where the chart says otherwise, not just nothing.

    It is read beside its statement, so it is plain, whatever it quotes of draft and chart.
    """
    if rule not in RULES:
        raise KeyError(rule)
    return Finding(
        rule=rule,
        words=masked(words),
        contradicts=against,
        ref=ref,
        draft_says=masked(draft),
        chart_says=masked(chart),
    )


def differs(rule: str, said: str, chart: str, ref: str, *, when: str = "") -> Finding:
    """The draft says one thing and the chart another."""
    dated = f" ({when})" if when else ""
    words = f"Says {said}; the chart says {chart}{dated}."
    return finding(rule, words, ref=ref, draft=said, chart=chart, against=True)


def unstated(rule: str, said: str, ref: str, what: str) -> Finding:
    """The draft says something of which the chart says nothing."""
    words = f"Says {said}; the chart gives no {what} here."
    return finding(rule, words, ref=ref, draft=said)
