"""Drafting: what was asked for, read, sent to a model, answered, verified.

What a reviewer needs to rebuild a draft, in the order it happens, all under one launch:

``draft.requested``   which document, by the clinician whose context the row carries.
``draft.brought_shown``  what may have brought the patient was shown, before a draft is asked for.
``draft.started``     a worker began: attempt and fencing number.
``draft.read``        one tool was answered; sealed ``result`` is what the drafter was given.
``model.asked``       *before* anything is sent; sealed ``request`` is the exact request.
``model.called``      how that request ended; sealed ``answer`` is what came back.
``draft.orders_found``  the chart holds text addressed to software: how much and where, not what.
``draft.statement_verified``  one statement: sealed text, the model's own words where code
                      reworded them, claims, verdict.
``draft.statements_sent_back``  those that do not hold are about to go back to the model, once.
``draft.statement_superseded``  one of them gave way: its reason, sealed words before and after;
                      without ``replacement_id`` the model took it back.
``draft.second_look_ended``  what came of sending back, in numbers; a code where nothing did.
``draft.omissions_found``  what must not be missing in it and is, at its end and after changes.
``draft.statements_withdrawn``  statements of an answer that broke off; they were provisional.
``draft.fell_back``   a model failed for good; the next one, or the offline drafter, went on.
``draft.taken_up``    the worker before was lost; another one began again.
``draft.ready`` / ``draft.failed``  how it ended, with every version that decided.
"""

from typing import Any, ClassVar

from pydantic import Field

from audit.events.base import Event


class _DraftEvent(Event):
    draft_id: str
    document: str


class DraftRequested(_DraftEvent):
    """A clinician opened a document that had no draft, or asked for another draft."""

    type: ClassVar[str] = "draft.requested"
    wording: ClassVar[str] = "asked for a draft"
    sealed: ClassVar[frozenset[str]] = frozenset({"given", "brought"})

    given: dict[str, str] = Field(default_factory=dict)  # with the request, typed unless brought
    brought: str = ""  # the resource it was taken from: "Communication/12/_history/3"

    release_sha256: str = ""  # what it is made with, decided here; empty: no prompt is released
    unit: str = ""  # "EHR/unit" whose own release it is; empty: the hospital's


class BroughtShown(Event):
    """What may have brought the patient was shown to a clinician, to choose from."""

    type: ClassVar[str] = "draft.brought_shown"
    wording: ClassVar[str] = "was shown what may have brought the patient"
    sealed: ClassVar[frozenset[str]] = frozenset({"sources"})

    document: str
    offered: dict[str, int]  # how many of a kind: "message", "request", "visit", "appointment"
    missing: tuple[str, ...] = ()  # "messages:unsupported"
    sources: tuple[str, ...] = ()  # "Communication/12/_history/3"


class DraftStarted(_DraftEvent):
    """A worker began."""

    type: ClassVar[str] = "draft.started"
    wording: ClassVar[str] = "began drafting"

    attempt: int
    fencing: int
    waited_ms: int  # from the request to here


class DraftTakenUp(_DraftEvent):
    """A worker was lost in the middle; what it had drafted was put away and begun again."""

    type: ClassVar[str] = "draft.taken_up"
    wording: ClassVar[str] = "took up a draft whose worker was lost"

    attempt: int
    fencing: int
    superseded: int  # statements of the lost attempt


class DraftRead(_DraftEvent):
    """A clinical tool was answered. ``asked_by`` is ``model``, ``offline``."""

    type: ClassVar[str] = "draft.read"
    wording: ClassVar[str] = "read part of the chart for a draft"
    sealed: ClassVar[frozenset[str]] = frozenset({"arguments", "result", "sources"})

    tool: str
    asked_by: str
    shown: int
    total: int | None = None
    complete: bool
    missing: tuple[str, ...] = ()  # "medications:suppressed"
    sources: tuple[str, ...] = ()  # "Observation/12/_history/3"
    arguments: str = ""  # JSON
    result: str = ""  # exactly what the drafter was given


class OrdersFound(_DraftEvent):
    """Text addressed to software was found in what was read. Nothing of it is kept here."""

    type: ClassVar[str] = "draft.orders_found"
    wording: ClassVar[str] = "found text addressed to software in the chart"
    sealed: ClassVar[frozenset[str]] = frozenset({"sources"})

    passages: int
    kinds: tuple[str, ...]  # of facts: "note", "allergy"
    rules: tuple[str, ...]  # that found them
    sources: tuple[str, ...] = ()  # "DocumentReference/12/_history/1"


class ModelAsked(_DraftEvent):
    """A request is about to go to the model."""

    type: ClassVar[str] = "model.asked"
    wording: ClassVar[str] = "sent a request to the model"
    sealed: ClassVar[frozenset[str]] = frozenset({"request"})

    model_id: str
    turn: int
    attempt: int
    prompt_version: str
    prompt_sha256: str
    # Of what code puts around the prompt: the loop's words, the tools, the form of their answers.
    frame: dict[str, str] = Field(default_factory=dict)
    request_sha256: str
    request: str = ""  # canonical JSON of all that was sent


