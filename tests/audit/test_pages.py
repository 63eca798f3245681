"""The reviewers' pages: who gets in, what they show, and that every look is recorded."""

import re
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit import append_only, context, kinds, wording
from audit.events import registry
from audit.events.base import Outcome
from audit.events.drafting import DraftRequested, StatementVerified
from audit.events.fhir import FhirRequested, ReadingIncomplete
from audit.events.staff import SignedIn
from audit.models import AuditEvent
from audit.recorder import record_all
from audit.selectors import sealed_fields
from smartapp.models import Ehr, StaffUser
from tests.audit import story

DISK_FULL = {
    "sqlite": """CREATE TRIGGER disk_full BEFORE INSERT ON audit_auditevent
        BEGIN SELECT RAISE(ABORT, 'disk full'); END""",
    "postgresql": """CREATE TRIGGER disk_full BEFORE INSERT ON audit_auditevent
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
}
PAGES = ["trail", "event", "decision"]


@pytest.fixture(autouse=True)
def _no_flood_from_another_test():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def told(db):
    """The story, in the trail, and the EHR it happened in."""
    Ehr.objects.create(
        slug="northfield", name="Northfield General", issuer=story.ISSUER, vendor="epic",
        client_id="abc", client_auth="public", scopes="launch",
    )  # fmt: skip
    story.tell()


def staff(role, **values):
    name = f"someone-{uuid4().hex[:6]}"
    return StaffUser.objects.create(username=name, role=role, **values)


@pytest.fixture
def reviewer(client, told):
    """A browser in which a compliance reviewer is signed in."""
    client.force_login(staff("compliance", first_name="Lena", last_name="Brandt"))
    return client


def address(page):
    signed = AuditEvent.objects.get(type="draft.signed")
    return {
        "trail": reverse("trail"),
        "event": reverse("trail-event", args=[signed.pk]),
        "decision": reverse("trail-decision", args=[story.DRAFT]),
    }[page]


def newest():
    return AuditEvent.objects.latest("pk")


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


# --- The list


def shown(answer):
    return [line.row for line in answer.context["lines"]]


def test_the_list_is_newest_first_and_holds_no_phi(reviewer):
    answer = reviewer.get(reverse("trail"))
    rows = shown(answer)
    assert [row.pk for row in rows] == sorted((row.pk for row in rows), reverse=True)
    text = answer.content.decode()
    assert "Amara Osei, MD" in text
    assert not any(word in text for word in story.PHI)


FILTERS = {
    "who by name": ({"who": "osei"}, lambda row: row.actor_name == "Amara Osei, MD"),
    "who exactly": (
        {"who": f"{story.ISSUER}|Practitioner/eM5w-203"},
        lambda row: row.actor_name == "Amara Osei, MD",
    ),
    "kind": ({"kind": "read"}, lambda row: row.type.startswith("fhir.")),
    "drafted": (
        {"kind": "drafted"},
        lambda row: (
            row.type.startswith(("draft.", "model."))
            and row.type not in {"draft.viewed", "draft.signed"}
        ),
    ),
    "evidence": (
        {"kind": "evidence"},
        lambda row: row.type.startswith("citation.") or row.type == "draft.viewed",
    ),
    "refused": ({"kind": "refused"}, lambda row: row.outcome == "failed"),
    "type": ({"type": "model.called"}, lambda row: row.type == "model.called"),
    "outcome": ({"outcome": "failed"}, lambda row: row.code == "timed_out"),
    "launch": ({"launch": story.LAUNCH}, lambda row: row.launch_id == story.LAUNCH),
    "draft": ({"draft": str(story.DRAFT)}, lambda row: row.draft_id == str(story.DRAFT)),
    "patient": ({"patient": story.PATIENT}, lambda row: row.patient_index == story.PATIENT),
    "ehr": ({"ehr": "northfield"}, lambda row: row.ehr == "northfield"),
    "two at once": (
        {"kind": "read", "outcome": "success"},
        lambda row: row.type == "fhir.requested" and row.outcome == "success",
    ),
}


@pytest.mark.parametrize(("asked", "holds"), FILTERS.values(), ids=FILTERS.keys())
def test_a_filter_shows_what_matches_and_all_of_it(reviewer, asked, holds):
    expected = {row.pk for row in AuditEvent.objects.all() if holds(row)}
    found = {row.pk for row in shown(reviewer.get(reverse("trail"), asked))}
    assert found == expected
    assert found


def test_days_are_counted_in_the_zone_of_the_pages(reviewer, settings):
    row = AuditEvent.objects.get(type="draft.signed")
    day = row.at.date().isoformat()
    asked = {"since": day, "until": day, "type": "draft.signed"}
    assert shown(reviewer.get(reverse("trail"), asked))
    asked = {"until": "2020-01-01"}
    assert not shown(reviewer.get(reverse("trail"), asked))
    settings.AUDIT_TIME_ZONE = "Pacific/Kiritimati"
    assert "UTC+14:00" in reviewer.get(reverse("trail")).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "everything"},
        {"since": "yesterday"},
        {"since": "2026-11-17", "until": "2026-11-01"},
        {"patient": "eQ81-774"},
        {"draft": "1"},
        {"launch": "a b"},
        {"before": "-1"},
        {"type": "x' OR 1=1"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
    ],
    ids=str,
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(reviewer, asked, settings):
    settings.AUDIT_TIME_ZONE = "Pacific/Kiritimati"
    answer = reviewer.get(reverse("trail"), asked)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert "lines" not in answer.context
    row = newest()
    assert (row.type, row.code, row.actor_name) == (
        "trail.refused", "filters_invalid", "Lena Brandt",
    )  # fmt: skip


def test_facets_count_each_kind_whatever_kind_is_chosen(reviewer):
    counts = {
        facet["label"]: facet["count"]
        for facet in reviewer.get(reverse("trail"), {"kind": "signed", "launch": story.LAUNCH})
        .context["facets"]
    }  # fmt: skip
    assert counts["Read from the EHR"] == 3
    assert counts["Signed or rejected"] == 1
    assert counts["Refused or failed"] == 1
    assert counts["All"] == AuditEvent.objects.filter(stream=f"launch:{story.LAUNCH}").count()


def test_every_type_of_event_belongs_to_a_kind_that_can_be_chosen():
    assert [
        type_ for type_ in sorted(registry.event_types()) if not kinds.of(type_, "success")
    ] == []


def test_people_are_counted_among_the_rows_that_are_listed(reviewer):
    page = reviewer.get(reverse("trail"), {"kind": "signed"})
    assert {row.actor for row in shown(page)} == {AuditEvent.objects.get(type="draft.signed").actor}
    assert page.context["people"] == "1 person"


def test_paging_by_key_shows_every_row_once_while_rows_come_in(reviewer):
    with context.bind(actor="staff|900", actor_name="Many"):
        record_all([SignedIn() for _ in range(120)])
    seen, where = [], reverse("trail") + "?who=staff%7C900"
    while where:
        answer = reviewer.get(where)
        seen += [row.pk for row in shown(answer)]
        where = answer.context["older"]
        with context.bind(actor="staff|900"):
            record_all([SignedIn()])
    assert len(seen) == len(set(seen)) == 120


def test_rows_of_one_act_stand_in_one_line_which_leads_to_each(reviewer):
    with context.bind(actor="staff|901", actor_name="Often"):
        rows = record_all([SignedIn() for _ in range(4)])
    with context.bind(actor="staff|902", actor_name="Seldom"):
        record_all([SignedIn(), SignedIn()])
    answer = reviewer.get(reverse("trail"), {"type": "staff.signed_in"})
    counts = [(run.newest.who, len(run.lines)) for run in answer.context["runs"]]
    assert counts == [("Seldom", 1), ("Seldom", 1), ("Often", 4), ("Lena Brandt", 1)]
    text = answer.content.decode()
    assert "4 events, from" in text
    assert all(f"/trail/events/{row.pk}/" in text for row in rows)
    assert newest().detail["shown"] == 7


def test_rows_that_ended_differently_do_not_stand_for_each_other(reviewer):
    with context.bind(actor="staff|903", actor_name="Mixed"):
        record_all([SignedIn(outcome=Outcome.FAILED) if n == 2 else SignedIn() for n in range(5)])
    answer = reviewer.get(reverse("trail"), {"who": "staff|903"})
    assert [len(run.lines) for run in answer.context["runs"]] == [1] * 5


def test_counting_stops_at_a_bound_and_says_so(reviewer, monkeypatch):
    monkeypatch.setattr("audit.selectors.SURVEYED", 5)
    answer = reviewer.get(reverse("trail"))
    assert answer.context["survey"].capped
    assert "among the newest 5" in answer.content.decode()


# --- One patient


def test_a_patients_id_is_posted_once_and_stands_in_no_address(reviewer):
    answer = reviewer.post(
        reverse("trail-patient") + "?kind=read",
        {"ehr": "northfield", "patient_id": "Patient/eQ81-774"},
    )
    assert answer.status_code == 302
    assert "eQ81" not in answer["Location"]
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query == {"kind": ["read"], "patient": [story.PATIENT]}
    row = newest()
    assert (row.type, row.detail["found"]) == ("trail.patient_sought", True)
    assert row.patient_index == story.PATIENT
    assert {line.type for line in shown(reviewer.get(answer["Location"]))} == {"fhir.requested"}


@pytest.mark.parametrize(
    "posted",
    [{"ehr": "nowhere", "patient_id": "x"}, {"ehr": "northfield", "patient_id": ""}],
    ids=str,
)
def test_a_patient_that_cannot_be_asked_for_is_refused(reviewer, posted):
    assert reviewer.post(reverse("trail-patient"), posted).status_code == 400
    assert (newest().type, newest().code) == ("trail.refused", "patient_invalid")


def test_a_patient_nobody_opened_has_no_events(reviewer):
    answer = reviewer.post(reverse("trail-patient"), {"ehr": "northfield", "patient_id": "other"})
    assert newest().detail["found"] is False
    page = reviewer.get(answer["Location"])
    # The search for them is itself an event about them.
    assert {row.type for row in shown(page)} == {"trail.patient_sought"}


# --- One event


def test_an_event_is_shown_with_its_sealed_fields_and_its_chain(reviewer):
    row = AuditEvent.objects.get(type="draft.signed")
    text = reviewer.get(address("event")).content.decode()
    assert story.NOTE in text
    assert row.hash in text
    assert row.previous_hash in text
    assert "Holds" in text


def test_a_tampered_event_is_shown_as_such(reviewer):
    append_only.remove(connection)
    AuditEvent.objects.filter(type="draft.signed").update(actor_name="Someone Else")
    text = reviewer.get(address("event")).content.decode()
    assert "Does not hold" in text


@pytest.mark.parametrize("name", ["trail-event", "trail-decision"])
def test_what_does_not_exist_is_not_found_in_words(reviewer, name):
    key = 10**12 if name == "trail-event" else uuid4()
    answer = reviewer.get(reverse(name, args=[key]))
    assert answer.status_code == 404
    assert "nothing at this address" in answer.content.decode()
    row = newest()
    assert (row.type, row.code, row.detail["page"]) == ("trail.refused", "not_found", name)
    assert row.actor_name == "Lena Brandt"


# --- A decision


def test_a_decision_is_told_from_top_to_bottom(reviewer):
    text = reviewer.get(address("decision")).content.decode()
    steps = [
        "Amara Osei, MD signed this note after putting 1 statement in their own words.",
        "patient/Observation.rs",
        "DocumentReference: timed out",
        "Every request (3)",
        "Observation/eK7Q-8840@1",
        "claude-sonnet-5-5",
        "Says 12.5 mg; the chart says 25 mg (27 Oct 2026).",
        "The statement that could be signed as drafted (1)",
        "Potassium 5.9, 17 Nov",
        "41 s",
        "<del>12.5</del><ins>25</ins>",
        "ECG not yet done",
        "Approved as drafted (1)",
        "I reviewed this note against the chart, and I sign it as its author.",
        story.sha256(story.NOTE),
        story.NOTE,
        "2026.11.1",
        "Holds, checked",
    ]
    places = [text.find(step) for step in steps]
    assert -1 not in places, steps[places.index(-1)]
    assert places == sorted(places)


def test_what_is_long_and_held_is_folded_and_its_count_is_shown(reviewer):
    text = reviewer.get(address("decision")).content.decode()
    unfolded = re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)
    assert "GET Observation" not in unfolded
    assert "3 requests" in unfolded
    assert "DocumentReference: timed out" in unfolded
    assert "peaked T waves" in unfolded, "what could not be signed is not folded"
    assert "<del>12.5</del>" in unfolded
    assert "Potassium 5.9 mmol/L today." not in unfolded.partition('id="s8"')[0]


def test_what_a_reading_lacked_is_told_once_and_is_no_request(reviewer):
    lacked = {"missing": ("medications: suppressed (withheld)",)}
    of_launch = {"launch_id": story.LAUNCH, "actor": f"{story.ISSUER}|Practitioner/eM5w-203"}
    with context.bind(**of_launch):
        rows = record_all([ReadingIncomplete(**lacked), ReadingIncomplete(**lacked)])
        again = {"method": "GET", "path": "Patient/{id}", "asked_at": "2026-11-17T19:03:30Z"}
        record_all(
            [FhirRequested(**again, duration_ms=0, cache="hit", returned=("Patient/eQ81-774@4",))]
        )
    answer = reviewer.get(address("decision"))
    reads = answer.context["story"].reads
    assert [(lack.words, len(lack.entries)) for lack in reads.lacks] == [
        ("DocumentReference: timed out", 1), ("Medications: suppressed (withheld)", 2),
    ]  # fmt: skip
    assert (len(reads.requests), reads.from_kept, reads.resources) == (4, 1, 6)
    text = answer.content.decode()
    assert "2 parts of the chart could not be read whole." in text
    assert "GET Could not" not in text
    assert all(f"/trail/events/{row.pk}/" in text for row in rows)


def test_the_decisions_proof_is_made_anew_and_tells_of_tampering(reviewer):
    append_only.remove(connection)
    AuditEvent.objects.filter(type="statement.edited").update(code="x")
    answer = reviewer.get(address("decision"))
    text = answer.content.decode()
    assert "something was altered" in text
    assert "is not what was recorded" in text
    assert "Holds, checked" not in text
    assert newest().detail["proof"] == "broken"


def test_a_draft_nobody_decided_on_says_so(client, db):
    story.tell(signed=False)
    client.force_login(staff("compliance"))
    text = client.get(reverse("trail-decision", args=[story.DRAFT])).content.decode()
    assert "Nobody has signed this draft." in text
    assert "Nobody has signed or rejected this draft." in text


def test_another_drafts_events_in_the_same_launch_stay_out(reviewer):
    other = uuid4()
    with context.bind(launch_id=story.LAUNCH, actor="x|Practitioner/1"):
        record_all([DraftRequested(draft_id=str(other), document="previsit_summary")])
    story_ = reviewer.get(address("decision")).context["story"]
    assert {entry.row.draft_id for entry in story_.entries} == {"", str(story.DRAFT)}


def test_a_document_is_called_by_its_title():
    assert wording.document("previsit_summary") == "Pre-visit summary"
    assert wording.document("progress_note") == "Progress note"
    (fact,) = wording.facts({"document": "previsit_summary"})
    assert fact.value == "Pre-visit summary"


def test_the_look_before_is_named_on_the_next(reviewer):
    reviewer.get(address("decision"))
    assert (
        "Looked at before by reviewers 1 time" in reviewer.get(address("decision")).content.decode()
    )


def test_no_event_of_the_draft_is_left_out_of_the_page(reviewer):
    text = reviewer.get(address("decision")).content.decode()
    for row in AuditEvent.objects.filter(stream=f"launch:{story.LAUNCH}"):
        assert f"/trail/events/{row.pk}/" in text, row.type


def test_words_of_the_chart_are_escaped(client, db):
    with context.bind(launch_id=story.LAUNCH, actor="x|Practitioner/1"):
        record_all(
            [
                StatementVerified(
                    draft_id=str(story.DRAFT), document="progress_note", statement_id="s",
                    position=0, section="s", outcome_found="checked", text_sha256="a" * 64,
                    text="<script>alert(1)</script>",
                )
            ]
        )  # fmt: skip
    client.force_login(staff("compliance"))
    text = client.get(reverse("trail-decision", args=[story.DRAFT])).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
