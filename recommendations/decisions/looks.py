"""Who has looked at what: a source opened is a look at its statement, as it then read."""

from uuid import UUID

from django.db.models import F

from recommendations.decisions.texts import sha256
from recommendations.models import Draft, Look, Statement
from smartapp.models import Launch


def take_down(*, launch: Launch, statement: Statement) -> None:
    """Keep that the launch's clinician was shown a source of ``statement``; the first look counts.

    Call in the transaction of the event: a look that the trail does not know is none.
    """
    look = Look(
        draft_id=statement.draft_id,
        statement_id=statement.pk,
        clinician_id=launch.clinician_id,
        text_sha256=sha256(statement.text),
    )
    Look.objects.bulk_create([look], ignore_conflicts=True)


def looks_of(draft: Draft) -> dict[UUID, set[str]]:
    """What the draft's own clinician looked at: fingerprints of the texts, by statement."""
    own = Look.objects.filter(draft=draft, clinician=F("draft__launch__clinician"))
    found: dict[UUID, set[str]] = {}
    for statement_id, text_sha256 in own.values_list("statement_id", "text_sha256"):
        found.setdefault(statement_id, set()).add(text_sha256)
    return found
