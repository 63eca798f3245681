"""Every document by its key."""

from recommendations.workflows.documentation.previsit_summary import PREVISIT_SUMMARY
from recommendations.workflows.documentation.progress_note import PROGRESS_NOTE
from recommendations.workflows.documents import Document
from recommendations.workflows.triage.triage import TRIAGE

DOCUMENTS: dict[str, Document] = {d.key: d for d in (PREVISIT_SUMMARY, PROGRESS_NOTE, TRIAGE)}
