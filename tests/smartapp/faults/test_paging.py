"""What holds of reading a search page by page, however an EHR cuts and links its pages."""

from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartapp.fhir.addresses import Base
from smartapp.fhir.asking import Asker
from smartapp.fhir.bundles import newest_of_each
from smartapp.fhir.queries import queries_for
from smartapp.fhir.results import Concept, Reason
from smartapp.fhir.rounds import Round
from smartapp.fhir.searches import Searcher
from smartapp.fhir.sifting import Part
from smartapp.fhir.transport import stack
from smartapp.fhir.transport.rate_limit import TokenBucket
from smartapp.fhir.vendors import load
from tests.smartapp.fhir.ehr import BASE, PATIENT, Tokens, bundle, observation

pytestmark = pytest.mark.stores

MOST = 4  # pages of a search of laboratory results, by the generic profile
LINKS = ["absolute", "relative", "opaque"]
ENDS = ["", "circular", "abroad", "broken", "refused", "self"]


@dataclass(frozen=True)
class Pages:
    """Pages of observation numbers, how each links to the next, and how the last one ends."""

    rows: list[list[tuple[int, int]]]  # number and version
    links: list[str]
    end: str

    def read(self) -> list[list[tuple[int, int]]]:
        """Return the pages that are read: up to the most that count, and empty ones do not."""
        counted = 0
        for number, rows in enumerate(self.rows):
            counted += bool(rows)
            if counted == MOST:
                return self.rows[: number + 1]
        return self.rows


rows = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 3)), max_size=5)
pages = st.lists(rows, min_size=1, max_size=7).flatmap(
    lambda found: st.builds(
        Pages,
        st.just(found),
        st.lists(st.sampled_from(LINKS), min_size=len(found), max_size=len(found)),
        st.sampled_from(ENDS),
    )
)


class Paged:
    """An EHR that gives these pages, and remembers what it was asked."""

    def __init__(self, made: Pages) -> None:
        self.made = made
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer with the page that the address names; the first one names none."""
        self.asked.append(str(request.url))
        number = int(request.url.params.get("page", "0"))
        if number >= len(self.made.rows):
            return httpx2.Response(403) if self.made.end == "refused" else httpx2.Response(200)
        found = [
            observation(f"o{each}", meta={"versionId": str(version)})
            for each, version in self.made.rows[number]
        ]
        return bundle(*found, next_link=self._next(number))

    def _next(self, number: int) -> str:
        if number + 1 == len(self.made.rows):
            return {
                "circular": self.asked[0],
                "self": self.asked[-1],
                "abroad": f"https://elsewhere.example/fhir/Observation?page={number + 1}",
                "broken": f"{BASE}/Observation?page={number + 1}",
                "refused": f"{BASE}/Observation?page={number + 1}",
            }.get(self.made.end, "")
        return {
            "absolute": f"{BASE}/Observation?page={number + 1}",
            "relative": f"Observation?page={number + 1}",
            "opaque": f"{BASE}?sessionID=abc&page={number + 1}",
        }[self.made.links[number]]


def searched(ehr: Paged) -> tuple[Part, Round]:
    """Search once; the round is never closed, so nothing is written."""
    profile, base = load("generic"), Base(BASE)
    transport = stack.build(
        base=base,
        scope=f"{BASE}|{id(ehr)}|{PATIENT}",
        bearer=Tokens(),
        bucket=TokenBucket(per_second=10_000, burst=10_000),
        cache_seconds=0,
        inner=httpx2.MockTransport(ehr),
    )
    asker = Asker(transport=transport, base=base, accept=profile.accept)
    round_ = Round(5.0)
    asks: Any = profile.concepts[Concept.LABS]
    assert asks.max_pages == MOST
    (query,) = queries_for(Concept.LABS, asks, patient_id=PATIENT)
    return Searcher(asker=asker, patient_id=PATIENT, round_=round_).run(query), round_


@settings(deadline=None)
@given(pages)
def test_what_is_read_is_the_pages_in_order_each_asked_once(made: Pages) -> None:
    ehr = Paged(made)
    part, _ = searched(ehr)
    whole = [f"o{number}" for page in made.read() for number, _ in page]
    assert [each.id for each in part.resources] == whole
    assert len(ehr.asked) == len(set(ehr.asked)) <= len(made.read()) + 1
    assert all(url.startswith(BASE) for url in ehr.asked)


@settings(deadline=None)
@given(pages)
def test_a_search_is_complete_where_its_last_page_was_read_and_only_there(made: Pages) -> None:
    part, _ = searched(Paged(made))
    more = len(made.read()) < len(made.rows)
    ended = not more and made.end == ""
    assert (not part.missing) is ended
    if more:
        assert {(each.reason, each.detail) for each in part.missing} == {
            (Reason.CUT_OFF, "more_pages")
        }


@settings(deadline=None)
@given(pages)
def test_a_link_abroad_is_recorded_and_never_asked(made: Pages) -> None:
    ehr = Paged(made)
    _, round_ = searched(ehr)
    refused = [each for each in round_._events if each.type == "fhir.foreign_address"]
    assert len(refused) == (made.end == "abroad" and len(made.read()) == len(made.rows))
    assert not any("elsewhere" in url for url in ehr.asked)


@settings(deadline=None)
@given(pages)
def test_of_a_repeated_id_the_newest_stands_where_the_first_stood(made: Pages) -> None:
    part, _ = searched(Paged(made))
    kept = newest_of_each(part.resources)
    read = [row for page in made.read() for row in page]
    newest = {number: max(v for n, v in read if n == number) for number, _ in read}
    assert [(each.id, each.version) for each in kept] == [
        (f"o{number}", str(newest[number])) for number in dict.fromkeys(n for n, _ in read)
    ]
