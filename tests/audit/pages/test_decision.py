"""A decision told from top to bottom, with its proof."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from audit import append_only, context, wording
from audit.events.drafting import (
    DraftReady,
    DraftRequested,
    OmissionsFound,
    StatementSuperseded,
    StatementVerified,
)
from audit.events.fhir import FhirRequested, ReadingIncomplete
from audit.events.omissions import OmissionAdded, OmissionDismissed
from audit.models import AuditEvent
from audit.recorder import record_all
from tests.audit import story
from tests.audit.pages.looking import address, newest, staff


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


def test_what_took_how_long_and_what_was_missing_are_told_in_words():
    told = {
        "usage": {"app_ms": 71, "output_tokens": 300},
        "outcomes": {"not_found": 2},
        "gaps": ["allergies:not_recorded", "medications:suppressed"],
        "missing": ["labs: timed_out (slow)"],
    }
    assert [fact.value for fact in wording.facts(told)] == [
        "App 71 ms, Output tokens 300",
        "Not found 2",
        "allergies: not recorded, medications: suppressed",
        "labs: timed out (slow)",
    ]


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


@pytest.mark.parametrize(
    ("replacement", "words"),
    [("s-2b", "which replaced it: “Spironolactone, 25 mg.”"), ("", "which took it back")],
)
def test_a_statement_that_was_sent_back_is_told_with_what_it_gave_way_to(
    reviewer, replacement, words
):
    of = {"draft_id": str(story.DRAFT), "document": "progress_note"}
    given_way = StatementSuperseded(
        **of,
        statement_id="s-2",
        replacement_id=replacement,
        outcome_before="contradicted",
        after="Spironolactone, 25 mg." if replacement else "",
    )
    with context.bind(launch_id=story.LAUNCH):
        record_all([given_way])
    page = reviewer.get(address("decision"))
    assert f"sent back to the model, {words}" in page.content.decode()
    assert "s-2" not in {s.entry.values["statement_id"] for s in page.context["story"].standing}


def test_what_was_not_read_whole_is_counted_as_the_draft_counted_it(reviewer):
    counted = {"outcomes": {}, "versions": {}, "usage": {}, "reading_sha256": "e" * 64}
    of = {"draft_id": str(story.DRAFT), "document": "progress_note"}
    ready = DraftReady(**of, drafter="offline", statements=0, not_whole=("labs",), **counted)
    with context.bind(launch_id=story.LAUNCH):
        record_all([ready])
    text = reviewer.get(address("decision")).content.decode()
    assert "1 part of the chart could not be read whole." in text


def test_what_was_read_stands_in_a_table_by_kind(reviewer):
    reads = reviewer.get(address("decision")).context["story"].reads
    kinds = {kind.name: (kind.requests, kind.whole) for kind in reads.by_kind}
    assert kinds["DocumentReference"] == (1, False)
    assert sum(kind.requests for kind in reads.by_kind) == len(reads.requests)
    text = reviewer.get(address("decision")).content.decode()
    assert 'aria-label="Table of what was read"' in text


def test_what_the_draft_left_out_and_what_became_of_it_is_told(reviewer):
    of = {"draft_id": str(story.DRAFT)}
    found = [
        {"omission_id": key, "rule": rule, "words": words}
        for key, rule, words in (
            ("o-1", "active_allergy", "The allergy Penicillin."),
            ("o-2", "critical_result", "Sodium 118 mmol/L, marked critical."),
            ("o-3", "pending_result", "Blood culture is preliminary."),
        )
    ]
    act = {**of, "decision_id": "d-9", "draft_revision": 9}
    listed = OmissionsFound(
        **of, document="progress_note", listed=3, critical=2, rules={}, omissions=found
    )
    added = OmissionAdded(
        **act, omission_id="o-1", rule="active_allergy", statement_id="s-9",
        section="plan", outcome_found="checked", text_sha256="a" * 64, text="Allergy: Penicillin.",
    )  # fmt: skip
    dismissed = OmissionDismissed(
        **act, omission_id="o-2", rule="critical_result", critical=True, reason="not_relevant"
    )
    with context.bind(launch_id=story.LAUNCH):
        record_all([listed, added, dismissed])
    told = reviewer.get(address("decision")).context["story"].unsaid
    assert [(each.words, each.became) for each in told] == [
        ("The allergy Penicillin.", "added by the clinician, worded by code"),
        ("Sodium 118 mmol/L, marked critical.", "not needed, as the clinician said: not relevant"),
        ("Blood culture is preliminary.", "left as it was"),
    ]
    text = reviewer.get(address("decision")).content.decode()
    assert "What the draft left out" in text


def test_who_the_app_is_to_the_ehr_is_told_in_words():
    told = {fact.label: fact.value for fact in wording.facts({"client_auth": "private_key_jwt"})}
    assert told == {"Proved itself by": "a signed assertion (its private key)"}
