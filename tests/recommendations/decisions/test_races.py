"""A decision happens with its event and once, whoever else decides at the same moment."""

import threading

import pytest
from django.db import connection, transaction

from audit.errors import LedgerUnavailable
from recommendations.decisions import services
from recommendations.decisions.acts import Act
from recommendations.decisions.errors import DecisionRefused
from recommendations.models import Decision, Draft
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED, INFERRED
from tests.recommendations.decisions.sent import on


def test_without_its_event_a_decision_does_not_happen(draft, monkeypatch):
    def broken(event):
        transaction.set_rollback(True)
        raise LedgerUnavailable("The trail could not be written.")

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(LedgerUnavailable):
        services.approve(**on(draft, CHECKED))
    draft.refresh_from_db()
    assert (Decision.objects.count(), draft.revision) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_racing_one_is_refused(launch):
    draft = cast.ready_draft(launch)
    pages = [on(draft, CHECKED), on(draft, INFERRED)]
    together, outcomes = threading.Barrier(2), []

    def decide(page):
        try:
            together.wait()
            services.approve(**page)
            outcomes.append("done")
        except DecisionRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "stale_page"]
    assert Decision.objects.count() == 1


def test_the_revision_itself_decides_a_race(draft):
    """Even if both had read the same revision, only one conditional update matches it."""
    first, second = (Act(launch=draft.launch, verb="approve") for _ in range(2))
    first.draft, second.draft = Draft.objects.get(pk=draft.pk), Draft.objects.get(pk=draft.pk)
    assert first.advance() == 1
    with pytest.raises(DecisionRefused) as caught:
        second.advance()
    assert caught.value.code == "stale_page"
