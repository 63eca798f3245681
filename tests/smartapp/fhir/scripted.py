"""Requests to a wire that answers by a script, in a time that passes only when somebody sleeps."""

import time

import httpx2

from smartapp.fhir.addresses import Base
from smartapp.fhir.transport import keeper
from smartapp.fhir.transport.asked import Asked
from tests.smartapp.fhir.ehr import BASE

BASE_URL = Base(BASE)
OBSERVATIONS = f"{BASE}/Observation?patient=p1&category=laboratory"


class Events(list):
    """A collector."""

    add = list.append


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class Script(httpx2.BaseTransport):
    """Answers in order; the last stays."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.tokens = []

    def handle_request(self, request):
        self.requests.append(request)
        self.tokens.append(request.headers.get("Authorization"))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer


def asking(url=OBSERVATIONS, *, seconds=8.0, clock=time.monotonic, method="GET", **more):
    asked = Asked(deadline=clock() + seconds, events=Events(), clock=clock, **more)
    return asked.attach(httpx2.Request(method, url))


def when_kept():
    """Wait until what was answered so far is kept: that happens behind the asker's back."""
    keeper.afterwards(lambda: None).result()
