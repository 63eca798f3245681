"""More habits of the vendors: tenants, ids, inclusions, scores, scopes, own codes, over HTTP."""

from datetime import datetime, timedelta

import httpx2
import pytest

from tests.conftest import start_sandbox
from tests.sandbox.conftest import OSEI, RUTH, WRITTEN
from tests.sandbox.control import Control
from tests.sandbox.hospital import HTTP, sign_in
from tests.sandbox.smart import SECRET, App, answered, key_server

TEAM = {
    "resourceType": "CareTeam",
    "subject": {"reference": f"Patient/{WRITTEN}"},
    "category": [{"coding": [{"system": "http://loinc.org", "code": "LA28865-6"}]}],
}


@pytest.fixture
def control(sandbox):
    return Control(sandbox.base_url)


def match(bundle):
    return [row for row in bundle["entry"] if row["search"]["mode"] == "match"]


# Tenants and scopes


def test_another_tenant_of_oracles_is_forbidden(sandbox, oracle):
    other = oracle.base.rpartition("/")[0] + "/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca"
    paths = ("", f"/Patient/{RUTH}", "/metadata", "/.well-known/smart-configuration")
    for path in paths:
        assert oracle.get(other + path).status_code == 403


def test_oracle_says_in_no_fhir_that_a_scope_is_missing(sandbox):
    client = sign_in(sandbox, "oracle", RUTH, OSEI, "patient/Patient.rs")
    answer = client.get(f"Condition?patient={RUTH}")
    assert answer.status_code == 403
    assert 'subcode="no_scope_for_resource_path"' in answer.json()["message"]
    other = client.get("Patient?_id=eQ44-207")
    assert other.status_code == 403
    assert other.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "scope",
    [
        "launch patient/Observation.read",
        "launch " + " ".join(f"patient/Observation.rs?code=c{n}" for n in range(101)),
    ],
)
def test_oracle_refuses_the_other_grammar_and_too_many_scopes(sandbox, scope):
    answer = answered(App(sandbox, "oracle").authorize(scope=scope))
    assert answer["error"] == "invalid_scope"
    assert "code" not in answer


def test_oracle_trims_a_wildcard_in_silence_and_epic_the_other_grammar(sandbox):
    app = App(sandbox, "oracle")
    assert app.tokens(scope="launch patient/*.read patient/Patient.rs")["scope"] == (
        "launch patient/Patient.rs"
    )
    epic = App(sandbox, "epic")
    assert epic.tokens(scope="launch patient/Patient.rs")["scope"] == "launch patient/Patient.read"


# Tokens


def test_epics_tokens_are_long_and_good(sandbox, oracle, epic):
    assert len(epic.token) > 900
    assert epic.token.count(".") == 2
    assert epic.get(f"Patient/{RUTH}").status_code == 200
    assert len(oracle.token) < 100


def test_epic_takes_a_secret_in_the_form_and_others_do_not(sandbox):
    for personality, status in (("epic", 200), ("oracle", 400), ("generic", 400)):
        app = App(sandbox, personality, "countersign-secret")
        form = {
            "grant_type": "authorization_code",
            "code": app.code(),
            "redirect_uri": app.redirect_uri,
            "code_verifier": app.verifier,
            "client_id": app.client_id,
            "client_secret": SECRET,
        }
        answer = httpx2.post(app.endpoint("token"), data=form)
        assert answer.status_code == status
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_secret": SECRET}
    both = httpx2.post(App(sandbox, "epic").endpoint("token"), data=form, auth=("a", SECRET))
    assert both.json()["error"] == "invalid_request"


@pytest.mark.parametrize(("personality", "status"), [("epic", 200), ("oracle", 400)])
def test_epic_takes_assertions_by_more_algorithms(personality, status):
    with key_server() as (keys, address):
        running, process = start_sandbox(address)
        try:
            app = App(running, personality, "countersign-key", keys)
            scope = "launch openid fhirUser online_access"
            form = {
                "grant_type": "authorization_code",
                "code": app.code(scope=scope),
                "redirect_uri": app.redirect_uri,
                "code_verifier": app.verifier,
            }
            assert app.post("token", form, alg="RS256").status_code == status
        finally:
            process.terminate()
            process.wait(timeout=10)


