"""What was not seen: counted by part of the chart, told apart by what it is."""

from recommendations.clinical.gaps import NOT_GIVEN, NOT_RECORDED
from recommendations.clinical.results import Gap
from recommendations.clinical.unseen import unseen

TIMED_OUT = Gap(concept="labs", reason="timed_out", words="Not all labs could be read.")
CUT = Gap(concept="labs", reason="cut_off", words="There are more labs in the chart.")
NO_ROOM = Gap(concept="notes", reason=NOT_GIVEN, words="Of the notes, 2 were not given.")
OPEN = Gap(concept="allergies", reason=NOT_RECORDED, words="Nobody recorded whether one asked.")


def test_two_gaps_of_one_part_are_one_part_and_each_is_told_once():
    found = unseen([TIMED_OUT, CUT, TIMED_OUT])
    assert found.parts == ("labs",)
    assert found.missing == (TIMED_OUT, CUT)
    assert found.line == "1 part of the chart could not be read whole"


def test_what_the_chart_leaves_open_was_read():
    found = unseen([OPEN])
    assert (found.parts, found.missing, found.left_open) == ((), (), (OPEN,))
    assert found.line == "The chart leaves something open"
    assert found.told == "Left open in the chart: Nobody recorded whether one asked."


def test_what_had_no_room_was_read_and_not_given():
    found = unseen([NO_ROOM])
    assert found.parts == ()
    assert found.line == "Not all that was read was given to the drafter"
    assert found.told == "Not read: Of the notes, 2 were not given."


def test_a_note_says_both_apart():
    assert unseen([OPEN, TIMED_OUT]).told == (
        "Not read: Not all labs could be read. "
        "Left open in the chart: Nobody recorded whether one asked."
    )
    assert (unseen([]).line, unseen([]).told) == ("", "")
