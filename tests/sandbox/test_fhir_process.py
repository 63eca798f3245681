"""The process itself: it says when it is ready, loads a folder, waits as told, and stops at once."""

import json
import os
import subprocess
import sys
import time

import httpx2
import pytest

from tests.conftest import ROOT, start_sandbox
from tests.sandbox.conftest import OSEI, RUTH
from tests.sandbox.hospital import sign_in

DAY = "2020-01-31"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("charts")
    resources = [
        {"resourceType": "Patient", "id": "p1", "name": [{"family": "Example"}]},
        {
            "resourceType": "Encounter",
            "id": "e1",
            "status": "finished",
            "class": {"code": "AMB"},
            "subject": {"reference": "Patient/p1"},
            "period": {"start": DAY},
        },
        {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Sample"}]},
    ]
    lines = "\n".join(json.dumps(one) for one in resources)
    (path / "all.ndjson").write_text(lines)
    return path


def run(*arguments):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": ""}
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_prints_one_line_with_its_address_and_ends_promptly_when_told(folder):
    process = run("--port", "0", "--charts", str(folder))
    line = process.stdout.readline()
    address = line.rpartition(" ")[2].strip()
    assert httpx2.get(f"{address}/health").json() == {"charts": 1}
    began = time.monotonic()
    process.terminate()
    rest, errors = process.communicate(timeout=10)
    assert time.monotonic() - began < 3
    assert rest == ""
    assert errors == ""


def test_it_refuses_a_folder_without_charts_in_a_sentence(tmp_path):
    process = run("--port", "0", "--charts", str(tmp_path))
    output, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert output == ""
    assert "holds no" in errors
    assert "Traceback" not in errors


def test_a_loaded_folder_is_served_shifted_and_slow_as_told(folder):
    sandbox, process = start_sandbox(
        "http://localhost:8000", "--charts", str(folder), "--shift-dates", SANDBOX_LATENCY_MS="120"
    )
    try:
        client = sign_in(sandbox, "generic", "p1", "Practitioner/d1")
        began = time.monotonic()
        (encounter,) = client.everything("Encounter?patient=p1")
        assert time.monotonic() - began >= 0.12
        assert encounter["period"]["start"] > DAY
        assert client.grant["encounter"] == "e1"
        assert OSEI not in json.dumps(client.everything("Practitioner"))
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.parametrize("key", ["epic", "oracle", "generic"])
def test_an_answer_comes_packed_to_whoever_takes_it_so_and_plain_to_all_others(sandbox, key):
    client = sign_in(sandbox, key, RUTH, OSEI)
    address = f"{client.base}/Observation?patient={RUTH}&category=laboratory"
    as_json = {"Authorization": f"Bearer {client.token}", "Accept": "application/fhir+json"}
    packed = httpx2.get(address, headers=as_json | {"Accept-Encoding": "gzip"})
    plain = httpx2.get(address, headers=as_json | {"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 4
    assert packed.json()["entry"] == plain.json()["entry"]
