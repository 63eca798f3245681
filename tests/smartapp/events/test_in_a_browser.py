"""The page of notifications in Chromium: readable by everybody, and usable on a telephone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.utils import timezone

from smartapp.events.intake import store
from smartapp.events.notices import Notice, Told
from smartapp.events.registering import register_sender
from smartapp.models import Ehr, EventProgress, InboundEvent
from smartapp.staff.accounts import add_staff
from tests.smartapp.administration.test_in_a_browser import OVER_THE_EDGE, PASSWORD, shown

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def address(live_server: Any) -> str:
    """The app's own, with a sender of which some numbers are missing, and a dead letter."""
    add_staff(username="tomas", role="administrator", password=PASSWORD)
    ehr = Ehr.objects.create(
        slug="far", name="Far General", issuer="https://ehr.example.org/fhir", vendor="generic",
        client_id="us", client_auth=Ehr.ClientAuth.PUBLIC, scopes="launch",
    )  # fmt: skip
    sender, _ = register_sender(ehr, name="encounters", form="fhir", secret_ref="env:NONE")
    told = tuple(Told("Encounter", number, patient_id="p", body={}) for number in (1, 4))
    with transaction.atomic():
        store(sender, [Notice("handshake", total=0), Notice("event-notification", told)])
    dead = {"state": "dead", "ended_at": timezone.now(), "code": "handler_failed:OperationalError"}
    InboundEvent.objects.filter(number=1).update(attempts=6, **dead)
    EventProgress.objects.update(gap_code="cannot_ask")
    return str(live_server.url)


@pytest.mark.parametrize("size", ["narrow", "wide"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_a_dead_letter_is_replayed_without_scrolling_aside(
    address: str, size: str, theme: str
) -> None:
    for page in shown(address, "events/", size, theme):
        found = Axe().run(page).response["violations"]
        assert {each["id"]: [n["target"] for n in each["nodes"]][:3] for each in found} == {}
        assert page.evaluate(OVER_THE_EDGE) == []
        replay = page.get_by_role("button", name="Replay")
        box = replay.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= page.evaluate("innerWidth")
        assert page.get_by_text("The EHR cannot be asked").is_visible()
        replay.click()
        page.get_by_text("No dead letters.").wait_for()
    assert InboundEvent.objects.get(number=1).state == "waiting"


@pytest.mark.parametrize("size", ["narrow", "wide"])
def test_a_dead_letter_is_discarded_by_a_second_word_alone(address: str, size: str) -> None:
    for page in shown(address, "events/", size, "light"):
        asked = page.locator("summary", has_text="Discard")
        sure = page.get_by_role("button", name="Discard for good")
        assert sure.count() == 0 or not sure.is_visible()
        asked.click()
        assert page.get_by_text("This cannot be undone.").is_visible()
        page.reload()
        assert page.get_by_role("button", name="Replay").is_visible()  # nothing has happened
        asked.click()
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate(OVER_THE_EDGE) == []
        asked.click()
        assert not sure.is_visible()  # whoever thinks better of it closes it
        asked.focus()
        page.keyboard.press("Enter")
        sure.click()
        page.get_by_text("No dead letters.").wait_for()
    row = InboundEvent.objects.get(number=1)
    assert (row.state, row.body_sealed) == ("discarded", None)
