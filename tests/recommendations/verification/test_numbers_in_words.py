"""Numbers of two words are one number: "sixty-eight years" is not "eight years"."""

import pytest

from recommendations.verification import Chart
from recommendations.verification.own_words import verify_text
from recommendations.verification.sentence.shorthand import written_out
from tests.recommendations.verification.facts import patient, snapshot


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Sixty-eight years old.", "68 years old."),
        ("Twenty two tablets, ninety-nine days ago.", "22 tablets, 99 days ago."),
        ("Sixty, eight of them in hospital.", "Sixty, eight of them in hospital."),
        ("The fifty-third one.", "The fifty-third one."),
    ],
)
def test_they_are_read_as_figures(said, read):
    assert written_out(said, frozenset()) == read


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("Sixty-eight years old, seen for tiredness.", []),
        ("Sixty-seven years old.", ["age_differs"]),
        ("Eight years old.", ["age_differs"]),
    ],
)
def test_an_age_in_a_clinicians_words_is_held_as_a_whole(said, rules):
    chart = Chart.of(snapshot((patient(68, "female"),)))
    assert [each.rule for each in verify_text(said, chart).findings] == rules
