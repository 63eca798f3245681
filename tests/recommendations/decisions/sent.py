"""What the panel's pages show and send for an act, and how an act is refused."""

from contextlib import contextmanager

import pytest

from audit.models import AuditEvent
from recommendations.decisions import services, signing
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import fingerprint, standings
from recommendations.models import Decision, SignedNote
from tests.recommendations import cast
from tests.recommendations.cast import CONTRADICTED, INFERRED, NOT_FOUND


@contextmanager
def refused(code):
    """The act is refused with ``code``, nothing is written, and the trail says so."""
    before = (Decision.objects.count(), SignedNote.objects.count())
    with pytest.raises(DecisionRefused) as caught:
        yield
    assert caught.value.code == code
    assert (Decision.objects.count(), SignedNote.objects.count()) == before
    last = AuditEvent.objects.filter(type="decision.refused").latest("id")
    assert (last.outcome, last.code) == ("refused", code)


def on(draft, outcome, **changes):
    """What a page shows of a statement."""
    draft.refresh_from_db()
    found = cast.standing(draft, outcome)
    return {
        "launch": draft.launch,
        "statement_id": found.statement.pk,
        "revision": draft.revision,
        "text_sha256": found.text_sha256,
        **changes,
    }


def whole(draft, **changes):
    """What a page shows of a draft."""
    draft.refresh_from_db()
    shown = fingerprint(standings(draft))
    return {
        "launch": draft.launch,
        "draft_id": draft.pk,
        "revision": draft.revision,
        "text_sha256": shown,
        **changes,
    }


def decide_all(draft):
    """Approve what may be approved, put one in own words, leave one out."""
    services.approve_own_words(**on(draft, NOT_FOUND), text="ECG ordered; not yet done.")
    services.leave_out(**on(draft, CONTRADICTED), reason="not_true", comment="")
    services.approve(**on(draft, INFERRED))
    services.approve_together(**whole(draft), section="")


def to_sign(draft, **changes):
    """What the signing page sends."""
    draft.refresh_from_db()
    text = signing.assemble(draft, standings(draft), draft.launch.clinician)
    return {
        "launch": draft.launch,
        "draft_id": draft.pk,
        "revision": draft.revision,
        "text_sha256": text.sha256,
        "attestation": signing.ATTESTATION_VERSION,
        **changes,
    }


def events(kind):
    return AuditEvent.objects.filter(type=kind)
