"""What comes beside the token: id_token, launch context, vendors' extras, and the documents."""

from typing import Any

import pytest
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.conftest import Sandbox
from tests.sandbox.smart import HALLOWAY, OBSERVATIONS, OSEI, App, get

PERSONALITIES = ("epic", "oracle", "generic")


@pytest.fixture(params=PERSONALITIES)
def app(request: pytest.FixtureRequest, sandbox: Sandbox) -> App:
    return App(sandbox, request.param)


@pytest.fixture
def generic(sandbox: Sandbox) -> App:
    return App(sandbox, "generic")


def keys_of(app: App) -> dict[str, Any]:
    where = f"{app.found['issuer']}/.well-known/openid-configuration"
    document = get(where).raise_for_status().json()
    assert document["issuer"] == app.found["issuer"]
    return get(document["jwks_uri"]).raise_for_status().json()


def test_the_id_token_is_signed_for_this_client_and_names_the_user(app: App) -> None:
    tokens = app.tokens(nonce=f"nonce-{app.personality}-{app.verifier}")
    keys = KeySet.import_key_set(keys_of(app))
    token = jwt.decode(tokens["id_token"], keys.keys[0], algorithms=["RS256"])
    options = {"iss": {"value": app.found["issuer"]}, "aud": {"value": app.client_id}}
    expected = {
        "nonce": f"nonce-{app.personality}-{app.verifier}",
        "client_id": app.client_id,
        "access_token": tokens["access_token"],
    }
    CodeIDToken(token.claims, token.header, options, expected).validate(leeway=5)
    absolute = f"{app.issuer}/{OSEI}"
    assert token.claims["fhirUser"] == (absolute if app.personality == "generic" else OSEI)


def test_one_hospital_names_its_signing_key_and_one_does_not(sandbox: Sandbox) -> None:
    epic, generic = App(sandbox, "epic"), App(sandbox, "generic")
    assert keys_of(epic)["keys"][0]["kid"]
    assert set(keys_of(generic)["keys"][0]) == {"kty", "n", "e", "use"}
    assert all("d" not in key for app in (epic, generic) for key in keys_of(app)["keys"])


def test_without_openid_there_is_no_id_token_and_without_fhir_user_no_user(generic: App) -> None:
    assert "id_token" not in generic.tokens(scope=f"launch {OBSERVATIONS['generic']}")
    tokens = generic.tokens(scope="launch openid")
    key = KeySet.import_key_set(keys_of(generic)).keys[0]
    assert "fhirUser" not in jwt.decode(tokens["id_token"], key, algorithms=["RS256"]).claims


def test_the_patient_and_todays_visit_come_beside_the_token(app: App) -> None:
    tokens = app.tokens()
    assert tokens["patient"] == HALLOWAY
    scope = f"launch user/Encounter.{'read' if app.personality == 'epic' else 'rs'}"
    headers = {
        "Authorization": f"Bearer {app.tokens(scope=scope)['access_token']}",
        "Accept": "application/fhir+json",
    }
    visit = get(f"{app.issuer}/Encounter/{tokens['encounter']}", headers=headers).json()
    assert visit["status"] == "in-progress"
    assert visit["subject"]["reference"] == f"Patient/{HALLOWAY}"


def test_epic_adds_its_department_and_announces_no_banner(sandbox: Sandbox) -> None:
    tokens = App(sandbox, "epic").tokens()
    assert tokens["location"] == tokens["loginDepartment"] == "eL-hfc07"
    assert "need_patient_banner" not in tokens


def test_epic_sends_the_state_of_the_request_again_and_not_with_a_refreshed_token(
    sandbox: Sandbox,
) -> None:
    epic = App(sandbox, "epic")
    tokens = epic.tokens(state="of-this-request")
    assert tokens["state"] == "of-this-request"
    assert "state" not in App(sandbox, "oracle").tokens()


