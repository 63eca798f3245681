"""An EHR's style document: from its own hosts, kept, and never waited for."""

import hashlib
import json
import time

import pytest
from django.core.cache import cache

from smartapp.ehrs import wire
from smartapp.ehrs.styles import style_of
from smartapp.ehrs.wire import MAX_BYTES
from smartapp.models import Ehr
from tests.smartapp.launch.lax_ehr import LaxEhr

WISHED = {"color_background": "#18201e"}


def served(lax: LaxEhr, body: bytes, status: int = 200, **headers: str) -> str:
    """Have the EHR serve a style document; returns its address."""
    lax.raw = {"/style.json": (status, headers, body)}
    return f"{lax.base_url}/style.json"


def test_it_is_fetched_once_and_kept(ehr: Ehr, lax: LaxEhr) -> None:
    url = served(lax, json.dumps({**WISHED, "font_family_body": "x"}).encode())
    assert style_of(ehr, url, within=5) == WISHED
    until = time.monotonic() + 5
    while cache.get(_key(ehr, url)) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert style_of(ehr, url, within=5) == WISHED
    assert len(lax.asked_of("/style.json")) == 1
    assert "Authorization" not in lax.asked_of("/style.json")[0].headers


def _key(ehr: Ehr, url: str) -> str:
    return f"style:{ehr.pk}:{hashlib.sha256(url.encode()).hexdigest()}"


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b"{}"), (500, b"{}"), (200, b"no json"), (200, b" " * (MAX_BYTES + 1)), (200, b"[1]")],
)
def test_what_cannot_be_used_is_no_style(ehr: Ehr, lax: LaxEhr, status: int, body: bytes) -> None:
    assert style_of(ehr, served(lax, body, status), within=5) == {}


def test_a_redirect_is_not_followed(ehr: Ehr, lax: LaxEhr) -> None:
    url = served(lax, b"", 302, Location=f"{lax.base_url}/elsewhere")
    assert style_of(ehr, url, within=5) == {}
    assert lax.asked_of("/elsewhere") == []


def test_a_host_the_ehr_did_not_declare_is_not_asked(ehr: Ehr, lax: LaxEhr) -> None:
    served(lax, json.dumps(WISHED).encode())
    assert style_of(ehr, f"http://localhost:{lax.port}/style.json", within=5) == {}
    assert lax.asked_of("/style.json") == []


def test_a_late_style_is_there_for_the_next_page(
    ehr: Ehr, lax: LaxEhr, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, get_json = served(lax, json.dumps(WISHED).encode()), wire.get_json

    def slow(*given: object, **more: object) -> object:
        time.sleep(0.3)
        return get_json(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("smartapp.ehrs.styles.get_json", slow)
    assert style_of(ehr, url, within=0.01) == {}
    until = time.monotonic() + 5
    while cache.get(_key(ehr, url)) is None and time.monotonic() < until:
        time.sleep(0.02)
    assert style_of(ehr, url, within=0.01) == WISHED
