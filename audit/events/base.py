"""The shape every event shares, and what each kind of act must carry.

The trail may import none of the rooms it remembers, so a decision is reconstructed from events
alone, years later: what is not in them cannot be shown. Sealed fields (PHI) are marked *s*.

- ``launch.*``: scopes asked and granted, the EHR's names for clinician, patient *s* and
  encounter *s*, how the client proved itself.
- ``fhir.*``, one per request: method, path template, status, milliseconds, tries, pages, how many
  resources came back, their references with versions or content hashes *s*, the query *s*, and
  why it is not whole, where it is not.
- ``draft.model_called``, one per call: model, effort, provider's request id, tokens, milliseconds,
  tools called, what was sent *s*, what came back *s*.
- ``draft.requested/started/read/ready/failed``: ``draft_id``, document, drafter, every version that
  decided, counts, the raw answer's SHA-256, the text *s*.
- ``draft.statement_verified``, one per statement: ``draft_id``, ``statement_id``, position,
  section, outcome of verification, rules that spoke, text *s*, findings *s*.
- ``draft.viewed``, ``citation.opened``: ``draft_id``, ``statement_id``, milliseconds open, whether
  the statement was of high stakes, what the source is called *s*.
- ``statement.approved/edited/rejected``: ``draft_id``, ``statement_id``, reason, text before *s*
  and after *s*, the text's SHA-256.
- ``draft.signed``, ``draft.rejected``: ``draft_id``, attestation version, SHA-256 of the exact
  text, the text *s*, the attestation's words.

A field named ``draft_id`` puts the event into that draft's reconstruction.
"""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Outcome(StrEnum):
    """How an act ended."""

    SUCCESS = "success"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"


class Event(BaseModel):
    """One act. Subclasses add typed fields; none may hold PHI in the clear.

    ``type`` is stored and never renamed ("launch.opened"). ``wording`` is the sentence a reviewer
    reads, without the actor ("opened the patient"). Fields named in ``sealed`` are PHI: they are
    kept encrypted, out of the row's readable detail. References to resources and search
    parameters are PHI; counts, codes of our own, versions, times and hashes are not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    wording: ClassVar[str]
    sealed: ClassVar[frozenset[str]] = frozenset()

    outcome: Outcome = Outcome.SUCCESS
    # A stable error code where the act was refused or failed ("state_mismatch").
    code: str = ""
