"""Drafts, their statements, and clinicians' decisions on them."""

from recommendations.models.decisions import Decision, SignedNote, StatementEdit
from recommendations.models.drafts import Draft, DraftProgress, Statement

__all__ = ["Decision", "Draft", "DraftProgress", "SignedNote", "Statement", "StatementEdit"]