class ModelCalled(_DraftEvent):
    """How that request ended; ``code`` says why where it did not end well."""

    type: ClassVar[str] = "model.called"
    wording: ClassVar[str] = "received the model's answer"
    sealed: ClassVar[frozenset[str]] = frozenset({"answer", "blocks"})

    model_id: str
    turn: int
    attempt: int
    request_id: str = ""  # the provider's
    stop_reason: str = ""
    tokens: dict[str, int] = Field(default_factory=dict)
    ms: int
    request_sha256: str
    answer_sha256: str = ""
    answer: str = ""  # canonical JSON of the blocks received, or as much as arrived
    blocks: str = ""  # canonical JSON of a whole answer as it goes back to the model


class StatementVerified(_DraftEvent):
    """One statement, and what code found of it."""

    type: ClassVar[str] = "draft.statement_verified"
    wording: ClassVar[str] = "verified a drafted statement"
    sealed: ClassVar[frozenset[str]] = frozenset({"text", "drafted_text", "claims", "verdict"})

    statement_id: str
    position: int
    section: str
    outcome_found: str  # checked, inferred, not_found, contradicted
    worded_by_code: bool = False
    rules: tuple[str, ...] = ()  # of the findings
    text_sha256: str
    text: str = ""
    drafted_text: str = ""
    claims: list[dict[str, Any]] = Field(default_factory=list)
    verdict: dict[str, Any] = Field(default_factory=dict)


class StatementsSentBack(_DraftEvent):
    """Statements that do not hold are about to go back to the model, with the reasons."""

    type: ClassVar[str] = "draft.statements_sent_back"
    wording: ClassVar[str] = "sent statements back to the model"

    count: int
    statement_ids: tuple[str, ...]


class StatementSuperseded(_DraftEvent):
    """A statement that was sent back gave way to another one, or was taken back."""

    type: ClassVar[str] = "draft.statement_superseded"
    wording: ClassVar[str] = "replaced a drafted statement"
    sealed: ClassVar[frozenset[str]] = frozenset({"reasons", "before", "after"})

    statement_id: str
    replacement_id: str = ""  # empty: the model took the statement back
    outcome_before: str
    outcome_found: str = ""  # of the replacement
    rules: tuple[str, ...] = ()  # that sent it back
    reasons: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


class SecondLookEnded(_DraftEvent):
    """What came of sending statements back; ``code`` says why nothing did."""

    type: ClassVar[str] = "draft.second_look_ended"
    wording: ClassVar[str] = "ended the second look at statements"

    count: int  # that were sent back
    replaced: int
    mended: int  # of the replaced, those that hold
    withdrawn: int


class StatementsWithdrawn(_DraftEvent):
    """Provisional statements of an answer that broke off were put away."""

    type: ClassVar[str] = "draft.statements_withdrawn"
    wording: ClassVar[str] = "withdrew provisional statements"

    count: int


class DraftFellBack(_DraftEvent):
    """A model failed for good; ``code`` says how. Another one went on, or the offline drafter."""

    type: ClassVar[str] = "draft.fell_back"
    wording: ClassVar[str] = "went on without the model"

    model_id: str = ""  # that failed
    went_on_with: str = "offline"  # or a model's id


class OmissionsFound(_DraftEvent):
    """What must not be missing and is: of the draft as made, or after words of it were changed.

    All that is missing now, not only what is new; none where nothing is any more.
    """

    type: ClassVar[str] = "draft.omissions_found"
    wording: ClassVar[str] = "looked for what is missing in a draft"
    sealed: ClassVar[frozenset[str]] = frozenset({"omissions"})

    listed: int
    critical: int
    rules: dict[str, int]  # rule -> how many
    decision_id: str = ""  # after which the words were others
    omissions: list[dict[str, str]] = Field(default_factory=list)  # id, rule, words


class DraftReady(_DraftEvent):
    """The draft can be reviewed."""

    type: ClassVar[str] = "draft.ready"
    wording: ClassVar[str] = "finished a draft"

    drafter: str  # "claude", "offline"
    model_id: str = ""
    fallback_code: str = ""
    statements: int
    outcomes: dict[str, int]  # outcome → how many
    gaps: tuple[str, ...] = ()
    not_whole: tuple[str, ...] | None = None  # parts of the chart; None: of before it was counted
    left_out: dict[str, int] = {}  # section → facts that belong there and are not shown
    versions: dict[str, str]
    usage: dict[str, int]
    reading_sha256: str


class DraftFailed(_DraftEvent):
    """The draft could not be made; ``code`` says why."""

    type: ClassVar[str] = "draft.failed"
    wording: ClassVar[str] = "could not finish a draft"

    attempt: int