def test_oracle_adds_user_tenant_and_style(sandbox: Sandbox) -> None:
    tokens = App(sandbox, "oracle").tokens()
    assert tokens["user"] == "eM5w-203"
    assert tokens["tenant"] == "ec2458f2-1e24-41c8-b71b-0e701af7583d"
    assert tokens["need_patient_banner"] is True
    assert "color_background" in get(tokens["smart_style_url"]).json()


def test_a_launch_passes_on_banner_and_intent(app: App) -> None:
    tokens = app.tokens(launch=app.launch(need_patient_banner=False, intent="reconcile"))
    assert tokens["need_patient_banner"] is False
    assert tokens["intent"] == "reconcile"


def test_a_launch_without_a_patient_names_none(app: App) -> None:
    launch = app.sandbox.launch(app.personality, user=OSEI)["launch"]
    tokens = app.tokens(launch=launch)
    assert not {"patient", "encounter", "need_patient_banner"} & set(tokens)


def test_a_launch_may_leave_the_visit_out(app: App) -> None:
    assert "encounter" not in app.tokens(launch=app.launch(encounter=""))


@pytest.mark.parametrize(
    ("wish", "given"),
    [
        ("", ""),
        (["openid", "patient/Condition.rs"], "openid patient/Condition.rs"),
        ("patient/Patient.read", "patient/Patient.read"),
    ],
)
def test_a_launch_may_grant_less_other_or_nothing(generic: App, wish: Any, given: str) -> None:
    tokens = generic.tokens(launch=generic.launch(scopes_granted=wish))
    assert tokens["scope"] == given
    assert ("id_token" in tokens) == ("openid" in given)
    assert generic.reads_chart(tokens["access_token"]) == 403


def test_the_users_of_the_three_kinds_come_through(generic: App) -> None:
    key = KeySet.import_key_set(keys_of(generic)).keys[0]
    for user in ("Person/eP-tully", f"Patient/{HALLOWAY}", "PractitionerRole/eM5w-203-r"):
        tokens = generic.tokens(launch=generic.launch(user=user))
        claims = jwt.decode(tokens["id_token"], key, algorithms=["RS256"]).claims
        assert claims["fhirUser"] == f"{generic.issuer}/{user}"


# The documents


def test_one_hospital_gives_relative_addresses_and_the_others_absolute_ones(
    sandbox: Sandbox,
) -> None:
    for personality in PERSONALITIES:
        found = App(sandbox, personality).found
        relative = personality == "generic"
        for name, value in found.items():
            if name.endswith(("_endpoint", "_uri")):
                assert value.startswith("/" if relative else sandbox.base_url), name


def test_every_hospital_says_s256_and_its_own_grammar(sandbox: Sandbox) -> None:
    grammars = {"epic": {"permission-v1"}, "oracle": {"permission-v2"}}
    grammars["generic"] = grammars["epic"] | grammars["oracle"]
    for personality, expected in grammars.items():
        found = App(sandbox, personality).found
        assert found["code_challenge_methods_supported"] == ["S256"]
        assert {one for one in found["capabilities"] if one.startswith("permission-v")} == expected
        signed = set(found["token_endpoint_auth_signing_alg_values_supported"])
        more = {"RS256", "RS512", "ES256"} if personality == "epic" else set()
        assert signed == {"RS384", "ES384"} | more
        by_form = "client_secret_post" in found["token_endpoint_auth_methods_supported"]
        assert by_form == (personality == "epic")


def test_only_the_generic_hospital_asks_for_authorization_by_post(sandbox: Sandbox) -> None:
    asking = [p for p in PERSONALITIES if "authorize-post" in App(sandbox, p).found["capabilities"]]
    assert asking == ["generic"]


def test_the_oracle_like_hospital_offers_no_wildcard(sandbox: Sandbox) -> None:
    offered = App(sandbox, "oracle").found["scopes_supported"]
    assert not any("*" in scope for scope in offered)
    assert "patient/Observation.rs" in offered
