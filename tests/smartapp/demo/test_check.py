"""``manage.py demo --check``: what it plays, and what it says of it."""

import json
import os
import subprocess
import sys

import pytest
from selectolax.lexbor import LexborHTMLParser

from smartapp.demo.browser import Page, PlayError
from smartapp.demo.clinician import Play, _typed
from smartapp.demo.journey import PERSONALITIES, Programme, Report
from tests.conftest import ROOT

# Each plays a whole product: on a busy machine minutes.
pytestmark = pytest.mark.timeout(300)

DOCUMENTS = [
    "previsit_summary", "progress_note", "discharge_summary", "referral_letter",
    "patient_instructions", "message_reply", "triage",
]  # fmt: skip


def played(*options):
    """The command itself on its embedded stores."""
    embedded = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--check", *options],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=280,
        env={**embedded, "DJANGO_SETTINGS_MODULE": "smartapp.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def report():
    """One chart in every personality."""
    return played("--limit", "1")


def test_the_check_plays_launch_to_signature_in_every_hospital(report):
    figures = report["figures"]
    assert figures["journeys"] == figures["passed"] == len(PERSONALITIES)
    assert all(figures[f"{name}_journeys"] == 1 for name in PERSONALITIES)
    assert figures["statements"] > 0
    assert figures["edited"] == len(PERSONALITIES)
    assert report["met"] is True


def test_the_check_proves_the_ledger_it_left(report):
    assert report["ledger"]["whole"] is True
    assert report["ledger"]["rows"] == report["figures"]["ledger_rows"] > 0


def test_documents_are_played_in_turn(report):
    assert [name for name in DOCUMENTS if report["figures"].get(f"{name}_journeys")] == [
        "previsit_summary", "discharge_summary", "patient_instructions",
    ]  # fmt: skip


def test_every_document_is_played_to_its_signature_where_that_is_asked_for():
    """Triage with a complaint, the reply with a pasted message, the letter with its question."""
    told = played("--limit", "1", "--personality", "generic", "--every-document")
    figures = told["figures"]
    assert figures["journeys"] == figures["passed"] == len(DOCUMENTS)
    assert all(figures[f"{name}_journeys"] == 1 for name in DOCUMENTS)
    assert figures["edited"] == len(DOCUMENTS)
    assert (told["met"], told["ledger"]["whole"]) == (True, True)


def test_fourteen_charts_in_three_hospitals_play_every_document_in_each_of_them():
    programme = Programme()
    for place in range(3):
        found = [programme.of_launch(n + 2 * place, DOCUMENTS) for n in range(14)]
        assert sorted(each for (each,) in found) == sorted(DOCUMENTS * 2)
    of_one_chart = {programme.of_launch(2 * place, DOCUMENTS)[0] for place in range(3)}
    assert len(of_one_chart) == 3


def test_only_the_documents_asked_for_are_played_and_only_if_they_are_offered():
    programme = Programme(documents=("triage", "progress_note"))
    assert programme.of_launch(5, DOCUMENTS) == ["triage", "progress_note"]
    assert Programme(every=True).of_launch(5, DOCUMENTS) == DOCUMENTS
    with pytest.raises(PlayError, match="offers no love_letter"):
        Programme(documents=("love_letter",)).of_launch(0, DOCUMENTS)


def test_a_field_that_nobody_knows_words_for_fails_rather_than_being_sent_empty():
    form = LexborHTMLParser("<form><input name=question required><input name=why required></form>")
    with pytest.raises(PlayError, match="what to type for why"):
        _typed(form.css_first("form"))


def test_one_failed_journey_fails_the_check():
    plays = [Play("epic", passed=True), Play("oracle", failure="PlayError: no draft")]
    told = Report(plays, {"whole": True, "rows": 9}).as_dict()
    assert told["met"] is False
    assert told["failures"][0]["failure"] == "PlayError: no draft"


def test_drafts_that_say_nothing_are_told_and_are_no_success_alone():
    empty = Play("epic", "message_reply", passed=True, rejected=1)
    told = Report([empty], {"whole": True}).as_dict()
    assert (told["figures"]["rejected"], told["met"]) == (1, False)
    assert Report([empty, Play("epic", passed=True)], {"whole": True}).as_dict()["met"] is True


def test_a_broken_ledger_fails_the_check():
    assert Report([Play("epic", passed=True)], {"whole": False}).as_dict()["met"] is False


def test_nothing_played_is_no_success():
    assert Report([], {"whole": True}).as_dict()["met"] is False


def test_a_page_without_what_was_asked_for_is_a_failure():
    page = Page("http://localhost/l/x/", 200, LexborHTMLParser("<main></main>"), "<main></main>")
    with pytest.raises(PlayError):
        page.one("#draft")
