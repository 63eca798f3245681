"""Figures for operations: of all processes, for whoever brings the token, without PHI."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from smartapp.fhir.transport import counts
from smartapp.metrics import Figure, gauges
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-tests"


@pytest.fixture
def open_address(settings: Any, tmp_path: Path) -> Path:
    settings.METRICS_TOKEN = TOKEN
    settings.METRICS_DIR = tmp_path
    return tmp_path


def asked(token: str = TOKEN, **more: Any) -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"}, **more)


def figures(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


COUNTING = """
import os, sys, django
django.setup()
from smartapp.fhir.transport import counts
for _ in range(int(sys.argv[1])):
    counts.REQUESTS.labels("https://ehr.example/fhir", "success", "2xx", "ehr").inc()
counts.FALLBACKS.labels("https://ehr.example/fhir", "medications", "refused", "true").inc()
counts.ALERTS.labels("https://ehr.example/fhir").inc()
"""


def test_two_processes_counts_are_added_up(open_address: Path) -> None:
    environment = {
        **os.environ,
        "COUNTERSIGN_METRICS_TOKEN": TOKEN,
        "COUNTERSIGN_METRICS_DIR": str(open_address),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    for number in ("3", "4"):
        command = [sys.executable, "-c", COUNTING, number]
        subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=60)
    answer = asked()
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    found = figures(answer.content.decode())
    ehr = ("ehr", "https://ehr.example/fhir")
    labels = (("answered_by", "ehr"), ehr, ("outcome", "success"), ("status", "2xx"))
    assert found["countersign_fhir_requests_total", labels] == 7
    taken = (("answered", "true"), ("because", "refused"), ("concept", "medications"), ehr)
    assert found["countersign_fhir_fallbacks_total", taken] == 2
    assert found["countersign_ehr_alerts_total", (ehr,)] == 2


def test_ended_processes_leave_one_file_and_their_counts_stand(open_address: Path) -> None:
    environment = {
        **os.environ,
        "COUNTERSIGN_METRICS_TOKEN": TOKEN,
        "COUNTERSIGN_METRICS_DIR": str(open_address),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    ehr = ("ehr", "https://ehr.example/fhir")
    labels = (("answered_by", "ehr"), ehr, ("outcome", "success"), ("status", "2xx"))
    waiting = COUNTING + "print('counted', flush=True)\nsys.stdin.read()\n"
    with subprocess.Popen(
        [sys.executable, "-c", waiting, "10"], env=environment, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as living:  # fmt: skip
        assert living.stdout is not None
        assert living.stdout.readline() == "counted\n"
        for expected in (13, 16):
            ended = [sys.executable, "-c", COUNTING, "3"]
            subprocess.run(ended, env=environment, cwd=ROOT, check=True, timeout=60)
            for _ in range(2):  # asking twice counts nothing twice
                found = figures(asked().content.decode())
                assert found["countersign_fhir_requests_total", labels] == expected
            # Who lives counts on into its own file.
            names = sorted(path.name for path in open_address.glob("*.db"))
            assert names == sorted([f"counter_{living.pid}.db", "counter_ended.db"])
        living.communicate("")
    assert figures(asked().content.decode())["countersign_fhir_requests_total", labels] == 16
    assert [path.name for path in open_address.glob("*.db")] == ["counter_ended.db"]


def test_drafts_are_told_by_state_and_the_queue_by_its_age(open_address: Path) -> None:
    found = figures(asked().content.decode())
    assert found["countersign_drafts", (("state", "queued"),)] == 0
    assert found["countersign_draft_queue_age_seconds", ()] == 0


def test_without_a_token_in_the_environment_there_is_no_such_address(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert asked("").status_code == 404
    assert asked().status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_token_nothing_is_told(open_address: Path, sent: str) -> None:
    refused = Client().get("/metrics", headers={"Authorization": sent})
    assert refused.status_code == 401
    assert b"countersign_" not in refused.content
    assert Client().get("/metrics").status_code == 401
    assert asked(f"{TOKEN}é").status_code == 401


def test_the_address_may_only_be_read(open_address: Path) -> None:
    sent = Client().post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert sent.status_code == 405


def test_no_label_names_a_patient_or_a_person(open_address: Path) -> None:
    known = {"ehr", "outcome", "status", "answered_by", "concept", "because", "answered", "code"}
    for each in (counts.REQUESTS, counts.FALLBACKS, counts.FAILURES, counts.ALERTS):
        assert set(each._labelnames) <= known


def test_a_figure_of_another_room_is_told_beside(open_address: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(gauges, "_reads", [])
    gauges.register(lambda: [Figure("x", "About.", 2, {"a": "b"}), Figure("x", "", 3, {"a": "c"})])
    found = figures(asked().content.decode())
    assert found == {("x", (("a", "b"),)): 2, ("x", (("a", "c"),)): 3}


@pytest.mark.parametrize(("status", "told"), [(None, "none"), (204, "2xx"), (429, "4xx")])
def test_statuses_are_told_by_class(status: int | None, told: str) -> None:
    assert counts.status_class(status) == told
