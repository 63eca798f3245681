"""Who may look at the reviewers' pages, and that each look is recorded or not given."""

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from audit.selectors import sealed_fields
from tests.audit import story
from tests.audit.pages.looking import address, newest, staff

DISK_FULL = {
    "sqlite": """CREATE TRIGGER disk_full BEFORE INSERT ON audit_auditevent
        BEGIN SELECT RAISE(ABORT, 'disk full'); END""",
    "postgresql": """CREATE TRIGGER disk_full BEFORE INSERT ON audit_auditevent
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
}
PAGES = ["trail", "event", "decision"]


# --- Who may look


@pytest.mark.parametrize("page", PAGES)
def test_someone_not_signed_in_is_sent_to_sign_in_and_back(client, told, page):
    answer = client.get(address(page))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/trail/")
    row = newest()
    assert (row.type, row.outcome, row.code) == ("trail.refused", "refused", "not_signed_in")
    assert (row.actor, row.stream) == ("anonymous", "system")


def test_a_flood_of_strangers_does_not_flood_the_trail(client, told):
    with time_machine.travel(timezone.now(), tick=False):  # no minute turns on the way
        for _ in range(70):
            assert client.get(address("trail")).status_code == 302
    assert AuditEvent.objects.filter(type="trail.refused").count() == 60


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["administrator", ""])
def test_other_roles_are_refused_and_the_refusal_is_recorded(client, told, page, role):
    user = staff(role, is_superuser=True, is_staff=True)
    client.force_login(user)
    answer = client.get(address(page))
    assert answer.status_code == 403
    assert "compliance reviewers" in answer.content.decode()
    assert not any(word in answer.content.decode() for word in story.PHI)
    row = newest()
    assert (row.type, row.outcome, row.code) == ("trail.refused", "refused", "not_a_reviewer")
    assert row.actor == f"staff|{user.pk}"


def test_a_reviewer_who_was_deactivated_is_no_longer_let_in(client, told):
    user = staff("compliance")
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get(address("trail")).status_code == 302


def test_finding_a_patient_is_for_reviewers_too(client, told):
    client.force_login(staff("administrator"))
    answer = client.post(reverse("trail-patient"), {"ehr": "northfield", "patient_id": "eQ81-774"})
    assert answer.status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_kept_by_no_browser(reviewer, page):
    assert "no-store" in reviewer.get(address(page))["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_only_answer_reading(reviewer, page):
    assert reviewer.post(address(page)).status_code == 405


# --- Looking is recorded


@pytest.mark.parametrize(
    ("page", "type_"),
    [
        ("trail", "trail.searched"),
        ("event", "trail.event_opened"),
        ("decision", "trail.decision_opened"),
    ],
)
def test_each_look_is_recorded_with_who_and_at_what(reviewer, page, type_):
    before = AuditEvent.objects.count()
    assert reviewer.get(address(page)).status_code == 200
    assert AuditEvent.objects.count() == before + 1
    row = newest()
    assert (row.type, row.actor_name, row.address) == (type_, "Lena Brandt", "127.0.0.1")
    assert row.stream.startswith("staff:")
    if page != "trail":
        assert row.patient_index == story.PATIENT
        assert row.launch_id == story.LAUNCH
    if page == "decision":
        assert row.draft_id == str(story.DRAFT)
        assert row.detail["proof"] == "holds"


def test_what_was_asked_is_recorded_under_seal(reviewer):
    reviewer.get(reverse("trail"), {"who": "Ruth Halloway", "kind": "read"})
    row = newest()
    assert row.detail["asked"] == ["who", "kind"]
    assert "Halloway" not in row.detail_json
    assert sealed_fields(row)["filters"] == {"who": "Ruth Halloway", "kind": "read"}


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_shown_when_the_look_cannot_be_recorded(reviewer, page):
    where = address(page)
    with connection.cursor() as cursor:
        cursor.execute(DISK_FULL[connection.vendor])
    answer = reviewer.get(where)
    assert answer.status_code == 503
    assert "Amara Osei" not in answer.content.decode()
