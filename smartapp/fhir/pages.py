"""All pages of a search, in order, for work that nobody waits for: one at a time, as asked for.

The next page is not asked of the EHR before whoever reads has done with this one, so a night holds
one page however large the chart is. A resource may come twice, on pages that shifted meanwhile.
"""

from collections.abc import Iterator

from smartapp.fhir.absences import missing_for
from smartapp.fhir.asking import Asker
from smartapp.fhir.bundles import page_of
from smartapp.fhir.errors import FhirError, SessionLost
from smartapp.fhir.queries import Query
from smartapp.fhir.results import Missing, Reason
from smartapp.fhir.rounds import Round
from smartapp.fhir.searches import PageExpired, Searcher
from smartapp.fhir.sifting import Part

_MOST_PAGES = 10_000


class PageReader:
    """Reads one patient's pages. ``seconds`` bounds the reading of one page, retries and all."""

    def __init__(
        self, *, asker: Asker, patient_id: str, seconds: float, most: int = _MOST_PAGES
    ) -> None:
        self._asker = asker
        self._patient_id = patient_id
        self._seconds = seconds
        self._most = most

    def read(self, query: Query) -> Iterator[Part]:
        """Yield a Part for each page; raises SessionLost.

        Where the EHR no longer has a page that it promised, all are read once more. What else goes
        wrong ends the pages, and the last Part's ``missing`` says why. Each page's request is in
        the trail before the page is yielded.
        """
        link: str | None = query.link
        seen: set[str] = set()
        begun_anew = False
        while link is not None:
            with Round(self._seconds, fresh=True) as round_:
                page = _OnePage(asker=self._asker, patient_id=self._patient_id, round_=round_)
                try:
                    part, link = page.take(query, link, seen)
                except PageExpired as expired:
                    if not begun_anew:
                        begun_anew, link, seen = True, query.link, set()
                        continue
                    gone = Missing(query.concept, Reason.CUT_OFF, expired.code)
                    part, link = Part(missing=[gone]), None
            if link is not None and len(seen) >= self._most:
                part.missing.append(Missing(query.concept, Reason.CUT_OFF, "more_pages"))
                link = None
            yield part


class _OnePage(Searcher):
    """One page of a query, held to the same rules as every other reading."""

    def take(self, query: Query, link: str, seen: set[str]) -> tuple[Part, str | None]:
        """Return the page at ``link``, and the link after it; ``seen`` are the pages before."""
        if not query.is_search:
            return self.run(query), None
        part, first = Part(), not seen
        try:
            raw = self._page(query, link, first=first, fresh=True)
            seen.add(str(self._asker.base.join(link)))
            page = page_of(raw, expected=query.asks.type, made=query.asks.operation is not None)
            self._sieve.take(query, page, part)
        except SessionLost:
            raise
        except FhirError as error:
            part.missing.append(missing_for(query.concept, error))
            if not first:
                part.missing.append(Missing(query.concept, Reason.CUT_OFF, error.code))
            return part, None
        following = page.next_link
        broken = self._next_is_broken(query, following, seen) if following else ""
        if broken:
            part.missing.append(Missing(query.concept, Reason.CUT_OFF, broken))
            return part, None
        return part, following
