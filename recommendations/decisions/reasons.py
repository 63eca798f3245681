"""Why a statement or a draft is not wanted: a short list, two taps at most. Keys are stored."""

STATEMENT_REASONS: dict[str, str] = {
    "not_true": "Not true of this patient",
    "not_in_chart": "Not in the chart",
    "out_of_date": "Out of date",
    "not_relevant": "Not relevant today",
    "said_elsewhere": "Said elsewhere in the draft",
    "other": "Other",
}

OMISSION_REASONS: dict[str, str] = {
    "not_relevant": "Not relevant here",
    "said_elsewhere": "Said elsewhere",
    "not_true": "Not true of this patient",
    "out_of_date": "Out of date",
    "other": "Other",
}

DRAFT_REASONS: dict[str, str] = {
    "too_many_errors": "Too many errors",
    "too_much_missing": "Too much is missing",
    "wrong_document": "Not the document I need",
    "written_otherwise": "I have written it another way",
    "other": "Other",
}
