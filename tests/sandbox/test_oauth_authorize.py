"""The authorization endpoint: what it lets through, and everything that it refuses."""

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.sandbox.smart import HALLOWAY, OBSERVATIONS, OSEI, App, Browser, answered, get, signed_in

PERSONALITIES = ("epic", "oracle", "generic")


@pytest.fixture(params=PERSONALITIES)
def app(request: pytest.FixtureRequest, sandbox: Sandbox) -> App:
    return App(sandbox, request.param)


@pytest.fixture
def generic(sandbox: Sandbox) -> App:
    return App(sandbox, "generic")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_launch_is_answered_with_a_code_without_any_question(app: App, method: str) -> None:
    answer = answered(app.authorize(method))
    assert answer["state"] == "state-0123456789012345"
    assert len(answer["code"]) > 40


def test_the_issuer_comes_back_where_rfc_9207_is_spoken_and_is_not_the_fhir_base(
    sandbox: Sandbox,
) -> None:
    generic = App(sandbox, "generic")
    assert answered(generic.authorize())["iss"] == generic.found["issuer"] != generic.issuer
    refused = answered(generic.authorize(aud="https://elsewhere.example"))
    assert refused["iss"] == generic.found["issuer"]
    assert "iss" not in answered(App(sandbox, "epic").authorize())


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/launch/callback/generic/"},
        {"redirect_uri": "http://localhost:8000/launch/callback/generic"},
        {"redirect_uri": "http://localhost:8000/launch/callback/"},
        {"redirect_uri": "http://localhost:8000/launch/callback/epic/"},
        {"redirect_uri": "http://localhost:8000/launch/callback/generic/?next=x"},
        {"redirect_uri": 'http://localhost:8000/"<é>\\'},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(generic: App, changes: dict) -> None:
    answer = generic.authorize(**changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "not let in" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"state": None}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "http://localhost/"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "openid fhirUser"}, "invalid_request"),
        ({"launch": None}, "invalid_request"),
        ({"launch": "made-up"}, "invalid_request"),
        ({"launch": None, "scope": "patient/Observation.rs"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_goes_back_to_the_app_with_its_error(
    app: App, changes: dict, error: str
) -> None:
    answer = answered(app.authorize(**changes))
    assert answer["error"] == error
    assert "code" not in answer


def test_the_fhir_base_of_another_personality_is_no_audience_here(sandbox: Sandbox) -> None:
    epic, generic = App(sandbox, "epic"), App(sandbox, "generic")
    assert answered(epic.authorize(aud=generic.issuer))["error"] == "invalid_request"


def test_a_launch_of_another_personality_is_unknown(sandbox: Sandbox) -> None:
    epic, generic = App(sandbox, "epic"), App(sandbox, "generic")
    assert answered(epic.authorize(launch=generic.launch()))["error"] == "invalid_request"


def test_a_launch_is_good_once(app: App) -> None:
    launch = app.launch()
    assert "code" in answered(app.authorize(launch=launch))
    again = answered(app.authorize(launch=launch))
    assert again["error"] == "invalid_request"
    assert "used" in again["error_description"]


def test_a_refused_request_leaves_the_launch_usable(generic: App) -> None:
    launch = generic.launch()
    assert "error" in answered(generic.authorize(launch=launch, aud="wrong"))
    assert "code" in answered(generic.authorize(launch=launch))


@pytest.mark.parametrize("repeated", ["aud", "launch", "state", "code_challenge"])
def test_a_repeated_parameter_is_refused(generic: App, repeated: str) -> None:
    parameters = generic.request()
    pairs = [*parameters.items(), (repeated, parameters[repeated])]
    answer = get(generic.endpoint("authorization"), params=pairs)
    assert "code=" not in answer.headers.get("location", "")
    assert answer.status_code in (302, 400)


def test_a_used_nonce_is_refused(generic: App) -> None:
    nonce = "nonce-of-one-authorization"
    assert "code" in answered(generic.authorize(nonce=nonce))
    assert answered(generic.authorize(nonce=nonce))["error"] == "invalid_request"


def test_a_launch_in_the_browser_of_somebody_else_is_denied(generic: App) -> None:
    with signed_in(generic, "Practitioner/eM5w-118") as browser:
        answer = browser.get(generic.endpoint("authorization"), params=generic.request())
    assert answered(answer)["error"] == "access_denied"


def test_a_launch_in_its_own_users_browser_passes(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        answer = browser.get(generic.endpoint("authorization"), params=generic.request())
    assert "code" in answered(answer)


def test_a_backend_client_has_no_business_in_the_browser(sandbox: Sandbox) -> None:
    backend = App(sandbox, "generic", "countersign-backend")
    assert answered(backend.authorize())["error"] == "unauthorized_client"


def standalone(app: App, scope: str = "launch/patient openid fhirUser") -> dict:
    return app.request(launch=None, scope=f"{scope} {OBSERVATIONS[app.personality]}")


def test_a_standalone_launch_signs_in_then_picks_a_patient_then_gets_a_code(app: App) -> None:
    with Browser(base_url=app.sandbox.base_url, follow_redirects=True) as browser:
        page = browser.get(app.endpoint("authorization"), params=standalone(app))
        assert "Who are you today?" in page.text
        token = browser.cookies["sandbox_csrf"]
        onward = page.url.params["next"]
        page = browser.post(
            page.url.path, data={"user": OSEI, "next": onward, "csrfmiddlewaretoken": token}
        )
        assert "Which patient is the app for?" in page.text
        picked = browser.post(
            page.url.path,
            data={
                "asked": page.url.params["asked"],
                "patient": HALLOWAY,
                "csrfmiddlewaretoken": browser.cookies["sandbox_csrf"],
            },
            follow_redirects=False,
        )
        answer = browser.get(picked.headers["location"], follow_redirects=False)
    tokens = app.exchange(answered(answer)["code"]).json()
    assert tokens["patient"] == HALLOWAY
    assert "encounter" not in tokens


def test_a_picker_left_without_choice_denies_access(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        asked = browser.get(generic.endpoint("authorization"), params=standalone(generic))
        page = httpx2.URL(asked.headers["location"])
        answer = browser.post(
            page.path,
            data={
                "asked": page.params["asked"],
                "csrfmiddlewaretoken": browser.cookies["sandbox_csrf"],
            },
        )
        answer = browser.get(answer.headers["location"])
    assert answered(answer)["error"] == "access_denied"


def test_a_chart_launch_cannot_pose_as_a_picked_patient(generic: App) -> None:
    request = standalone(generic) | {"sandbox_picked": generic.launch()}
    answer = get(generic.endpoint("authorization"), params=request)
    assert answered(answer)["error"] == "invalid_request"


def test_a_standalone_launch_for_the_user_alone_needs_no_patient(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        request = generic.request(launch=None, scope="openid fhirUser user/Practitioner.rs")
        answer = browser.get(generic.endpoint("authorization"), params=request)
    tokens = generic.exchange(answered(answer)["code"]).json()
    assert "patient" not in tokens
    assert tokens["scope"] == "openid fhirUser user/Practitioner.rs"


def test_signing_in_never_leads_off_the_hospital(sandbox: Sandbox) -> None:
    with Browser(base_url=sandbox.base_url) as browser:
        where = "/ehr/generic/sign-in/"
        browser.get(where)
        form = {
            "user": OSEI,
            "next": "https://evil.example/",
            "csrfmiddlewaretoken": browser.cookies["sandbox_csrf"],
        }
        answer = browser.post(where, data=form)
    assert answer.headers["location"] == "/ehr/generic/patients/"


def test_no_prompt_means_no_sign_in_page(generic: App) -> None:
    request = standalone(generic) | {"prompt": "none"}
    answer = get(generic.endpoint("authorization"), params=request)
    assert answered(answer)["error"] == "login_required"
