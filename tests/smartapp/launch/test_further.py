"""The page at which an EHR says more: shown with its host, recorded, never followed, or left out."""

import json
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from audit.selectors import sealed_fields
from smartapp.ehrs.further import LONGEST, further_page, host_of
from smartapp.models import Launch, TokenSet
from smartapp.tokens import store
from tests.smartapp.launch.lax_ehr import LaxEhr
from tests.smartapp.launch.refused import refused
from tests.smartapp.launch.walk import begin, code_of, come_back, open_launch

PAGE = "https://help.ehr.example/why?code=42&lang=en"
SHOWN = (
    '<a href="https://help.ehr.example/why?code=42&amp;lang=en" target="_blank" '
    'rel="noopener noreferrer nofollow">https://help.ehr.example/why?code=42&amp;lang=en</a>'
)
REFUSED = [
    "",
    None,
    7,
    ["https://ehr.example/"],
    "http://ehr.example/why",
    "javascript:alert(1)",
    "data:text/html,x",
    "//ehr.example/why",
    "/why",
    "https://",
    "https:///why",
    "https://ehr.example@evil.example/",
    "https://evil.example\\@ehr.example/",
    "https://ehr.example/\u202egpj.exe",
    "https://\u0435hr.example/",
    "https://ehr.example/a b",
    "https://ehr.example/\n",
    'https://ehr.example/"onclick="x',
    "https://ehr.example/<script>",
    "https://ehr.example:port/",
    "https://ehr.example:99999/",
    "https://[::1]/",
    "https://-/",
    "HTTPS://EHR.EXAMPLE/",
    "https://ehr.example/" + "a" * LONGEST,
]


@pytest.mark.parametrize("told", REFUSED, ids=repr)
def test_what_is_not_plainly_an_https_address_is_left_out(told: object) -> None:
    assert further_page(told) == ""


def test_an_https_address_is_kept_as_it_is_with_its_host() -> None:
    for address, host in (
        (PAGE, "help.ehr.example"),
        ("https://ehr.example", "ehr.example"),
        ("https://ehr.example:8443/a%20b#c", "ehr.example:8443"),
    ):
        assert further_page(address) == address
        assert host_of(address) == host


def recorded() -> dict[str, Any]:
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert PAGE not in last.detail_json  # what the address holds, we cannot know
    return {**json.loads(last.detail_json), **sealed_fields(last)}


@pytest.mark.usefixtures("ehr")
def test_an_authorization_error_shows_the_page_and_records_it(client: Client, lax: LaxEhr) -> None:
    sent = begin(client, lax)
    response = come_back(client, sent, code=None, error="server_error", error_uri=PAGE)
    refused(response, "ehr_refused")
    text = response.content.decode()
    assert SHOWN in text
    assert "<strong>help.ehr.example</strong>" in text
    assert (recorded()["further_host"], recorded()["further"]) == ("help.ehr.example", PAGE)
    assert not any("why" in each.path for each in lax.asked)


@pytest.mark.usefixtures("ehr")
@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", 'https://x.example/"><b>', "http://a.example"]
)
def test_a_page_that_is_none_is_neither_shown_nor_recorded(
    client: Client, lax: LaxEhr, uri: str
) -> None:
    sent = begin(client, lax)
    response = come_back(client, sent, code=None, error="server_error", error_uri=uri)
    refused(response, "ehr_refused")
    assert "names a page" not in response.content.decode()
    assert (recorded()["further_host"], recorded()["further"]) == ("", "")


@pytest.mark.usefixtures("ehr")
def test_an_answer_that_belongs_to_nothing_shows_no_page(client: Client, lax: LaxEhr) -> None:
    sent = {"state": "of-somebody-else"}
    response = come_back(client, sent, code=None, error="server_error", error_uri=PAGE)
    refused(response, "state_unknown")
    assert PAGE.partition("?")[0] not in response.content.decode()


@pytest.mark.usefixtures("ehr")
@pytest.mark.parametrize(
    ("status", "error", "code"),
    [(400, "invalid_grant", "code_refused"), (401, "invalid_client", "client_rejected")],
)
def test_a_token_error_shows_the_page_and_records_it(
    client: Client, lax: LaxEhr, status: int, error: str, code: str
) -> None:
    sent = begin(client, lax)
    body = json.dumps({"error": error, "error_uri": PAGE}).encode()
    lax.raw = {"/auth/token": (status, {}, body)}
    response = come_back(client, sent)
    refused(response, code)
    assert SHOWN in response.content.decode()
    assert recorded()["further"] == PAGE


@pytest.mark.usefixtures("ehr")
def test_a_session_that_the_ehr_ended_shows_the_page_that_it_named(
    client: Client, lax: LaxEhr
) -> None:
    launch = open_launch(client, lax)
    store.lose(TokenSet.objects.get(launch=launch), further=PAGE)
    lost = AuditEvent.objects.get(type="token.lost")
    assert json.loads(lost.detail_json)["further_host"] == "help.ehr.example"
    assert Launch.objects.get(pk=launch.pk).patient_id == launch.patient_id
    response = client.get(f"/l/{launch.pk}/")
    assert code_of(response) == "session_ended"
    assert SHOWN in response.content.decode()