def test_epic_has_endpoints_of_its_own_for_a_client_that_says_who_it_is(sandbox):
    url = f"{sandbox.issuer('epic')}/.well-known/smart-configuration"
    plain = HTTP.get(url).json()
    assert HTTP.get(url, headers={"Epic-Client-ID": "countersign-public"}).json() == plain
    own = HTTP.get(url, headers={"Epic-Client-ID": "countersign-key"}).json()
    for name in ("authorization_endpoint", "token_endpoint"):
        assert own[name] == f"{plain[name]}/countersign-key"
        assert HTTP.get(own[name]).status_code in {400, 405}
    assert own["jwks_uri"] == plain["jwks_uri"]
    other = f"{sandbox.issuer('oracle')}/.well-known/smart-configuration"
    assert HTTP.get(other, headers={"Epic-Client-ID": "countersign-key"}).json() == (
        HTTP.get(other).json()
    )


# Ids, inclusions and limits


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("&_lastUpdated=ge2020-01-01T00:00:00Z", 400),
        ("&_sort=-date", 400),
        ("&_revinclude=Provenance:target", 200),
        ("&_count=1", 200),
    ],
)
def test_oracle_takes_an_id_alone(oracle, generic, more, status):
    ids = generic.ids(f"Observation?patient={RUTH}&category=laboratory&_count=2")
    answer = oracle.get(f"Observation?_id={','.join(ids)}{more}")
    assert answer.status_code == status
    if status == 200:
        assert {row["resource"]["id"] for row in match(answer.json())} == set(ids)


def test_oracle_brings_provenance_once_and_to_who_may_read_it(sandbox, oracle):
    query = f"Condition?patient={RUTH}&_revinclude=Provenance:target"
    assert oracle.get(query).status_code == 200
    assert oracle.get(f"{query}&_revinclude=Provenance:target").status_code == 400
    without = sign_in(sandbox, "oracle", RUTH, OSEI, "patient/Condition.rs")
    assert without.get(query).status_code == 403
    assert without.get(f"Condition?patient={RUTH}").status_code == 200


def test_epic_lists_any_inclusion_and_every_hospital_where_to_authorize(epic, generic):
    def listed(client):
        rest = client.get("metadata").json()["rest"][0]
        includes = {tuple(one.get("searchInclude", ())) for one in rest["resource"]}
        (extension,) = rest["security"]["extension"]
        return includes, {one["url"]: one["valueUri"] for one in extension["extension"]}

    includes, where = listed(epic)
    assert includes - {()} == {("*",)}
    assert where["token"].endswith("/oauth2/token")
    includes, where = listed(generic)
    assert ("*",) not in includes
    assert set(where) == {"authorize", "token"}


def test_epic_scores_patients_and_sends_no_more_than_a_hundred():
    running, process = start_sandbox("http://localhost:8000", "--volume", "150")
    try:
        client = sign_in(running, "epic", RUTH, OSEI)
        found = client.get("Patient?family=Halloway&given=Ruth").json()
        assert [row["search"]["score"] for row in match(found)] == [1]
        many = client.get("Patient?given=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z")
        assert many.status_code == 400
        assert many.json()["issue"][0]["details"]["coding"][0]["code"] == "4127"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"Encounter?patient={RUTH}&status=finished,in-progress", 200),
        (f"Encounter?patient={RUTH}&status=arrived", 400),
        (f"DocumentReference?patient={RUTH}&period=ge2020-01-01", 400),
        (f"DocumentReference?patient={RUTH}&period=ge2020-01-01&period=lt2100-01-01", 200),
    ],
)
def test_oracle_knows_few_statuses_and_wants_periods_in_pairs(oracle, query, status):
    assert oracle.get(query).status_code == status


def test_epic_asks_for_a_code_or_a_category_in_its_own_words(epic):
    issue = epic.get(f"Observation?patient={RUTH}").json()["issue"][0]
    assert issue["diagnostics"] == "Must have either code or category."


