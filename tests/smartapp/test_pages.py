"""Pages that belong to no room."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from smartapp.models import StaffUser

ICON = '<link rel="icon" href="/static/icons/mark.svg" type="image/svg+xml">'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("", "/accounts/login/"),
        ("compliance", "/trail/"),
        ("administrator", "/administration/"),
    ],
)
def test_the_bare_address_leads_to_the_sign_in_or_to_the_pages_of_ones_role(
    client: Client, role: str, where: str
) -> None:
    if role:
        client.force_login(StaffUser.objects.create(username="mara", role=role))
    assert client.get("/")["Location"] == where


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing/here/", "/launch/"])
def test_an_address_of_nothing_and_a_refusal_carry_the_icon(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in {400, 404}
    assert ICON in answer.content.decode()


def test_a_fault_of_ours_carries_the_icon_too() -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    answer = server_error(request)
    assert answer.status_code == 500
    assert ICON in answer.content.decode()
    assert "on our side" in answer.content.decode()


def test_the_icon_is_there() -> None:
    assert finders.find("icons/mark.svg")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/trail/patient/", "/"),
        ("/l/AAAAAAAAAAAAAAAAAAAAAA/close/", "/l/AAAAAAAAAAAAAAAAAAAAAA/"),
    ],
)
def test_what_takes_a_form_says_so_to_who_opens_its_address(
    client: Client, address: str, way: str
) -> None:
    answer = client.get(address, headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Nothing was changed" in answer.content.decode()
    assert f'href="{way}"' in answer.content.decode()
    assert client.get(address, headers={"Accept": "application/json"}).content == b""
