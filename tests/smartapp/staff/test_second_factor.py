"""Where it is demanded, no member of staff sees a page without a second factor."""

import html
import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from audit.models import AuditEvent
from smartapp.models import StaffUser
from smartapp.staff.accounts import add_staff
from smartapp.staff.doors import role_required
from smartapp.views import home

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.smartapp.staff.test_second_factor"),
]
PASSWORD = "a-long-enough-passphrase"


@role_required("administrator")
def administrators_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for administrators")


urlpatterns = [
    path("", home, name="home"),
    path("", include("smartapp.launch.urls")),
    path("accounts/", include("smartapp.staff.urls")),
    path("trail/", include("audit.urls")),
    path("administrators/", administrators_only, name="administrators"),
]
PAGES = {"compliance": "/trail/", "administrator": "/administrators/"}


@pytest.fixture(autouse=True)
def _demanded(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    cache.clear()


@pytest.fixture(params=sorted(PAGES))
def someone(request: pytest.FixtureRequest) -> StaffUser:
    return add_staff(username="lena", role=request.param, password=PASSWORD)


@pytest.fixture
def lena() -> StaffUser:
    return add_staff(username="lena", role="compliance", password=PASSWORD)


def sign_in(client: Client) -> Any:
    return client.post("/accounts/login/", {"login": "lena", "password": PASSWORD})


def code(secret: str, steps_from_now: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps_from_now))


def enrol(client: Client) -> str:
    """Add an authenticator app as the page says; return its key."""
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.findall(r'class="mono">([A-Z2-7]{32})<', page)[0]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def test_without_one_a_page_is_not_shown_and_leads_to_adding_one(
    client: Client, someone: StaffUser
) -> None:
    sign_in(client)
    answer = client.get(PAGES[someone.role])
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "second_factor_missing" in text
    assert 'href="/accounts/2fa/totp/activate/"' in text
    assert "no-store" in answer["Cache-Control"]
    row = AuditEvent.objects.latest("pk")
    assert (row.outcome, row.code) == ("refused", "second_factor_missing")
    assert row.actor == f"staff|{someone.pk}"


def test_once_added_the_pages_open(client: Client, someone: StaffUser) -> None:
    sign_in(client)
    enrol(client)
    assert client.get(PAGES[someone.role]).status_code == 200


def test_a_password_alone_signs_nobody_in_any_more(client: Client, lena: StaffUser) -> None:
    sign_in(client)
    secret = enrol(client)
    other = Client()
    assert sign_in(other)["Location"] == "/accounts/2fa/authenticate/"
    assert other.get("/trail/")["Location"].startswith("/accounts/login/")
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    row = AuditEvent.objects.latest("pk")
    assert (row.type, row.code) == ("staff.sign_in_refused", "bad_second_factor")
    assert other.get("/trail/").status_code == 302
    right = other.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert right["Location"] == "/trail/"
    assert other.get("/trail/").status_code == 200


def test_a_session_older_than_the_second_factor_is_asked_for_it(
    client: Client, lena: StaffUser
) -> None:
    thief = Client()
    sign_in(thief)
    sign_in(client)
    secret = enrol(client)
    answer = thief.get("/trail/?kind=signed")
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
    assert thief.post(answer["Location"], {"code": "123456"}).status_code == 200
    assert thief.get("/trail/").status_code == 302
    # The owner, in another browser, has the telephone.
    back = thief.post(answer["Location"], {"code": code(secret)})
    assert back["Location"] == "/trail/?kind=signed"
    assert thief.get("/trail/").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "recovery-codes/download/"],
)
def test_a_password_alone_neither_removes_it_nor_makes_recovery_codes(
    client: Client, lena: StaffUser, address: str
) -> None:
    thief = Client()
    sign_in(thief)
    sign_in(client)
    enrol(client)
    thief.post("/accounts/reauthenticate/", {"password": PASSWORD})
    before = [each.data for each in Authenticator.objects.order_by("pk")]
    for method in (thief.get, thief.post):
        answer = method(f"/accounts/2fa/{address}")
        assert answer["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
    assert [each.data for each in Authenticator.objects.order_by("pk")] == before


def test_a_code_is_good_once(client: Client, lena: StaffUser) -> None:
    sign_in(client)
    secret = enrol(client)
    used = code(secret)
    for expected in ("/trail/", None):
        browser = Client()
        sign_in(browser)
        answer = browser.post("/accounts/2fa/authenticate/", {"code": used})
        assert answer.get("Location") == expected


def test_a_recovery_code_serves_where_the_telephone_is_lost(
    client: Client, lena: StaffUser
) -> None:
    sign_in(client)
    enrol(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r'<li class="mono">([^<]+)</li>', page)
    assert len(codes) == 10
    other = Client()
    sign_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": html.unescape(codes[0])})
    assert other.get("/trail/").status_code == 200


def test_the_key_is_sealed_where_it_is_kept(client: Client, lena: StaffUser) -> None:
    sign_in(client)
    secret = enrol(client)
    kept = Authenticator.objects.get(type="totp")
    assert secret not in str(kept.data)
    assert kept.wrap().validate_code(code(secret))


def test_adding_and_removing_one_is_told_in_the_trail(client: Client, lena: StaffUser) -> None:
    sign_in(client)
    enrol(client)
    client.post("/accounts/2fa/totp/deactivate/")
    rows = AuditEvent.objects.filter(type="staff.second_factor_changed").order_by("pk")
    told = [(each.detail["change"], each.detail["kind"]) for each in rows]
    assert ("added", "totp") in told
    assert ("removed", "totp") in told
    assert {each.actor for each in rows} == {f"staff|{lena.pk}"}
    assert client.get("/trail/").status_code == 403


def test_the_page_shows_a_picture_without_inline_style_or_script(
    client: Client, lena: StaffUser
) -> None:
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert re.search(r'<div class="qr">.*?<svg .*?<path ', page, re.DOTALL)
    assert " style=" not in page
    assert "data:" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)


@pytest.mark.parametrize(
    "address", ["", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"]
)
def test_the_other_pages_of_it_are_in_the_house_form(
    client: Client, lena: StaffUser, address: str
) -> None:
    sign_in(client)
    enrol(client)
    answer = client.get(f"/accounts/2fa/{address}")
    assert answer.status_code == 200
    assert 'class="state__do"' in answer.content.decode()


def test_another_role_is_told_so_and_not_about_second_factors(
    client: Client, lena: StaffUser
) -> None:
    sign_in(client)
    answer = client.get("/administrators/")
    assert (answer.status_code, b"for administrators" in answer.content) == (403, True)
    row = AuditEvent.objects.latest("pk")
    assert (row.type, row.code) == ("staff.page_refused", "not_an_administrator")
    assert row.detail["page"] == "administrators"


def test_where_it_is_not_demanded_a_password_is_enough(
    client: Client, someone: StaffUser, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    sign_in(client)
    assert client.get(PAGES[someone.role]).status_code == 200
