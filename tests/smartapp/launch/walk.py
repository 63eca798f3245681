"""A browser's way through a launch, played with Django's test client."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpResponse
from django.test import Client

from smartapp.models import Launch
from tests.smartapp.launch.lax_ehr import LaxEhr


def asked(response: HttpResponse) -> dict[str, str]:
    """The parameters that the browser was sent to the authorization page with."""
    return dict(parse_qsl(urlsplit(response["Location"]).query))


def begin(browser: Client, lax: LaxEhr, launch: str = "launch-1") -> dict[str, str]:
    """Open the app from the EHR; tell the EHR the nonce, as a browser would."""
    query = urlencode({"iss": lax.issuer, "launch": launch})
    response = browser.get(f"/launch/?{query}")
    assert response.status_code == 302, response.content.decode()
    sent = asked(response)
    lax.nonce = sent["nonce"]
    return sent


def come_back(
    browser: Client, sent: dict[str, str], at: str = "lax", **changes: Any
) -> HttpResponse:
    """Follow the EHR's redirect to the callback of the EHR named ``at``."""
    query = {"code": "code-1", "state": sent["state"], **changes}
    return browser.get(f"/launch/callback/{at}/", {k: v for k, v in query.items() if v is not None})


def open_launch(browser: Client, lax: LaxEhr, **changes: Any) -> Launch:
    """All the way to an open launch."""
    response = come_back(browser, begin(browser, lax), **changes)
    assert response.status_code == 302, code_of(response)
    return Launch.objects.get(pk=response["Location"].split("/")[2])


def code_of(response: HttpResponse) -> str:
    """The code shown on a refusal page."""
    text = response.content.decode()
    assert 'class="mono">' in text, text[:500]
    return text.split('class="mono">')[1].split("<")[0]