def test_vendors_show_the_teams_at_work_alone(control, epic, oracle, generic):
    made = [
        control.request("POST", "resources", json={**TEAM, "status": status}).json()["id"]
        for status in ("active", "inactive")
    ]
    query = f"CareTeam?patient={WRITTEN}"
    assert set(made) <= set(generic.ids(query))
    for client in (epic, oracle):
        assert made[0] in client.ids(query)
        assert made[1] not in client.ids(query)


# Dates


def test_a_time_without_a_zone_is_the_hospitals_own_at_epic(epic, generic):
    newest = generic.ids(f"Observation?patient={RUTH}&category=laboratory&_sort=-date")[0]
    at = generic.get(f"Observation/{newest}").json()["effectiveDateTime"]
    assert at.endswith("-05:00")
    local = (datetime.fromisoformat(at) + timedelta(hours=1)).isoformat()[:19]
    query = f"Observation?patient={RUTH}&category=laboratory&date=lt{local}&_count=500"
    assert newest in epic.ids(query)
    assert newest not in generic.ids(query)


def test_an_insignificant_change_leaves_the_moment_of_change(control, oracle):
    (order, *_) = oracle.everything(f"MedicationRequest?patient={WRITTEN}")
    then = order["meta"]["lastUpdated"]
    noted = {**order, "note": [{"text": "Counted again."}]}
    control.request("POST", "resources?quiet=1", json=noted).raise_for_status()
    kept = oracle.get(f"MedicationRequest/{order['id']}").json()
    assert kept["note"]
    assert kept["meta"]["lastUpdated"][:19] == then[:19]
    assert kept["meta"]["versionId"] != order["meta"]["versionId"]
    control.request("POST", "resources", json=order).raise_for_status()
    changed = oracle.get(f"MedicationRequest/{order['id']}").json()
    assert changed["meta"]["lastUpdated"] > then


# Pages and shapes


def test_oracles_social_history_stands_on_the_first_page(oracle, generic):
    social = generic.ids(f"Observation?patient={RUTH}&category=social-history")
    query = f"Observation?patient={RUTH}&category=vital-signs,social-history&_count=1"
    first = oracle.get(query).json()
    assert {row["resource"]["id"] for row in match(first)} == set(social)
    everything = [one["id"] for one in oracle.everything(query)]
    assert len(everything) == len(set(everything))
    whole = generic.everything(f"Observation?patient={RUTH}&category=vital-signs,social-history")
    assert set(everything) == {one["id"] for one in whole}


def test_oracles_own_code_stands_before_the_standard_one(oracle, epic):
    query = f"Observation?patient={RUTH}&category=laboratory&_count=5"
    for one in oracle.everything(query)[:5]:
        own, loinc, *_ = one["code"]["coding"]
        assert own["system"].endswith("/codeSet/72")
        assert loinc["system"] == "http://loinc.org"
    assert all("codeSet" not in str(row) for row in match(epic.get(query).json()))
    number = f"{own['system']}|{own['code']}"
    assert oracle.ids(f"Observation?patient={RUTH}&category=vital-signs&code={number}") == []


def test_a_pressure_has_either_panels_code_and_is_found_by_its_own(generic, oracle):
    for code in ("85354-9", "55284-4"):
        found = generic.everything(f"Observation?patient=eQ52-649&code={code}")
        assert found
        assert all(len(one["component"]) == 2 for one in found)
    assert oracle.ids("Observation?patient=eQ52-649&code=8480-6") == []


def test_procedures_are_asked_for_by_kind_at_epic_alone(epic, oracle):
    assert epic.ids(f"Procedure?patient={RUTH}&category=103693007")
    assert epic.ids(f"Procedure?patient={RUTH}&category=387713003") == []
    assert oracle.get(f"Procedure?patient={RUTH}&category=103693007").status_code == 400


def test_the_statement_of_each_hospital_is_open(sandbox):
    for personality in ("epic", "oracle", "generic"):
        url = f"{sandbox.issuer(personality)}/metadata"
        kinds = {
            one["type"]
            for one in HTTP.get(url, headers={"Accept": "application/json"}).json()["rest"][0][
                "resource"
            ]
        }
        assert "Subscription" not in kinds
        assert "MedicationStatement" not in kinds
