"""What verification says of a statement."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Outcome(StrEnum):
    """The four marks of experience.md; only the first two can be signed as they stand."""

    CHECKED = "checked"
    INFERRED = "inferred"
    NOT_FOUND = "not_found"
    CONTRADICTED = "contradicted"

    @property
    def signable(self) -> bool:
        """Whether the statement may be signed as it stands."""
        return self in {Outcome.CHECKED, Outcome.INFERRED}


class Finding(BaseModel):
    """One thing that does not hold, naming both sides in words for a clinician."""

    model_config = ConfigDict(frozen=True)

    rule: str  # stable: "value_differs"
    words: str  # "Says 5.9 mmol/L; the chart says 4.9 mmol/L (14 Mar 2026)."
    contradicts: bool = False  # the chart says otherwise, rather than nothing
    ref: str = ""  # the handle of the fact that says otherwise
    draft_says: str = ""
    chart_says: str = ""


class Verdict(BaseModel):
    """The outcome for one statement."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    cautions: tuple[Finding, ...] = ()  # what to know of it though it holds ("copied_forward")
    refs: tuple[str, ...] = ()  # handles that hold, for the citation chips
    # "dose", "conflict" (text and coding of an order differ), "medication", "allergy", "critical",
    # "negation", "laterality", "diagnosis"
    high_stakes: tuple[str, ...] = ()
