"""Answers that have run out and are asked about by ETag, against the sandbox over HTTP.

Which of them a profile allows, what the trail says of each, and that nothing of a session that was
revoked is ever answered from what was kept.
"""

import itertools
import time
from datetime import timedelta

import httpx2
import pytest
import time_machine

from audit.models import AuditEvent
from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.reader import Reader
from smartapp.fhir.results import Concept
from smartapp.fhir.transport import shelves, stack
from smartapp.fhir.transport.asked import Asked, CacheUse
from smartapp.fhir.transport.cache import Cache
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.profiles import Profile
from tests.sandbox.smart import App
from tests.smartapp.fhir.ehr import Tokens, bundle
from tests.smartapp.fhir.launched import HALLOWAY, TYPES
from tests.smartapp.fhir.scripted import Script, asking, when_kept
from tests.smartapp.vendors import VENDORS

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=31)  # longer than any concept is kept, shorter than it is held
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def own_shelves(tmp_path, monkeypatch):
    made = shelves.FileShelves(tmp_path)
    monkeypatch.setattr(shelves, "shared", lambda: made)
    yield
    when_kept()


class Launched:
    """A launch at one personality, its reader with a cache, and what a later reading costs."""

    def __init__(self, sandbox, personality: str, profile: Profile) -> None:
        self.app = App(sandbox, personality)
        suffix = "read" if personality == "epic" else "rs"
        scopes = " ".join(f"patient/{each}.{suffix}" for each in TYPES)
        self.tokens = self.app.tokens(
            launch=self.app.launch(patient=HALLOWAY), scope=f"launch openid fhirUser {scopes}"
        )
        base, launch = Base(self.app.issuer), f"launch-{next(_numbers)}-{time.time_ns()}"
        transport = stack.build(
            base=base,
            scope=f"{self.app.issuer}|{launch}|{HALLOWAY}",
            bearer=Tokens(self.tokens["access_token"], ["of-no-use"]),
            bucket=TokenBucket(per_second=1000, burst=1000),
            cache_seconds=300,
            launch=launch,
            revalidate=profile.revalidate,
        )
        self.reader = Reader(
            profile=profile,
            asker=Asker(transport=transport, base=base, accept=profile.accept),
            patient_id=HALLOWAY,
            granted_scopes=self.tokens["scope"],
            seconds=20,
        )

    def look(self) -> list[AuditEvent]:
        """Read the chart and six notes; return the rows of the requests that this took."""
        last = AuditEvent.objects.order_by("-sequence").values_list("sequence", flat=True).first()
        results = self.reader.read_all(Concept)
        self.reader.attachments(results[Concept.NOTES].resources[:6])
        when_kept()
        rows = AuditEvent.objects.filter(type="fhir.requested", sequence__gt=last or 0)
        return list(rows)


def uses(rows, *, search: bool) -> set[str]:
    """Where the answers to searches, or to reads of single resources, came from."""
    found = [row.detail for row in rows if not row.detail["path"].startswith("Binary")]
    return {each["cache"] for each in found if ("{id}" not in each["path"]) is search}


@pytest.mark.parametrize(
    ("personality", "reads", "searches"),
    [
        # Epic sends no ETag; the others do, and one of them with searches too, which the profile
        # does not believe.
        ("epic", {""}, {""}),
        ("oracle", {"revalidated"}, {""}),
        ("generic", {"revalidated"}, {""}),
    ],
)
def test_what_the_profile_allows_is_asked_about_and_stands_in_the_trail(
    sandbox, personality, reads, searches
):
    launched = Launched(sandbox, personality, load(VENDORS[personality]))
    assert uses(launched.look(), search=False) == {""}
    with time_machine.travel(time.time() + LATER.total_seconds()):
        rows = launched.look()
    assert uses(rows, search=False) == reads
    assert uses(rows, search=True) == searches
    # What is told of a revalidated answer is what was read.
    told = [row.detail for row in rows if row.detail["cache"] == "revalidated"]
    assert all(
        each["count"] == 1 and each["attempts"] == 1 for each in told if each["resource_type"]
    )


@pytest.mark.parametrize(
    ("revalidate", "reads", "searches"),
    [("no", {""}, {""}), ("all", {"revalidated"}, {"revalidated"})],
)
def test_a_profile_may_ask_about_nothing_or_about_searches_too(
    sandbox, revalidate, reads, searches
):
    profile = load("generic").model_copy(update={"revalidate": revalidate})
    launched = Launched(sandbox, "generic", profile)
    launched.look()
    with time_machine.travel(time.time() + LATER.total_seconds()):
        rows = launched.look()
    assert (uses(rows, search=False), uses(rows, search=True)) == (reads, searches)


def test_nothing_of_a_revoked_session_is_answered_from_what_was_kept(sandbox):
    launched = Launched(sandbox, "generic", load("generic"))
    launched.reader.patient()
    when_kept()
    token = {"token": launched.tokens["access_token"]}
    revoked = launched.app.post("revocation", token)
    assert revoked.status_code == 200
    with (
        time_machine.travel(time.time() + LATER.total_seconds()),
        pytest.raises(SessionLost),
    ):
        launched.reader.patient()


def test_a_search_is_not_asked_about_unless_the_profile_believes_its_tag():
    def tagged(request):
        if "If-None-Match" in request.headers:
            return httpx2.Response(304)
        answer = bundle()
        answer.headers["ETag"] = 'W/"1"'
        return answer

    url = "https://ehr.example/fhir/R4/Observation?patient=p1"
    for revalidate, use in (("reads", CacheUse.NONE), ("all", CacheUse.REVALIDATED)):
        of = f"launch-{next(_numbers)}"
        with time_machine.travel(1_800_000_000, tick=False) as clock:
            for _ in range(2):
                request = asking(url)
                Cache(
                    Script(tagged), scope=f"ehr|{of}|p1", seconds=60, revalidate=revalidate
                ).handle_request(request)
                when_kept()
                clock.shift(61)
            assert Asked.of(request).cache is use
