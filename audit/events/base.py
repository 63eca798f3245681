"""The shape every event shares, and what each kind of act must carry.

The trail may import none of the rooms it remembers, so a decision is reconstructed from events
alone, years later: what is not in them cannot be shown. Who acted, when, in which launch, at which
EHR and about which patient stands on every row; the events of a decision add, sealed (PHI) where
marked *s*:

- ``launch.opened``: ``scopes_granted``, ``scopes_withheld``, ``encounter_given``, ``client_auth``,
  ``unit``.
- ``fhir.requested``: ``method``, ``path``, ``parameters``, ``status``, ``duration_ms``,
  ``attempts``, ``cache``, ``count``, ``query`` *s*, ``returned`` *s*.
- ``fhir.incomplete``: ``missing``.
- ``fhir.write_intended``: ``text_sha256``.
- ``draft.brought_shown``: ``document``, ``offered``, ``missing``, ``sources`` *s*.
- ``draft.requested``: ``draft_id``, ``document``, ``given`` *s*, ``brought`` *s*.
- ``draft.started``, ``draft.failed``: ``draft_id``, ``document``.
- ``draft.read``: ``draft_id``, ``tool``, ``complete``, ``missing``, ``sources`` *s*,
  ``arguments`` *s*, ``result`` *s*.
- ``draft.orders_found``: ``draft_id``, ``passages``, ``kinds``, ``rules``, ``sources`` *s*.
- ``model.asked``: ``draft_id``, ``model_id``, ``turn``, ``attempt``, ``prompt_version``,
  ``prompt_sha256``, ``request_sha256``, ``request`` *s*.
- ``model.called``: ``draft_id``, ``model_id``, ``turn``, ``attempt``, ``request_id``,
  ``stop_reason``, ``tokens``, ``ms``, ``request_sha256``, ``answer_sha256``, ``answer`` *s*,
  ``blocks`` *s*.
- ``draft.statement_verified``: ``draft_id``, ``statement_id``, ``position``, ``section``,
  ``outcome_found``, ``rules``, ``text_sha256``, ``text`` *s*, ``drafted_text`` *s*,
  ``claims`` *s*, ``verdict`` *s*.
- ``draft.statement_superseded``: ``draft_id``, ``statement_id``, ``replacement_id``,
  ``outcome_before``, ``outcome_found``, ``rules``, ``reasons`` *s*, ``before`` *s*, ``after`` *s*.
- ``draft.ready``: ``draft_id``, ``drafter``, ``model_id``, ``fallback_code``, ``statements``,
  ``outcomes``, ``gaps``, ``not_whole``, ``left_out``, ``versions``, ``usage``, ``reading_sha256``.
- ``draft.viewed``: ``draft_id``, ``state``, ``revision``, ``statements``.
- ``citation.opened``: ``draft_id``, ``statement_id``, ``handle``, ``high_stakes``,
  ``text_sha256``, ``source`` *s*, ``name`` *s*.
- ``passage.opened``: ``draft_id``, ``handle``, ``source`` *s*, ``name`` *s*.
- ``citation.closed``: ``draft_id``, ``statement_id``, ``handle``, ``ms``.
- ``statement.approved``: ``draft_id``, ``statement_id``, ``text_sha256``, ``outcome_found``,
  ``text`` *s*.
- ``statement.edited``: ``draft_id``, ``statement_id``, ``text_sha256``, ``outcome_found``,
  ``outcome_own``, ``before`` *s*, ``after`` *s*, ``findings`` *s*.
- ``statement.rejected``: ``draft_id``, ``statement_id``, ``text_sha256``, ``reason``,
  ``text`` *s*, ``comment`` *s*.
- ``draft.omissions_found``: ``draft_id``, ``listed``, ``critical``, ``rules``, ``decision_id``,
  ``omissions`` *s*.
- ``omission.added``: ``draft_id``, ``omission_id``, ``rule``, ``statement_id``, ``text_sha256``,
  ``text`` *s*, ``claims`` *s*, ``verdict`` *s*.
- ``omission.taken_out``: ``draft_id``, ``omission_id``, ``rule``, ``statement_id``, ``text`` *s*.
- ``omission.dismissed``: ``draft_id``, ``omission_id``, ``rule``, ``critical``, ``reason``,
  ``words`` *s*.
- ``omission.listed_again``: ``draft_id``, ``omission_id``, ``rule``, ``words`` *s*.
- ``omission.opened``: ``draft_id``, ``omission_id``, ``handle``, ``source`` *s*, ``name`` *s*.
- ``draft.signed``: ``draft_id``, ``document``, ``attestation``, ``attestation_version``,
  ``text_sha256``, ``added``, ``unsaid``, ``unsaid_words`` *s*, ``text`` *s*.
- ``triage.asked``: ``draft_id``, ``origin``, ``characters``, ``complaint`` *s*, ``source`` *s*.
- ``triage.suggested``: ``draft_id``, ``raised``, ``flags_found``, ``missing``, ``stale``,
  ``routing``, ``versions``, ``urgency`` *s*, ``drafted`` *s*, ``forced`` *s*, ``by`` *s*,
  ``flags`` *s*, ``destination`` *s*, ``drafted_destination`` *s*, ``said`` *s*.
- ``triage.decided``: ``draft_id``, ``as_suggested``, ``below_red_flag``, ``reason``,
  ``urgency`` *s*, ``suggested`` *s*, ``destination`` *s*.
- ``draft.rejected``: ``draft_id``, ``reason``, ``comment`` *s*.
- ``draft.provenance_exported``: ``draft_id``, ``text_sha256``, ``cited``.

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
