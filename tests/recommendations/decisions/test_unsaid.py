"""What a draft leaves out: added with one tap, found not needed, and asked about at signing."""

import pytest

from recommendations import omitted
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions import adding, services, signing, unsaid
from recommendations.decisions.standing import standings
from recommendations.models import Decision, Omission, Statement
from recommendations.verification.omissions import RULES
from tests.recommendations import cast
from tests.recommendations.cast import CONTRADICTED, NOT_FOUND
from tests.recommendations.decisions.sent import decide_all, events, on, refused, to_sign
from tests.recommendations.drafts import people
from tests.recommendations.unsaid_cast import leaving_out, row

TEXTS = {
    "active_allergy": "Allergy: Penicillin (Anaphylaxis), high criticality.",
    "critical_result": "Sodium 118 mmol/L on 16 Nov 2026.",
    "treated_problem": "Heart failure, active.",
    "pending_result": "Preliminary Blood culture: No growth so far on 16 Nov 2026.",
    "visit_instruction": "Clinic note of 17 Nov 2026 by A. Okafor, MD says: “Repeat potassium in "
    "three days.”",
}


@pytest.fixture
def draft(launch):
    return leaving_out(launch)


def tap(draft, rule, **changes):
    """What the page sends to add something."""
    draft.refresh_from_db()
    missing = row(draft, rule)
    return {
        "launch": draft.launch,
        "omission_id": missing.pk,
        "revision": draft.revision,
        "text_sha256": omitted.found_of(missing).text_sha256,
        **changes,
    }


def bare(draft, rule, **changes):
    """What the page sends for everything else."""
    sent = tap(draft, rule, **changes)
    del sent["text_sha256"]
    return sent


def missing(draft):
    return [each.row.rule for each in unsaid.unsaid_of(draft) if each.is_open]


def test_what_is_found_is_kept_with_its_section_and_the_statement_that_would_tell_it(draft):
    rows = Omission.objects.filter(draft=draft)
    assert {r.rule: omitted.found_of(r).text for r in rows} == TEXTS
    assert [r.rule for r in rows][:2] == ["critical_result", "active_allergy"]
    assert {r.rule: r.section for r in rows} == {
        "critical_result": "objective",
        "active_allergy": "allergies_and_medications",
        "treated_problem": "assessment",
        "pending_result": "objective",
        "visit_instruction": "plan",
    }
    assert {r.rule for r in rows if r.critical} == {"critical_result", "active_allergy"}
    assert b"Penicillin" not in bytes(row(draft, "active_allergy").found_sealed)


@pytest.mark.parametrize("rule", TEXTS)
def test_one_tap_adds_a_cited_checked_and_approved_statement_to_its_section(draft, rule):
    wanted = row(draft, rule)
    decision = adding.add(**tap(draft, rule))
    added = Statement.objects.get(omission=wanted)
    assert (added.text, added.section, added.outcome) == (TEXTS[rule], wanted.section, "checked")
    assert added.worded_by_code
    assert added.drafted_text is None
    assert added.verdict["refs"] == [omitted.found_of(wanted).handle]
    assert added.claims
    assert (decision.verb, decision.statement, decision.omission) == ("add", added, wanted)
    standing = next(s for s in standings(draft) if s.statement == added)
    assert standing.in_note
    assert standing.added
    assert rule not in missing(draft)
    told = events("omission.added").get()
    assert told.detail["rule"] == rule
    assert (told.detail["statement_id"], told.detail["outcome_found"]) == (str(added.pk), "checked")
    after = events("draft.omissions_found").get()
    assert after.detail["decision_id"] == str(decision.pk)
    assert after.detail["listed"] == len(TEXTS) - 1


def test_what_was_added_is_taken_out_again_and_listed_again_and_may_be_added_anew(draft):
    adding.add(**tap(draft, "active_allergy"))
    adding.take_out(**bare(draft, "active_allergy"))
    assert "active_allergy" in missing(draft)
    assert all(not s.added for s in standings(draft))
    assert events("omission.taken_out").count() == 1
    with refused("not_added"):
        adding.take_out(**bare(draft, "active_allergy"))
    adding.add(**tap(draft, "active_allergy"))
    assert [s.text for s in standings(draft) if s.added] == [TEXTS["active_allergy"]]


