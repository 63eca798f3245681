"""A clinician's way into the hospital, over HTTP and fast enough to be walked for every cell."""

import html
import re
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from smartapp.launch.refusals import REFUSALS
from smartapp.models import Launch, TokenSet
from tests.conftest import Sandbox
from tests.sandbox.hospital import HTTP
from tests.sandbox.smart import OSEI
from tests.smartapp.launch.walk import code_of

HALLOWAY = "eQ81-774"


def begin(hospital: Sandbox, personality: str, browser: Client) -> Any:
    """Open the app from the chart; return our answer, a redirect or a refusal."""
    cache.clear()
    wish = {"patient": HALLOWAY, "user": OSEI}
    made = HTTP.post(f"{hospital.base_url}/ehr/{personality}/launch/", json=wish).json()
    return browser.get("/launch/", {"iss": made["iss"], "launch": made["launch"]})


def walk(hospital: Sandbox, personality: str) -> Launch | str:
    """Launch; return the open launch, or the code of the page that refused it."""
    browser = Client()
    begun = begin(hospital, personality, browser)
    if 'class="mono">' in begun.content.decode():
        return refusal(begun)
    back = authorized(begun)
    answer = browser.get(back[back.index("/launch/callback/") :])
    if answer.status_code != 302:
        return refusal(answer)
    return Launch.objects.select_related("ehr").get(pk=answer["Location"].split("/")[2])


def still_open(launch: Launch | None, hospital: Sandbox, personality: str) -> Launch:
    """Return a launch whose tokens are good: the one at hand, or another where they are not."""
    good = timezone.now() - timedelta(seconds=120)
    rows = TokenSet.objects.filter(launch=launch, lost_at=None, issued_at__gt=good)
    if launch is not None and rows.exists():
        return launch
    opened = walk(hospital, personality)
    assert isinstance(opened, Launch)
    return opened


def authorized(begun: Any) -> str:
    """Take our answer to the EHR as a browser would, a redirect or a form; return the callback."""
    if begun.status_code == 302:
        return str(HTTP.get(begun["Location"]).headers["location"])
    page = begun.content.decode()
    action = html.unescape(re.findall(r'action="([^"]+)"', page)[0])
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', page)
    return str(
        HTTP.post(action, data={key: html.unescape(value) for key, value in fields}).headers[
            "location"
        ]
    )


def refusal(response: Any) -> str:
    """The code of a refusal page, which must say in words what it means."""
    code = code_of(response)
    assert REFUSALS[code].title in html.unescape(response.content.decode())
    return code


def tokens_of(launch: Launch) -> set[str]:
    """The tokens kept for a launch."""
    row = TokenSet.objects.filter(launch=launch).first()
    return {each for each in (row.access_token, row.refresh_token) if each} if row else set()
