"""Staff sign in to accounts made for them, and see what their role may see."""

import io
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, resolve
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.models import StaffUser
from smartapp.staff.accounts import add_staff
from smartapp.staff.doors import role_required
from smartapp.views import home

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.smartapp.staff.test_sign_in")]
PASSWORD = "a-long-enough-passphrase"


@role_required("compliance")
def reviewers_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for reviewers")


urlpatterns = [
    path("", include("smartapp.launch.urls")),
    path("accounts/", include("smartapp.staff.urls")),
    path("trail/", include("audit.urls")),
    path("", home, name="home"),
    path("reviewers/", reviewers_only),
]


@pytest.fixture(autouse=True)
def _no_lockout_from_another_test() -> None:
    cache.clear()


@pytest.fixture
def lena() -> StaffUser:
    return add_staff(username="lena", role="compliance", password=PASSWORD)


def sign_in(client: Client, username: str = "lena", password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": username, "password": password})


def test_a_reviewer_signs_in_and_out_and_the_trail_says_so(client: Client, lena: StaffUser) -> None:
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/trail/")
    assert client.get("/reviewers/").content == b"for reviewers"
    assert list(get_messages(response.wsgi_request)) == [], "none waits to show up out of place"
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/reviewers/").status_code == 302
    kinds = AuditEvent.objects.filter(type__startswith="staff.").order_by("pk")
    assert [each.type for each in kinds] == ["staff.signed_in", "staff.signed_out"]
    assert AuditEvent.objects.latest("pk").code == "not_signed_in"


@pytest.mark.parametrize("role", ["compliance", "administrator"])
def test_an_account_page_leads_to_ones_own_pages_and_to_a_new_password(
    client: Client, role: str
) -> None:
    add_staff(username="ada", role=role, password=PASSWORD)
    sign_in(client, "ada")
    page = client.get("/accounts/2fa/").content.decode()
    assert 'class="brand" href="/"' in page
    assert "/accounts/password/change/" in page
    assert "/trail/" not in page
    renewed = {"oldpassword": PASSWORD, "password1": "a-new-long-passphrase"}
    answer = client.post(
        "/accounts/password/change/", renewed | {"password2": "a-new-long-passphrase"}, follow=True
    )
    assert "Password successfully changed." in answer.content.decode()
    assert sign_in(Client(), "ada", "a-new-long-passphrase").status_code == 302


def test_no_mail_address_is_kept(client: Client, lena: StaffUser) -> None:
    sign_in(client)
    assert client.get("/accounts/email/").status_code == 404
    added = client.post("/accounts/email/", {"email": "x@example.org", "action_add": ""})
    assert added.status_code == 404
    lena.refresh_from_db()
    assert lena.email == ""


@pytest.mark.parametrize(
    ("role", "home", "page"),
    [("administrator", "/administration/", "administration"), ("compliance", "/trail/", "trail")],
)
def test_each_role_is_led_to_its_own_pages_unless_another_was_asked_for(
    client: Client, role: str, home: str, page: str
) -> None:
    add_staff(username="ada", role=role, password=PASSWORD)
    assert sign_in(client, "ada")["Location"] == home
    assert resolve(home, urlconf="smartapp.urls").view_name == page
    # Signed in already, and at the door once more.
    assert client.get("/accounts/login/")["Location"] == home
    other = Client().post(
        "/accounts/login/", {"login": "ada", "password": PASSWORD, "next": "/reviewers/"}
    )
    assert other["Location"] == "/reviewers/"


def test_the_staff_cookie_is_of_this_host_and_not_for_frames(
    client: Client, lena: StaffUser
) -> None:
    sign_in(client)
    header = client.cookies["__Host-staff"].OutputString()
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in header
    assert "Partitioned" not in header


def test_a_wrong_password_is_refused_and_recorded_without_the_name_in_the_clear(
    client: Client, lena: StaffUser
) -> None:
    response = sign_in(client, password="a-wrong-passphrase")
    assert response.status_code == 200
    assert b"for reviewers" not in client.get("/reviewers/").content
    event = AuditEvent.objects.get(type="staff.sign_in_refused")
    assert "lena" not in event.detail_json + event.actor


def test_a_name_is_locked_after_five_failures_even_for_the_right_password(
    client: Client, lena: StaffUser
) -> None:
    for _ in range(5):
        sign_in(client, password="a-wrong-passphrase")
    response = sign_in(Client())
    assert response.status_code != 302
    assert not any(e.type == "staff.signed_in" for e in AuditEvent.objects.all())


def test_nobody_signs_up(client: Client) -> None:
    for method in (client.get, client.post):
        response = method("/accounts/signup/")
        assert b"Accounts are made by administrators" in response.content
    assert not StaffUser.objects.exists()


def test_a_lost_password_is_a_matter_for_an_administrator(client: Client) -> None:
    assert b"Ask an administrator" in client.get("/accounts/password/reset/").content
    assert client.post("/accounts/password/reset/", {"email": "x@example.org"}).status_code == 405


@pytest.mark.parametrize("role", ["administrator", ""])
def test_another_role_is_told_that_the_page_is_not_for_it(client: Client, role: str) -> None:
    user = StaffUser.objects.create_user("other", password=PASSWORD, role=role, is_superuser=True)
    client.force_login(user)
    response = client.get("/reviewers/")
    assert response.status_code == 403
    assert b"for compliance reviewers" in response.content
    row = AuditEvent.objects.latest("pk")
    assert (row.type, row.code) == ("trail.refused", "not_a_reviewer")
    assert "no-store" in response["Cache-Control"]


def test_who_is_not_signed_in_is_asked_to_and_brought_back(client: Client) -> None:
    assert client.get("/reviewers/?a=b")["Location"] == "/accounts/login/?next=/reviewers/%3Fa%3Db"


def test_signing_in_leads_to_no_other_site(client: Client, lena: StaffUser) -> None:
    response = client.post(
        "/accounts/login/?next=https://evil.example.org/",
        {"login": "lena", "password": PASSWORD, "next": "https://evil.example.org/"},
    )
    assert response["Location"] == "/trail/"


def test_a_form_without_its_token_is_refused_with_a_page(lena: StaffUser) -> None:
    response = sign_in(Client(enforce_csrf_checks=True))
    assert response.status_code == 403
    assert b"out of date" in response.content
    row = AuditEvent.objects.get(type="staff.form_refused")
    assert (row.outcome, row.code) == ("refused", "page_out_of_date")
    assert (row.detail["page"], row.address) == ("account_login", "127.0.0.1")


def test_a_flood_of_such_forms_does_not_flood_the_trail(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    with time_machine.travel(timezone.now(), tick=False):  # no minute turns on the way
        assert {browser.post("/accounts/login/").status_code for _ in range(80)} == {403}
    assert AuditEvent.objects.filter(type="staff.form_refused").count() == 60


def test_a_forged_form_of_somebody_signed_in_is_told_under_their_name(lena: StaffUser) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(lena)
    assert browser.post("/accounts/logout/").status_code == 403
    row = AuditEvent.objects.get(type="staff.form_refused")
    assert (row.actor, row.detail["page"]) == (f"staff|{lena.pk}", "account_logout")


def test_add_staff_makes_up_a_password_and_shows_it_once(client: Client) -> None:
    out = io.StringIO()
    call_command("add_staff", "mara", role="compliance", stdout=out)
    password = out.getvalue().rsplit(": ", 1)[1].strip()
    assert len(password) == 20
    assert sign_in(client, "mara", password).status_code == 302


def test_add_staff_takes_a_password_from_the_environment_and_prints_none(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_STAFF_PASSWORD", PASSWORD)
    out = io.StringIO()
    call_command("add_staff", "mara", role="administrator", stdout=out)
    assert PASSWORD not in out.getvalue()
    assert sign_in(client, "mara").status_code == 302


def test_add_staff_reads_a_password_from_standard_input(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    call_command("add_staff", "mara", "--password-stdin", role="compliance", stdout=io.StringIO())
    assert sign_in(client, "mara").status_code == 302


@pytest.mark.parametrize("password", ["short", "password1234", "lenalenalena"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        add_staff(username="lenalenalena", role="compliance", password=password)


def test_a_name_is_given_once_whatever_its_case(lena: StaffUser) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("add_staff", "LENA", role="compliance")