def test_a_statement_that_was_taken_out_can_be_neither_reopened_nor_decided(draft):
    adding.add(**tap(draft, "active_allergy"))
    added = next(s for s in standings(draft) if s.added)
    adding.take_out(**bare(draft, "active_allergy"))
    draft.refresh_from_db()
    sent = {"launch": draft.launch, "statement_id": added.statement.pk,
            "revision": draft.revision, "text_sha256": added.text_sha256}  # fmt: skip
    with refused("not_decided"):
        services.reopen(**sent)
    with refused("already_decided"):
        services.approve(**sent)


def test_what_was_added_can_be_reopened_and_put_in_own_words(draft):
    adding.add(**tap(draft, "active_allergy"))
    added = next(s for s in standings(draft) if s.added)
    draft.refresh_from_db()
    sent = {"launch": draft.launch, "statement_id": added.statement.pk}
    services.reopen(**sent, revision=draft.revision, text_sha256=added.text_sha256)
    draft.refresh_from_db()
    services.approve_own_words(
        **sent, revision=draft.revision, text_sha256=added.text_sha256, text="See the list."
    )
    assert "active_allergy" in missing(draft), "the words no longer tell it"


def test_the_text_added_is_the_text_that_was_shown(draft):
    with refused("text_differs"):
        adding.add(**tap(draft, "active_allergy", text_sha256="0" * 64))
    with refused("stale_page"):
        adding.add(**tap(draft, "active_allergy", revision=7))
    assert not Statement.objects.filter(omission__isnull=False).exists()


def test_what_code_cannot_word_is_not_added(draft):
    wanted = row(draft, "treated_problem")
    wanted.found = {**wanted.found, "text": "", "claims": []}
    wanted.save()
    with refused("not_wordable"):
        adding.add(**tap(draft, "treated_problem"))


def test_what_no_longer_follows_from_the_reading_is_not_added(draft):
    wanted = row(draft, "treated_problem")
    wanted.found = {**wanted.found, "text": "Heart failure, resolved."}
    wanted.save()
    with refused("not_wordable"):
        adding.add(**tap(draft, "treated_problem"))


def test_another_launch_reaches_nothing_of_it(draft):
    other = people.launch("p2", "Practitioner/2")
    with refused("another_launch"):
        adding.add(**tap(draft, "active_allergy", launch=other))
    with refused("another_launch"):
        adding.dismiss(**bare(draft, "active_allergy", launch=other), reason="not_relevant")


def test_not_needed_takes_a_reason_where_the_rule_is_critical_and_none_where_not(draft):
    with refused("reason_missing"):
        adding.dismiss(**bare(draft, "active_allergy"), reason="")
    with refused("reason_missing"):
        adding.dismiss(**bare(draft, "pending_result"), reason="because")
    adding.dismiss(**bare(draft, "pending_result"), reason="")
    adding.dismiss(**bare(draft, "active_allergy"), reason="not_true")
    assert set(missing(draft)) == {"critical_result", "treated_problem", "visit_instruction"}
    first, second = events("omission.dismissed").order_by("id")
    assert (first.detail["critical"], first.detail["reason"]) == (False, "")
    assert (second.detail["critical"], second.detail["reason"]) == (True, "not_true")
    assert "Penicillin" not in str(second.detail)
    with refused("already_dismissed"):
        adding.add(**tap(draft, "active_allergy"))


def test_that_it_is_not_needed_can_be_taken_back(draft):
    with refused("not_decided"):
        adding.list_again(**bare(draft, "active_allergy"))
    adding.dismiss(**bare(draft, "active_allergy"), reason="other")
    adding.list_again(**bare(draft, "active_allergy"))
    assert "active_allergy" in missing(draft)
    assert events("omission.listed_again").count() == 1
    adding.add(**tap(draft, "active_allergy"))


