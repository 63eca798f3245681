"""What leaves and what comes back: to our EHR alone, in time, of a size and a kind."""

import gzip

import httpx2
import pytest

from smartapp.fhir.errors import EhrUnavailable, ForeignAddress, UnreadableResponse
from smartapp.fhir.transport.guard import Guard
from smartapp.fhir.transport.wire import Wire
from tests.smartapp.fhir.ehr import BASE, bundle
from tests.smartapp.fhir.scripted import BASE_URL, Script, asking

# --- guard ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["https://evil.example/fhir/R4/Observation", "https://ehr.example/admin"]
)
def test_a_foreign_address_is_not_asked(url):
    script = Script(bundle())
    with pytest.raises(ForeignAddress):
        Guard(script, base=BASE_URL).handle_request(asking(url))
    assert script.requests == []


def test_a_redirect_is_handed_back_unfollowed():
    script = Script(httpx2.Response(302, headers={"Location": "https://evil.example/"}))
    assert Guard(script, base=BASE_URL).handle_request(asking()).status_code == 302
    assert len(script.requests) == 1


def test_an_oversized_answer_is_not_read_to_its_end():
    read = []

    def stream():
        for number in range(1000):
            read.append(number)
            yield b"x" * 100

    answer = httpx2.Response(200, content=stream(), headers={"Content-Type": "application/json"})
    with pytest.raises(UnreadableResponse):
        Guard(Script(answer), base=BASE_URL, max_bytes=1000).handle_request(asking())
    assert len(read) < 20


def test_a_small_answer_that_unpacks_to_a_large_one_is_refused():
    packed = gzip.compress(b"x" * 100_000)
    answer = httpx2.Response(
        200,
        content=packed,
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    with pytest.raises(UnreadableResponse):
        Guard(Script(answer), base=BASE_URL, max_bytes=50_000).handle_request(asking())


def test_a_packed_answer_is_unpacked_once():
    packed = httpx2.Response(
        200, content=gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}
    )
    answer = Guard(Script(packed), base=BASE_URL).handle_request(asking())
    assert answer.content == b"{}"
    assert "content-encoding" not in answer.headers


def test_an_answer_that_drips_is_cut_at_the_deadline(clock):
    def drip():
        for _ in range(1000):
            clock.now += 1
            yield b"x"

    answer = httpx2.Response(200, content=drip(), headers={"Content-Type": "application/json"})
    with pytest.raises(EhrUnavailable):
        Guard(Script(answer), base=BASE_URL).handle_request(asking(clock=clock, seconds=5))
    assert clock.now <= 106


@pytest.mark.parametrize("kind", ["text/html", "application/fhir+xml", "text/plain"])
def test_a_success_that_is_no_json_is_unreadable(kind):
    answer = httpx2.Response(200, content=b"<x/>", headers={"Content-Type": kind})
    with pytest.raises(UnreadableResponse):
        Guard(Script(answer), base=BASE_URL).handle_request(asking())


def test_a_binary_may_be_of_any_type():
    answer = httpx2.Response(200, content=b"<p>", headers={"Content-Type": "text/html"})
    request = asking(f"{BASE}/Binary/b1", any_content=True)
    assert Guard(Script(answer), base=BASE_URL).handle_request(request).content == b"<p>"


def test_a_broken_connection_is_told_without_its_address():
    failure = httpx2.ReadTimeout("https://ehr.example/fhir/R4/Observation?patient=p1")
    with pytest.raises(EhrUnavailable) as caught:
        Guard(Script(failure), base=BASE_URL).handle_request(asking())
    assert "p1" not in str(caught.value)
    assert caught.value.__suppress_context__


# --- wire -------------------------------------------------------------------------------------


def test_a_request_waits_no_longer_than_is_left_to_it(clock):
    script = Script(bundle())
    Wire(script).handle_request(asking(clock=clock, seconds=2.0))
    assert script.requests[0].extensions["timeout"]["read"] == pytest.approx(2.0)


def test_a_request_whose_time_is_up_is_not_sent(clock):
    script = Script(bundle())
    with pytest.raises(EhrUnavailable):
        Wire(script).handle_request(asking(clock=clock, seconds=0))
    assert script.requests == []
