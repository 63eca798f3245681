"""Words, their fingerprints and their differences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.decisions import diff
from recommendations.decisions.texts import normalised, sha256, spaced
from smartapp.confusables import skeleton


def test_the_same_words_have_one_fingerprint_however_a_browser_sends_them():
    assert normalised("caf\u0065\u0301 \r\n au lait ") == "caf\u00e9 au lait"


def test_marks_that_turn_the_direction_of_reading_are_dropped():
    assert normalised("dose \u202e52 mg") == "dose 52 mg"


def test_joiners_that_shape_a_script_stay():
    assert "\u200c" in normalised("\u0645\u06cc\u200c\u0631\u0648\u0645")


@pytest.mark.parametrize("text", ["\u200cdose", "dose\u200d", "5\u200d2 mg", "a \u200c b"])
def test_joiners_that_shape_nothing_are_dropped(text):
    assert not {"\u200c", "\u200d"} & set(normalised(text))


@given(st.text(st.characters() | st.sampled_from("a5 \u200c\u200d\u0301\u202e"), max_size=20))
def test_what_is_normalised_stays_as_it_is(text):
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("No fever.", "no  fever"), ("pea\u00adked", "peaked"), ("\uff2b 5.9", "k 5.9"),
     ("T\u2011waves", "T waves"), ("5.9\u2009mmol/L", "5.9 mmol/L."), ("x\u3164", "x"),
     ("f\u0435v\u0435r", "fever"), ("\u041d\u041e fever", "HO fever"), ("p\u03bftassium", "potassium")],
)  # fmt: skip
def test_what_looks_the_same_has_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.25 mg", "12.5 mg"), ("5.9", "59"), ("5 9", "59"), ("1-2 tablets", "12 tablets"),
     ("excess -3", "excess 3"), ("\u2265 5", "\u2264 5"), ("5 %", "5"), ("no fever", "fever"),
     ("5 \u03bcg", "5 mg")],
)  # fmt: skip
def test_what_says_something_else_has_another(one, other):
    assert skeleton(one) != skeleton(other)


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
