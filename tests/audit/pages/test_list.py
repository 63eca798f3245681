"""The list of events: filters, counts, pages, and rows of one act in one line."""

import json

import pytest
from django.urls import reverse

from audit import context, kinds, lines
from audit.events import registry
from audit.events.base import Outcome
from audit.events.staff import SignedIn
from audit.models import AuditEvent
from audit.recorder import record_all
from tests.audit import story
from tests.audit.pages.looking import newest, shown


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


def test_a_chart_of_which_much_is_missing_says_so_and_not_nothing():
    every = [f"{name}: timed_out (slow)" for name in ("labs", "notes", "vitals", "allergies")]
    assert _told_of_missing(*every, *every) == (
        "Missing labs: timed out (slow), notes: timed out (slow), vitals: timed out (slow) "
        "and 5 more"
    )
    assert _told_of_missing(every[0]) == "Missing labs: timed out (slow)"


def _told_of_missing(*missing):
    detail = json.dumps({"missing": missing})
    return lines.about(AuditEvent(type="fhir.incomplete", detail_json=detail))
