"""Quotations whose words an earlier note has already."""

import pytest

from recommendations.verification import Chart, verify
from recommendations.verification.outcomes import Outcome
from tests.recommendations.verification.build import note as claim
from tests.recommendations.verification.build import said
from tests.recommendations.verification.facts import note

WORDS = "Reports that the swelling of both legs is worse than it was last week."
OLD = note(
    "note9", "Progress note", "2026-03-03", "R. Adler", f"Seen in clinic.\n{WORDS} Will see."
)
NEW = note("note1", "Progress note", "2026-11-17", "J. Doe", f"Seen again. {WORDS} No fever.")


def verdict(quote, *notes, ref="note1"):
    text = f"A progress note of 17 Nov 2026 by J. Doe says: \u201c{quote}\u201d"
    return verify(said(text, claim(ref, quote)), Chart(notes, searched={"notes": True}))


def test_words_that_an_earlier_note_has_are_told_with_that_note_and_hold():
    found = verdict(WORDS, NEW, OLD)
    assert found.outcome is Outcome.CHECKED
    (caution,) = found.cautions
    assert caution.rule == "copied_forward"
    assert "a note of 3 Mar 2026 by R. Adler" in caution.words
    assert caution.ref == "note9"


def test_the_first_of_several_earlier_notes_is_named():
    between = note("note5", "Progress note", "2026-06-01", "K. Roe", WORDS)
    assert verdict(WORDS, NEW, between, OLD).cautions[0].ref == "note9"


def test_line_ends_and_spelling_of_marks_make_no_difference():
    broken = note("note9", "Progress note", "2026-03-03", "", WORDS.replace("legs ", "legs\n  "))
    assert "a note of 3 Mar 2026: they may" in verdict(WORDS, NEW, broken).cautions[0].words


@pytest.mark.parametrize(
    "other",
    [
        note("note9", "Progress note", "2026-11-17", "R. Adler", WORDS),  # of the same day
        note("note9", "Progress note", "2026-11-20", "R. Adler", WORDS),  # later
        note("note9", "Progress note", "", "R. Adler", WORDS),  # nobody knows when
        note("note9", "Progress note", "2026-03-03", "R. Adler", WORDS.replace("worse", "better")),
        OLD.model_copy(update={"status": "entered-in-error"}),
    ],
    ids=["same day", "later", "undated", "other words", "in error"],
)
def test_nothing_is_told_of_words_that_were_not_there_before(other):
    assert not verdict(WORDS, NEW, other).cautions


def test_a_short_phrase_of_many_notes_is_no_copy_but_where_what_stands_around_it_is_the_same():
    short = "No fever."
    alone = note("note9", "Progress note", "2026-03-03", "", f"Well. {short} Back in May, as said.")
    assert not verdict(short, NEW, alone).cautions
    around = note("note9", "Progress note", "2026-03-03", "", NEW.text)
    assert verdict(short, NEW, around).cautions


def test_a_quotation_that_does_not_hold_has_its_finding_and_no_caution():
    found = verdict(WORDS.replace("worse", "better"), NEW, OLD)
    assert found.findings
    assert not found.cautions
