"""The reader of a launch: its patient, its EHR, its token; and reading ahead."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from audit import context
from audit.models import AuditEvent
from smartapp import tokens
from smartapp.fhir import read_ahead
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.reader import Reader, reader_for
from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.transport import keeper
from smartapp.fhir.vendors import ProfileInvalid
from smartapp.models import Clinician, Ehr, Launch, TokenSet
from smartapp.models.launches import patient_index
from tests.sandbox.smart import App

HALLOWAY = "eQ81-774"
SCOPES = "patient/Patient.rs patient/Observation.rs patient/Condition.rs"


@pytest.fixture
def launch_of(sandbox, db):
    """Make a launch of the sandbox's generic hospital as a whole SMART launch would."""
    cache.clear()

    def make(*, lifetime=timedelta(minutes=10), token: str | None = None, **changes) -> Launch:
        app = App(sandbox, "generic")
        answer = app.tokens(scope=f"launch openid fhirUser online_access {SCOPES}")
        ehr = Ehr.objects.create(
            slug="generic",
            name="Generic",
            issuer=app.issuer,
            client_id="countersign-public",
            client_auth=Ehr.ClientAuth.PUBLIC,
            scopes=SCOPES,
            **{"vendor": "generic", **changes},
        )
        launch = Launch(
            ehr=ehr,
            clinician=Clinician.objects.create(ehr=ehr, fhir_user="Practitioner/1"),
            patient_index=patient_index(ehr, HALLOWAY),
            requested_scopes=SCOPES,
            granted_scopes=answer["scope"],
        )
        launch.context = {"patient": HALLOWAY}
        launch.save()
        row = TokenSet(launch=launch, expires_at=timezone.now() + lifetime)
        row.access_token = token or answer["access_token"]
        row.refresh_token = answer.get("refresh_token")
        row.save()
        return launch

    return make


def test_a_launch_reads_its_own_patient_with_its_own_token(launch_of):
    reader = reader_for(launch_of())
    assert reader.patient_id == HALLOWAY
    (patient,) = reader.patient().resources
    assert patient.id == HALLOWAY


def test_what_was_not_granted_is_told(launch_of):
    result = reader_for(launch_of()).read(Concept.MEDICATIONS)
    assert result.missing[0].reason is Reason.SCOPE_NOT_GRANTED


def test_a_second_reading_is_answered_from_the_cache_and_ledgered_again(launch_of):
    launch = launch_of()
    reader_for(launch).read(Concept.LABS)
    keeper.afterwards(lambda: None).result()
    reader_for(launch).read(Concept.LABS)
    told = AuditEvent.objects.filter(type="fhir.requested").order_by("sequence")
    first, *_, last = told
    assert '"cache":""' in first.detail_json
    assert '"cache":"hit"' in last.detail_json


def test_the_trail_says_who_read(launch_of):
    launch = launch_of()
    with context.bind(actor="ehr|Practitioner/1", launch_id=launch.id):
        reader_for(launch).patient()
    event = AuditEvent.objects.get(type="fhir.requested")
    assert (event.actor, event.launch_id) == ("ehr|Practitioner/1", launch.id)


def test_a_launch_that_has_ended_reads_nothing(launch_of):
    launch = launch_of()
    reader = reader_for(launch)
    Launch.objects.filter(pk=launch.pk).update(ended_at=timezone.now())
    with pytest.raises(SessionLost):
        reader.patient()


def test_a_launch_of_an_unknown_vendor_has_no_reader(launch_of):
    with pytest.raises(ProfileInvalid):
        reader_for(launch_of(vendor="unheard-of"))


@pytest.mark.django_db(transaction=True)
def test_a_token_the_ehr_refuses_is_renewed_once_for_all_requests(launch_of):
    launch = launch_of(token="no-longer-good")
    results = reader_for(launch).read_all([Concept.PATIENT, Concept.LABS, Concept.PROBLEMS])
    assert all(result.complete for result in results.values())
    assert TokenSet.objects.get(launch=launch).generation == 2


