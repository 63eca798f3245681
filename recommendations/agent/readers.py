"""For whom the statements of a document are worded."""

from recommendations.verification import Reader
from recommendations.workflows.documents import Document


def reader_of(document: Document) -> Reader:
    """A clinician, or the patient with the highest reading grade that the document allows."""
    style = document.style
    return Reader(is_patient=style.person == "second", grade=style.grade)
