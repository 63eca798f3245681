"""Every document by its key, in the order in which the panel offers them."""

from recommendations.workflows.documentation.discharge_summary import DISCHARGE_SUMMARY
from recommendations.workflows.documentation.message_reply import MESSAGE_REPLY
from recommendations.workflows.documentation.patient_instructions import PATIENT_INSTRUCTIONS
from recommendations.workflows.documentation.previsit_summary import PREVISIT_SUMMARY
from recommendations.workflows.documentation.progress_note import PROGRESS_NOTE
from recommendations.workflows.documentation.referral_letter import REFERRAL_LETTER
from recommendations.workflows.documents import Document
from recommendations.workflows.evaluation.chart_question import CHART_QUESTION
from recommendations.workflows.triage.triage import TRIAGE

DOCUMENTS: dict[str, Document] = {
    document.key: document
    for document in (
        PREVISIT_SUMMARY,
        PROGRESS_NOTE,
        DISCHARGE_SUMMARY,
        REFERRAL_LETTER,
        PATIENT_INSTRUCTIONS,
        MESSAGE_REPLY,
        TRIAGE,
    )
}

# Asked for by evaluations alone (``evaluate live``): never offered to a clinician.
EVALUATED: dict[str, Document] = {CHART_QUESTION.key: CHART_QUESTION}
