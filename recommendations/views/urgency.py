"""What a triage shows first: how urgent, who says so, and what the patient came with."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.decisions import choosing
from recommendations.decisions.standing import Standing
from recommendations.models import Draft, Triage
from recommendations.workflows.triage import scale, triage

_BARS = {1: "3", 2: "3", 3: "2", 4: "1", 5: "1"}
_KINDS = {1: "critical", 2: "critical", 3: "serious", 4: "caution", 5: "caution"}


@dataclass(frozen=True, slots=True)
class Urgency:
    """``level`` is what stands now, a clinician's choice where there is one; None while it is made.

    ``raised`` says by which rule it was raised above the draft's, ``own`` that a person chose it.
    """

    complaint: str
    origin: str
    level: scale.Category | None = None
    raised: str = ""
    own: bool = False
    left_out: bool = False

    @property
    def kind(self) -> str:
        """The class of its sign."""
        return _KINDS[self.level or 5]

    @property
    def symbol(self) -> str:
        """Its sign: one to three bars."""
        return f"i-sev-{_BARS[self.level or 5]}"

    @property
    def source(self) -> str:
        """The scale."""
        return scale.SOURCE


def urgency(draft: Draft, every: Sequence[Standing]) -> Urgency | None:
    """What a draft shows first, if it is a triage."""
    row = Triage.objects.filter(draft=draft).first() if draft.document == triage.KEY else None
    if row is None:
        return None
    origin = row.get_origin_display()
    standing = next((s for s in every if s.statement.section == triage.URGENCY), None)
    if row.found_sealed is None or standing is None:
        return Urgency(row.complaint, origin)
    level = next((c for c in scale.Category if scale.sentence(c) == standing.text), None)
    return Urgency(
        complaint=row.complaint,
        origin=origin,
        level=level,
        raised=str(row.found["raised"]) if not standing.own_words else "",
        own=standing.own_words,
        left_out=standing.stand.value == "left_out",
    )


def options(draft: Draft, section: str) -> tuple[choosing.Choice, ...]:
    """What may be chosen in a section in the place of what was suggested."""
    return tuple(choosing.choices(draft, section))
