"""So many drafts at the model at once, and one fair line for the others."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.models import AuditEvent
from recommendations.budgets.limits import set_limit
from recommendations.checks import places_over_sqlite
from recommendations.drafts import drafting, places, queue
from recommendations.drafts.lease import claim
from recommendations.drafts.line import line_words
from recommendations.models import Draft
from smartapp.slots import ON_SQLITE
from tests.recommendations.agent.chart import CHART
from tests.recommendations.charts import ChartReader
from tests.recommendations.drafts import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_places(settings: Any) -> None:
    settings.MODEL_API_KEY = "a key"
    settings.MODEL_PLACES = 2


def waiting(user: str, number: int, **fields: Any) -> list[Draft]:
    return [
        people.draft(of=people.launch(f"{user}-{each}", f"Practitioner/{user}"), **fields)
        for each in range(number)
    ]


def running(user: str, number: int, *, seconds: float = 10, **fields: Any) -> list[Draft]:
    until = timezone.now() + timedelta(seconds=seconds)
    return waiting(user, number, state="running", with_model=True, lease_until=until, **fields)


def turn_of(draft: Draft) -> Any:
    with transaction.atomic():
        return places.turn(draft.pk)


def aged(draft: Draft, seconds: float) -> None:
    since = timezone.now() - timedelta(seconds=seconds)
    Draft.objects.filter(pk=draft.pk).update(created_at=since)


def test_a_draft_goes_where_a_place_is_free() -> None:
    running("a", 1)
    (mine,) = waiting("b", 1)
    assert turn_of(mine) == places.Turn(mine.pk, with_model=True)


def test_none_goes_where_all_places_are_taken() -> None:
    running("a", 2)
    (mine,) = waiting("b", 1)
    assert turn_of(mine) is None
    assert places.stand().before(mine.pk) == 0


def test_a_killed_workers_place_is_free_when_its_lease_ran_out() -> None:
    running("a", 2, seconds=-1)
    (mine,) = waiting("b", 1)
    standing = places.stand()
    assert standing.free == 2
    # Those it dropped have had their turn, and come first.
    assert standing.line[2] == mine.pk
    assert turn_of(mine).draft_id == standing.line[0]


def test_a_draft_made_without_the_model_takes_no_place() -> None:
    until = timezone.now() + timedelta(seconds=10)
    waiting("a", 5, state="running", lease_until=until)
    assert places.stand().free == 2


def test_one_clinicians_ten_drafts_do_not_hold_up_anothers() -> None:
    running("a", 2)
    many = waiting("a", 10)
    (other,) = waiting("b", 1)
    (third,) = waiting("c", 1)
    assert places.stand().line[:3] == (other.pk, third.pk, many[0].pk)


def test_everybodys_first_comes_before_anybodys_second() -> None:
    many = waiting("a", 3)
    few = waiting("b", 2)
    line = places.stand().line
    assert line == (many[0].pk, few[0].pk, many[1].pk, few[1].pk, many[2].pk)


def test_what_is_made_ahead_comes_behind_all_that_somebody_waits_for() -> None:
    (ahead,) = waiting("night", 1, ahead=True)
    many = waiting("a", 3)
    assert places.stand().line == (*(each.pk for each in many), ahead.pk)


def test_a_worker_woken_for_a_later_one_makes_the_first() -> None:
    running("a", 1)
    first, second = *waiting("b", 1), *waiting("c", 1)
    assert turn_of(second).draft_id == first.pk


def test_who_has_waited_too_long_is_served_without_the_model(settings: Any) -> None:
    running("a", 2)
    (mine,) = waiting("b", 1)
    aged(mine, settings.MODEL_QUEUE_SECONDS + 1)
    assert turn_of(mine) == places.Turn(mine.pk, with_model=False, without_model="queue_too_long")


def test_what_is_made_ahead_waits_as_long_as_it_takes(settings: Any) -> None:
    running("a", 2)
    (ahead,) = waiting("night", 1, ahead=True)
    aged(ahead, settings.MODEL_QUEUE_SECONDS + 1)
    assert turn_of(ahead) is None


def test_without_a_model_nobody_waits(settings: Any) -> None:
    settings.MODEL_API_KEY = ""
    running("a", 2)
    (mine,) = waiting("b", 1)
    assert turn_of(mine) == places.Turn(mine.pk, with_model=False)


def test_a_claim_holds_a_place_and_the_end_of_the_draft_gives_it_back() -> None:
    first, second = *waiting("a", 1), *waiting("b", 1)
    claim(first.pk, with_model=True)
    assert places.stand().free == 1
    claim(second.pk, with_model=True)
    assert places.stand().free == 0
    Draft.objects.filter(pk=first.pk).update(state="ready")
    assert places.stand().free == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_waited_too_long_is_put_together_by_rules_and_says_so(
    settings: Any, sent: list[str]
) -> None:
    running("a", 2)
    mine, next_one = *waiting("b", 1), *waiting("c", 1)
    aged(mine, settings.MODEL_QUEUE_SECONDS + 1)
    drafting.make(mine.pk, reads=lambda launch: ChartReader(CHART))
    mine.refresh_from_db()
    assert (mine.state, mine.drafter, mine.fallback_code) == ("ready", "offline", "queue_too_long")
    event = AuditEvent.objects.get(type="draft.fell_back")
    assert (event.code, event.draft_id) == ("queue_too_long", str(mine.pk))
    assert not mine.with_model
    next_one.refresh_from_db()
    assert next_one.state == "queued"


def test_the_next_is_woken_only_where_there_is_room_for_it(sent: list[str]) -> None:
    held = running("a", 2)
    (mine,) = waiting("b", 1)
    queue.wake_next()
    assert sent == []
    Draft.objects.filter(pk=held[0].pk).update(state="ready")
    queue.wake_next()
    assert sent == [str(mine.pk)]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (None, "Waiting to start"),
        (0, "Yours is next"),
        (1, "1 draft before yours"),
        (2, "2 drafts before yours"),
    ],
)
def test_the_line_in_words(before: int | None, words: str) -> None:
    assert line_words(before) == words


def test_more_places_than_sqlite_bears_are_told_at_start(settings: Any) -> None:
    settings.MODEL_PLACES = ON_SQLITE
    assert places_over_sqlite(None) == []
    settings.MODEL_PLACES = ON_SQLITE + 1
    told = places_over_sqlite(None)
    if connection.vendor == "sqlite":
        assert [error.id for error in told] == ["recommendations.E011"]
        assert "COUNTERSIGN_MODEL_PLACES is 17" in told[0].msg
    else:
        assert told == []


def beside(draft: Draft) -> Any:
    with transaction.atomic():
        return places.turn_beside_others(draft.pk)


def test_where_all_that_wait_may_go_nobody_is_asked_alone(
    django_assert_max_num_queries: Any,
) -> None:
    running("a", 1)
    (mine,) = waiting("b", 1)
    with django_assert_max_num_queries(6):  # two mark the transaction, one is PostgreSQL's lock
        assert beside(mine) == places.Turn(mine.pk, with_model=True)


def test_who_goes_is_asked_alone_where_places_are_too_few_or_a_budget_counts() -> None:
    first, second = waiting("a", 2)
    beside(first)
    (third,) = waiting("b", 1)
    for each in (first, second, third):
        with pytest.raises(places.Crowded):
            beside(each)
    Draft.objects.filter(pk=third.pk).update(state="ready")
    with pytest.raises(places.Crowded):
        beside(third)  # it waits no more; somebody else does, perhaps unheard
    beside(first)
    set_limit("user", "", tokens=10**9, cost_micros=None)
    with pytest.raises(places.Crowded):
        beside(first)


def test_who_has_waited_too_long_is_not_asked_whether_there_is_room() -> None:
    mine, *_others = waiting("a", 3)
    aged(mine, 3600)
    assert beside(mine).without_model == "queue_too_long"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("room", [3, 6, 12])
def test_however_many_begin_at_once_no_more_go_than_there_are_places(
    settings: Any, room: int
) -> None:
    settings.MODEL_PLACES = room
    drafts = [*waiting("a", 4), *waiting("b", 4), *waiting("c", 4)]
    together = threading.Barrier(len(drafts))

    def begun(draft: Draft) -> bool:
        together.wait(20)
        try:
            return drafting.begin(draft.pk) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(drafts)) as pool:
        went = list(pool.map(begun, drafts))
    going = Draft.objects.filter(state="running", with_model=True)
    assert sum(went) == going.count() == room
    assert places.stand().free == 0
    told = AuditEvent.objects.filter(type="draft.started").values_list("draft_id", flat=True)
    assert sorted(told) == sorted(str(each.pk) for each in going)
    by_clinician = Counter(going.values_list("launch__clinician__fhir_user", flat=True))
    assert set(by_clinician.values()) == {room // 3}