@pytest.mark.django_db(transaction=True)
def test_a_grant_that_is_gone_ends_the_reading(launch_of):
    launch = launch_of(token="no-longer-good")
    TokenSet.objects.filter(launch=launch).update(refresh_token_sealed=None)
    with pytest.raises(SessionLost):
        reader_for(launch).read_all([Concept.PATIENT, Concept.LABS])
    launch.refresh_from_db()
    assert launch.end_reason == Launch.EndReason.GRANT_LOST


@pytest.mark.django_db(transaction=True)
def test_the_first_page_takes_over_what_was_read_ahead(launch_of, settings):
    settings.FHIR_READ_AHEAD = True
    launch = launch_of()
    with context.bind(actor="ehr|Practitioner/1", launch_id=launch.id):
        read_ahead.start_reading(launch, tokens.current(launch.pk))
        looked = read_ahead.first_look(launch)
    assert set(looked) == set(read_ahead.FIRST_LOOK)
    told = AuditEvent.objects.filter(type="fhir.requested")
    asked = told.count()
    assert asked
    assert set(told.values_list("launch_id", flat=True)) == {launch.id}
    # It is taken over once: the next page reads for itself, and says so in the trail.
    read_ahead.first_look(launch)
    assert told.count() == 2 * asked


@pytest.mark.django_db(transaction=True)
def test_reading_begins_before_the_launch_and_its_tokens_are_stored(launch_of, settings):
    settings.FHIR_READ_AHEAD = True
    launch = launch_of()
    token = tokens.current(launch.pk)
    TokenSet.objects.filter(launch=launch).delete()
    Launch.objects.filter(pk=launch.pk).delete()
    with context.bind(actor="ehr|Practitioner/1", launch_id=launch.id):
        read_ahead.start_reading(launch, token)
        looked = read_ahead.first_look(launch)
    assert looked[Concept.PATIENT].complete
    told = AuditEvent.objects.filter(type="fhir.requested")
    assert set(told.values_list("launch_id", flat=True)) == {launch.id}


@pytest.mark.django_db(transaction=True)
def test_a_reading_that_is_late_goes_on_and_is_taken_over_whole(launch_of, settings, monkeypatch):
    settings.FHIR_READ_AHEAD = True
    launch, late = launch_of(), threading.Event()
    read_all = Reader.read_all

    def slow(self, concepts, **how):
        assert late.wait(10)
        return read_all(self, concepts, **how)

    monkeypatch.setattr(Reader, "read_all", slow)
    with context.bind(actor="ehr|Practitioner/1", launch_id=launch.id):
        assert read_ahead.first_look_within(launch, 0.05) is False
        assert read_ahead.first_look_within(launch, 0.05) is False, "it is not begun anew"
        late.set()
        assert read_ahead.first_look_within(launch, 10) is True
        asked = AuditEvent.objects.filter(type="fhir.requested").count()
        looked = read_ahead.first_look(launch)
    assert set(looked) == set(read_ahead.FIRST_LOOK)
    assert AuditEvent.objects.filter(type="fhir.requested").count() == asked, "read only once"


def test_where_nothing_is_read_ahead_nobody_is_kept_waiting(settings):
    settings.FHIR_READ_AHEAD = False
    assert read_ahead.first_look_within(Launch(), 0) is True


@pytest.mark.django_db(transaction=True)
def test_a_page_whose_reading_ahead_failed_reads_for_itself(launch_of, settings):
    settings.FHIR_READ_AHEAD = True
    launch = launch_of(token="no-longer-good")
    TokenSet.objects.filter(launch=launch).update(refresh_token_sealed=None)
    read_ahead.start_reading(launch, tokens.current(launch.pk))
    with pytest.raises(SessionLost):
        read_ahead.first_look(launch)


@pytest.mark.django_db(transaction=True)
def test_reading_ahead_for_a_lost_session_disturbs_nobody(launch_of, settings, caplog):
    settings.FHIR_READ_AHEAD = True
    launch = launch_of(token="no-longer-good")
    token = tokens.current(launch.pk)
    TokenSet.objects.filter(launch=launch).update(lost_at=timezone.now())
    read_ahead.start_reading(launch, token)
    for _ in range(100):
        if "read-ahead ended" in caplog.text:
            break
        time.sleep(0.02)
    assert "read-ahead ended" in caplog.text
