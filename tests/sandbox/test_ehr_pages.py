"""The EHR screen: who gets in, what the chart shows, and the app launched beside it."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.sandbox.smart import HALLOWAY, OSEI, App, Browser, answered, get, post, signed_in

CLERK = "Person/eP-tully"
PERSONALITIES = ("epic", "oracle", "generic")


@pytest.fixture(params=PERSONALITIES)
def app(request: pytest.FixtureRequest, sandbox: Sandbox) -> App:
    return App(sandbox, request.param)


@pytest.fixture
def generic(sandbox: Sandbox) -> App:
    return App(sandbox, "generic")


def chart(app: App, patient: str = HALLOWAY) -> str:
    return f"/ehr/{app.personality}/patients/{patient}/"


def framed(page: httpx2.Response) -> dict[str, str]:
    """The launch parameters of the app in the sidebar."""
    source = html.unescape(re.search(r'<iframe src="([^"]+)"', page.text)[1])
    return {name: values[0] for name, values in parse_qs(urlsplit(source).query).items()}


def test_the_front_door_leads_to_the_choice_of_hospital(sandbox: Sandbox) -> None:
    page = get(f"{sandbox.base_url}/", follow_redirects=True)
    assert page.url.path == "/ehr/"
    assert all(f"/ehr/{personality}/patients/" in page.text for personality in PERSONALITIES)


def test_an_unknown_hospital_is_not_found(sandbox: Sandbox) -> None:
    assert get(f"{sandbox.base_url}/ehr/athena/patients/").status_code == 404


def test_sign_in_offers_clinicians_and_those_who_are_none(sandbox: Sandbox) -> None:
    page = get(f"{sandbox.base_url}/ehr/generic/sign-in/").text
    for name in ("Amara Osei, MD", "Rafael Ortiz, MD", "J. Ferris, RN", "Priya Nand, PharmD"):
        assert name in page
    assert page.index("Others, whom") < page.index("M. Tully") < page.index("Ruth Halloway")


@pytest.mark.parametrize("where", ["", f"{HALLOWAY}/"])
def test_nobody_reads_without_signing_in(app: App, where: str) -> None:
    path = f"/ehr/{app.personality}/patients/{where}"
    answer = get(app.sandbox.base_url + path)
    assert answer.status_code == 302
    assert httpx2.URL(answer.headers["location"]).params["next"] == path


def test_an_unknown_person_is_not_signed_in(generic: App) -> None:
    where = "/ehr/generic/sign-in/"
    with Browser(base_url=generic.sandbox.base_url) as browser:
        browser.get(where)
        form = {
            "user": "Practitioner/nobody",
            "csrfmiddlewaretoken": browser.cookies["sandbox_csrf"],
        }
        page = browser.post(where, data=form)
        assert page.status_code == 400
        assert "no such person" in page.text
        assert browser.get(chart(generic)).status_code == 302


def test_signing_in_needs_the_forms_own_token(generic: App) -> None:
    where = f"{generic.sandbox.base_url}/ehr/generic/sign-in/"
    assert post(where, data={"user": OSEI}).status_code == 403


def test_signing_in_at_one_hospital_is_not_signing_in_at_another(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        assert browser.get("/ehr/generic/patients/").status_code == 200
        assert browser.get("/ehr/epic/patients/").status_code == 302


def test_signing_out_closes_the_charts(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        token = browser.cookies["sandbox_csrf"]
        browser.post("/ehr/generic/sign-out/", data={"csrfmiddlewaretoken": token})
        assert browser.get(chart(generic)).status_code == 302


def test_the_list_finds_by_name_and_by_number(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        everybody = browser.get("/ehr/generic/patients/").text
        assert everybody.count('<th scope="row">') >= 12
        for wanted in ("hallo", "0048-2217"):
            found = browser.get("/ehr/generic/patients/", params={"q": wanted}).text
            assert found.count('<th scope="row">') == 1
            assert "HALLOWAY, Ruth" in found
        nobody = browser.get("/ehr/generic/patients/", params={"q": "<script>"}).text
        assert "Nobody here is called that" in nobody
        assert "<script>" not in nobody


def test_the_chart_shows_who_what_and_since_when(app: App) -> None:
    with signed_in(app, OSEI) as browser:
        page = browser.get(chart(app)).text
    for shown in (
        "HALLOWAY, Ruth",
        "68 F",
        "MRN 0048-2217",
        "Penicillin",
        "5.9 H",
        "Spironolactone",
        "Heart failure with reduced ejection fraction",
        "Amara Osei, MD",
        "Heart Failure Clinic",
    ):
        assert shown in page, shown


def test_every_chart_opens(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        listed = browser.get("/ehr/generic/patients/").text
        paths = re.findall(r'href="(/ehr/generic/patients/[^"]+/)" dir', listed)
        assert len(paths) >= 12
        for path in paths:
            page = browser.get(path)
            assert page.status_code == 200
            assert "<iframe" in page.text
            # A chart's own words never become markup of ours.
            assert "<script" not in page.text


def test_the_app_beside_the_chart_is_launched_for_that_patient(app: App) -> None:
    with signed_in(app, OSEI) as browser:
        launched = framed(browser.get(chart(app)))
    assert launched["iss"] == app.issuer
    tokens = app.tokens(launch=launched["launch"])
    assert tokens["patient"] == HALLOWAY
    assert tokens["encounter"]
    assert tokens["need_patient_banner"] is False


def test_each_look_at_a_chart_is_a_launch_of_its_own(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        first, second = (framed(browser.get(chart(generic)))["launch"] for _ in range(2))
    assert first != second
    assert generic.tokens(launch=first)["patient"] == generic.tokens(launch=second)["patient"]


def test_two_charts_open_at_once_launch_for_two_patients(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        one = framed(browser.get(chart(generic)))["launch"]
        other = framed(browser.get(chart(generic, "eQ44-207")))["launch"]
    assert generic.tokens(launch=other)["patient"] == "eQ44-207"
    assert generic.tokens(launch=one)["patient"] == HALLOWAY


def test_a_window_of_its_own_is_launched_afresh_and_with_a_banner(app: App) -> None:
    with signed_in(app, OSEI) as browser:
        browser.get(chart(app))
        token = browser.cookies["sandbox_csrf"]
        answer = browser.post(f"{chart(app)}window/", data={"csrfmiddlewaretoken": token})
    there = httpx2.URL(answer.headers["location"])
    assert (there.host, there.path) == ("localhost", "/launch/")
    tokens = app.tokens(launch=there.params["launch"])
    assert tokens["patient"] == HALLOWAY
    assert tokens["need_patient_banner"] is True


def test_a_test_may_narrow_the_grant_from_the_charts_address(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        page = browser.get(chart(generic), params={"scopes_granted": "patient/Patient.rs"})
    assert generic.tokens(launch=framed(page)["launch"])["scope"] == "patient/Patient.rs"


def test_only_the_app_and_the_hospital_may_be_framed_and_nobody_frames_the_hospital(
    generic: App,
) -> None:
    with signed_in(generic, OSEI) as browser:
        page = browser.get(chart(generic))
    policy = dict(
        part.split(" ", 1) for part in page.headers["content-security-policy"].split("; ")
    )
    assert policy["frame-src"].split() == [
        "'self'",
        generic.sandbox.base_url,
        "http://localhost:8000",
    ]
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert policy["frame-ancestors"] == "'self'"
    assert "no-store" in page.headers["cache-control"]
    assert page.headers["referrer-policy"] == "same-origin"
    assert not re.search(r"<script|<style|style=|onclick=", page.text)


def test_the_style_sheet_is_served(sandbox: Sandbox) -> None:
    answer = get(f"{sandbox.base_url}/static/ehr/ehr.css")
    assert answer.headers["content-type"].startswith("text/css")


def test_a_clerk_opens_charts_and_a_patient_only_their_own(generic: App) -> None:
    with signed_in(generic, CLERK) as browser:
        assert browser.get(chart(generic, "eQ44-207")).status_code == 200
    with signed_in(generic, f"Patient/{HALLOWAY}") as browser:
        assert browser.get(chart(generic)).status_code == 200
        assert browser.get(chart(generic, "eQ44-207")).status_code == 404
        assert browser.get("/ehr/generic/patients/").text.count('<th scope="row">') == 1


def test_an_unknown_chart_is_not_found(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        assert browser.get(chart(generic, "nobody")).status_code == 404


# The launch API


def test_a_script_launches_by_json_or_form_and_needs_no_cookie(app: App) -> None:
    where = f"{app.sandbox.base_url}/ehr/{app.personality}/launch/"
    wish = {"patient": HALLOWAY, "user": OSEI}
    for answer in (post(where, json=wish), post(where, data=wish)):
        made = answer.json()
        assert made["iss"] == app.issuer
        url = httpx2.URL(made["url"])
        assert str(url).startswith("http://localhost:8000/launch/?")
        assert dict(url.params) == {"iss": made["iss"], "launch": made["launch"]}
        assert "code" in answered(app.authorize(launch=made["launch"]))


def test_a_launch_is_by_default_for_who_is_signed_in(generic: App) -> None:
    with signed_in(generic, OSEI) as browser:
        made = browser.post("/ehr/generic/launch/", json={"patient": HALLOWAY}).json()
    assert generic.tokens(launch=made["launch"])["patient"] == HALLOWAY


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"patient": HALLOWAY}, "unknown_user"),
        ({"patient": HALLOWAY, "user": "Practitioner/nobody"}, "unknown_user"),
        ({"patient": HALLOWAY, "user": "Observation/x"}, "unknown_user"),
        ({"patient": "nobody", "user": OSEI}, "unknown_patient"),
        ({"patient": HALLOWAY, "user": OSEI, "encounter": "nothing"}, "unknown_encounter"),
        ({"patient": "eQ44-207", "user": OSEI, "encounter": "eQ81-e0001"}, "unknown_encounter"),
        ({"patient": HALLOWAY, "user": OSEI, "scope": "x"}, "unknown_field"),
        ({"patient": 7, "user": OSEI}, "malformed"),
        ({"user": OSEI, "need_patient_banner": "perhaps"}, "malformed"),
        ([], "malformed"),
    ],
)
def test_a_launch_that_cannot_be_is_refused_with_a_code(
    generic: App, wish: object, error: str
) -> None:
    answer = post(f"{generic.sandbox.base_url}/ehr/generic/launch/", json=wish)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["message"]


def test_a_form_says_no_banner_in_words(generic: App) -> None:
    where = f"{generic.sandbox.base_url}/ehr/generic/launch/"
    form = {"patient": HALLOWAY, "user": OSEI, "need_patient_banner": "false", "intent": "sign"}
    made = post(where, data=form).json()
    tokens = generic.tokens(launch=made["launch"])
    assert (tokens["need_patient_banner"], tokens["intent"]) == (False, "sign")


def test_a_chosen_visit_is_kept(generic: App) -> None:
    launch = generic.launch(encounter="eQ81-e0002")
    assert generic.tokens(launch=launch)["encounter"] == "eQ81-e0002"