def test_own_words_that_tell_it_take_it_off_the_list_and_leaving_them_out_lists_it_again(draft):
    services.approve_own_words(**on(draft, NOT_FOUND), text="Allergic to penicillin.")
    assert "active_allergy" not in missing(draft)
    assert events("draft.omissions_found").get().detail["rules"].get("active_allergy") is None
    with refused("not_missing"):
        adding.add(**tap(draft, "active_allergy"))
    said = next(s for s in standings(draft) if s.text == "Allergic to penicillin.")
    draft.refresh_from_db()
    services.reopen(launch=draft.launch, statement_id=said.statement.pk, revision=draft.revision,
                    text_sha256=said.text_sha256)  # fmt: skip
    draft.refresh_from_db()
    services.leave_out(launch=draft.launch, statement_id=said.statement.pk, reason="other",
                       comment="", revision=draft.revision, text_sha256=said.text_sha256)  # fmt: skip
    assert "active_allergy" in missing(draft)


def test_leaving_out_what_told_something_lists_it(draft):
    adding.add(**tap(draft, "critical_result"))
    added = next(s for s in standings(draft) if s.added)
    draft.refresh_from_db()
    services.reopen(launch=draft.launch, statement_id=added.statement.pk, revision=draft.revision,
                    text_sha256=added.text_sha256)  # fmt: skip
    assert "critical_result" not in missing(draft)
    draft.refresh_from_db()
    services.leave_out(launch=draft.launch, statement_id=added.statement.pk, reason="other",
                       comment="", revision=draft.revision, text_sha256=added.text_sha256)  # fmt: skip
    assert "critical_result" in missing(draft)


def test_signing_without_what_is_critical_asks_once_and_is_recorded(draft):
    decide_all(draft)
    lacking = unsaid.critical(draft)
    assert len(lacking) == 2
    with refused("unsaid_open"):
        signing.sign(**to_sign(draft))
    with refused("unsaid_open"):
        signing.sign(**to_sign(draft), without="0" * 64)
    signing.sign(**to_sign(draft), without=unsaid.fingerprint(lacking))
    told = events("draft.signed").get()
    assert (told.detail["unsaid"], told.detail["added"]) == (2, 0)
    assert "Penicillin" not in str(told.detail)


def test_signing_asks_nothing_where_all_that_is_critical_was_added_or_dismissed(draft):
    decide_all(draft)
    adding.add(**tap(draft, "critical_result"))
    adding.dismiss(**bare(draft, "active_allergy"), reason="said_elsewhere")
    note = signing.sign(**to_sign(draft))
    assert TEXTS["critical_result"] in note.text
    assert "who added 1 statement that rules worded." in note.text
    assert events("draft.signed").get().detail["unsaid"] == 0


def test_a_signed_draft_takes_nothing_more(draft):
    decide_all(draft)
    signing.sign(**to_sign(draft), without=unsaid.fingerprint(unsaid.critical(draft)))
    with refused("already_signed"):
        adding.add(**tap(draft, "active_allergy"))
    with refused("already_signed"):
        adding.dismiss(**bare(draft, "active_allergy"), reason="other")


def test_a_chart_that_the_rules_cannot_take_costs_no_act_and_no_draft(draft, monkeypatch):
    def broken(*_args, **_more):
        raise ValueError("Penicillin")

    monkeypatch.setattr(omitted.keeping, "omissions", broken)
    services.leave_out(**on(draft, CONTRADICTED), reason="other", comment="")
    assert Decision.objects.filter(verb="reject").count() == 1
    assert len(missing(draft)) == len(TEXTS)
    looked = omitted.look(draft, ReadingSnapshot.model_validate(draft.reading))
    assert (looked.done, looked.found) == (False, ())
    assert (looked.event.outcome, looked.event.code) == ("failed", "omissions_not_looked_for")


def test_a_draft_of_before_is_not_looked_through_by_an_act(launch):
    old = cast.ready_draft(launch)
    services.leave_out(**on(old, CONTRADICTED), reason="other", comment="")
    assert not Omission.objects.exists()
    assert not events("draft.omissions_found").exists()


def test_the_critical_rules_are_those_that_the_page_tells_of():
    critical = {name for name, rule in RULES.items() if rule.critical}
    assert critical == {"critical_result", "active_allergy", "high_alert_medication"}
