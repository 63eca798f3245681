"""What must be told: each rule asks for its fact, only for that, and is content when it is told."""

from typing import Any

import pytest

from recommendations.clinical.facts import EncounterFact, Fact
from recommendations.clinical.results import ReadingSnapshot
from recommendations.verification import Chart
from recommendations.verification.omissions import RULES, omissions, required
from recommendations.verification.omissions.finding import is_high_alert
from recommendations.workflows.registry import DOCUMENTS
from tests.conftest import ROOT
from tests.recommendations.verification.build import infer, said
from tests.recommendations.verification.build import note as quoting
from tests.recommendations.verification.facts import (
    allergy,
    cond,
    day,
    event,
    lab,
    med,
    note,
    pressure,
    snapshot,
)

RANGE: dict[str, Any] = {"code": "2823-3", "low": "3.5", "high": "5.1"}


def potassium(handle: str, value: str, when: str = "2026-11-17", **more: Any) -> Fact:
    return lab(handle, "Potassium", value, "mmol/L", when, **{**RANGE, **more})


def asked(*facts: Fact, **more: Any) -> list[tuple[str, str]]:
    return [(each.rule, each.handle) for each in required(Chart.of(snapshot(facts)), **more)]


def left(facts: tuple[Fact, ...], *statements: Any) -> list[str]:
    return [each.handle for each in omissions(Chart.of(snapshot(facts)), statements)]


def telling(*handles: str) -> Any:
    return said("Told.", infer("told", *handles))


@pytest.mark.parametrize("flag", ["HH", "LL", "AA"])
def test_a_critical_result_of_this_month_is_asked_for(flag: str) -> None:
    assert asked(potassium("lab1", "6.9", interpretation=flag)) == [("critical_result", "lab1")]
    assert asked(potassium("lab1", "6.9", "2026-10-17", interpretation=flag)) == []


@pytest.mark.parametrize("flag", ["H", "L", "N", ""])
def test_a_result_that_nobody_marked_critical_is_not(flag: str) -> None:
    assert asked(potassium("lab1", "6.9", interpretation=flag)) == []


def test_a_critical_result_that_a_later_one_took_the_place_of_is_not_asked_for() -> None:
    found = asked(
        potassium("lab1", "4.0", "2026-11-17"),
        potassium("lab2", "6.9", "2026-11-16", interpretation="HH"),
    )
    assert found == []


def test_two_values_of_one_moment_are_both_the_newest() -> None:
    found = asked(
        potassium("lab1", "6.9", interpretation="HH"), potassium("lab2", "2.1", interpretation="LL")
    )
    assert found == [("critical_result", "lab1"), ("critical_result", "lab2")]


def test_a_result_out_of_range_is_new_where_the_one_before_was_within() -> None:
    now, before = potassium("lab1", "5.9"), potassium("lab2", "4.8", "2026-10-27")
    assert asked(now, before) == [("newly_abnormal_result", "lab1")]
    assert asked(now) == []
    assert asked(now, potassium("lab2", "5.8", "2026-10-27")) == []
    assert asked(before, potassium("lab3", "5.9", "2026-08-24")) == []


def test_an_old_one_is_not_new() -> None:
    found = asked(potassium("lab1", "5.9", "2026-08-01"), potassium("lab2", "4.8", "2026-07-01"))
    assert found == []


def test_what_was_entered_in_error_asks_for_nothing() -> None:
    wrong = potassium("lab1", "6.9", interpretation="HH", status="entered-in-error")
    assert asked(wrong) == []
    assert asked(cond("cond1", "Asthma", "2020", verification="entered-in-error")) == []


def test_every_active_allergy_is_asked_for_and_no_other() -> None:
    facts = (
        allergy("alg1", "Penicillin", "Anaphylaxis"),
        allergy("alg2", "Codeine").model_copy(update={"status": "resolved"}),
        allergy("alg3", "Latex").model_copy(update={"verification": "refuted"}),
        allergy("alg4", "No known allergies", none_known=True),
    )
    assert asked(*facts) == [("active_allergy", "alg1")]


@pytest.mark.parametrize(
    "name",
    [
        "Warfarin sodium 5 MG Oral Tablet", "Eliquis 5 mg tablet", "Insulin glargine 100 UNT/ML",
        "Oxycodone Hydrochloride 5 MG / Acetaminophen 325 MG Oral Tablet", "glipizide 5 mg tablet",
        "Methotrexate 2.5 mg tablet", "Tacrolimus 1 mg capsule", "lamoTRIgine 100 mg tablet",
        "Phenytoin 100 mg capsule",
    ],
)  # fmt: skip
def test_high_alert_medications_are_known_by_class_or_name(name: str) -> None:
    assert is_high_alert(name)
    assert asked(med("med1", name, None, None)) == [("high_alert_medication", "med1")]


