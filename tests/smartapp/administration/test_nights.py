"""The page on nights: how far each is and what was not read, and nothing of a patient."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from smartapp.models import Ehr, Night, NightPatient, StaffUser
from smartapp.models.launches import patient_index
from smartapp.night import nights, waking

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
    client.force_login(StaffUser.objects.create(username=role, role=role))
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
