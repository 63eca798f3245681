"""What holds of the waits between tries, whatever the EHR answers and whenever."""

import contextlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
from hypothesis import given
from hypothesis import strategies as st

from smartapp.fhir.errors import EhrUnavailable
from smartapp.fhir.outcomes import retry_after
from smartapp.fhir.transport.asked import Asked
from smartapp.fhir.transport.retry import LONGEST_SECONDS, Retry
from tests.smartapp.fhir.scripted import Clock, Script, asking

PASSING = st.one_of(
    st.sampled_from([408, 429, 500, 502, 503, 504]).map(httpx2.Response),
    st.builds(
        lambda status, seconds: httpx2.Response(status, headers={"Retry-After": str(seconds)}),
        st.sampled_from([429, 503]),
        st.integers(0, 200),
    ),
    st.builds(EhrUnavailable),
)
LASTING = st.sampled_from([400, 401, 403, 404, 410, 422, 302]).map(httpx2.Response)
JITTER = st.floats(0, 1, exclude_max=True)


def attempted(answers, *, seconds, jitter, method="GET", took=0.0):
    """Run a retry over a script; return the clock, the script and the circumstances."""
    clock, script = Clock(), Script(*answers)
    sent = []

    def answer(request):
        sent.append(clock.now)
        clock.now += took
        return script.handle_request(request)

    retry = Retry(Script(answer), sleep=clock.sleep, jitter=lambda: jitter)
    request = asking(clock=clock, seconds=seconds, method=method)
    with contextlib.suppress(EhrUnavailable):
        retry.handle_request(request)
    return clock, sent, Asked.of(request)


@given(st.lists(PASSING, min_size=1, max_size=30), st.floats(0.1, 1000), JITTER, st.floats(0, 40))
def test_no_try_begins_after_the_deadline(answers, seconds, jitter, took):
    _, sent, asked = attempted(answers, seconds=seconds, jitter=jitter, took=took)
    assert all(moment < asked.deadline for moment in sent)
    assert asked.attempts == len(sent)


@given(st.lists(PASSING, min_size=1, max_size=30), JITTER)
def test_each_wait_lies_between_half_and_the_whole_or_is_what_the_ehr_asked(answers, jitter):
    clock, _, _ = attempted(answers, seconds=100_000, jitter=jitter)
    for number, slept in enumerate(clock.slept[: len(answers)]):
        due = min(LONGEST_SECONDS, 2.0**number)
        asked = getattr(answers[number], "headers", {}).get("Retry-After", "")
        assert slept >= max(due / 2, retry_after(asked))  # never shortened
        assert slept <= max(due, retry_after(asked))


@given(st.lists(PASSING, max_size=5), LASTING, JITTER)
def test_a_lasting_refusal_ends_the_trying(before, lasting, jitter):
    _, sent, _ = attempted([*before, lasting], seconds=100_000, jitter=jitter)
    assert len(sent) == len(before) + 1


@given(PASSING, st.sampled_from(["POST", "PUT", "DELETE", "PATCH"]), JITTER)
def test_a_write_is_tried_once(answer, method, jitter):
    _, sent, _ = attempted([answer], seconds=100_000, jitter=jitter, method=method)
    assert len(sent) == 1


@given(st.text(max_size=40))
def test_whatever_stands_in_retry_after_is_read_as_seconds_from_now_on(value):
    assert retry_after(value) >= 0.0


@given(st.integers(-100_000, 100_000))
def test_a_date_is_read_as_the_seconds_until_then(seconds):
    now = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
    at = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(at, now=now) == max(0, seconds)


def test_a_panel_gives_up_where_a_night_goes_on():
    down = [httpx2.Response(503)] * 6 + [httpx2.Response(200)]
    _, panel, _ = attempted(down, seconds=10, jitter=0.99)
    _, night, _ = attempted(down, seconds=300, jitter=0.99)
    assert len(panel) == 4
    assert len(night) == 7
