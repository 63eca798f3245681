"""The page on nights: how far each is and what was not read, and nothing of a patient."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.fhir import bulk
from smartapp.models import BulkExport, Ehr, Night, NightPatient, Schedule, StaffUser
from smartapp.models.launches import patient_index
from smartapp.night import nights, waking
from smartapp.schedules import setting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unwoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "wake", lambda _: None)


@pytest.fixture
def night() -> Night:
    ehr = Ehr.objects.create(
        slug="north", name="North General", issuer="https://north.example.org/r4",
        vendor="generic", client_id="us", client_auth="public", scopes="launch",
    )  # fmt: skip
    return nights.begin(ehr, ["pat-1", "pat-2", "pat-3"], group="registry-7")


def browser(role: str = "administrator") -> Client:
    client = Client()
    user, _ = StaffUser.objects.get_or_create(username=role, role=role)
    client.force_login(user)
    return client


def shown(client: Client) -> str:
    answer = client.get(reverse("nights"))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def end(night: Night, patient: str, **values: Any) -> None:
    rows = night.patients.filter(key=patient_index(night.ehr, patient))
    assert rows.update(**values) == 1


def test_it_says_how_far_a_night_is_and_what_is_missing_from_how_many(night: Night) -> None:
    state = NightPatient.State
    end(night, "pat-1", state=state.READ, missing=["allergies: suppressed (withheld)"], requests=2)
    end(night, "pat-2", state=state.FAILED, code="ehr_unavailable", requests=4)
    text = shown(browser())
    assert "North General" in text
    assert "allergies: suppressed (withheld): 1 patient<" in text
    assert "ehr_unavailable</span>: 1 patient<" in text
    cells = [3, 1, 1, 1, 1, 6]  # patients, read, with gaps, not read, waiting, requests
    told = re.findall(r'<td class="num" data-label="[A-Za-z ]+">(\d+)</td>', text)
    assert told == [str(each) for each in cells]
    assert not any(told in text for told in ("pat-1", "pat-2", "pat-3", "registry-7"))


def test_what_the_export_of_the_group_asked_is_counted_and_told(night: Night) -> None:
    end(night, "pat-1", state=NightPatient.State.READ, requests=2)
    assert "of the export" not in shown(browser())
    export = bulk.begin(night.ehr, bulk.Wish("registry-7", ("Patient",)))
    BulkExport.objects.update(requests=11)
    Night.objects.update(export=export, given_up_requests=1)
    text = shown(browser())
    assert 'data-label="Requests">14 <span class="sub">12 of the export</span>' in text


def test_a_night_that_stands_still_says_so(night: Night) -> None:
    client = browser()
    assert "stands still" not in shown(client)
    Night.objects.update(code="invalid_client")
    text = shown(client)
    assert "stands still" in text
    assert "invalid_client" in text


def test_an_administrator_ends_a_night(night: Night) -> None:
    client = browser()
    address = reverse("night-cancel", args=["north"])
    assert "End this night" in shown(client)
    assert "is ended" in html.unescape(client.post(address, follow=True).content.decode())
    night.refresh_from_db()
    assert night.state == "cancelled"
    assert "No night is being read" in client.post(address, follow=True).content.decode()
    assert client.get(address).status_code == 405


def test_nobody_else_sees_or_ends_it(night: Night) -> None:
    address = reverse("night-cancel", args=["north"])
    for client in (Client(), browser("compliance")):
        assert client.get(reverse("nights")).status_code in {302, 403}
        assert client.post(address).status_code in {302, 403}
    night.refresh_from_db()
    assert night.state == "reading"


def test_without_nights_it_says_how_to_begin_one() -> None:
    assert "No night has begun yet" in shown(browser())


def set_schedule(client: Client, **given: str) -> str:
    usual = {"ehr": "north", "work": "changes", "group": "registry-7", "every_minutes": "60"}
    client.post(reverse("schedule-set"), {**usual, **given})
    return shown(client)


def test_an_administrator_sets_what_is_done_by_itself_and_removes_it(night: Night) -> None:
    client = browser()
    text = set_schedule(client)
    assert "Set for North General: follow changes." in text
    row = Schedule.objects.get()
    assert (row.group, row.every_minutes, row.at) == ("registry-7", 60, None)
    assert "Every 60 minutes" in text
    assert "registry-7" not in text
    # The same kind again takes its place.
    text = set_schedule(client, every_minutes="", at="02:30")
    assert "02:30" in text
    assert Schedule.objects.get().every_minutes is None
    event = AuditEvent.objects.filter(type="schedule.set").latest("id")
    assert (event.ehr, event.actor_name) == ("north", "administrator")
    Schedule.objects.update(ended_at=timezone.now(), code="access_denied")
    assert 'Failed: <span class="mono">access_denied</span>' in shown(client)

    client.post(reverse("schedule-remove", args=["north", "changes"]))
    assert not Schedule.objects.exists()
    assert "Removed at North General." in shown(client)
    client.post(reverse("schedule-remove", args=["north", "changes"]))
    assert "Nothing of that kind is scheduled at North General." in shown(client)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"every_minutes": "5"}, "Give 15 to 10080 minutes."),
        ({"every_minutes": "many"}, "Give the minutes as a number."),
        ({"every_minutes": ""}, "Give either a time of day, or after how many minutes."),
        ({"every_minutes": "", "at": "half two"}, "Give the time of day as 02:30."),
        ({"group": "one/two"}, "A group is named by its id at the EHR."),
        ({"work": "mischief"}, "Choose what is to be done."),
    ],
)
def test_what_cannot_be_set_is_said(night: Night, given: dict[str, str], said: str) -> None:
    assert f"Nothing was set. {said}" in set_schedule(browser(), **given)
    assert not Schedule.objects.exists()


def test_nobody_else_sets_or_removes_a_schedule(night: Night) -> None:
    setting.set_schedule(night.ehr, "night", group="g", every_minutes=60)
    for client in (Client(), browser("compliance")):
        set_to = {"ehr": "north", "work": "changes", "group": "g", "every_minutes": "60"}
        assert client.post(reverse("schedule-set"), set_to).status_code in {302, 403}
        assert client.post(reverse("schedule-remove", args=["north", "night"])).status_code in {
            302, 403,
        }  # fmt: skip
    assert Schedule.objects.get().work == "night"
    assert browser().get(reverse("schedule-set")).status_code == 405


def test_a_night_that_waits_for_its_export_says_so(night: Night) -> None:
    Night.objects.update(exporting=True)
    assert "It waits for the EHR's export of the group;" in shown(browser())
    export = bulk.begin(night.ehr, bulk.Wish("registry-7"))
    Night.objects.update(export=export)
    BulkExport.objects.update(state="waiting", code="ehr_throttled")
    assert "(the ehr is preparing it; last failure" in shown(browser("administrator"))
    Night.objects.update(exporting=False)
    assert "Charts came out of the EHR's export" in shown(browser("administrator"))