@pytest.mark.parametrize(
    "name",
    ["Lisinopril 20 MG Oral Tablet", "metFORMIN 1000 mg tablet", "Aspirin 81 MG", "Naloxone"],
)
def test_others_are_not(name: str) -> None:
    assert not is_high_alert(name)


@pytest.mark.parametrize(
    ("status", "asked_for"),
    [("active", True), ("on-hold", True), ("stopped", False), ("completed", False)],
)
def test_only_a_current_order_is_asked_for(status: str, asked_for: bool) -> None:
    order = med("med1", "Warfarin 5 mg tablet", None, None, status=status)
    assert bool(asked(order)) is asked_for


def test_a_problem_is_asked_for_where_a_current_order_is_for_it() -> None:
    problem = cond("cond1", "Type 2 diabetes mellitus", "2015")
    order = med("med1", "metFORMIN 1000 mg tablet", None, None, reason="Type 2 diabetes mellitus")
    assert asked(problem, order) == [("treated_problem", "cond1")]
    assert asked(problem) == []
    assert asked(problem, order.model_copy(update={"status": "stopped"})) == []
    assert asked(problem.model_copy(update={"status": "resolved"}), order) == []


def test_a_result_that_is_not_final_is_asked_for_until_one_is() -> None:
    pending = potassium("lab1", "5.0", status="preliminary")
    assert asked(pending) == [("pending_result", "lab1")]
    assert asked(pending, potassium("lab2", "5.0", "2026-11-18")) == []
    assert asked(potassium("lab1", "5.0", "2026-09-01", status="preliminary")) == []


PLAN = "Plan: raise spironolactone from 12.5 mg to 25 mg daily. Potassium in 10 days."


def visit_of(when: str) -> Fact:
    return event(EncounterFact, "enc1", "Office visit", "finished", start=day(when))


def test_what_the_last_visit_planned_is_asked_for_sentence_by_sentence() -> None:
    facts = (
        note("note1", "Progress note", "2026-10-27", "A. Okafor, MD", PLAN),
        visit_of("2026-10-27"),
    )
    found = [each.quote for each in required(Chart.of(snapshot(facts)))]
    assert found == [
        "raise spironolactone from 12.5 mg to 25 mg daily.", "Potassium in 10 days.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked_for"),
    [
        ("Follow up with cardiology within 7 days.", True),
        ("Return in three months.", True),
        ("Patient to call if short of breath.", True),
        ("Potassium was repeated in clinic.", False),
        ("Follow up with cardiology was declined.", False),
        ("Plan: continue.", False),
        ("Plan: unchanged from last time.", False),
        ("He will check his weight.", False),
        ("Checked the feet; no ulcers.", False),
    ],
)
def test_an_instruction_begins_with_what_is_to_be_done(text: str, asked_for: bool) -> None:
    found = asked(note("note1", "Progress note", "2026-10-27", "A. Okafor, MD", text))
    assert bool(found) is asked_for


def test_instructions_are_of_the_last_visit_and_of_no_superseded_note() -> None:
    told = "Return in three months."
    old = note("note1", "Progress note", "2026-08-09", "A. Okafor, MD", told)
    assert (
        asked(
            old, visit_of("2026-10-27"), note("note2", "Progress note", "2026-10-27", "", "Well.")
        )
        == []
    )
    assert asked(old.model_copy(update={"superseded": True})) == []
    assert asked(note("note1", "Progress note", "2025-01-01", "", told)) == []


def test_a_note_that_gives_orders_to_software_gives_none_to_the_patient() -> None:
    given = note("note1", "Progress note", "2026-10-27", "", "Return in three months.")
    read = snapshot((given,)).model_dump(mode="json")
    addressed = {"handle": "note1", "field": "text", "start": 0, "end": 6, "rules": ["order"]}
    chart = Chart.of(ReadingSnapshot.model_validate({**read, "addressed": [addressed]}))
    assert required(chart) == []


def test_what_a_statement_cites_is_told() -> None:
    facts = (allergy("alg1", "Penicillin"), allergy("alg2", "Codeine"))
    assert left(facts) == ["alg1", "alg2"]
    assert left(facts, telling("alg1")) == ["alg2"]
    assert left(facts, telling("alg1", "alg2")) == []


