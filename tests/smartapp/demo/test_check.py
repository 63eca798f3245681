"""``manage.py demo --check``: what it plays, and what it says of it."""

import json
import os
import subprocess
import sys

import pytest
from selectolax.lexbor import LexborHTMLParser

from smartapp.demo.browser import Page, PlayError
from smartapp.demo.journey import PERSONALITIES, Play, Report
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def report():
    """One chart in every personality, played by the command itself on its embedded stores."""
    embedded = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--check", "--limit", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=110,
        env={**embedded, "DJANGO_SETTINGS_MODULE": "smartapp.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


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


def test_one_failed_journey_fails_the_check():
    plays = [Play("epic", passed=True), Play("oracle", failure="PlayError: no draft")]
    told = Report(plays, {"whole": True, "rows": 9}).as_dict()
    assert told["met"] is False
    assert told["failures"][0]["failure"] == "PlayError: no draft"


def test_a_broken_ledger_fails_the_check():
    assert Report([Play("epic", passed=True)], {"whole": False}).as_dict()["met"] is False


def test_nothing_played_is_no_success():
    assert Report([], {"whole": True}).as_dict()["met"] is False


def test_a_page_without_what_was_asked_for_is_a_failure():
    page = Page("http://localhost/l/x/", 200, LexborHTMLParser("<main></main>"), "<main></main>")
    with pytest.raises(PlayError):
        page.one("#draft")
