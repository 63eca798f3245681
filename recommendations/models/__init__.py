"""Drafts, their statements, and clinicians' decisions on them."""

from recommendations.models.decisions import Decision, Look, SignedNote, StatementEdit
from recommendations.models.drafts import Draft, DraftProgress, Statement

__all__ = ["Decision", "Draft", "DraftProgress", "Look", "SignedNote", "Statement", "StatementEdit"]
