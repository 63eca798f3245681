"""Bulk exports of the sandbox hospital, as each vendor does them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from smartapp.fhir import bulk
from smartapp.models import BackendToken, BulkExport, Ehr
from tests.conftest import start_sandbox
from tests.sandbox.control import Control
from tests.sandbox.smart import App, key_server
from tests.smartapp.fhir.bulk.exporting_ehr import register
from tests.smartapp.fhir.bulk.running import events, run
from tests.smartapp.vendors import VENDORS

TYPES = ("Group", "Patient", "Condition", "Observation")


@pytest.fixture(scope="module")
def hospital() -> Iterator[tuple[Any, Any]]:
    with key_server() as (keys, address):
        running, process = start_sandbox(
            address, "--volume", "300", SANDBOX_BULK_SECONDS="0", SANDBOX_BULK_RETRY_AFTER="1"
        )
        yield running, keys
        process.terminate()
        process.wait(timeout=10)


def connected(app: App, personality: str) -> Ehr:
    """The hospital as an EHR of ours, with a token for all that is exported."""
    ending = "read" if personality == "epic" else "rs"
    scope = " ".join(f"system/{kind}.{ending}" for kind in TYPES)
    answer = app.post("token", {"grant_type": "client_credentials", "scope": scope})
    ehr = register(app.issuer)
    ehr.vendor = VENDORS[personality]
    ehr.save()
    token = BackendToken.objects.get()
    token.access_token = answer.raise_for_status().json()["access_token"]
    token.save()
    return ehr


@pytest.mark.parametrize("personality", VENDORS)
def test_a_group_comes_whole_and_makes_room_for_the_next(
    transactional_db: None, settings: Any, tmp_path: Path, hospital: Any, personality: str
) -> None:
    settings.DATA_DIR = tmp_path
    cache.clear()
    sandbox, keys = hospital
    Control(sandbox.base_url).request("POST", "exports", json={"seconds": 0, "retry_after": 1})
    ehr = connected(App(sandbox, personality, "countersign-backend", keys), personality)

    def all_of(wish: bulk.Wish) -> Counter[str]:
        export, _ = run(ehr, wish)
        assert export.state == "ready", export.code
        found: Counter[str] = Counter()
        bulk.import_export(
            export.pk, lambda b: found.update(each.reference for each in b.resources)
        )
        assert max(found.values()) == 1
        return found

    assert len(all_of(bulk.Wish("eG-volume", ("Patient",)))) == 300
    found = all_of(bulk.Wish("eG-everybody", ("Patient", "Condition")))
    kinds = Counter(reference.partition("/")[0] for reference in found)
    assert set(kinds) == {"Patient", "Condition"}
    # The vendors begin no second export before the first is deleted.
    alive = all_of(
        bulk.Wish("eG-everybody", ("Condition",), filters=("Condition?clinical-status=active",))
    )
    assert set(alive) < {each for each in found if each.startswith("Condition/")}
    files = [each for each in events("fhir.bulk_requested") if each["step"] == "file"]
    # Oracle's answer with 307; where they lead, no token goes.
    expected = {307, 200} if personality == "oracle" else {200}
    assert {each["status"] for each in files} == expected
    assert all(each["with_token"] for each in files if each["status"] == 307)
    if personality == "oracle":
        assert not any(each["with_token"] for each in files if each["status"] == 200)
    assert BulkExport.objects.filter(state="imported", delete_due=False).count() == 3
    assert all(each.ended_at <= timezone.now() for each in BulkExport.objects.all())
