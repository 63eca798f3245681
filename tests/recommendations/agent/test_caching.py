"""The provider's cache is hit: within a draft from turn to turn, and from one patient to the next."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from recommendations.clinical.reading import Reading
from recommendations.quality.bundles import BundleReader, patients
from sandbox.charts import build
from tests.recommendations.agent.caching import CachingStandIn, ProviderCache
from tests.recommendations.agent.conftest import Desk
from tests.recommendations.agent.scripts import GOOD, read_all, submit
from tests.recommendations.agent.stand_in import model_answer
from tests.recommendations.agent.test_mending import WRONG, back, replacing, second


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def cache() -> ProviderCache:
    return ProviderCache(clock=Clock())


def drafted(desk: Desk, cache: ProviderCache, *script: Any) -> CachingStandIn:
    desk.stand_in = CachingStandIn(cache, *script)
    desk.settings.MODEL_TRANSPORT_FACTORY = desk.stand_in.transport
    desk.outcome = desk.ask()  # type: ignore[attr-defined]
    return desk.stand_in


def share(usages: list[dict[str, int]]) -> float:
    read = sum(usage["cache_read_input_tokens"] for usage in usages)
    return read / sum(sum(usage.values()) for usage in usages)


def test_the_second_turn_reads_instructions_and_tools(desk: Desk, cache: ProviderCache) -> None:
    first, then = drafted(desk, cache).usages
    assert first["cache_read_input_tokens"] == 0
    assert then["cache_read_input_tokens"] >= first["cache_creation_input_tokens"] > 3000


def test_what_goes_back_reads_the_whole_talk_before(desk: Desk, cache: ProviderCache) -> None:
    desk.notebook.doubtful = second
    usages = drafted(desk, cache, read_all, submit(GOOD, WRONG), back(replacing(1))).usages
    before, now = usages[1:]
    kept = before["cache_read_input_tokens"] + before["cache_creation_input_tokens"]
    assert now["cache_read_input_tokens"] == kept
    assert now["input_tokens"] == 0, "and is kept itself"


def test_a_turn_with_more_calls_than_the_provider_looks_back_over_is_still_found(
    desk: Desk, cache: ProviderCache
) -> None:
    def many(request: dict[str, Any]) -> Any:
        answer = read_all(request)
        answer.blocks = (answer.blocks * 4)[:24]
        for number, block in enumerate(answer.blocks):
            answer.blocks[number] = {**block, "id": f"toolu_many_{number}"}
        return answer

    usages = drafted(desk, cache, read_all, many, model_answer).usages
    before = usages[1]
    kept = before["cache_read_input_tokens"] + before["cache_creation_input_tokens"]
    assert usages[2]["cache_read_input_tokens"] == kept


def test_the_next_patient_reads_instructions_and_tools_of_the_one_before(
    desk: Desk, cache: ProviderCache
) -> None:
    cold = drafted(desk, cache).usages
    warm = drafted(desk, cache).usages
    assert warm[0]["cache_read_input_tokens"] >= cold[0]["cache_creation_input_tokens"] - 100
    assert desk.outcome.usage["cache_read_percent"] == round(100 * share(warm))  # type: ignore[attr-defined]


def test_after_five_minutes_nothing_is_left(desk: Desk, cache: ProviderCache) -> None:
    drafted(desk, cache)
    cache.clock.now = 301.0  # type: ignore[attr-defined]
    assert drafted(desk, cache).usages[0]["cache_read_input_tokens"] == 0


def test_another_model_shares_no_cache(desk: Desk, cache: ProviderCache) -> None:
    drafted(desk, cache)
    desk.settings.MODEL_ID = "claude-haiku-4-5"
    assert drafted(desk, cache).usages[0]["cache_read_input_tokens"] == 0


def test_where_the_model_asks_for_a_longer_row_the_instructions_alone_are_long_enough(
    desk: Desk,
) -> None:
    for minimum in (1024, 2048, 4096):
        usages = drafted(desk, ProviderCache(minimum=minimum, clock=Clock())).usages
        assert usages[1]["cache_read_input_tokens"] >= minimum


def test_no_request_has_more_marks_than_the_provider_takes(
    desk: Desk, cache: ProviderCache
) -> None:
    desk.notebook.doubtful = second
    stand_in = drafted(
        desk, cache, read_all, read_all, read_all, submit(GOOD, WRONG), back(replacing(1))
    )
    marks = [json.dumps(request).count('"cache_control"') for request in stand_in.requests]
    assert marks == [3, 4, 4, 4, 4]


def test_of_a_day_s_typical_drafts_most_of_the_input_is_read_from_the_cache(
    desk: Desk, cache: ProviderCache
) -> None:
    """Every patient of the sandbox hospital, one draft after the other."""
    as_of = datetime(2026, 11, 17, 20, tzinfo=UTC)
    usages: list[dict[str, int]] = []
    shares = []
    for resources in patients(build(date(2026, 11, 17))).values():
        desk.reading = Reading(BundleReader(resources), as_of)
        mine = drafted(desk, cache).usages
        usages += mine
        shares.append(share(mine))
    assert len(shares) >= 8
    assert share(usages) > 0.7
    assert min(shares[1:]) > 0.6
