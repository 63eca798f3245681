"""A follower with its bookmark in the database, against a scripted EHR and the sandbox hospital."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.changes import Bookmark, Changes, Follower
from smartapp.fhir.pages import PageReader
from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.concepts import Unsupported
from smartapp.models import ChangeBookmark, Ehr
from tests.sandbox.hospital import sign_in
from tests.smartapp.fhir.ehr import BASE, PATIENT, Tokens, bundle, issue, observation, outcome
from tests.smartapp.fhir.test_pages import pages_of
from tests.smartapp.vendors import VENDORS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITTEN = "eQ86-515"
OSEI = "Practitioner/eM5w-203"


def at(minute: int) -> str:
    """The moment so many minutes after the chart begins, four hours ago."""
    return (NOW - timedelta(hours=4) + timedelta(minutes=minute)).isoformat()


class Script:
    """An EHR whose chart a test changes."""

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, str]] = []
        self.extra: list[dict[str, Any]] = []
        self.refusal: httpx2.Response | None = None

    def put(self, name: str, version: int = 1, minute: int = 0, **more: Any) -> None:
        meta = {"versionId": str(version), "lastUpdated": at(minute)}
        self.resources[name] = observation(name, meta=meta, **more)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(dict(request.url.params))
        if self.refusal is not None:
            return self.refusal
        since = request.url.params.get("_lastUpdated", "ge").removeprefix("ge")
        found = [r for r in self.resources.values() if r["meta"]["lastUpdated"] >= since]
        return bundle(*found, *self.extra)


@pytest.fixture
def ehr(db: None) -> Ehr:
    return Ehr.objects.create(
        slug="followed", name="Followed", issuer=BASE, vendor="generic", client_id="c",
        client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch",
    )  # fmt: skip


@pytest.fixture
def script() -> Script:
    return Script()


def follower(ehr: Ehr, vendor: str = "generic", name: str = "night", **options: Any) -> Follower:
    return Follower(name, ehr, load(vendor), now=lambda: NOW, **options)


def take(
    one: Follower, script: Script, concept: Concept = Concept.LABS, **options: Any
) -> list[str]:
    told: list[str] = []

    def handle(changes: Changes) -> None:
        told.extend(f"{each.id}@{each.version}" for each in changes.changed)
        told.extend(f"-{each}" for each in changes.gone)

    one.take(pages_of(script), PATIENT, concept, handle, **options)
    return told


def test_each_change_is_told_once(ehr: Ehr, script: Script) -> None:
    script.put("a")
    script.put("b", minute=5)
    assert take(follower(ehr), script) == ["a@1", "b@1"]
    assert take(follower(ehr), script) == []
    script.put("a", version=2, minute=90)
    script.put("c", minute=91)
    assert take(follower(ehr), script) == ["a@2", "c@1"]
    assert take(follower(ehr), script) == []


def test_what_is_asked_reaches_back_by_the_overlap(ehr: Ehr, script: Script) -> None:
    script.put("a", minute=120)
    take(follower(ehr), script)
    take(follower(ehr), script)
    assert "_lastUpdated" not in script.asked[0]
    assert script.asked[1]["_lastUpdated"] == "ge2026-11-20T09:00:00Z"


def test_a_beginning_leaves_out_what_was_before(ehr: Ehr, script: Script) -> None:
    script.put("old", minute=0)
    script.put("new", minute=200)
    assert take(follower(ehr), script, begin=NOW - timedelta(hours=1)) == ["new@1"]


def test_the_bookmark_shows_no_reference_and_no_patient(ehr: Ehr, script: Script) -> None:
    script.put("secret-id")
    take(follower(ehr), script)
    row = ChangeBookmark.objects.values().get()
    assert b"secret-id" not in bytes(row["state_sealed"])
    assert PATIENT not in row["key"]
    assert "Observation/secret-id" in ChangeBookmark.objects.get().state["seen"]


def test_what_could_not_be_handled_is_told_again(ehr: Ehr, script: Script) -> None:
    script.put("a")

    def fail(changes: Changes) -> None:
        raise ValueError("No room.")

    with pytest.raises(ValueError, match="room"):
        follower(ehr).take(pages_of(script), PATIENT, Concept.LABS, fail)
    assert take(follower(ehr), script) == ["a@1"]


def test_two_followers_and_two_concepts_have_their_own_places(ehr: Ehr, script: Script) -> None:
    script.put("a")
    assert take(follower(ehr), script) == ["a@1"]
    assert take(follower(ehr, name="panel"), script) == ["a@1"]
    assert take(follower(ehr), script, Concept.VITALS) == ["a@1"]
    assert ChangeBookmark.objects.count() == 3


def test_a_bookmark_moved_meanwhile_is_looked_from_anew(ehr: Ehr, script: Script) -> None:
    script.put("a")
    once: list[str] = []

    def meanwhile(request: httpx2.Request) -> httpx2.Response:
        if not once:
            once.append("")
            once.extend(take(follower(ehr), script))
        return script(request)

    def handle(changes: Changes) -> None:
        raise AssertionError("It was told to the other already.")

    late = follower(ehr).take(pages_of(meanwhile), PATIENT, Concept.LABS, handle)
    assert once == ["", "a@1"]
    assert not late


def test_what_could_not_be_read_moves_nothing(ehr: Ehr, script: Script) -> None:
    script.put("a")
    script.refusal = outcome("forbidden", status=403)
    found = follower(ehr).take(pages_of(script), PATIENT, Concept.LABS, lambda _: None)
    assert [each.reason for each in found.missing] == [Reason.FORBIDDEN]
    assert not found.settled
    script.refusal = None
    assert take(follower(ehr), script) == ["a@1"]


def test_what_is_withheld_for_good_does_not_hold_the_bookmark(ehr: Ehr, script: Script) -> None:
    script.put("a")
    script.extra = [issue("suppressed", "warning", "59204")]
    found = follower(ehr).take(pages_of(script), PATIENT, Concept.LABS, lambda _: None)
    assert [each.reason for each in found.missing] == [Reason.SUPPRESSED]
    assert found.settled
    assert ChangeBookmark.objects.get().state["mark"]


def test_what_was_withheld_is_told_once_it_is_there(ehr: Ehr, script: Script) -> None:
    script.put("before", minute=0)
    assert take(follower(ehr), script) == ["before@1"]
    script.put("shown", minute=100)
    script.put("newest", minute=220)
    held_back = observation("held", meta={"versionId": "1", "lastUpdated": at(90)})
    script.extra = [issue("suppressed", "warning", "59204")]
    assert take(follower(ehr), script) == ["shown@1", "newest@1"]
    assert take(follower(ehr), script) == []
    # Not held up: it is asked for what is new alone.
    assert script.asked[-1]["_lastUpdated"] == f"ge{at(160)[:19]}Z"
    script.resources["held"], script.extra = held_back, []
    assert take(follower(ehr), script) == ["held@1"]
    assert script.asked[-1]["_lastUpdated"] == f"ge{at(-60)[:19]}Z"
    assert take(follower(ehr), script) == []
    assert len(ChangeBookmark.objects.get().state["seen"]) == 1


def test_what_was_withheld_from_the_first_look_on_is_told_however_old(
    ehr: Ehr, script: Script
) -> None:
    script.put("new", minute=200)
    script.extra = [issue("suppressed", "warning", "4134")]
    assert take(follower(ehr), script) == ["new@1"]
    script.extra = []
    script.resources["old"] = observation(
        "old", meta={"versionId": "3", "lastUpdated": "2019-01-01T00:00:00+00:00"}
    )
    assert take(follower(ehr), script) == ["old@3"]
    assert take(follower(ehr), script) == []


def test_what_was_withheld_before_the_beginning_counts_as_old(ehr: Ehr, script: Script) -> None:
    script.put("new", minute=230)
    script.extra = [issue("suppressed", "warning", "59204")]
    assert take(follower(ehr), script, begin=NOW - timedelta(minutes=30)) == ["new@1"]
    script.extra = []
    script.put("old", minute=5)
    assert take(follower(ehr), script) == []


def test_a_bookmark_from_before_says_nothing_of_what_was_withheld() -> None:
    stored = {"mark": NOW.isoformat(), "whole_at": None, "seen": {}}
    assert Bookmark.of(stored) == Bookmark(mark=NOW)


def test_another_patients_change_is_never_told(ehr: Ehr, script: Script) -> None:
    script.put("mine")
    script.put("theirs", subject={"reference": "Patient/p2"})
    assert take(follower(ehr), script) == ["mine@1"]


def test_by_date_and_content_where_the_ehr_has_no_moment_of_change(
    ehr: Ehr, script: Script
) -> None:
    script.put("a")
    epic = follower(ehr, "epic")
    assert take(epic, script) == ["a@1"]
    script.put("a", version=2, minute=7)  # touched, and nothing of its content changed
    assert take(epic, script) == []
    assert script.asked[-1]["date"] == "ge2026-11-06"
    script.put("a", version=3, minute=8, status="corrected")
    assert take(epic, script) == ["a@3"]
    del script.resources["a"]
    assert take(epic, script) == []  # it may only be out of the window
    later = Follower("night", ehr, load("epic"), now=lambda: NOW + timedelta(days=8))
    assert take(later, script) == ["-Observation/a"]
    assert "date" not in script.asked[-1]


def test_a_concept_the_vendor_does_not_have_is_said_so(ehr: Ehr, script: Script) -> None:
    profile = load("generic")
    concepts = {**profile.concepts, Concept.LABS: Unsupported(unsupported="not there")}
    one = Follower("n", ehr, profile.model_copy(update={"concepts": concepts}))
    found = one.take(pages_of(script), PATIENT, Concept.LABS, lambda _: None)
    assert [each.reason for each in found.missing] == [Reason.UNSUPPORTED]
    assert script.asked == []


@pytest.mark.parametrize("personality", VENDORS)
def test_the_hospitals_changes_over_http(ehr: Ehr, sandbox: Any, personality: str) -> None:
    client = sign_in(sandbox, personality, WRITTEN, OSEI)
    base = Base(client.base)
    transport = stack.build(
        base=base, scope=f"changes|{personality}", bearer=Tokens(client.token, []),
        bucket=TokenBucket(per_second=1000, burst=1000), cache_seconds=0,
    )  # fmt: skip
    asker = Asker(transport=transport, base=base, accept="application/fhir+json")
    pages = PageReader(asker=asker, patient_id=WRITTEN, seconds=20)
    one = Follower("night", ehr, load(VENDORS[personality]))
    for concept in (Concept.LABS, Concept.PROBLEMS, Concept.ENCOUNTERS, Concept.MEDICATIONS):
        told: list[str] = []

        def handle(changes: Changes, told: list[str] = told) -> None:
            told.extend(each.reference for each in changes.changed)

        first = one.take(pages, WRITTEN, concept, handle)
        assert first.settled, first.missing
        assert told
        assert len(told) == len(set(told))
        again = one.take(pages, WRITTEN, concept, handle)
        assert not again, concept
        assert again.settled


def test_what_is_written_at_the_hospital_is_told(ehr: Ehr, sandbox: Any) -> None:
    client = sign_in(sandbox, "generic", WRITTEN, OSEI)
    base = Base(client.base)
    transport = stack.build(
        base=base, scope="changes|writing", bearer=Tokens(client.token, []),
        bucket=TokenBucket(per_second=1000, burst=1000), cache_seconds=0,
    )  # fmt: skip
    asker = Asker(transport=transport, base=base, accept="application/fhir+json")
    pages = PageReader(asker=asker, patient_id=WRITTEN, seconds=20)
    one = Follower("night", ehr, load("generic"))
    one.take(pages, WRITTEN, Concept.LABS, lambda _: None)
    result = {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "laboratory",
                    }
                ]
            }
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}], "text": "Potassium"},
        "subject": {"reference": f"Patient/{WRITTEN}"},
        "effectiveDateTime": "2019-01-02T03:04:05Z",  # long ago: its own date says nothing
        "valueQuantity": {"value": 4.1, "unit": "mmol/L"},
    }
    answer = client.request("POST", "Observation", json=result)
    assert answer.status_code == 201, answer.text
    told: list[str] = []
    one.take(
        pages, WRITTEN, Concept.LABS, lambda c: told.extend(each.reference for each in c.changed)
    )
    assert len(told) == 1
    assert told[0] in answer.headers["location"]
    assert not one.take(pages, WRITTEN, Concept.LABS, lambda _: None)
