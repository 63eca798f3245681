"""What may not come back from an EHR is told for what it is, and costs little memory."""

import gzip
import tracemalloc
import zlib

import httpx2
import pytest

from smartapp.fhir.errors import (
    EhrUnavailable,
    FhirError,
    HtmlInstead,
    TooDeep,
    TooLarge,
    UnreadableResponse,
    XmlInstead,
)
from smartapp.fhir.transport.access_log import AccessLog
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.transport.guard import Guard
from tests.smartapp.fhir.scripted import BASE_URL, Clock, Script, asking

JSON = {"Content-Type": "application/fhir+json"}
MEGABYTE = 1024 * 1024


def streamed(*chunks, **headers):
    """An answer whose body has not been read yet, as from the wire."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(200, content=iter(chunks), headers=JSON | named)


def guarded(answer, *, max_bytes=MEGABYTE, **more):
    guard = Guard(Script(answer), base=BASE_URL, max_bytes=max_bytes)
    return guard.handle_request(asking(**more))


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("text/html", b"<p>Sign in", HtmlInstead),
        ("application/fhir+json", b"\n<!DOCTYPE html><html>", HtmlInstead),
        ("application/fhir+json", b"\xef\xbb\xbf<HTML>", HtmlInstead),
        ("application/fhir+xml", b"<Bundle/>", XmlInstead),
        ("text/xml", b"", XmlInstead),
        ("application/fhir+json", b'<?xml version="1.0"?><Bundle/>', XmlInstead),
        ("text/plain", b"{}", UnreadableResponse),
    ],
)
def test_what_is_no_json_is_called_what_it_is(kind, body, error):
    answer = httpx2.Response(200, content=body, headers={"Content-Type": kind})
    with pytest.raises(UnreadableResponse) as refused:
        guarded(answer)
    assert type(refused.value) is error


def test_answers_are_asked_for_packed_unless_somebody_wants_them_plain():
    script = Script(
        httpx2.Response(200, content=b"{}", headers=JSON),
        httpx2.Response(200, content=b"{}", headers=JSON),
    )
    guard, plain = Guard(script, base=BASE_URL), asking()
    guard.handle_request(asking())
    plain.headers["Accept-Encoding"] = "identity"
    guard.handle_request(plain)
    assert [each.headers["Accept-Encoding"] for each in script.requests] == ["gzip", "identity"]


def test_a_gzip_bomb_is_refused_without_being_unpacked():
    bomb = gzip.compress(b" " * (200 * MEGABYTE), compresslevel=9)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            guarded(streamed(bomb, Content_Encoding="gzip"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * MEGABYTE


@pytest.mark.parametrize("size", [5, 700])
@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)],
)
def test_a_packed_answer_is_unpacked_in_whatever_pieces_it_comes(encoding, pack, size):
    body = b'{"resourceType":"Patient","id":"p1"}' * 1000
    packed = pack(body)
    pieces = [packed[i : i + size] for i in range(0, len(packed), size)]
    answer = guarded(streamed(*pieces, Content_Encoding=encoding))
    assert answer.content == body
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("size", [5, 700, 100_000])
@pytest.mark.parametrize("padding", [b"", b"\0" * 9])
def test_an_answer_packed_piece_by_piece_is_read_to_its_end(size, padding):
    parts = [b'{"resourceType":"Patient",', b'"id":"p1"', b"}" + b" " * 5000]
    packed = b"".join(gzip.compress(each) for each in parts) + padding
    pieces = [packed[i : i + size] for i in range(0, len(packed), size)]
    answer = guarded(streamed(*pieces, Content_Encoding="gzip"))
    assert answer.content == b"".join(parts)


def test_an_answer_whose_last_packed_piece_was_cut_off_is_not_whole():
    packed = gzip.compress(b"{}") + gzip.compress(b" " * 1000)[:-3]
    with pytest.raises(EhrUnavailable):
        guarded(streamed(packed, Content_Encoding="gzip"))


def test_a_packed_answer_that_was_cut_off_may_come_whole_next_time():
    packed = gzip.compress(b"x" * 1000)
    with pytest.raises(EhrUnavailable):
        guarded(streamed(packed[:-12], Content_Encoding="gzip"))


@pytest.mark.parametrize("status", [304, 403, 404])
def test_an_answer_without_a_body_is_not_cut_off_whatever_its_head_says(status):
    bare = httpx2.Response(status, headers={"Content-Encoding": "gzip"}, content=iter(()))
    assert guarded(bare).status_code == status


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "compress"])
def test_a_packing_nobody_asked_for_is_refused(encoding):
    with pytest.raises(UnreadableResponse):
        guarded(streamed(b"x", Content_Encoding=encoding))


def test_what_is_not_packed_as_it_says_is_refused():
    with pytest.raises(UnreadableResponse):
        guarded(streamed(b"not packed at all", Content_Encoding="gzip"))


def test_one_try_takes_no_longer_than_its_share_of_a_long_deadline():
    clock = Clock()

    def drip():
        for _ in range(1000):
            clock.now += 1
            yield b" "

    with pytest.raises(EhrUnavailable):
        guarded(httpx2.Response(200, content=drip(), headers=JSON), clock=clock, seconds=900)
    assert clock.now <= 131


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[" * 100_000 + b"]" * 100_000, TooDeep),
        (b'{"a":' * 300 + b"1" + b"}" * 300, TooDeep),
        (b'{"resourceType": "Bun', UnreadableResponse),
        (b'{"value": NaN}', UnreadableResponse),
    ],
)
def test_json_that_cannot_be_read_is_told_in_the_trail_as_failed(body, error):
    request = asking()
    answer = httpx2.Response(200, content=body, headers=JSON)
    with pytest.raises(UnreadableResponse) as refused:
        AccessLog(Script(answer), base=BASE_URL).handle_request(request)
    assert type(refused.value) is error
    (event,) = Asked.of(request).events
    assert (event.outcome, event.code, event.status) == ("failed", error.code, 200)


def test_every_code_is_its_own():
    def below(kind):
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    codes = [kind.code for kind in below(FhirError)]
    assert len(codes) == len(set(codes))
