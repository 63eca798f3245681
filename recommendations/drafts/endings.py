"""How a draft ends without being ready, whoever finds that it cannot be."""

from django.db.models import Q

from audit.events import Outcome
from audit.events.drafting import DraftFailed, StatementsWithdrawn
from audit.recorder import record, record_all
from recommendations.models import Draft, DraftProgress, Statement


def fail(draft: Draft, code: str, *, where: Q) -> bool:
    """Mark the draft failed if ``where`` still holds of it; say whether it did.

    Call within a transaction and under the launch's circumstances. The statements of a failed
    draft stay: they are verified, and somebody may have begun to edit them; they cannot be signed.
    """
    ended = Draft.objects.filter(where, pk=draft.pk).update(
        state=Draft.State.FAILED, failure_code=code, lease_until=None, with_model=False
    )
    if not ended:
        return False
    DraftProgress.objects.create(
        draft_id=draft.pk, kind="state", detail={"state": "failed", "code": code}
    )
    record(
        DraftFailed(
            outcome=Outcome.FAILED,
            code=code,
            draft_id=str(draft.pk),
            document=draft.document,
            attempt=draft.attempts,
        )
    )
    return True


def touched(draft: Draft) -> bool:
    """Whether a clinician has already worked on one of the draft's statements."""
    theirs = Q(edit__isnull=False) | Q(decisions__isnull=False)
    return Statement.objects.filter(theirs, draft=draft).exists()


def withdraw(draft: Draft, *, code: str) -> int:
    """Put away the provisional statements of an answer that broke off; return how many.

    What they said stays in the trail, in the event that each was written with.
    """
    count, _ = Statement.objects.filter(draft=draft).delete()
    if count:
        DraftProgress.objects.create(draft=draft, kind="state", detail={"state": "restarted"})
        record_all(
            [
                StatementsWithdrawn(
                    outcome=Outcome.INCOMPLETE,
                    code=code,
                    draft_id=str(draft.pk),
                    document=draft.document,
                    count=count,
                )
            ]
        )
    return count
