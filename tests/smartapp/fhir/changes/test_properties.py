"""Change bookmarks never skip and never repeat, whatever clocks, pages and updates do."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smartapp.fhir.changes import Bookmark, Changes, Pace, catch_up
from smartapp.fhir.vendors.concepts import Since
from tests.smartapp.fhir.changes.moving_ehr import MovingEhr

CHANGED = Since(by="changed", param="_lastUpdated")
DATED = Since(by="date", param="date", overlap_days=2)
WHOLE = Since(by="whole")
PACE = Pace(overlap=timedelta(seconds=60), whole_after=timedelta(days=7))
NAMES = [f"o{number}" for number in range(7)]
MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])

writes = st.tuples(
    st.just("write"),
    st.sampled_from(NAMES),
    st.one_of(st.integers(0, 2), st.none()),
    st.sampled_from([0.0, -12.0, 12.0, -3.5]),  # a node's clock
    st.sampled_from([0.0, 0.0, 4.0, 25.0]),  # until it can be found
    st.sampled_from([0, 0, 1, 30]),  # days that its own date lies back
)
ticks = st.tuples(st.just("tick"), st.sampled_from([0.001, 1.0, 7.0, 20.0, 3600.0]))
moves = st.lists(st.one_of(writes, ticks), max_size=3)
looks = st.tuples(st.just("look"), st.lists(moves, max_size=6), st.booleans())
# Some begin with a chart that was written long before anybody looked.
charts = st.sampled_from([[], [("write", name, 0, 0.0, 0.0, 0) for name in NAMES]])
stories = st.builds(
    lambda chart, story: [*chart, ("tick", 3600.0), *story],
    charts,
    st.lists(st.one_of(writes, writes, ticks, looks), max_size=25),
)
orders = st.sampled_from(["oldest first", "newest first", "by name"])

LATE_BY_A_SLOW_CLOCK = [
    ("write", "o1", 0, -12.0, 25.0, 0),
    ("tick", 20.0),
    ("write", "o0", 0, 12.0, 0.0, 0),
    ("look", [], False),
]
SLIPPED_WHILE_READ = [
    *(("write", name, 0, 0.0, 0.0, 0) for name in NAMES),
    ("tick", 3600.0),
    ("look", [[("write", "o0", 1, 0.0, 0.0, 0)]], False),
]


class Story:
    """Plays a story, and keeps what the follower was told and did not lose."""

    def __init__(self, ehr: MovingEhr, since: Since, our_skew: float = 0) -> None:
        self.ehr = ehr
        self.since = since
        self.our_skew = our_skew
        self.bookmark = Bookmark()
        self.told: list[Changes] = []

    def play(self, story: list[Any]) -> None:
        for step in story:
            if step[0] == "look":
                self.look(step[1], lost=step[2])
            else:
                self.move([step])

    def move(self, steps: list[Any]) -> None:
        for step in steps:
            if step[0] == "tick":
                self.ehr.time += step[1]
            else:
                _, name, content, skew, late, dated = step
                self.ehr.write(name, content, skew=skew, late=late, dated=dated)

    def look(self, between: list[list[Any]] | None = None, *, lost: bool = False) -> Changes:
        """Look once; ``lost``: the process dies before the transaction ends."""
        waiting = list(between or ())

        def moving() -> None:
            self.move(waiting.pop(0) if waiting else [])

        found, after = catch_up(
            self.bookmark,
            self.since,
            lambda bound: self.ehr.reading(bound, moving, by=self.since.by),
            now=self.ehr.now + timedelta(seconds=self.our_skew),
            pace=PACE,
        )
        if not lost:
            # As the database keeps it.
            self.bookmark = Bookmark.of(after.stored())
            self.told.append(found)
        return found

    def calm_down(self, seconds: float = 30.0) -> None:
        """Let all that was written be found, and look until nothing is new."""
        self.ehr.time += seconds
        for _ in range(20):
            if not self.look() and self.told[-1].settled:
                return
            self.ehr.time += 1
        raise AssertionError("It never calms down: the same is told again and again.")


@MANY
@given(stories, orders, st.integers(1, 4), st.sampled_from([0.0, -300.0, 300.0]))
@example(LATE_BY_A_SLOW_CLOCK, "oldest first", 4, 300.0)
@example(SLIPPED_WHILE_READ, "oldest first", 2, 0.0)
def test_by_the_moment_of_change(
    story: list[Any], order: str, page_size: int, our_skew: float
) -> None:
    playing = Story(MovingEhr(page_size, order), CHANGED, our_skew)
    playing.play(story)
    playing.calm_down()
    told = [(r.id, r.version) for changes in playing.told for r in changes.changed]
    assert len(told) == len(set(told)), "a change was told twice"
    newest = {(name, str(each.version)) for name, each in playing.ehr.alive().items()}
    assert newest <= set(told), "a change was skipped"


@MANY
@given(stories, orders, st.integers(1, 4), st.sampled_from([WHOLE, DATED]), st.booleans())
def test_by_content(
    story: list[Any], order: str, page_size: int, since: Since, with_meta: bool
) -> None:
    playing = Story(MovingEhr(page_size, order, with_meta), since)
    playing.play(story)
    playing.calm_down()
    playing.ehr.time += 8 * 24 * 3600  # a week later all is read again
    playing.calm_down()
    known: dict[str, int] = {}
    for changes in playing.told:
        for resource in changes.changed:
            assert known.get(resource.id) != resource.raw["valueInteger"], "told twice"
            known[resource.id] = resource.raw["valueInteger"]
        for reference in changes.gone:
            known.pop(reference.removeprefix("Observation/"))
    alive = {name: each.content for name, each in playing.ehr.alive().items()}
    assert known == alive


@MANY
@given(stories, st.integers(1, 3))
def test_what_is_remembered_does_not_grow_with_the_past(story: list[Any], page_size: int) -> None:
    playing = Story(MovingEhr(page_size), CHANGED)
    playing.play(story)
    playing.calm_down()
    playing.ehr.time += 3600
    playing.ehr.write("late", 1)
    playing.calm_down()
    assert set(playing.bookmark.seen) == {"Observation/late"}


def test_a_clock_a_day_ahead_does_not_carry_the_mark_away() -> None:
    playing = Story(MovingEhr(), CHANGED)
    playing.ehr.write("o0", 1, skew=24 * 3600)
    playing.look()
    for number in range(1, 5):
        playing.ehr.time += 600
        playing.ehr.write(f"o{number}", 1)
        playing.look()
    told = [resource.id for changes in playing.told for resource in changes.changed]
    assert told == ["o0", "o1", "o2", "o3", "o4"]


def test_a_page_that_shifts_does_not_hide_a_resource_for_good() -> None:
    ehr = MovingEhr(page_size=2)
    playing = Story(ehr, CHANGED)
    for name in NAMES[:4]:
        ehr.write(name, 1)
        ehr.time += 1
    # o0 is written again after the first page was read: o2 slips onto that page, unread.
    looked = playing.look([[("write", "o0", 2, 0.0, 0.0, 0)]])
    assert sorted(each.id for each in looked.changed) == ["o0", "o1", "o2", "o3"]
    assert looked.settled


def test_the_mark_stays_while_readings_differ() -> None:
    ehr = MovingEhr(page_size=1)
    playing = Story(ehr, CHANGED)
    for name in NAMES[:3]:
        ehr.write(name, 0)
    restless = [[("tick", 1.0), ("write", "o0", n % 3, 0.0, 0.0, 0)] for n in range(40)]
    looked = playing.look(restless)
    assert looked.changed
    assert not looked.settled
    assert playing.bookmark.mark is None
    assert playing.look().settled
