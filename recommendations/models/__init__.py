"""Drafts, their statements, clinicians' decisions on them, and what they are drafted with."""

from recommendations.models.budgets import (
    LimitReached,
    ModelLimit,
    ModelPrice,
    ModelSpend,
    ShadowSpend,
)
from recommendations.models.decisions import Decision, Look, SignedNote, StatementEdit
from recommendations.models.drafts import Draft, DraftProgress, Statement, Supersession
from recommendations.models.evaluations import ReleaseEvaluation
from recommendations.models.omissions import Omission
from recommendations.models.releases import ReleaseChange
from recommendations.models.shadows import Shadow
from recommendations.models.triage import Triage

__all__ = [
    "Decision",
    "Draft",
    "DraftProgress",
    "LimitReached",
    "Look",
    "ModelLimit",
    "ModelPrice",
    "ModelSpend",
    "Omission",
    "ReleaseChange",
    "ReleaseEvaluation",
    "Shadow",
    "ShadowSpend",
    "SignedNote",
    "Statement",
    "StatementEdit",
    "Supersession",
    "Triage",
]
