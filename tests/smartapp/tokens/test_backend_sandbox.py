"""Backend services against the strict sandbox; two real processes, one request at expiry."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from smartapp.ehrs.backends import register_backend
from smartapp.ehrs.keys import published_keys
from smartapp.ehrs.rotating import Stage, rotate
from smartapp.fhir.bearers import BackendBearer
from smartapp.models import BackendClient, BackendToken, Ehr
from smartapp.tokens import backend
from smartapp.tokens.backend import BackendRefused
from tests.conftest import ISSUER_PATHS, ROOT, Sandbox, start_sandbox
from tests.smartapp.approving import approve_all
from tests.smartapp.vendors import VENDORS

SECRET = "shared-with-the-hospital"
SCOPES = {
    "epic": "system/Patient.read system/Observation.read",
    "oracle": "system/Patient.rs system/Observation.rs",
    "generic": "system/Patient.rs system/Observation.rs",
}
READ = "Patient/eQ81-774"
AT_ONCE = 50


@dataclass(frozen=True)
class Hospital:
    """A sandbox, and what its database remembers of token requests."""

    sandbox: Sandbox
    data: Path

    def asked(self) -> int:
        """How many genuine assertions were presented, whatever came of them."""
        return self._count("SELECT count(*) FROM sandbox_oauth_seenassertion")

    def issued(self) -> int:
        """How many tokens were given to our backend."""
        return self._count(
            "SELECT count(*) FROM sandbox_oauth_token WHERE client_id LIKE 'countersign-backend%'"
        )

    def _count(self, query: str) -> int:
        with closing(sqlite3.connect(self.data / "sandbox.sqlite3", timeout=20)) as database:
            return int(database.execute(query).fetchone()[0])


def serve(live_server: Any, data: Path, **environment: str) -> Iterator[Hospital]:
    running, process = start_sandbox(
        live_server.url,
        SANDBOX_CLIENT_SECRET=SECRET,
        SANDBOX_DATA_DIR=str(data),
        **environment,
    )
    yield Hospital(running, data)
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="module")
def hospital(live_server: Any, tmp_path_factory: Any) -> Iterator[Hospital]:
    """Tokens live as long as each vendor's do."""
    yield from serve(live_server, tmp_path_factory.mktemp("hospital"))


@pytest.fixture(scope="module")
def hasty(live_server: Any, tmp_path_factory: Any) -> Iterator[Hospital]:
    """Tokens live for three seconds."""
    yield from serve(live_server, tmp_path_factory.mktemp("hasty"), SANDBOX_TOKEN_SECONDS="3")


