"""``evaluate verification``: which errors reach a clinician as checked, and what it costs.

Three sorts of errors, apart: planted by code in correct drafts over charts; made by hand; and those
that turned up in drafts by themselves. And true statements: how many are marked or worded anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommendations.quality import drafting, labelled, mechanical, sets
from recommendations.quality.bundles import Resource
from recommendations.quality.figures import clean_row, kind_rows, of_clean, of_errors, sort_row
from recommendations.quality.judging import Measured, together
from recommendations.quality.report import Goal, Report, Table
from recommendations.quality.suites import one_set
from recommendations.quality.suites.suite import Options, Suite, SuiteRefused
from smartapp.demo.charts import sandbox_charts

CAUGHT = ("mechanical", "subtle", "natural")
LATER = ("subtle_2", "natural_2", "subtle_3", "natural_3", "subtle_4", "natural_4")
SPOKEN = ("drafter", "held_out", "held_out_2", "held_out_3", "held_out_4", "development")
GOALS = (
    *(Goal(f"{sort}_caught", at_least=95) for sort in (*CAUGHT, *LATER, "development")),
    *(Goal(f"{sort}_false_marks", at_most=1) for sort in SPOKEN),
    *(Goal(f"{sort}_reworded", below=5) for sort in SPOKEN),
    Goal("held_out_as_frozen", at_least=1),
    Goal("held_out_2_as_frozen", at_least=1),
    Goal("held_out_3_as_frozen", at_least=1),
    Goal("held_out_4_as_frozen", at_least=1),
)


@dataclass(frozen=True, slots=True)
class Found:
    """All that was measured."""

    mechanical: Measured
    held_out: labelled.Labelled
    second: labelled.Labelled
    third: labelled.Labelled
    fourth: labelled.Labelled
    development: labelled.Labelled


def run(options: Options) -> Report:
    """Measure and report. Raises :class:`SuiteRefused` where there is nothing to measure on."""
    options.charts()  # before anything is started
    if options.only:
        return alone(options)
    days = {drafting.SANDBOX_DAY, *sets.load(sets.HELD_OUT).days()}
    found = measure(options, hospital_of(options, sorted(days)))
    return report(found, options.show)


def alone(options: Options) -> Report:
    """One set by itself, named in the options. Raises :class:`SuiteRefused`."""
    chosen = sets.load(sets.SETS[options.only])
    hospital = hospital_of(options, sorted(chosen.days())) if chosen.days() else {}
    found = labelled.measure(chosen, shared=options.charts(), hospital=hospital.__getitem__)
    return one_set.report(options.only, found)


def hospital_of(options: Options, days: Iterable[date]) -> dict[date, list[Resource]]:
    """The sandbox hospital's charts as of each day. Raises :class:`SuiteRefused`."""
    try:
        return sandbox_charts(days, log=options.log)
    except Exception as error:
        raise SuiteRefused(
            "sandbox_unreachable",
            "The sandbox hospital did not start or did not answer, so its charts are missing: "
            f"try `python -m sandbox`, which says why. ({type(error).__name__})",
        ) from error


def measure(options: Options, hospital: dict[date, list[Resource]]) -> Found:
    """Everything that the report tells; ``hospital`` has the sandbox's charts by day."""
    shared = options.charts()
    charts = [
        *drafting.shared_charts(shared),
        *drafting.sandbox_charts(hospital[drafting.SANDBOX_DAY]),
    ]
    options.log(f"Drafting over {len(charts)} charts and planting errors")
    parts = mechanical.measure(charts, seed=options.seed, processes=options.processes)
    options.log("Judging the sets that were labelled by hand")
    by_hand = [
        labelled.measure(sets.load(folder), shared=shared, hospital=hospital.__getitem__)
        for folder in (*sets.BLIND, sets.DEVELOPMENT)
    ]
    return Found(together(parts), *by_hand)


def report(found: Found, show: int) -> Report:
    """The figures and the tables."""
    figures = _figures(found)
    return Report(
        name="verification",
        figures=figures,
        goals=GOALS,
        tables=tuple(_tables(found, figures)),
        remarks=tuple(_remarks(found, show)),
    )


