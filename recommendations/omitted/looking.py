"""The first look, when a draft is ready: by all that stands in it."""

import logging
from dataclasses import dataclass

from audit.events import Outcome as Ending
from audit.events.drafting import OmissionsFound
from recommendations.clinical.results import ReadingSnapshot
from recommendations.models import Draft, Omission, Statement
from recommendations.omitted.keeping import found_event, look_again
from recommendations.verification import Chart
from recommendations.verification.claims import DraftedStatement
from recommendations.verification.outcomes import Outcome

logger = logging.getLogger(__name__)

NOT_LOOKED = "omissions_not_looked_for"


@dataclass(frozen=True, slots=True)
class Looked:
    """Rows to be saved with the draft, and the event that tells of them."""

    found: tuple[Omission, ...]
    event: OmissionsFound
    done: bool = True


def look(draft: Draft, snapshot: ReadingSnapshot) -> Looked:
    """Look for what is missing in a draft whose statements are written.

    Never raises for a chart that the rules cannot take: then the draft says that nobody looked.
    """
    told = [said for row in Statement.objects.filter(draft=draft).current() if (said := tells(row))]
    try:
        found = look_again(draft, Chart.of(snapshot), told, own=(), known=()).new
    except Exception as error:  # its message may quote the chart, so only its kind is logged
        logger.error(NOT_LOOKED, extra={"draft": str(draft.pk), "error": type(error).__name__})  # noqa: TRY400
        failed = found_event(draft, ())
        changes = {"outcome": Ending.FAILED, "code": NOT_LOOKED}
        return Looked((), failed.model_copy(update=changes), done=False)
    return Looked(found, found_event(draft, found))


def tells(row: Statement) -> DraftedStatement | None:
    """What a drafted statement tells by its claims; nothing where it cannot be signed."""
    if not Outcome(row.outcome).signable or not row.claims:
        return None
    return DraftedStatement(section=row.section, text=row.text, claims=row.claims)
