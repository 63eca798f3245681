"""What carries codes, secrets and tokens goes to the EHR's own hosts and nowhere else."""

from typing import Any

import httpx2
import pytest
from django.core.cache import cache

from smartapp.ehrs.client import oauth_client
from smartapp.ehrs.discovery import smart_configuration
from smartapp.ehrs.errors import EhrAnswerUnreadable, EhrUnreachable, ForeignHost
from smartapp.ehrs.exchange import redeem_code
from smartapp.ehrs.wire import MAX_BYTES, PinnedTransport, get_json
from smartapp.models import Ehr
from tests.smartapp.launch.lax_ehr import LaxEhr


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example.org/token",
        "http://127.0.0.1:{other}/auth/token",
        "https://127.0.0.1:{port}/auth/token",
        "http://localhost:{port}/auth/token",
        "http://user:pass@127.0.0.1:{port}/auth/token",
    ],
)
def test_an_address_the_ehr_did_not_declare_gets_nothing(
    ehr: Ehr, lax: LaxEhr, address: str
) -> None:
    url = address.format(port=lax.port, other=lax.port + 1)
    with (
        oauth_client(ehr, smart_configuration(ehr)) as client,
        pytest.raises(ForeignHost),
    ):
        client.request("POST", url, data={"code": "secret"}, withhold_token=True)
    assert lax.asked_of("/auth/token") == []


def test_a_redirect_of_the_token_endpoint_is_not_followed(ehr: Ehr, lax: LaxEhr) -> None:
    lax.raw = {"/auth/token": (307, {"Location": f"{lax.base_url}/elsewhere"}, b"")}
    with pytest.raises(EhrUnreachable):
        redeem_code(ehr, smart_configuration(ehr), code="c", verifier="v", redirect_uri="r")
    assert lax.asked_of("/elsewhere") == []


def test_an_answer_without_end_is_cut_off(lax: LaxEhr) -> None:
    lax.raw = {"/big": (200, {}, b" " * (MAX_BYTES + 1))}
    with pytest.raises(EhrAnswerUnreadable):
        get_json(f"{lax.base_url}/big", pinned=[lax.base_url])
    lax.raw = {"/big": (200, {}, b"{}" + b" " * (MAX_BYTES - 2))}
    assert get_json(f"{lax.base_url}/big", pinned=[lax.base_url]) == {}


def test_http_to_another_machine_is_never_used() -> None:
    transport = PinnedTransport(["http://ehr.example.org/fhir"])
    with httpx2.Client(transport=transport) as client, pytest.raises(ForeignHost):
        client.get("http://ehr.example.org/fhir/.well-known/smart-configuration")


def test_a_description_is_asked_for_once_in_a_while_as_json(ehr: Ehr, lax: LaxEhr) -> None:
    for _ in range(3):
        smart_configuration(ehr)
    (asked,) = lax.asked
    assert asked.headers["Accept"] == "application/json"
    cache.clear()
    smart_configuration(ehr)
    assert len(lax.asked) == 2


def test_no_message_holds_an_address_or_the_servers_words(ehr: Ehr, lax: LaxEhr) -> None:
    said: list[str] = []
    for answer in ((500, {}, b"Halloway"), (200, {}, b"Halloway"), (418, {}, b"Halloway")):
        lax.raw = {"/auth/token": answer}
        with pytest.raises(Exception, match=r".") as caught:
            redeem_code(ehr, smart_configuration(ehr), code="c0de", verifier="v", redirect_uri="r")
        error: Any = caught.value
        said.append(str(error))
    assert not any(word in " ".join(said) for word in ("Halloway", "127.0.0.1", "c0de"))
