"""What could do harm is not approved together with the rest by somebody who never looked at it."""

import threading

import pytest
from django.db import connection, transaction

from recommendations.decisions import looks, services
from recommendations.decisions.errors import DecisionRefused
from recommendations.decisions.standing import standings
from recommendations.models import Decision, Look, Statement
from smartapp.models import Clinician
from tests.recommendations import cast
from tests.recommendations.cast import CHECKED, INFERRED
from tests.recommendations.decisions.sent import events, on, refused, whole

MEDICATIONS = "allergies_and_medications"
DOSE = (
    MEDICATIONS, "Spironolactone 25 mg once daily.",
    cast.verdict(CHECKED, "med1", high_stakes=("dose",)),
)  # fmt: skip
NOTHING_THERE = (
    "allergies_and_medications", "No allergies were found in the allergy list.",
    cast.verdict(CHECKED, high_stakes=("allergy", "negation")),
)  # fmt: skip


@pytest.fixture
def draft(launch):
    """Two plain statements, one of a dose, one inference."""
    return cast.ready_draft(launch, [*cast.STATEMENTS[:2], DOSE, cast.STATEMENTS[4]])


def dose_of(draft):
    return next(s for s in standings(draft) if s.statement.section == MEDICATIONS).statement


def look(draft, **changes):
    looks.take_down(launch=draft.launch, statement=dose_of(draft))
    if changes:
        Look.objects.filter(draft=draft).update(**changes)


def approve_all(draft, section=""):
    return services.approve_together(**whole(draft), section=section)


def test_a_dose_nobody_looked_at_keeps_all_from_being_approved_together(draft):
    with refused("look_needed"):
        approve_all(draft)
    with refused("look_needed"):
        approve_all(draft, MEDICATIONS)
    assert events("decision.refused").latest("id").draft_id == str(draft.pk)
    draft.refresh_from_db()
    assert draft.revision == 0


def test_after_a_look_all_that_code_found_is_approved_together(draft):
    look(draft)
    assert len(approve_all(draft)) == 3
    assert cast.standing(draft, INFERRED).is_open, "a look makes no judgement of code's"


def test_a_section_with_nothing_at_stake_waits_for_no_look(draft):
    assert len(approve_all(draft, "objective")) == 1


def test_one_by_one_it_may_be_approved_without_opening_its_source(draft):
    assert services.approve(**on(draft, CHECKED)).statement_id == dose_of(draft).pk
    assert len(approve_all(draft)) == 2


def test_nor_does_it_hold_up_the_rest_once_it_is_left_out(draft):
    services.leave_out(**on(draft, CHECKED), reason="not_relevant", comment="")
    assert len(approve_all(draft)) == 2


def test_another_clinicians_look_does_not_count(draft):
    other = Clinician.objects.create(
        ehr=draft.launch.ehr, fhir_user="Practitioner/2", display_name="Dr. Osei"
    )
    look(draft, clinician=other)
    with refused("look_needed"):
        approve_all(draft)


def test_nor_does_a_look_at_words_that_have_changed_since(draft):
    look(draft)
    statement = Statement.objects.get(pk=dose_of(draft).pk)
    statement.text = "Spironolactone 50 mg once daily."
    statement.save()
    with refused("look_needed"):
        approve_all(draft)
    looks.take_down(launch=draft.launch, statement=statement)
    assert len(approve_all(draft)) == 3


def test_nor_does_a_look_at_an_earlier_draft_of_the_same_words(draft):
    look(draft)
    anew = cast.ready_draft(draft.launch, [DOSE])
    with refused("look_needed"):
        approve_all(anew)


def test_nor_does_a_look_that_was_undone_with_its_event(draft):
    with transaction.atomic():
        look(draft)
        transaction.set_rollback(True)
    with refused("look_needed"):
        approve_all(draft)


def test_what_is_taken_back_in_another_window_is_not_approved_by_this_one(draft):
    services.approve(**on(draft, CHECKED))
    page = whole(draft)
    services.reopen(**on(draft, CHECKED))
    with refused("stale_page"):
        services.approve_together(**page, section="")
    with refused("look_needed"):
        approve_all(draft)


def test_what_has_no_source_to_open_is_approved_by_itself(launch):
    draft = cast.ready_draft(launch, [cast.STATEMENTS[0], NOTHING_THERE])
    assert len(approve_all(draft)) == 1
    with refused("nothing_to_approve"):
        approve_all(draft)
    services.approve(**on(draft, CHECKED))
    assert not any(s.is_open for s in standings(draft))


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_look_at_once_leave_one_look(launch):
    draft = cast.ready_draft(launch, [DOSE])
    together = threading.Barrier(2)

    def open_it():
        try:
            together.wait()
            look(draft)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Look.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_approving_that_races_a_look_is_done_after_it_or_refused(launch):
    draft = cast.ready_draft(launch, [DOSE])
    together, outcomes = threading.Barrier(2), []
    page = whole(draft)

    def approve_it():
        try:
            together.wait()
            services.approve_together(**page, section="")
            outcomes.append("done" if Look.objects.exists() else "unseen")
        except DecisionRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    def open_it():
        try:
            together.wait()
            look(draft)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for work in (approve_it, open_it)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes in (["done"], ["look_needed"])
    assert Decision.objects.count() == (outcomes == ["done"])
