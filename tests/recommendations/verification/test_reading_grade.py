"""Reading grades: the formula, the syllables, and what of a sentence counts as hard."""

import pytest

from recommendations.verification import Chart
from recommendations.verification.reading_grade import NOTHING, counts, measured, syllables
from tests.recommendations.verification import facts
from tests.recommendations.verification.build import cond, event, med, obs, said

# Counted by hand.
BY_HAND = {
    1: "take your a day the noon two twice blood high was been caused stopped eyes breathe once "
    "mouth please range heart felt times dose not each night need use which through",
    2: "again tablet little table normal kidney water doctor above evening bedtime inject dinner "
    "morning reason stomach pressure swelling rashes needed after trouble before clinic",
    3: "medicine allergic hospital instruction appointment",
    4: "potassium cholesterol creatinine diabetes emergency information",
    5: "antibiotic cardiology",
}


def test_syllables_are_those_that_are_heard() -> None:
    words = [(word, number) for number, many in BY_HAND.items() for word in many.split()]
    off = {word: (syllables(word), number) for word, number in words if syllables(word) != number}
    assert len(off) <= len(words) // 10, off
    heard, counted = sum(n for _, n in words), sum(syllables(w) for w, _ in words)
    assert abs(heard - counted) / len(words) <= 0.1


@pytest.mark.parametrize("word", ["500", "2026", "5.9", "mg", "mmol/L", "mL/min/1.73", "INR", "%"])
def test_a_number_a_unit_and_letters_count_as_one(word: str) -> None:
    assert syllables(word) == 1 or (word == "INR" and syllables(word) <= 2)


def test_the_formula_is_kincaid_s() -> None:
    # 10 words, 1 sentence, 11 syllables: 0.39 * 10 + 11.8 * 1.1 - 15.59
    found = counts("The cat sat on the mat with a little dog.")
    assert (found.sentences, found.words, found.syllables) == (1, 10, 11)
    assert found.grade == round(0.39 * 10 + 11.8 * 1.1 - 15.59, 1)


def test_no_text_has_no_grade_and_none_is_below_zero() -> None:
    assert counts("").grade == 0.0
    assert NOTHING.grade == 0.0
    assert counts("Go.").grade == 0.0


def test_a_decimal_point_ends_no_sentence() -> None:
    assert counts("It was 5.9 mmol/L on 17 Nov 2026. That is high.").sentences == 2


def test_counts_add_up_to_the_whole() -> None:
    one, two = counts("Take it once a day."), counts("Call us.")
    both = counts("Take it once a day. Call us.")
    assert one + two == both


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.of(facts.snapshot())


def test_the_chart_s_own_names_count_as_two_syllables_and_both_grades_are_given(
    chart: Chart,
) -> None:
    text = "Your natriuretic peptide B was 842 pg/mL on 19 Oct 2026."
    statement = said(text, obs("lab18", "Natriuretic peptide B", "842"))
    found = measured(statement, chart)
    assert (found.words, found.named_words) == (9, 11)
    assert found.grade < 3 < found.grade_with_names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Take your metformin 1000 mg by mouth twice a day.",
         med("med3", "metformin", dose="1000 mg", frequency="twice daily")),
        ("You have high blood pressure.", cond("cond9", "Essential hypertension")),
        ("You have a visit on 24 Nov 2026: Cardiology follow-up.",
         event("apt1", "Cardiology follow-up")),
    ],
)  # fmt: skip
def test_the_set_phrases_read_at_grade_six_or_below(
    chart: Chart, text: str, told: dict[str, str]
) -> None:
    assert measured(said(text, told), chart).grade <= 6.0


def test_hard_words_of_the_drafter_s_own_are_not_excused(chart: Chart) -> None:
    text = "Regarding medication instructions documented and recorded: metformin 1000 mg."
    assert measured(said(text, med("med3", "metformin")), chart).grade > 6.0
