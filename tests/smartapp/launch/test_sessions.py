"""One browser, many launches: nothing of one is ever seen through another."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone

from audit import context
from audit.models import AuditEvent
from smartapp.launch.doors import LaunchRequest, ended_launch_allowed, launch_required
from smartapp.launch.sessions import cookie_name, proven
from smartapp.models import Ehr, Launch
from smartapp.views import home
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.launch.walk import begin, code_of, come_back, open_launch

pytestmark = [
    pytest.mark.usefixtures("ehr"),
    pytest.mark.urls("tests.smartapp.launch.test_sessions"),
]


@launch_required
def panel(request: LaunchRequest, launch_id: str) -> HttpResponse:
    """Says whose chart this is, as the session, the row and the trail see it."""
    told = context.current()
    return HttpResponse(
        f"{request.launch.patient_id}|{request.launch.clinician.fhir_user}"
        f"|{told.launch_id == launch_id}|{get_token(request)}"
    )


@launch_required
def note(request: LaunchRequest, launch_id: str) -> HttpResponse:
    """Keeps a word in the session."""
    if request.method == "POST":
        request.session["word"] = request.POST["word"]
    return HttpResponse(request.session.get("word", "nothing"))


@ended_launch_allowed
def save(request: LaunchRequest, launch_id: str) -> HttpResponse:
    return HttpResponse("kept")


urlpatterns = [
    path("", home, name="home"),
    path("", include("smartapp.launch.urls")),
    path("accounts/", include("smartapp.staff.urls")),
    path("trail/", include("audit.urls")),
    path("l/<str:launch_id>/", panel),
    path("l/<str:launch_id>/note/", note),
    path("l/<str:launch_id>/save/", save),
    path("plain/", lambda request: HttpResponse(request.session.get("word", "nothing"))),
]


def opened(browser: Client, lax: LaxEhr, patient: str, clinician: str = "one") -> Launch:
    lax.token = {"patient": patient}
    lax.claims = {"fhirUser": f"Practitioner/{clinician}"}
    return open_launch(browser, lax)


def shown(browser: Client, launch: Launch) -> list[str]:
    return browser.get(f"/l/{launch.pk}/").content.decode().split("|")


def test_the_cookie_of_a_launch_survives_in_a_frame_and_nowhere_else(
    client: Client, lax: LaxEhr
) -> None:
    launch = opened(client, lax, "a")
    header = client.cookies[cookie_name(launch.pk)].OutputString()
    assert header.startswith(f"__Host-l{launch.pk}=")
    for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/", "Max-Age="):
        assert attribute in header
    assert "Domain" not in header


def test_the_cookie_of_a_request_under_way_is_partitioned_and_expired_at_its_end(
    client: Client, lax: LaxEhr
) -> None:
    sent = begin(client, lax)
    (name,) = [each for each in client.cookies if each.startswith("__Host-p")]
    assert "Partitioned" in client.cookies[name].OutputString()
    come_back(client, sent)
    assert client.cookies[name].value == ""
    assert "Max-Age=0" in client.cookies[name].OutputString()
    assert "Partitioned" in client.cookies[name].OutputString()


def test_two_patients_in_two_tabs_stay_apart_in_any_order_of_clicks(
    client: Client, lax: LaxEhr
) -> None:
    first = opened(client, lax, "patient-a")
    second = opened(client, lax, "patient-b")
    for launch in (first, second, first, first, second):
        expected = "patient-a" if launch == first else "patient-b"
        assert shown(client, launch)[0] == expected
        assert shown(client, launch)[2] == "True"


def test_two_launches_begun_together_and_finished_in_either_order_stay_apart(
    client: Client, lax: LaxEhr
) -> None:
    one, two = begin(client, lax), begin(client, lax)
    finished = {}
    for sent, patient in ((two, "patient-b"), (one, "patient-a")):
        lax.nonce, lax.token = sent["nonce"], {"patient": patient}
        finished[patient] = come_back(client, sent)["Location"]
    assert client.get(finished["patient-a"]).content.startswith(b"patient-a|")
    assert client.get(finished["patient-b"]).content.startswith(b"patient-b|")


def test_two_clinicians_in_one_browser_stay_apart(client: Client, lax: LaxEhr) -> None:
    first = opened(client, lax, "patient-a", clinician="one")
    second = opened(client, lax, "patient-a", clinician="two")
    assert shown(client, first)[1] == "Practitioner/one"
    assert shown(client, second)[1] == "Practitioner/two"


def test_what_one_session_holds_is_not_in_another_nor_in_that_of_staff(
    client: Client, lax: LaxEhr
) -> None:
    first, second = opened(client, lax, "a"), opened(client, lax, "b")
    client.post(f"/l/{first.pk}/note/", {"word": "of the first"})
    assert client.get(f"/l/{first.pk}/note/").content == b"of the first"
    assert client.get(f"/l/{second.pk}/note/").content == b"nothing"
    assert client.get("/plain/").content == b"nothing"


def test_a_csrf_token_is_good_in_its_own_launch_only(lax: LaxEhr) -> None:
    browser = Client(enforce_csrf_checks=True)
    first, second = opened(browser, lax, "a"), opened(browser, lax, "b")
    token = shown(browser, first)[3]
    good = browser.post(f"/l/{first.pk}/note/", {"word": "x", "csrfmiddlewaretoken": token})
    bad = browser.post(f"/l/{second.pk}/note/", {"word": "x", "csrfmiddlewaretoken": token})
    none = browser.post(f"/l/{first.pk}/note/", {"word": "x"})
    assert good.status_code == 200
    assert (bad.status_code, code_of(bad)) == (403, "page_out_of_date")
    assert none.status_code == 403


def test_the_csrf_secret_is_made_with_the_session_so_that_first_requests_agree(
    lax: LaxEhr,
) -> None:
    browser = Client(enforce_csrf_checks=True)
    launch = opened(browser, lax, "a")
    jar = browser.cookies.copy()
    token = shown(browser, launch)[3]
    browser.cookies = jar
    answer = browser.post(f"/l/{launch.pk}/note/", {"word": "x", "csrfmiddlewaretoken": token})
    assert answer.status_code == 200


def test_a_browser_without_the_cookie_is_refused(client: Client, lax: LaxEhr) -> None:
    launch = opened(client, lax, "a")
    response = Client().get(f"/l/{launch.pk}/")
    assert (response.status_code, code_of(response)) == (403, "launch_cookie_missing")
    assert b"window of its own" in response.content
    assert response.cookies == {}
    assert AuditEvent.objects.filter(type="launch.refused", code="launch_cookie_missing").exists()


def test_a_cookie_of_one_launch_does_not_open_another(client: Client, lax: LaxEhr) -> None:
    first, second = opened(client, lax, "a"), opened(client, lax, "b")
    thief = Client()
    thief.cookies[cookie_name(second.pk)] = client.cookies[cookie_name(first.pk)].value
    assert code_of(thief.get(f"/l/{second.pk}/")) == "launch_cookie_missing"


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "null", "." * 500])
def test_a_made_up_cookie_is_refused(client: Client, lax: LaxEhr, value: str) -> None:
    launch = opened(client, lax, "a")
    client.cookies[cookie_name(launch.pk)] = value
    assert code_of(client.get(f"/l/{launch.pk}/")) == "launch_cookie_missing"


def test_an_address_of_no_launch_is_refused(client: Client) -> None:
    assert code_of(client.get(f"/l/{'A' * 22}/")) == "launch_cookie_missing"
    assert code_of(client.get("/l/short/")) == "launch_cookie_missing"


def test_code_ahead_of_the_middleware_can_ask_for_the_same_proof(
    client: Client, lax: LaxEhr
) -> None:
    launch = opened(client, lax, "a")
    jar = {name: morsel.value for name, morsel in client.cookies.items()}
    assert proven(launch.pk, jar)
    assert not proven("B" * 22, jar)
    assert not proven(launch.pk, {})


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (Launch.EndReason.CLOSED, "session_closed"),
        (Launch.EndReason.GRANT_LOST, "session_ended"),
        (Launch.EndReason.EXPIRED, "session_expired"),
    ],
)
def test_an_ended_launch_shows_why_and_keeps_what_is_typed(
    client: Client, lax: LaxEhr, reason: str, code: str
) -> None:
    launch = opened(client, lax, "of-the-chart")
    Launch.objects.update(ended_at=timezone.now(), end_reason=reason)
    response = client.get(f"/l/{launch.pk}/")
    assert (response.status_code, code_of(response)) == (403, code)
    assert b"of-the-chart" not in response.content
    assert client.post(f"/l/{launch.pk}/save/").content == b"kept"
    assert Client().post(f"/l/{launch.pk}/save/").status_code == 403


def test_to_htmx_a_refusal_is_an_event_and_not_a_swap(client: Client, lax: LaxEhr) -> None:
    launch = opened(client, lax, "a")
    Launch.objects.update(ended_at=timezone.now(), end_reason="grant_lost")
    response = client.get(f"/l/{launch.pk}/", headers={"HX-Request": "true"})
    assert response["HX-Reswap"] == "none"
    assert response["HX-Trigger"] == '{"launch-refused": {"code": "session_ended"}}'


def test_a_launch_of_yesterday_is_ended(client: Client, lax: LaxEhr) -> None:
    launch = opened(client, lax, "a")
    with override_settings(LAUNCH_SECONDS=0):
        assert Client().get(f"/l/{launch.pk}/").status_code == 403
    Launch.objects.update(created_at=timezone.now() - timezone.timedelta(hours=9))
    assert code_of(client.get(f"/l/{launch.pk}/")) == "session_expired"
    launch.refresh_from_db()
    assert launch.end_reason == Launch.EndReason.EXPIRED
    assert AuditEvent.objects.filter(type="launch.ended", launch_id=launch.pk).count() == 1


def test_a_launch_grown_too_old_gives_its_tokens_back_once(client: Client, lax: LaxEhr) -> None:
    lax.token = {"refresh_token": "refresh-1"}
    launch = open_launch(client, lax)
    Launch.objects.update(created_at=timezone.now() - timezone.timedelta(hours=9))
    for _ in range(2):
        assert code_of(client.get(f"/l/{launch.pk}/")) == "session_expired"
    (asked,) = lax.asked_of("/auth/revoke")
    assert asked.form["token"] == ["refresh-1"]
    launch.refresh_from_db()
    assert (launch.token_set.access_token, launch.token_set.refresh_token) == ("", None)


def test_an_ehr_that_is_switched_off_closes_its_launches(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    launch = opened(client, lax, "a")
    ehr.is_active = False
    ehr.save()
    assert code_of(client.get(f"/l/{launch.pk}/")) == "ehr_disconnected"


def test_pages_of_a_launch_may_be_framed_by_its_ehr_alone_and_are_not_kept(
    client: Client, lax: LaxEhr
) -> None:
    launch = opened(client, lax, "a")
    response = client.get(f"/l/{launch.pk}/")
    assert "frame-ancestors https://ehr.example.org;" in response["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in response
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_an_ehr_without_registered_origins_may_frame_nothing(
    client: Client, lax: LaxEhr, ehr: Ehr
) -> None:
    ehr.frame_ancestors = []
    ehr.save()
    launch = opened(client, lax, "a")
    policy = client.get(f"/l/{launch.pk}/")["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy


def test_staff_pages_may_not_be_framed(client: Client) -> None:
    response = client.get("/accounts/login/")
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_a_member_of_staff_is_nobody_inside_a_launch(
    client: Client, lax: LaxEhr, django_user_model: Any
) -> None:
    launch = opened(client, lax, "a")
    client.force_login(django_user_model.objects.create_user("reviewer", role="compliance"))
    assert shown(client, launch)[0] == "a"
    stranger = Client()
    stranger.force_login(django_user_model.objects.get())
    assert code_of(stranger.get(f"/l/{launch.pk}/")) == "launch_cookie_missing"


def test_a_browser_holds_few_launch_cookies(client: Client, lax: LaxEhr) -> None:
    launches = [opened(client, lax, f"p-{number}") for number in range(10)]
    held = [each for each in launches if client.cookies[cookie_name(each.pk)].value]
    assert held == launches[2:]


def test_the_cookie_of_an_ended_launch_goes_with_the_next_opening(
    client: Client, lax: LaxEhr
) -> None:
    first = opened(client, lax, "a")
    Launch.objects.update(ended_at=timezone.now(), end_reason="closed")
    opened(client, lax, "b")
    assert client.cookies[cookie_name(first.pk)].value == ""


def test_abandoned_openings_do_not_pile_up(client: Client, lax: LaxEhr) -> None:
    for _ in range(12):
        begin(client, lax)
    waiting = [n for n, m in client.cookies.items() if n.startswith("__Host-p") and m.value]
    assert len(waiting) == 8


def test_closing_ends_the_launch_and_gives_the_tokens_back(client: Client, lax: LaxEhr) -> None:
    lax.token = {"refresh_token": "refresh-1"}
    launch = open_launch(client, lax)
    response = client.post(f"/l/{launch.pk}/close/")
    assert urlsplit(response["Location"]).path == f"/l/{launch.pk}/closed/"
    assert code_of(client.get(f"/l/{launch.pk}/")) == "session_closed"
    (asked,) = lax.asked_of("/auth/revoke")
    assert asked.form["token"] == ["refresh-1"]
    assert asked.form["client_id"] == ["lax-client"]
    launch.refresh_from_db()
    assert launch.token_set.access_token == ""
    assert launch.token_set.refresh_token is None


def test_a_visit_by_get_does_not_close(client: Client, lax: LaxEhr) -> None:
    launch = open_launch(client, lax)
    assert client.get(f"/l/{launch.pk}/close/").status_code == 405


def test_closing_works_when_the_ehr_is_down(client: Client, lax: LaxEhr) -> None:
    launch = open_launch(client, lax)
    lax.raw = {"/auth/revoke": (503, {}, b"")}
    assert client.post(f"/l/{launch.pk}/close/").status_code == 302
    launch.refresh_from_db()
    assert launch.token_set.access_token == ""
