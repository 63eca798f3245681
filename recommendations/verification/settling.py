"""What becomes of a drafted statement: its text, worded anew by code where that is called for."""

from dataclasses import dataclass

from recommendations.verification import second_person
from recommendations.verification.chart import Chart
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.holding import hold
from recommendations.verification.outcomes import Verdict
from recommendations.verification.reading_grade import measured
from recommendations.verification.verifier import verify
from recommendations.verification.wording import reword, stands


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a statement is worded; ``grade`` is the highest reading grade, None for any."""

    is_patient: bool = False
    grade: float | None = None


CLINICIAN = Reader()


def settle(
    statement: DraftedStatement, chart: Chart, *, reader: Reader = CLINICIAN
) -> tuple[str, Verdict]:
    """The text to show and its verdict; worded by code where the claims hold and it does not.

    To a patient it is also worded anew where it reads harder than ``reader`` allows, and the
    wording of code reads easier.
    """
    verdict = verify(statement, chart)
    if not verdict.outcome.signable:
        ways = (_to_patient, reword) if reader.is_patient else (reword,)
        found = next((text for way in ways if (text := way(statement, chart))), None)
    else:
        found = _easier(statement, chart, reader)
    if found is None:
        return statement.text, verdict
    again = verify(statement.model_copy(update={"text": found}), chart)
    return (found, again) if again.outcome.signable else (statement.text, verdict)


def _to_patient(statement: DraftedStatement, chart: Chart) -> str | None:
    """The sentence that the claims support, to the patient; nothing where there is none."""
    if any(claim.kind == "inference" or hold(claim, chart) for claim in statement.claims):
        return None
    text = second_person.sentences(statement.claims, chart)
    return text if text and stands(statement, text, chart) else None


def _easier(statement: DraftedStatement, chart: Chart, reader: Reader) -> str | None:
    if reader.grade is None or (now := measured(statement, chart).grade) <= reader.grade:
        return None
    text = _to_patient(statement, chart)
    made = statement.model_copy(update={"text": text}) if text else None
    return text if made and measured(made, chart).grade < now else None
