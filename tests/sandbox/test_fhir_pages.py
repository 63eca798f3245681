"""Pages: opaque, complete, unmoved by writes, and only for whom they were made."""

import pytest

from sandbox.fhir.search.pages import LIFETIME_SECONDS, Pages, Snapshot
from sandbox.fhir.search.query import Query
from tests.sandbox.conftest import MANY_RESULTS, OSEI, RUTH, WRITTEN
from tests.sandbox.hospital import sign_in


def next_url(bundle):
    return next((one["url"] for one in bundle["link"] if one["relation"] == "next"), None)


@pytest.mark.parametrize("personality", ["epic", "oracle", "generic"])
def test_following_next_links_gives_every_result_once(ehr, personality):
    client = ehr(personality)
    query = f"Observation?patient={MANY_RESULTS}&category=laboratory"
    found = [one["id"] for one in client.everything(f"{query}&_count=150")]
    assert len(found) == len(set(found)) > 1000


def test_page_sizes_are_the_vendors_own(epic, oracle, generic):
    query = f"Observation?patient={MANY_RESULTS}&category=laboratory"
    assert len(oracle.ids(query)) == 50
    assert len(oracle.ids(f"{query}&_count=5000")) == 200
    assert len(generic.ids(query)) == 50
    assert len(epic.ids(query)) == 1000
    assert len(epic.ids(f"{query}&_count=5000")) == 999
    assert len(oracle.ids(f"DocumentReference?patient={RUTH}")) <= 10


def test_a_next_link_says_nothing_about_the_search(oracle, epic):
    query = f"Observation?patient={MANY_RESULTS}&category=laboratory&_count=10"
    for client, mark in ((oracle, "-pageContext="), (epic, "sessionID=")):
        url = next_url(client.get(query).json())
        assert mark in url
        assert MANY_RESULTS not in url
        assert "laboratory" not in url


def test_a_write_between_two_pages_moves_nothing(generic):
    query = f"Observation?patient={WRITTEN}&_sort=-date&_count=3"
    first = generic.get(query).json()
    before = generic.get(next_url(first)).json()
    generic.request(
        "POST",
        "Observation",
        json={
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"code": "vital-signs"}]}],
            "code": {"text": "Pulse"},
            "subject": {"reference": f"Patient/{WRITTEN}"},
            "effectiveDateTime": "2099-01-01",
        },
    ).raise_for_status()
    after = generic.get(next_url(first)).json()
    assert [e["resource"]["id"] for e in after["entry"]] == [
        e["resource"]["id"] for e in before["entry"]
    ]


@pytest.mark.parametrize(
    ("personality", "status"), [("epic", 400), ("oracle", 400), ("generic", 410)]
)
def test_an_unknown_page_is_an_error_not_an_empty_result(ehr, personality, status):
    client = ehr(personality)
    name = {"epic": "sessionID", "oracle": "-pageContext", "generic": "_page"}[personality]
    answer = client.get(f"Observation?{name}=made-up")
    assert answer.status_code == status
    assert answer.json()["issue"][0]["code"] == "expired"


def test_another_patients_token_cannot_follow_a_next_link(sandbox, generic):
    url = next_url(generic.get(f"Observation?patient={RUTH}&_count=2").json())
    other = sign_in(sandbox, "generic", MANY_RESULTS, OSEI, "patient/*.rs")
    assert other.get(url).status_code == 410


def test_a_page_expires():
    now = [0.0]
    pages, owner = Pages(lambda: now[0]), ("generic", "client", None)
    token = pages.hold(Snapshot(Query("Patient"), [], 1, owner), 0)
    now[0] = LIFETIME_SECONDS - 1
    assert pages.find(token, owner) is not None
    assert pages.find(token, ("epic", "client", None)) is None
    now[0] = LIFETIME_SECONDS + 1
    assert pages.find(token, owner) is None
