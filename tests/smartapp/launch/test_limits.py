"""The door bears a hospital behind one address, and tells a flood to wait."""

from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from smartapp.models import Launch, PendingLaunch
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.launch.walk import begin, code_of, come_back, open_launch

pytestmark = pytest.mark.usefixtures("ehr", "_three_an_hour")


@pytest.fixture
def _three_an_hour(settings: Any) -> None:
    # An hour, so that no test falls into two windows but by the rarest chance.
    settings.LAUNCH_RATE = "3/h"


def refusals() -> int:
    return AuditEvent.objects.filter(type="launch.refused", code="too_many_launches").count()


def knock(browser: Client, lax: LaxEhr, **headers: Any) -> Any:
    return browser.get("/launch/", {"iss": lax.issuer, "launch": "x"}, **headers)


def test_more_launches_than_allowed_are_told_to_wait(client: Client, lax: LaxEhr) -> None:
    assert [knock(client, lax).status_code for _ in range(3)] == [302] * 3
    lax.asked.clear()
    response = knock(client, lax)
    assert (response.status_code, code_of(response)) == (429, "too_many_launches")
    assert 1 <= int(response["Retry-After"]) <= 3600
    assert "Wait a minute." in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert "frame-ancestors https://ehr.example.org" in response["Content-Security-Policy"]
    assert PendingLaunch.objects.count() == 3
    assert lax.asked == []


def test_a_flood_leaves_one_row_in_the_trail_and_not_one_each(client: Client, lax: LaxEhr) -> None:
    for _ in range(20):
        knock(client, lax)
    assert refusals() == 1
    row = AuditEvent.objects.get(code="too_many_launches")
    assert (row.address, row.detail["detail"]) == ("127.0.0.1", "launch")


def test_a_flood_of_nonsense_is_stopped_like_any_other(client: Client) -> None:
    answers = [client.get("/launch/").status_code for _ in range(5)]
    assert answers == [400, 400, 400, 429, 429]
    assert [client.get("/launch/standalone/lax/").status_code] == [429]
    assert AuditEvent.objects.filter(type="launch.refused").count() == 4


def test_callbacks_are_counted_by_themselves(client: Client, lax: LaxEhr) -> None:
    for _ in range(3):
        open_launch(client, lax)
    guesses = [client.get("/launch/callback/lax/", {"state": "x"}) for _ in range(5)]
    assert [code_of(each) for each in guesses] == ["state_unknown"] * 3 + ["too_many_launches"] * 2
    assert Launch.objects.count() == 3
    assert AuditEvent.objects.get(code="too_many_launches").detail["detail"] == "callback"


def test_a_flood_of_guesses_keeps_no_true_callback_out(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    guesses = [client.get("/launch/callback/lax/").status_code for _ in range(5)]
    assert guesses == [403, 403, 403, 429, 429]
    assert come_back(client, sent).status_code == 302


def test_another_network_is_not_held_up(client: Client, lax: LaxEhr) -> None:
    for _ in range(4):
        knock(client, lax, REMOTE_ADDR="192.0.2.7")
    assert knock(client, lax, REMOTE_ADDR="192.0.2.7").status_code == 429
    assert knock(client, lax, REMOTE_ADDR="192.0.2.8").status_code == 302


def test_one_ipv6_network_has_one_count(client: Client, lax: LaxEhr) -> None:
    addresses = [f"2001:db8:0:1::{number}" for number in range(1, 5)]
    answers = [knock(client, lax, REMOTE_ADDR=each).status_code for each in addresses]
    assert answers == [302, 302, 302, 429]
    assert knock(client, lax, REMOTE_ADDR="2001:db8:0:2::1").status_code == 302


def test_a_forged_forwarding_header_gives_no_new_count(client: Client, lax: LaxEhr) -> None:
    answers = [
        knock(client, lax, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code
        for number in range(4)
    ]
    assert answers == [302, 302, 302, 429]


def test_behind_a_proxy_of_ours_its_clients_are_told_apart(
    client: Client, lax: LaxEhr, settings: Any
) -> None:
    settings.AUDIT_TRUSTED_PROXIES = 1
    answers = [
        knock(client, lax, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code
        for number in range(5)
    ]
    assert answers == [302] * 5


def test_requests_without_an_address_share_a_count(client: Client, lax: LaxEhr) -> None:
    answers = [knock(client, lax, REMOTE_ADDR="").status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_no_rate_is_no_limit(client: Client, lax: LaxEhr, settings: Any) -> None:
    settings.LAUNCH_RATE = ""
    assert {knock(client, lax).status_code for _ in range(6)} == {302}


def test_the_pages_inside_a_launch_are_not_limited(client: Client, lax: LaxEhr) -> None:
    launch = open_launch(client, lax)
    for _ in range(5):
        assert client.post(f"/l/{launch.pk}/close/").status_code in {302, 403}
