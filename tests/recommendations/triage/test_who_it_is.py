"""Never by name, race, insurance or address: none of them reaches a model, or the rules."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from audit.models import AuditEvent
from recommendations.models import Draft
from tests.recommendations.agent.stand_in import StandIn
from tests.recommendations.triage import patients

pytestmark = pytest.mark.django_db(transaction=True)

PRIVATE = ("Quillfeather", "Ottoline", "Xanthoderm", "Zebrawood", "Ashgrove", "99811", "0048-7731",
           "Goldplan", "1970-03-09")  # fmt: skip
COVERAGE = {
    "resourceType": "Coverage",
    "id": "cov1",
    "status": "active",
    "beneficiary": {"reference": "Patient/p1"},
    "payor": [{"display": "Goldplan Mutual"}],
}


def test_who_the_patient_is_never_reaches_the_model(
    triaged: Callable[[str], Draft], chart: list[Any], model: StandIn
) -> None:
    chart += [COVERAGE, patients.sign("pulse", 96)]
    draft = triaged("Ms Quillfeather of 14 Zebrawood Lane has a sore knee; Ottoline fell.")
    assert draft.drafter == "claude"
    sent = json.dumps(model.requests)
    assert len(model.requests) >= 2
    assert [word for word in PRIVATE if word in sent] == []
    assert "[name]" in sent


def test_nor_the_rules(
    triaged: Callable[[str], Draft], chart: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommendations.workflows.triage import rules  # noqa: PLC0415 - to look at its door

    seen: list[Any] = []
    real = rules.red_flags
    monkeypatch.setattr(rules, "red_flags", lambda given: (seen.append(given), real(given))[1])
    chart += [COVERAGE, patients.sign("pulse", 96)]
    triaged("Ms Quillfeather of 14 Zebrawood Lane has chest pain.")
    (given,) = seen
    assert [word for word in PRIVATE if word in repr(given)] == []
    assert "chest pain" in given.complaint


@pytest.mark.parametrize("other", ["male", "female"])
def test_another_name_race_and_address_change_nothing(
    triaged: Callable[[str], Draft], chart: list[Any], other: str
) -> None:
    chart += [patients.sign("breaths", 26), patients.pressure(98, 60)]
    before = [s.text for s in triaged("Feels unwell.").statements.all()]
    race = {"url": "text", "valueString": other}
    chart[0] = {
        **patients.PATIENT,
        "name": [{"family": "Smith", "given": ["Jo"]}],
        "address": [],
        "extension": [{"url": patients.PATIENT["extension"][0]["url"], "extension": [race]}],
    }
    after = [s.text for s in triaged("Feels unwell.").statements.all()]
    assert after == before


def test_the_trail_keeps_the_complaint_and_the_flags_sealed(
    triaged: Callable[[str], Draft],
) -> None:
    draft = triaged("Wants to end it all, has a plan.")
    for row in AuditEvent.objects.filter(draft_id=str(draft.pk), type__startswith="triage."):
        told = json.dumps(row.detail)
        assert "suicid" not in told
        assert "end it" not in told


def test_without_the_patients_record_the_complaint_is_not_given_to_anybody(
    triaged: Callable[[str], Draft], chart: list[Any], model: StandIn
) -> None:
    chart.clear()
    draft = triaged("Ms Quillfeather has chest pain.")
    assert draft.state == "ready"
    sent = json.dumps(model.requests)
    assert "Quillfeather" not in sent
    assert "chest pain" not in sent
