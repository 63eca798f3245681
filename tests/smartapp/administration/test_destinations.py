"""The page on destinations: what triage may choose from, and every change in the trail."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, ConfigurationChange
from recommendations.decisions.texts import normalised
from recommendations.workflows.triage.destinations import sentence
from recommendations.workflows.triage.offered import offered
from smartapp.administration.destinations import MOST, add_destination, seed
from smartapp.models import Destination, Ehr, StaffUser

pytestmark = pytest.mark.django_db
ED = {"service": "Emergency department", "specialty": "Acute", "queue": "ED-1", "for_whom": "All",
      "takes_from": "1"}  # fmt: skip


@pytest.fixture
def ehr() -> Ehr:
    return Ehr.objects.create(
        slug="north", name="North General", issuer="https://north.example.org/r4",
        vendor="generic", client_id="us", client_auth="public", scopes="launch",
    )  # fmt: skip


def browser(role: str = "administrator") -> Client:
    client = Client()
    user, _ = StaffUser.objects.get_or_create(username=role, role=role)
    client.force_login(user)
    return client


def added(client: Client, **values: Any) -> Any:
    return client.post(reverse("destination-add", args=["north"]), {**ED, **values})


def test_a_destination_is_added_shown_and_removed_and_the_trail_knows(ehr: Ehr) -> None:
    client = browser()
    assert added(client).status_code == 302
    text = client.get(reverse("destinations", args=["north"])).content.decode()
    assert "Emergency department" in text
    assert "ED-1" in text
    client.post(reverse("destination-remove", args=["north", "emergency-department-acute"]))
    assert not ehr.destinations.exists()
    changes = ConfigurationChange.objects.filter(content_type__model="destination")
    assert [change.action for change in changes.order_by("id")] == [0, 2]


@pytest.mark.parametrize("service", ["العيادة", "急诊科", "Приёмное отделение"])
def test_a_name_in_any_script_is_taken_found_again_and_removed(ehr: Ehr, service: str) -> None:
    client = browser()
    assert added(client, service=service, specialty="").status_code == 302
    row = ehr.destinations.get()
    assert row.service == service
    again = added(client, service=service, specialty="")
    assert again.status_code == 400
    assert "name it otherwise" in again.content.decode()
    assert added(client, service=f"{service} Б", specialty="").status_code == 302
    # What a slug would keep of both is the same.
    assert added(client, service=f"{service} 2", specialty="").status_code == 302
    assert added(client, service="Больница 2", specialty="").status_code == 302
    client.post(reverse("destination-remove", args=["north", row.key]))
    left = [each.service for each in ehr.destinations.all()]
    assert left == [f"{service} Б", f"{service} 2", "Больница 2"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"service": "  "}, "Name the service."),
        ({"takes_from": "0"}, "Choose the most urgent category"),
        ({"takes_from": ""}, "Choose the most urgent category"),
        ({"service": "S" * 81}, "That is too long"),
        ({"service": "!!!", "specialty": ""}, "Name the service."),
    ],
)
def test_what_is_no_destination_is_refused_in_words(
    ehr: Ehr, values: dict[str, str], words: str
) -> None:
    answer = added(browser(), **values)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Destination.objects.exists()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"service": "\u202eAcute"}, "unseen_characters"),
        ({"service": ""}, "service_missing"),
        ({"takes_from": "9"}, "category_unknown"),
        ({"service": "S" * 81}, "too_long"),
    ],
)
def test_a_refusal_is_on_record_with_its_code_and_without_what_was_typed(
    ehr: Ehr, values: dict[str, str], code: str
) -> None:
    added(browser(), **values)
    (row,) = AuditEvent.objects.filter(type="ehr.destination_refused")
    assert (row.outcome, row.code, row.ehr) == ("refused", code, "north")
    assert row.detail == {"act": "add"}
    assert row.actor.startswith("staff|")


def test_what_is_not_on_the_list_cannot_be_removed_and_that_is_on_record(ehr: Ehr) -> None:
    client = browser()
    client.post(reverse("destination-remove", args=["north", "nothing"]))
    (row,) = AuditEvent.objects.filter(type="ehr.destination_refused")
    assert (row.code, row.detail) == ("destination_unknown", {"act": "remove"})


@pytest.mark.parametrize(
    "service",
    [
        "\u0627\u0648\u0631\u0698\u0627\u0646\u0633\u200c\u0647\u0627",
        "\u0915\u094d\u200d\u0937 \u0935\u093f\u092d\u093e\u0917",
    ],
    ids=["persian", "hindi"],
)
def test_joiners_are_taken_where_they_join_letters_and_no_twin_without_them(
    ehr: Ehr, service: str
) -> None:
    assert added(browser(), service=service, specialty="").status_code == 302
    assert ehr.destinations.get().service == service
    bare = service.replace("\u200c", "").replace("\u200d", "")
    assert added(browser(), service=bare, specialty="").status_code == 400
    assert AuditEvent.objects.get(type="ehr.destination_refused").code == "name_taken"
    # A choice that comes back from a page is the one on the list.
    (offer,) = offered(ehr)
    assert normalised(sentence(offer)) == sentence(offer)


@pytest.mark.parametrize(
    "service",
    [
        "Emer\u200dgency",
        "\u200cAcute",
        "\u0627\u200c",
        "\u0627 \u200c\u0627",
        "A\u200c\u0627",
        "1\u200d2",
    ],
)
def test_joiners_that_join_nothing_are_refused(ehr: Ehr, service: str) -> None:
    assert added(browser(), service=service).status_code == 400
    assert not Destination.objects.exists()


@pytest.mark.parametrize(
    "twin",
    [
        {"service": "emergency DEPARTMENT"},
        {"service": "Emergency department, Acute", "specialty": ""},
        {"service": "Emergency department, Acute (queue ED-1)", "specialty": "", "queue": ""},
        {"service": "\uff25mergency department"},
    ],
)
def test_two_that_read_the_same_are_refused(ehr: Ehr, twin: dict[str, str]) -> None:
    added(browser())
    answer = added(browser(), **twin)
    assert answer.status_code == 400
    assert "name it otherwise" in answer.content.decode()
    assert ehr.destinations.count() == 1


def test_what_is_held_apart_is_what_is_chosen(ehr: Ehr) -> None:
    added(browser())
    assert ehr.destinations.get().words == offered(ehr)[0].words


def test_two_of_a_name_and_too_many_are_refused(ehr: Ehr) -> None:
    added(browser())
    assert "name it otherwise" in added(browser()).content.decode()
    for number in range(MOST - 1):
        add_destination(ehr, service=f"Ward {number}", specialty="", queue="", for_whom="",
                        takes_from=3)  # fmt: skip
    assert "at most 40" in added(browser(), service="One more").content.decode()


def test_the_page_is_the_administrators(ehr: Ehr) -> None:
    for role in ("reviewer", "quality"):
        if role in StaffUser.Role.values:
            assert browser(role).get(reverse("destinations", args=["north"])).status_code == 403
    assert Client().get(reverse("destinations", args=["north"])).status_code == 302


def test_a_sandbox_gets_a_list_once(ehr: Ehr) -> None:
    seed(ehr)
    first = list(ehr.destinations.values_list("key", flat=True))
    assert first[0] == "emergency-department-resuscitation"
    ehr.destinations.get(key="primary-care").delete()
    seed(ehr)
    assert ehr.destinations.count() == len(first) - 1


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\x00", "\x1b"])
def test_what_is_not_seen_has_no_place_in_a_text_that_is_signed(ehr: Ehr, unseen: str) -> None:
    answer = added(browser(), queue=f"ED{unseen}1")
    assert answer.status_code == 400
    assert "Leave out characters that are not seen." in answer.content.decode()
    assert not Destination.objects.exists()


def test_a_name_is_kept_composed_as_a_choice_of_it_comes_back(ehr: Ehr) -> None:
    added(browser(), service="Urge\u0301nces")
    assert Destination.objects.get().service == "Urgénces"


@pytest.mark.parametrize("unseen", ["\u034f", "\ufe0f", "\u2800", "\u3164"])
def test_characters_without_a_shape_are_refused_in_every_field(ehr: Ehr, unseen: str) -> None:
    client = browser()
    for field in ("service", "specialty", "queue", "for_whom"):
        assert added(client, **{field: f"Acute{unseen}"}).status_code == 400
        row = AuditEvent.objects.filter(type="ehr.destination_refused").latest("id")
        assert row.code == "unseen_characters"
    assert not Destination.objects.exists()


@pytest.mark.parametrize(
    "specialty",
    ["\u0410cute", "A\u0441ute", "\uff21cute", "ACUTE", "Acute."],
    ids=["cyrillic A", "cyrillic es", "wide A", "capitals", "full stop"],
)
def test_a_name_that_looks_like_one_on_the_list_is_refused(ehr: Ehr, specialty: str) -> None:
    client = browser()
    added(client)
    assert added(client, specialty=specialty).status_code == 400
    assert AuditEvent.objects.get(type="ehr.destination_refused").code == "name_taken"
    assert added(client, specialty="Acute 2").status_code == 302
    assert ehr.destinations.count() == 2
