"""The page of a draft made again, in Chromium."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser

from recommendations.drafts.services import request_draft
from smartapp.models import Launch
from smartapp.staff.accounts import add_staff
from tests.recommendations.agent.stand_in import StandIn
from tests.recommendations.drafts.test_drafting import made
from tests.recommendations.releases.test_in_a_browser import browser, signed_in  # noqa: F401 - a fixture
from tests.recommendations.replays.test_replay import _another
from tests.smartapp.administration.test_in_a_browser import OVER_THE_EDGE, PASSWORD, SIZES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("chart", "sent"),
]


@pytest.fixture
def place(launch: Launch, model: StandIn, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a draft whose statements are all judged otherwise by now."""
    monkeypatch.setattr("recommendations.replays.replaying.settle", _another)
    draft = made(request_draft(launch=launch, document="progress_note"))
    add_staff(username="lena", role="compliance", password=PASSWORD)
    return reverse("trail-replay", args=[draft.pk]).removeprefix("/")


@pytest.mark.parametrize(("size", "theme"), [("narrow", "light"), ("wide", "dark")])
def test_axe_finds_nothing_and_nothing_hangs_over_the_edge(
    browser: Browser,  # noqa: F811 - the fixture
    place: str,
    live_server: Any,
    size: str,
    theme: str,
) -> None:
    how = {"viewport": SIZES[size], "color_scheme": theme}
    page = signed_in(browser, str(live_server.url), "lena", place, **how)
    page.get_by_text("Every request came out byte for byte as it was sent.").wait_for()
    assert page.get_by_text("Words of today.").count() > 3
    found = Axe().run(page).response["violations"]
    assert {each["id"]: [n["target"] for n in each["nodes"]][:3] for each in found} == {}
    assert page.evaluate(OVER_THE_EDGE) == []
