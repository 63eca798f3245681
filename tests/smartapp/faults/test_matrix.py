"""Each fault of the sandbox against each kind of call, over HTTP; docs/fault-matrix.md tells it."""

import time
from typing import Any

import pytest

from audit.models import AuditEvent
from tests.conftest import Sandbox
from tests.sandbox.control import Control
from tests.sandbox.hospital import HTTP
from tests.smartapp.faults import table
from tests.smartapp.faults.calls import NAMES, Chart, Kind, columns
from tests.smartapp.faults.came import WHOLE
from tests.smartapp.faults.conftest import Registered
from tests.smartapp.faults.decoy import Decoy
from tests.smartapp.faults.logged import logged, told, words_of
from tests.smartapp.faults.night_calls import Exporting, Following
from tests.smartapp.faults.switched import PATIENT, WAITED_FOR, forget_holds, parameters

pytestmark = pytest.mark.django_db(transaction=True)

# One refresh is due for each of these, and none for any other fault of a read.
REFRESHED = {"expired-token", "revoked-token", "rejected-token"}
# What a row of this type says by being there.
SAID_BY_TYPE = {"token.lost": "session_lost"}
EMPTY = "whole, and empty"
SEEN: table.Columns = {}


def others_of(hospital: Sandbox) -> set[str]:
    """Ids and names of every patient of the hospital."""
    listed = HTTP.get(f"{hospital.base_url}/ehr/generic/patients.json").json()["patients"]
    return {each["id"] for each in listed} | {
        word for each in listed for word in str(each.get("name", "")).split() if len(word) > 5
    }


def trail_says(codes: tuple[str, ...], rows: list[AuditEvent]) -> bool:
    """Whether the trail has a row of this, and of each code that was told."""
    text = [f"{row.code} {row.detail_json} {SAID_BY_TYPE.get(row.type, '')}" for row in rows]
    # A resource that no fact could be made of is told by the draft; its request stands here.
    wanted = [code.replace(": ", " (") for code in codes if not code.endswith(": fact")]
    return bool(rows) and all(any(each in line for line in text) for each in wanted)


def rule_of(kind: Kind, fault: dict[str, Any]) -> dict[str, Any]:
    """Which of the call's requests the fault is switched on for."""
    kinds = [each for each in kind.kinds if each in fault["kinds"]]
    rule = {"kinds": kinds, "types": list(kind.types), "personality": kind.personality}
    return {**rule, "count": 1} if fault["name"] == "expired-token" else rule


def problems(
    kind: Kind, fault: dict[str, Any], control: Control, elsewhere: Decoy, secrets: set[str]
) -> tuple[str, list[str]]:
    """Make a call while a fault is on; return the table's cell and what was wrong."""
    name = fault["name"]
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    control.request("DELETE", "counters")
    rule = {**rule_of(kind, fault), **parameters(name, elsewhere.url, kind.kinds)}
    with logged() as lines, control.fault(name, **rule) as switched:
        started = time.monotonic()
        try:
            came = kind.make()
        except Exception as error:  # told with the other cells' problems
            return "crash", [f"crashed: {type(error).__name__}: {error}"]
        took = time.monotonic() - started
        touched = control.touched(switched)
    found = list(came.wrong)
    rows = list(AuditEvent.objects.filter(id__gt=last).order_by("id"))
    counted = control.counts()["kinds"].get(kind.personality, {})
    found += [f"logged {each!r}" for each in told(lines.lines, secrets | kind.secrets)]
    if not trail_says(came.codes, rows):
        found.append(f"no row in the trail for {came.codes}")
    if not touched:
        found.append("the fault touched nothing")
    if counted.get("write"):
        found.append("something was written")
    if counted.get("token", 0) > due(kind, name):
        found.append(f"{counted['token']} token requests")
    if took > WAITED_FOR.get(name, PATIENT) + 3:
        found.append(f"took {took:.1f} s")
    followed = isinstance(kind, Exporting) and kind.follows
    if any(not followed or "authorization" in map(str.lower, each[1]) for each in elsewhere.seen):
        found.append(f"went abroad: {elsewhere.seen}")
    elsewhere.seen.clear()
    if isinstance(kind, Following):
        found += kind.afterwards()
    return came.cell, found


def due(kind: Kind, fault: str) -> int:
    """How many token requests are due at most."""
    if isinstance(kind, Following) or (isinstance(kind, Chart) and not kind.expired):
        return 1 if fault in REFRESHED else 0
    return 1


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", NAMES)
def test_every_fault_of_a_call(
    name: str, registered: Registered, control: Control, elsewhere: Decoy, settings: Any
) -> None:
    hospital = registered.hospital
    kind: Kind = columns(hospital, registered.ehrs)[name]()
    secrets = others_of(hospital)
    column: dict[str, str] = {}
    failed: list[str] = []
    for fault in control.known():
        if not set(kind.kinds) & set(fault["kinds"]):
            column[fault["name"]] = "n/a"
            continue
        settings.FHIR_TIMEOUT_SECONDS = PATIENT
        forget_holds()
        kind.prepare()
        if isinstance(kind, Chart) and kind.whole:
            secrets |= {word for word in words_of(kind.whole.raw) if isinstance(word, str)}
        settings.FHIR_TIMEOUT_SECONDS = WAITED_FOR.get(fault["name"], PATIENT)
        cell, wrong = problems(kind, fault, control, elsewhere, secrets)
        if fault["name"] == "nothing-found" and cell == WHOLE:
            cell, wrong = EMPTY, [each for each in wrong if "nothing said" not in each]
        column[fault["name"]] = cell
        failed += [f"{fault['name']} x {name} ({cell}): {each}" for each in wrong]
    assert failed == []
    if table.writing():
        SEEN[name] = column
        if len(SEEN) == len(NAMES):
            table.PLACE.write_text(table.render({each: SEEN[each] for each in NAMES}))
    else:
        assert column == table.column_of(name), "Write the table anew: see its head."


def test_every_word_of_the_table_is_a_word_of_the_products() -> None:
    if table.writing():
        pytest.skip("It is being written.")
    committed = {name: table.column_of(name) for name in NAMES}
    assert table.PLACE.read_text() == table.render(committed)
    for code in table.codes(committed):
        assert table.says(code)
