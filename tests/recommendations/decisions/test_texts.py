"""Words, their fingerprints and their differences."""

from hypothesis import given
from hypothesis import strategies as st

from recommendations.decisions import diff
from recommendations.decisions.texts import normalised, sha256, spaced


def test_the_same_words_have_one_fingerprint_however_a_browser_sends_them():
    assert normalised("caf\u0065\u0301 \r\n au lait ") == "caf\u00e9 au lait"


def test_marks_that_turn_the_direction_of_reading_are_dropped():
    assert normalised("dose \u202e52 mg") == "dose 52 mg"


def test_joiners_that_shape_a_script_stay():
    assert "\u200c" in normalised("\u0645\u06cc\u200c\u0631\u0648\u0645")


def test_a_fingerprint_is_shown_in_groups():
    assert spaced(sha256("a")) == "ca97 8112 ca1b bdca"


def test_a_number_is_struck_out_whole():
    pieces = diff.words("On spironolactone 12.5 mg daily.", "On spironolactone 25 mg daily.")
    assert [(p.fate, p.text) for p in pieces[1:3]] == [("del", "12.5"), ("ins", "25")]


def test_a_phrase_replaced_is_one_change():
    pieces = diff.words("Hold it today.", "Hold it until the repeat is known.")
    assert [p.fate for p in pieces] == ["same", "del", "ins", "same"]


@given(st.text(max_size=60).map(normalised), st.text(max_size=60).map(normalised))
def test_both_texts_can_be_read_back_from_the_pieces(before, after):
    pieces = diff.words(before, after)
    assert "".join(p.text for p in pieces if p.fate != "ins") == before
    assert "".join(p.text for p in pieces if p.fate != "del") == after
