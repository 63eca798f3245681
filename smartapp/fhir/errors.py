"""What can go wrong between us and an EHR.

::

    FhirError
    ├── EhrUnavailable      no answer in time, or a temporary fault (worth another try)
    │   ├── EhrThrottled    429: the EHR asks us to wait
    │   └── EhrPaused       it failed so often that we leave it alone for a while
    ├── SessionLost         401 after one refresh: the clinician must launch again
    ├── AccessDenied        403: the EHR does not allow this
    ├── NotFound            404 or 410
    ├── RecordMerged        the patient's record was merged into another one
    ├── MoreExists          the EHR stops at a number of results and has more
    ├── DailyLimit          asked too often today; asking again helps tomorrow
    ├── RequestRefused      400, 422: the EHR did not understand us
    ├── UnreadableResponse  broken JSON where FHIR JSON was due
    │   ├── HtmlInstead     a page of HTML
    │   ├── XmlInstead      FHIR in XML, or other XML
    │   ├── TooLarge        more than we read, also once unpacked
    │   └── TooDeep         nested deeper than we parse
    ├── OtherPatientSent    another patient's data where the launched patient's was due
    └── ForeignAddress      a link or reference that points away from the registered EHR

No message holds PHI, an address or the server's text: a stable ``code`` and a plain sentence.
"""


class FhirError(Exception):
    """Base of all; ``code`` is stable and safe to log, ``status`` the HTTP status if any."""

    code = "fhir_error"
    sentence = "The EHR could not be read."

    def __init__(self, *, status: int | None = None, issue_code: str = "") -> None:
        self.status = status
        self.issue_code = issue_code
        super().__init__(f"{self.code}: {self.sentence}")


class EhrUnavailable(FhirError):
    """No answer in time, or a fault that may pass."""

    code = "ehr_unavailable"
    sentence = "The EHR did not answer in time."
    seconds = 0.0  # for so long nothing was, or will be, sent; 0 where that is not known


class EhrThrottled(EhrUnavailable):
    """The EHR asks for fewer requests."""

    code = "ehr_throttled"
    sentence = "The EHR asked us to wait."

    def __init__(
        self, *, seconds: float = 0.0, status: int | None = None, issue_code: str = ""
    ) -> None:
        self.seconds = seconds
        super().__init__(status=status, issue_code=issue_code)


class EhrPaused(EhrUnavailable):
    """Not asked: the EHR failed again and again. ``seconds`` until it may be tried."""

    code = "ehr_paused"
    sentence = "The EHR failed again and again, so it is left alone for a moment. Try again soon."

    def __init__(self, *, seconds: float = 0.0, status: int | None = None) -> None:
        self.seconds = seconds
        super().__init__(status=status)


class SessionLost(FhirError):
    """The EHR ended the session."""

    code = "session_lost"
    sentence = "The EHR ended this session. Open the app again from the chart."


# What to do about a backend that has no access, by the reason; all others are about what was sent.
_BACKEND_SENTENCES = {
    "not_registered": "The app is not registered at this EHR for work without a clinician. "
    "Register it with connect_backend, or switch its registration on.",
    "scope_unapproved": "Not all system/ scopes of this registration are approved, so the EHR was "
    "not asked. On the page Scopes, one administrator writes why each is needed and a second one "
    "approves it.",
    "token_refused": "The EHR refuses the access that it has just given to the app for work "
    "without a clinician. Check in the EHR that the registration is active and may read this.",
}
_BACKEND_SENTENCE = (
    "The EHR gives the app no access without a clinician ({reason}). Check the client id, the key "
    "or secret, and the system/ scopes of this registration."
)


class BackendRefused(FhirError):
    """Our backend has no access; ``reason`` says why: a code of ours or of RFC 6749."""

    code = "backend_refused"

    def __init__(self, reason: str = "other", *, status: int | None = None) -> None:
        self.reason = reason
        self.sentence = _BACKEND_SENTENCES.get(reason) or _BACKEND_SENTENCE.format(reason=reason)
        super().__init__(status=status)


class AccessDenied(FhirError):
    """The EHR does not allow this read."""

    code = "access_denied"
    sentence = "The EHR does not allow this to be read."


class NotFound(FhirError):
    """The EHR has no such resource or resource type."""

    code = "not_found"
    sentence = "The EHR has no such record."


class RecordMerged(FhirError):
    """The patient's record was merged into another, under another id."""

    code = "record_merged"
    sentence = (
        "The EHR has merged this patient's record into another one. "
        "Close the app and open it again from the chart."
    )


class MoreExists(FhirError):
    """The EHR stops at some number of results, and says that there are more."""

    code = "more_exists"
    sentence = "The EHR has more results than it sends."


class DailyLimit(FhirError):
    """The EHR counts requests by the day, and this day's are used up."""

    code = "daily_limit"
    sentence = "The EHR answers no more requests of this kind today. Try again tomorrow."


class RequestRefused(FhirError):
    """The EHR did not accept the request."""

    code = "request_refused"
    sentence = "The EHR did not accept the request."


class UnreadableResponse(FhirError):
    """The answer was not FHIR JSON."""

    code = "unreadable_response"
    sentence = "The EHR's answer could not be understood."


class HtmlInstead(UnreadableResponse):
    """A web page: a portal, a proxy or an error page stands where the EHR should."""

    code = "html_instead"
    sentence = "A web page came where the EHR's data was due."


class XmlInstead(UnreadableResponse):
    """XML although JSON was asked for."""

    code = "xml_instead"
    sentence = "XML came where the EHR's data was due as JSON."


class TooLarge(UnreadableResponse):
    """More bytes than are read, as sent or once unpacked."""

    code = "response_too_large"
    sentence = "The EHR's answer was too large to be read."


class TooDeep(UnreadableResponse):
    """Nested deeper than any chart is."""

    code = "response_too_deep"
    sentence = "The EHR's answer was nested too deeply to be read."


class OtherPatientSent(FhirError):
    """Another patient's data came; it was dropped, and operations are told."""

    code = "other_patient"
    sentence = "The EHR sent another patient's data, which was dropped."


class ForeignAddress(FhirError):
    """A link or reference away from the registered EHR; the token is never sent there."""

    code = "foreign_address"
    sentence = "The EHR pointed to another server; that link was not followed."
