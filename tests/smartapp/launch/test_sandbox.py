"""The whole launch against the sandbox hospital, which is strict: each way of authenticating."""

import html
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from django.core.cache import cache
from django.test import Client

from audit.models import AuditEvent
from smartapp import tokens
from smartapp.administration.sandboxes import connect_sandboxes
from smartapp.ehrs.discovery import smart_configuration
from smartapp.fhir.reader import reader_for
from smartapp.fhir.results import Concept
from smartapp.launch.units import unit_of
from smartapp.models import Ehr, Launch, TokenSet
from tests.conftest import ISSUER_PATHS, Sandbox, start_sandbox
from tests.smartapp.launch.walk import code_of

SECRET = "shared-with-the-hospital"
PERSONALITIES = sorted(ISSUER_PATHS)


@pytest.fixture(scope="module")
def hospital(live_server: Any) -> Iterator[Sandbox]:
    """A sandbox that knows the address under which this very test run publishes its keys."""
    running, process = start_sandbox(live_server.url, SANDBOX_CLIENT_SECRET=SECRET)
    yield running
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def connected(
    transactional_db: None,
    hospital: Sandbox,
    settings: Any,
    live_server: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Sandbox:
    """The three hospitals, registered by the same list the command uses."""
    cache.clear()
    settings.BASE_URL = live_server.url
    monkeypatch.setenv("HOSPITAL_SECRET", SECRET)
    connect_sandboxes(hospital.base_url, secret_ref="env:HOSPITAL_SECRET")
    return hospital


def someone(hospital: Sandbox, personality: str) -> dict[str, str]:
    """A patient and a clinician of this hospital."""
    listed = httpx2.get(f"{hospital.base_url}/ehr/{personality}/patients.json").json()
    return {"patient": listed["patients"][0]["id"], "user": listed["clinicians"][0]}


def authorized(response: Any) -> str:
    """Take our answer to the EHR as a browser would; return where the EHR sends it."""
    if response.status_code == 302:
        answer = httpx2.get(response["Location"])
    else:
        page = response.content.decode()
        action = html.unescape(re.findall(r'action="([^"]+)"', page)[0])
        fields = re.findall(r'name="([^"]+)" value="([^"]*)"', page)
        data = {name: html.unescape(value) for name, value in fields if name != "viewport"}
        answer = httpx2.post(action, data=data)
    assert answer.status_code in {302, 303}, answer.text[:500]
    return str(answer.headers["Location"])


def walk(browser: Client, hospital: Sandbox, personality: str, **wishes: Any) -> Any:
    """From the EHR's launch to the callback's answer."""
    made = hospital.launch(personality, **{**someone(hospital, personality), **wishes})
    begun = browser.get("/launch/", {"iss": made["iss"], "launch": made["launch"]})
    callback = authorized(begun)
    return browser.get(callback[callback.index("/launch/callback/") :])


def opened(response: Any) -> Launch:
    assert response.status_code == 302, code_of(response)
    return Launch.objects.get(pk=response["Location"].split("/")[2])


def test_an_ehr_is_told_who_asks_and_may_have_endpoints_for_that_client(
    connected: Sandbox,
) -> None:
    found = {each.slug: smart_configuration(each) for each in Ehr.objects.all()}
    assert found["epic"].token_endpoint.endswith("/oauth2/token/countersign-key")
    assert (found["epic"].authorization_endpoint or "").endswith("/authorize/countersign-key")
    assert found["oracle"].token_endpoint.endswith("/token")


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_a_launch_opens_in_each_hospital(
    client: Client, connected: Sandbox, personality: str
) -> None:
    launch = opened(walk(client, connected, personality))
    who = someone(connected, personality)
    assert launch.ehr.slug == personality
    assert launch.patient_id == who["patient"]
    assert launch.clinician.fhir_user == who["user"]
    answer = httpx2.get(
        f"{connected.issuer(personality)}/Patient/{launch.patient_id}",
        headers={
            "Authorization": f"Bearer {tokens.access_token(launch.pk)}",
            "Accept": "application/fhir+json",
        },
    )
    assert answer.json()["id"] == launch.patient_id


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_both_kinds_of_signed_assertion_are_accepted(
    client: Client, connected: Sandbox, algorithm: str
) -> None:
    Ehr.objects.filter(slug="epic").update(signing_algorithm=algorithm)
    opened(walk(client, connected, "epic"))


@pytest.mark.parametrize(("personality", "rotates"), [("oracle", False), ("generic", True)])
def test_access_is_renewed_twice_rotating_or_not(
    client: Client, connected: Sandbox, personality: str, *, rotates: bool
) -> None:
    launch = opened(walk(client, connected, personality))
    before = TokenSet.objects.get(launch=launch)
    first = tokens.refresh_now(launch.pk, 1)
    second = tokens.refresh_now(launch.pk, first.generation)
    after = TokenSet.objects.get(launch=launch)
    assert len({before.access_token, first.access_token, second.access_token}) == 3
    assert (after.refresh_token != before.refresh_token) is rotates


@pytest.mark.parametrize("personality", PERSONALITIES)
def test_a_closed_session_leaves_no_token_alive(
    client: Client, connected: Sandbox, personality: str
) -> None:
    launch = opened(walk(client, connected, personality))
    token = tokens.access_token(launch.pk)
    client.post(f"/l/{launch.pk}/close/")
    answer = httpx2.get(
        f"{connected.issuer(personality)}/Patient/{launch.patient_id}",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 401


def test_an_answer_meant_for_one_hospital_is_refused_at_anothers_callback(
    client: Client, connected: Sandbox
) -> None:
    made = connected.launch("oracle", **someone(connected, "oracle"))
    callback = authorized(client.get("/launch/", {"iss": made["iss"], "launch": made["launch"]}))
    mixed_up = callback.replace("/launch/callback/oracle/", "/launch/callback/epic/")
    assert mixed_up != callback
    response = client.get(mixed_up[mixed_up.index("/launch/callback/") :])
    assert code_of(response) == "callback_mismatch"
    assert not Launch.objects.exists()


def test_a_clerk_is_not_let_in(client: Client, connected: Sandbox) -> None:
    patient = someone(connected, "generic")["patient"]
    response = walk(client, connected, "generic", user=f"Patient/{patient}")
    assert code_of(response) == "not_a_clinician"


def test_a_grant_of_nothing_is_refused(client: Client, connected: Sandbox) -> None:
    response = walk(client, connected, "oracle", scopes_granted="openid fhirUser launch")
    assert code_of(response) == "scopes_empty"


def test_scopes_dropped_without_a_word_are_noticed(client: Client, connected: Sandbox) -> None:
    launch = opened(walk(client, connected, "epic"))
    assert "offline_access" in launch.requested_scopes.split()
    assert "offline_access" not in launch.granted_scopes.split()


def test_the_same_launch_cannot_be_used_again(client: Client, connected: Sandbox) -> None:
    made = connected.launch("epic", **someone(connected, "epic"))
    query = {"iss": made["iss"], "launch": made["launch"]}
    first = authorized(client.get("/launch/", query))
    opened(client.get(first[first.index("/launch/callback/") :]))
    second = authorized(client.get("/launch/", query))
    response = client.get(second[second.index("/launch/callback/") :])
    assert code_of(response) == "launch_reused"


@pytest.mark.parametrize(("personality", "at_the_token"), [("epic", True), ("oracle", False)])
def test_each_vendor_tells_of_the_unit_in_its_own_way(
    client: Client, connected: Sandbox, personality: str, *, at_the_token: bool
) -> None:
    """Epic names the department with the token; at Oracle Health the visit has to be read."""
    launch = opened(walk(client, connected, personality))
    assert bool(launch.unit) is at_the_token
    assert client.get(f"/l/{launch.pk}/").status_code == 200
    launch.refresh_from_db()
    visit = reader_for(launch).read(Concept.ENCOUNTERS).resources
    place = next(each.raw for each in visit if each.id == launch.encounter_id)["location"][0]
    assert place["location"]["reference"] == f"Location/{unit_of(launch)}"
    learned = AuditEvent.objects.filter(type="launch.unit_learned", launch_id=launch.pk)
    assert learned.exists() is not at_the_token
