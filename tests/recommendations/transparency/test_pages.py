"""The card and the provenance over HTTP: who gets them, and what is recorded of it."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from smartapp.models import StaffUser
from tests.audit.pages.looking import staff
from tests.recommendations.decisions.sent import events
from tests.recommendations.panel.pages import parsed, words


def test_a_clinician_reads_the_card_and_takes_it_away(browser, launch):
    page = browser.get(reverse("about", args=[launch.pk]))
    assert page.status_code == 200
    assert len(parsed(page).css(".card31 dt")) == 31
    assert "Not disclosed by the model's provider." in words(page)
    for form, content_type in (("xml", "application/xml"), ("json", "application/json")):
        file = browser.get(reverse("about_card", args=[launch.pk, form]))
        assert file["Content-Type"] == content_type
        assert file["Content-Disposition"].startswith("attachment")
    assert len(json.loads(file.content)["attributes"]) == 31
    assert browser.get(reverse("about_card", args=[launch.pk, "pdf"])).status_code == 404


def test_the_jurisdiction_says_what_the_clinician_is_told(browser, launch):
    launch.ehr.jurisdiction = "US-TX"
    launch.ehr.save()
    page = words(browser.get(reverse("about", args=[launch.pk])))
    assert "Tell the patient that AI is used" in page
    assert "US-TX@1" in page


def test_without_the_launch_nothing_is_shown(launch, note):
    stranger = Client()
    for name, args in (("about", []), ("about_card", ["xml"]), ("provenance", [note.draft_id])):
        answer = stranger.get(reverse(name, args=[launch.pk, *args]))
        assert answer.status_code in {401, 403, 404}
        assert "Content-Disposition" not in answer


def test_a_signed_text_gives_its_provenance_and_the_trail_has_it(browser, launch, note):
    answer = browser.get(reverse("provenance", args=[launch.pk, note.draft_id]))
    assert answer["Content-Type"] == "application/fhir+json"
    assert json.loads(answer.content)["resourceType"] == "Bundle"
    (row,) = events("draft.provenance_exported")
    assert row.detail["text_sha256"] == note.text_sha256
    assert row.detail["cited"] > 0
    assert row.launch_id == str(launch.pk)


def test_what_is_not_signed_has_no_provenance(browser, launch, draft):
    for draft_id in (draft.pk, uuid4()):
        assert browser.get(reverse("provenance", args=[launch.pk, draft_id])).status_code == 404
    assert not events("draft.provenance_exported")


def test_a_reviewer_takes_the_provenance_away_in_the_patients_name(client, note):
    client.force_login(staff("compliance"))
    answer = client.get(reverse("trail-provenance", args=[note.draft_id]))
    assert answer.status_code == 200
    (row,) = events("draft.provenance_exported")
    assert row.patient_index == note.draft.patient_index
    assert client.get(reverse("trail-provenance", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("role", [StaffUser.Role.ADMINISTRATOR, ""])
def test_nobody_else_takes_a_patients_provenance_away(client, note, role):
    if role:
        client.force_login(staff(role))
    answer = client.get(reverse("trail-provenance", args=[note.draft_id]))
    assert answer.status_code in {302, 403}
    assert not events("draft.provenance_exported")


def test_administrators_see_the_card_with_every_jurisdiction(client, db):
    client.force_login(staff("administrator"))
    page = client.get(reverse("model_card"))
    assert len(parsed(page).css(".attributes dt")) == 31
    assert "California" in words(page)
    assert client.get(reverse("model_card_file", args=["xml"])).status_code == 200
    assert client.get(reverse("model_card_file", args=["pdf"])).status_code == 404


def test_reviewers_are_turned_away_from_the_administrators_card(client, db):
    client.force_login(staff("compliance"))
    assert client.get(reverse("model_card")).status_code == 403
