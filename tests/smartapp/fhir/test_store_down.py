"""A cache store that is down costs time, never the reading nor its row in the trail."""

import httpx2
import pytest

from smartapp.fhir.addresses import Base
from smartapp.fhir.transport import shelves
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.transport.cache import Cache
from tests.smartapp.fhir.ehr import BASE, fhir
from tests.smartapp.fhir.scripted import Script, asking


@pytest.fixture
def store_is_down(monkeypatch):
    down = shelves.RedisShelves("redis://127.0.0.1:1/0")  # a port nobody listens on
    monkeypatch.setattr(shelves, "shared", lambda: down)
    yield
    down.close()


def test_the_reading_goes_on_without_its_store(store_is_down, caplog):
    script = Script(fhir({"resourceType": "Patient", "id": "p1"}))
    response = Cache(script, scope="ehr|launch|p1", seconds=60).handle_request(asking())
    assert response.status_code == 200
    assert "cache unavailable" in caplog.text


class Broken(httpx2.BaseTransport):
    """A fault of ours, after the request has left."""

    def handle_request(self, request):
        raise RuntimeError


def test_a_request_that_fails_by_a_fault_of_ours_is_told_in_the_trail():
    request = asking()
    with pytest.raises(RuntimeError):
        AccessLog(Broken(), base=Base(BASE)).handle_request(request)
    assert [event.code for event in Asked.of(request).events] == ["fhir_error"]