def test_either_entry_of_one_name_is_enough_but_not_of_one_test() -> None:
    twice = (allergy("alg1", "Penicillin"), allergy("alg2", "penicillin"))
    assert left(twice, telling("alg2")) == []
    results = (potassium("lab1", "5.9"), potassium("lab2", "4.8", "2026-10-27"))
    assert left(results, telling("lab2")) == ["lab1"]


def test_an_instruction_is_told_by_a_quotation_that_has_it() -> None:
    facts = (note("note1", "Progress note", "2026-10-27", "A. Okafor, MD", PLAN),)
    first = said("The note says: “raise spironolactone from 12.5 mg to 25 mg daily.”",
                 quoting("note1", "raise spironolactone from 12.5 mg to 25 mg daily."))  # fmt: skip
    chart = Chart.of(snapshot(facts))
    assert [each.quote for each in omissions(chart, [first])] == ["Potassium in 10 days."]
    whole = said(f"The note says: “{PLAN}”", quoting("note1", PLAN))
    assert omissions(chart, [whole]) == []
    assert len(omissions(chart, [telling("note1")])) == 2


OWN = (
    potassium("lab1", "6.9", interpretation="HH"),
    potassium("lab2", "4.8", "2026-10-27"),
    allergy("alg1", "Penicillin"),
    med("med1", "Warfarin 5 mg tablet", None, None),
    note("note1", "Progress note", "2026-10-27", "A. Okafor, MD", PLAN),
)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Potassium 6.9 mmol/L today, repeated.", {"lab1"}),
        ("Potassium was 4.8 on 27 Oct 2026.", set()),
        ("Potassium is high.", set()),
        ("She is allergic to penicillin.", {"alg1"}),
        ("She is not allergic to penicillin.", set()),
        ("On warfarin as before.", {"med1"}),
        ("Plan: potassium in 10 days.", {"note1"}),
        ("Nothing of note.", set()),
    ],
)
def test_a_clinicians_own_words_tell_by_name_and_a_result_by_its_value(
    words: str, told: set[str]
) -> None:
    chart = Chart.of(snapshot(OWN))
    before = {(each.handle, each.quote) for each in omissions(chart, ())}
    after = {(each.handle, each.quote) for each in omissions(chart, (), own=[words])}
    assert {handle for handle, _ in before - after} == told
    assert after <= before


def test_a_pending_result_is_told_where_it_is_said_to_be_waited_for() -> None:
    chart = Chart.of(snapshot((potassium("lab1", "5.0", status="preliminary"),)))
    assert [each.rule for each in omissions(chart, ())] == ["pending_result"]
    assert omissions(chart, (), own=["Potassium still pending."]) == []
    assert omissions(chart, (), own=["Potassium is watched."]) != []


def test_only_the_rules_that_a_document_names_are_asked() -> None:
    facts = (allergy("alg1", "Penicillin"), med("med1", "Warfarin 5 mg tablet", None, None))
    assert asked(*facts, rules=("active_allergy",)) == [("active_allergy", "alg1")]
    assert asked(*facts, rules=()) == []


def test_words_name_what_is_missing() -> None:
    facts = (
        potassium("lab1", "6.9", interpretation="HH"),
        pressure("vit1", "210", "120", "2026-11-17").model_copy(update={"interpretation": "HH"}),
        allergy("alg1", "Penicillin"),
    )
    told = [each.words for each in required(Chart.of(snapshot(facts)))]
    assert told == [
        "Potassium 6.9 mmol/L on 17 Nov 2026, marked critical.",
        "Blood pressure 210/120 on 17 Nov 2026, marked critical.",
        "The allergy Penicillin.",
    ]


def test_an_empty_chart_asks_for_nothing() -> None:
    assert asked() == []
    assert left((), telling("lab1")) == []


def test_the_page_names_every_rule_with_its_source() -> None:
    page = (ROOT / "docs" / "omissions.md").read_text()
    for rule in RULES.values():
        critical = "yes" if rule.critical else ""
        assert f"| `{rule.name}` | {rule.asks} | {rule.source} | {critical} |" in page


def test_the_page_names_the_rules_of_every_document() -> None:
    page = (ROOT / "docs" / "omissions.md").read_text()
    for document in DOCUMENTS.values():
        rules = (
            f"{section.title}: {', '.join(f'`{rule}`' for rule in section.rules)}."
            for section in document.sections
            if section.rules
        )
        assert f"| {document.title} | {' '.join(rules) or 'none'}" in page