@pytest.fixture
def ours(
    transactional_db: None, settings: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our key set is at an address the hospital can reach."""
    cache.clear()
    published_keys()  # made now: the hospital waits three seconds for them, and no longer
    settings.BASE_URL = live_server.url
    monkeypatch.setenv("HOSPITAL_SECRET", SECRET)


def connect(hospital: Hospital, personality: str, **backend_fields: Any) -> Ehr:
    ehr = Ehr.objects.create(
        slug=personality,
        name=personality,
        issuer=hospital.sandbox.base_url + ISSUER_PATHS[personality],
        vendor=VENDORS[personality],
        client_id="countersign-key",
        client_auth=Ehr.ClientAuth.KEY,
        scopes="launch",
    )
    fields = {"client_id": "countersign-backend", "scopes": SCOPES[personality]}
    register_backend(ehr, **{**fields, **backend_fields})
    approve_all(ehr)
    return ehr


def read(ehr: Ehr, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}
    return httpx2.get(f"{ehr.issuer}/{READ}", headers=headers).status_code


@pytest.mark.parametrize(
    ("personality", "life"), [("epic", 3600), ("oracle", 570), ("generic", 300)]
)
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_each_hospital_sells_us_a_token_for_its_own_lifetime(
    ours: None, hospital: Hospital, personality: str, life: int, algorithm: str
) -> None:
    ehr = connect(hospital, personality, signing_algorithm=algorithm)
    assert read(ehr, BackendBearer(ehr).token()) == 200
    row = BackendToken.objects.get()
    assert (row.expires_at - row.issued_at) == timedelta(seconds=life)
    assert row.granted_scopes == SCOPES[personality]


def test_a_hospital_that_insists_on_a_secret_gets_it(ours: None, hospital: Hospital) -> None:
    ehr = connect(
        hospital,
        "oracle",
        client_id="countersign-backend-secret",
        client_auth=BackendClient.ClientAuth.SECRET,
        client_secret_ref="env:HOSPITAL_SECRET",
    )
    assert read(ehr, BackendBearer(ehr).token()) == 200


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"client_id": "countersign-key"}, "unauthorized_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"scopes": "system/*.rs"}, "invalid_scope"),
        (
            {
                "client_id": "countersign-backend-secret",
                "client_auth": "client_secret_basic",
                "client_secret_ref": "env:COUNTERSIGN_DATA_DIR",
            },
            "invalid_client",
        ),
    ],
    ids=str,
)
def test_what_the_hospital_refuses_is_told_by_its_code(
    ours: None, hospital: Hospital, wrong: dict[str, str], reason: str
) -> None:
    ehr = connect(hospital, "oracle", **wrong)
    with pytest.raises(BackendRefused) as caught:
        backend.current(ehr)
    assert caught.value.reason == reason
    assert AuditEvent.objects.get(type="token.backend_unavailable").code == reason


def test_a_key_set_at_another_address_than_the_registered_one_is_refused(
    ours: None, hospital: Hospital, settings: Any
) -> None:
    settings.BASE_URL = "https://countersign.example.org"
    with pytest.raises(BackendRefused):
        backend.current(connect(hospital, "generic"))


def test_no_stage_of_a_rotation_costs_a_token(ours: None, hospital: Hospital) -> None:
    ehr = connect(hospital, "generic")
    tokens = [backend.current(ehr)]
    for stage in Stage:
        rotate("ES384", stage, wait=timedelta(0))
        tokens.append(backend.renew_now(ehr, tokens[-1].generation))
    assert [read(ehr, each.access_token) for each in tokens] == [200] * 4


# --- two processes ---


def database_url() -> str:
    """Where this very test run keeps its rows."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    secret = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    host = f"{found['HOST'] or '127.0.0.1'}:{found['PORT'] or 5432}"
    return f"postgres://{found['USER']}{secret}@{host}/{found['NAME']}"


def two_processes(base_url: str, *, threads: int, seconds: float) -> list[dict[str, Any]]:
    """Run two nights at once; return what each has to tell."""
    command = [sys.executable, "-m", "tests.smartapp.tokens.night", "generic", READ]
    nights = [
        subprocess.Popen(
            [*command, str(threads), str(seconds)],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "smartapp.settings",
                "DATABASE_URL": database_url(),
                "COUNTERSIGN_BASE_URL": base_url,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for each in nights:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        for each in nights:
            assert each.stdin
            each.stdin.write("go\n")
            each.stdin.flush()
        return [json.loads(each.communicate(timeout=90)[0]) for each in nights]
    finally:
        for each in nights:
            each.kill()
            each.communicate()


@pytest.mark.parametrize("in_hand", ["none", "expired", "due"])
def test_two_processes_and_fifty_calls_at_expiry_make_one_token_request_and_none_fails(
    ours: None, hospital: Hospital, live_server: Any, in_hand: str
) -> None:
    ehr = connect(hospital, "generic")
    if in_hand != "none":
        backend.current(ehr)
        expires = timezone.now() + timedelta(seconds=-1 if in_hand == "expired" else 30)
        BackendToken.objects.update(issued_at=expires - timedelta(seconds=300), expires_at=expires)
    asked, issued = hospital.asked(), hospital.issued()
    told = two_processes(live_server.url, threads=AT_ONCE // 2, seconds=0)
    assert [each["errors"] for each in told] == [[], []]
    assert [each["statuses"] for each in told] == [{"200": AT_ONCE // 2}] * 2
    assert hospital.asked() - asked == 1
    assert hospital.issued() - issued == 1
    assert BackendToken.objects.get().generation == (1 if in_hand == "none" else 2)


def test_two_processes_work_on_through_many_tokens_of_three_seconds(
    ours: None, hasty: Hospital, live_server: Any
) -> None:
    connect(hasty, "generic")
    told = two_processes(live_server.url, threads=4, seconds=8)
    assert [each["errors"] for each in told] == [[], []]
    assert {status for each in told for status in each["statuses"]} == {"200"}
    # Each is renewed when it has lived for 2.4 s, by one of the eight threads.
    assert 3 <= hasty.asked() <= 4
    assert hasty.issued() == hasty.asked() == BackendToken.objects.get().generation
