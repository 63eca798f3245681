"""What clinicians saw, opened, changed, decided and signed in the panel."""

from typing import ClassVar

from audit.events.base import Event


class PanelOpened(Event):
    """The panel of a launch was shown, with the patient's name and allergies in its strip."""

    type: ClassVar[str] = "panel.opened"
    wording: ClassVar[str] = "looked at the panel"

    document: str
    missing: tuple[str, ...] = ()  # "medications:suppressed"


class _OfDraft(Event):
    draft_id: str


class DraftViewed(_OfDraft):
    """A draft was shown, as far as it had come."""

    type: ClassVar[str] = "draft.viewed"
    wording: ClassVar[str] = "looked at a draft"

    document: str
    state: str
    revision: int
    statements: int


class CitationOpened(_OfDraft):
    """The source of a statement was shown."""

    type: ClassVar[str] = "citation.opened"
    wording: ClassVar[str] = "opened a source"
    sealed: ClassVar[frozenset[str]] = frozenset({"source", "name"})

    statement_id: str
    handle: str
    kind: str
    high_stakes: tuple[str, ...] = ()
    text_sha256: str = ""  # of the statement as it read beside its source
    source: str = ""  # "Observation/12/_history/3"
    name: str = ""


class PassageOpened(_OfDraft):
    """Text of the chart that is addressed to software was shown, where it stands."""

    type: ClassVar[str] = "passage.opened"
    wording: ClassVar[str] = "looked at text addressed to software"
    sealed: ClassVar[frozenset[str]] = frozenset({"source", "name"})

    handle: str
    kind: str
    source: str = ""  # "DocumentReference/12"
    name: str = ""


class CitationClosed(_OfDraft):
    """The source was put away again, or the page left."""

    type: ClassVar[str] = "citation.closed"
    wording: ClassVar[str] = "closed a source"

    statement_id: str
    handle: str
    ms: int  # how long it was open, as the browser tells it


class ProvenanceExported(_OfDraft):
    """Where a signed text came from was given out as FHIR, with the text itself."""

    type: ClassVar[str] = "draft.provenance_exported"
    wording: ClassVar[str] = "took away the AI provenance of a signed text"

    text_sha256: str
    cited: int  # resources of the chart that it names


class EditSaved(_OfDraft):
    """Words being typed were saved. Not a decision."""

    type: ClassVar[str] = "edit.saved"
    wording: ClassVar[str] = "typed"
    sealed: ClassVar[frozenset[str]] = frozenset({"text"})

    statement_id: str
    edit_revision: int
    text_sha256: str
    text: str = ""


class _OnStatement(_OfDraft):
    statement_id: str
    decision_id: str
    draft_revision: int
    text_sha256: str


class StatementApproved(_OnStatement):
    """A statement was approved as drafted."""

    type: ClassVar[str] = "statement.approved"
    wording: ClassVar[str] = "approved a statement"
    sealed: ClassVar[frozenset[str]] = frozenset({"text"})

    together: int = 1  # how many were approved in the same act
    outcome_found: str
    high_stakes: tuple[str, ...] = ()
    text: str = ""


class StatementEdited(_OnStatement):
    """A statement was replaced by the clinician's own words, and those approved."""

    type: ClassVar[str] = "statement.edited"
    wording: ClassVar[str] = "approved a statement in their own words"
    sealed: ClassVar[frozenset[str]] = frozenset({"before", "after", "findings"})

    outcome_found: str  # of the statement as drafted
    outcome_own: str = ""  # what verification says of the new words
    before: str = ""
    after: str = ""
    findings: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()  # rules whose contradiction was shown, and the words meant


class StatementRejected(_OnStatement):
    """A statement was left out."""

    type: ClassVar[str] = "statement.rejected"
    wording: ClassVar[str] = "left a statement out"
    sealed: ClassVar[frozenset[str]] = frozenset({"text", "comment"})

    reason: str
    outcome_found: str
    text: str = ""
    comment: str = ""


class StatementReopened(_OnStatement):
    """A decision was taken back, to be made anew."""

    type: ClassVar[str] = "statement.reopened"
    wording: ClassVar[str] = "took a decision back"

    undone: str  # the verb that was taken back


class DraftRejected(_OfDraft):
    """A whole draft was rejected."""

    type: ClassVar[str] = "draft.rejected"
    wording: ClassVar[str] = "rejected a draft"
    sealed: ClassVar[frozenset[str]] = frozenset({"comment"})

    decision_id: str
    draft_revision: int
    reason: str
    comment: str = ""


class DraftSigned(_OfDraft):
    """A named clinician attested to an exact text."""

    type: ClassVar[str] = "draft.signed"
    wording: ClassVar[str] = "signed a document"
    sealed: ClassVar[frozenset[str]] = frozenset({"text", "unsaid_words"})

    decision_id: str
    draft_revision: int
    document: str
    text_sha256: str
    attestation_version: str
    attestation: str
    approved: int
    edited: int
    left_out: int
    added: int = 0  # statements that the clinician added with a tap
    confirmed: int = 0  # own words that the chart gainsays, seen and meant
    unsaid: int = 0  # critical things that were missing, asked about and signed without
    unsaid_words: tuple[str, ...] = ()
    text: str = ""


class DecisionRefused(Event):
    """A decision, an edit or a view was refused; ``code`` says why."""

    type: ClassVar[str] = "decision.refused"
    wording: ClassVar[str] = "was refused a decision"

    draft_id: str = ""
    statement_id: str = ""
    verb: str = ""
    page_revision: int | None = None
    draft_revision: int | None = None
