"""That a draft was made again is a look, and is put on record before anything of it is shown."""

from django.db import transaction

from audit.context import bind
from audit.events.review import DraftReplayed
from audit.recorder import record
from recommendations.replays.replaying import Replay


@transaction.atomic
def recorded_look(found: Replay, *, words: bool, **who: str) -> None:
    """Record it under the draft's launch; ``words``: statements of it are shown.

    ``who``: the circumstances' ``actor`` and ``actor_name``, where they are not bound already.
    """
    draft = found.record.draft
    launch = {"launch_id": draft.launch_id, "patient_index": draft.patient_index}
    with bind(**who, **launch, ehr=draft.launch.ehr.slug):
        record(
            DraftReplayed(
                draft_id=str(draft.pk),
                exact=found.exact,
                requests=len(found.requests),
                statements=len(found.statements),
                differing=len(found.differing),
                printed=words,
                verifier=found.verifier_now,
            )
        )
