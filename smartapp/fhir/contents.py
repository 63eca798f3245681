"""The contents of documents: fetched in parallel, held to be the launched patient's, and read.

In: DocumentReferences that were read. Out: for each, bytes with their content type, or what is
missing and why. Never: a Binary that says it is another patient's.
"""

from collections.abc import Iterable
from concurrent.futures import Future, wait
from typing import Any

from audit.events.fhir import ForeignAddressRefused
from smartapp.fhir.absences import missing_for
from smartapp.fhir.asking import Asker
from smartapp.fhir.attachments import Attachment, attachment_of, binary_at, decode, from_answer
from smartapp.fhir.errors import FhirError, ForeignAddress, SessionLost
from smartapp.fhir.grants import Grants
from smartapp.fhir.ownership import binary_is_anothers, tell_dropped
from smartapp.fhir.results import Concept, Fetched, Missing, Reason
from smartapp.fhir.rounds import Round, submit

Content = tuple[bytes, str]


class Contents:
    """Fetches the contents of one patient's documents within one round."""

    def __init__(self, asker: Asker, *, patient_id: str, grants: Grants, round_: Round) -> None:
        self._asker = asker
        self._patient_id = patient_id
        self._grants = grants
        self._round = round_

    def of(self, documents: Iterable[Fetched]) -> dict[str, Content | Missing]:
        """Return the contents by the documents' references; raises SessionLost."""
        futures = {each.reference: submit(self._attachment, each) for each in documents}
        for late in wait(futures.values(), timeout=self._round.remaining()).not_done:
            late.cancel()
        return {
            reference: future.result() if _came(future) else _LATE
            for reference, future in futures.items()
        }

    def _attachment(self, document: Fetched) -> Content | Missing:
        attachment = attachment_of(document.raw)
        if attachment is None:
            return Missing(Concept.NOTES, Reason.UNREADABLE, "no_content")
        try:
            return self._content(attachment)
        except SessionLost:
            raise
        except ForeignAddress as error:
            self._round.add(ForeignAddressRefused(concept=Concept.NOTES.value, place="attachment"))
            return missing_for(Concept.NOTES, error, of_search=False)
        except FhirError as error:
            return missing_for(Concept.NOTES, error, of_search=False)

    def _content(self, attachment: Attachment) -> Content | Missing:
        if attachment.data is not None:
            return decode(attachment.data), attachment.content_type
        if not self._grants.allow("Binary", "read"):
            return Missing(Concept.NOTES, Reason.SCOPE_NOT_GRANTED, "Binary")
        link = binary_at(attachment.url or "", self._asker.base, self._patient_id)
        found = self._asker.content(link, self._round.asked(any_content=True))
        if binary_is_anothers(
            found.parsed, found.secured_by, patient_id=self._patient_id, base=self._asker.base
        ):
            tell_dropped(
                self._round, self._asker.base, concept=Concept.NOTES.value, resource_type="Binary"
            )
            return Missing(Concept.NOTES, Reason.OTHER_PATIENT, "Binary")
        return from_answer(
            attachment.content_type,
            body=found.body,
            content_type=found.content_type,
            parsed=found.parsed,
        )


_LATE = Missing(Concept.NOTES, Reason.TIMED_OUT, "ehr_unavailable")


def _came(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled()