def _figures(found: Found) -> dict[str, Any]:
    held, made = found.held_out, found.development
    second, third, fourth = found.second, found.third, found.fourth
    beyond = held.beyond.total()
    return {
        **of_errors("mechanical", found.mechanical),
        **of_errors("subtle", held.subtle),
        **of_errors("natural", held.natural),
        **of_errors("subtle_2", second.subtle),
        **of_errors("natural_2", second.natural),
        **of_errors("subtle_3", third.subtle),
        **of_errors("natural_3", third.natural),
        **of_errors("subtle_4", fourth.subtle),
        **of_errors("natural_4", fourth.natural),
        **of_errors("development", made.subtle),
        **of_clean("drafter", found.mechanical),
        **of_clean("held_out", held.clean),
        **of_clean("held_out_2", second.clean),
        **of_clean("held_out_3", third.clean),
        **of_clean("held_out_4", fourth.clean),
        **of_clean("development", made.clean),
        "natural_beyond": beyond.planted,
        "natural_beyond_stood": beyond.stood,
        "held_out_as_frozen": int(sets.as_frozen(sets.HELD_OUT) and not held.left_out),
        "held_out_2_as_frozen": int(sets.as_frozen(sets.HELD_OUT_2) and not second.left_out),
        "held_out_3_as_frozen": int(sets.as_frozen(sets.HELD_OUT_3) and not third.left_out),
        "held_out_4_as_frozen": int(sets.as_frozen(sets.HELD_OUT_4) and not fourth.left_out),
    }


def _tables(found: Found, figures: dict[str, Any]) -> Iterator[Table]:
    yield Table(
        "Errors: how many a clinician could not sign unawares",
        ("", "errors", "kinds", "caught, % (95 %)", "marked", "replaced", "missed"),
        [
            sort_row("planted by code, over charts", "mechanical", figures),
            sort_row("made by hand, held out", "subtle", figures),
            sort_row("as they came in drafts, held out", "natural", figures),
            sort_row("made by hand, second held out", "subtle_2", figures),
            sort_row("as models make them, second held out", "natural_2", figures),
            sort_row("made by hand, third held out", "subtle_3", figures),
            sort_row("as models make them, third held out", "natural_3", figures),
            sort_row("made by hand, fourth held out", "subtle_4", figures),
            sort_row("as models make them, fourth held out", "natural_4", figures),
            sort_row("made by hand, for development", "development", figures),
        ],
        "Caught is the mean over kinds: marked, or replaced by a true sentence worded by code.",
    )
    yield Table(
        "True statements: what it costs",
        ("", "statements", "marked per 100", "at most (95 %)", "reworded, %"),
        [
            clean_row("the offline drafter's, over charts", "drafter", figures),
            clean_row("drafted by hand, held out", "held_out", figures),
            clean_row("by hand, second held out", "held_out_2", figures),
            clean_row("by hand, third held out", "held_out_3", figures),
            clean_row("by hand, fourth held out", "held_out_4", figures),
            clean_row("by hand, for development", "development", figures),
        ],
    )
    sorts = {
        "planted": found.mechanical,
        "held out": together([found.held_out.subtle, found.held_out.natural]),
        "second held out": together([found.second.subtle, found.second.natural]),
        "third held out": together([found.third.subtle, found.third.natural]),
        "fourth held out": together([found.fourth.subtle, found.fourth.natural]),
        "development": found.development.subtle,
    }
    yield Table(
        "Caught of all, by kind (and the lower end of its 95 % interval)",
        ("kind", "harm", *sorts),
        kind_rows(sorts),
        "H could change treatment, M misleads, L is cosmetic.",
    )


def _remarks(found: Found, show: int) -> Iterator[str]:
    by_hand = (found.held_out, found.second, found.third, found.fourth, found.development)
    for reason in (reason for each in by_hand for reason in each.left_out):
        yield f"Left out of a set: {reason}"
    for unread in (unread for each in by_hand for unread in each.unread):
        yield f"A replacement that nobody has read yet: {unread}"
    sorts = {
        "planted": found.mechanical,
        "made by hand": found.held_out.subtle,
        "as they came": found.held_out.natural,
        "made by hand, second held out": found.second.subtle,
        "as models make them, second held out": found.second.natural,
        "made by hand, third held out": found.third.subtle,
        "as models make them, third held out": found.third.natural,
        "made by hand, fourth held out": found.fourth.subtle,
        "as models make them, fourth held out": found.fourth.natural,
        "development": found.development.subtle,
    }
    for sort, measured in sorts.items():
        yield from _shown(f"Missed, {sort}", one_set.misses(measured), show)
    clean = {
        "the offline drafter's": found.mechanical,
        "held out": found.held_out.clean,
        "second held out": found.second.clean,
        "third held out": found.third.clean,
        "fourth held out": found.fourth.clean,
        "development": found.development.clean,
    }
    for sort, measured in clean.items():
        yield from _shown(f"True and marked or reworded, {sort}", one_set.marks(measured), show)


def _shown(title: str, lines: Iterable[str], show: int) -> Iterator[str]:
    told = list(lines)
    if told and show:
        yield f"{title} ({min(show, len(told))} of {len(told)}):"
        yield from (f"  {line}" for line in told[:show])
        yield ""


SUITE = Suite(
    name="verification",
    asks="Which errors in a draft would reach a clinician as checked, and which truths are marked?",
    run=run,
    sets=tuple(sets.SETS),
)
