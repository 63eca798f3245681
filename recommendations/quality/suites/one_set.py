"""``evaluate verification --set NAME``: one set that was labelled by hand, by itself."""

from collections.abc import Iterator

from recommendations.quality import sets
from recommendations.quality.figures import clean_row, kind_rows, of_clean, of_errors, sort_row
from recommendations.quality.judging import FalseMark, Measured, Miss
from recommendations.quality.labelled import Labelled
from recommendations.quality.planting import KINDS
from recommendations.quality.report import Goal, Report, Table

GOALS = (
    Goal("subtle_caught", at_least=95),
    Goal("natural_caught", at_least=95),
    Goal("clean_false_marks", at_most=1),
    Goal("clean_reworded", below=5),
)


def report(name: str, found: Labelled) -> Report:
    """Its figures, and all that was missed, marked or worded anew: a set is read to its end."""
    total = found.beyond.total()
    figures = {
        **of_errors("subtle", found.subtle),
        **of_errors("natural", found.natural),
        **of_clean("clean", found.clean),
        "natural_beyond": total.planted,
        "natural_beyond_stood": total.stood,
    }
    if (folder := sets.SETS[name]) in sets.FROZEN:
        figures["as_frozen"] = int(sets.as_frozen(folder) and not found.left_out)
    # A set without natural errors has no goal for them.
    goals = tuple(goal for goal in GOALS if goal.figure in figures)
    return Report(
        name=f"verification {name}",
        figures=figures,
        goals=goals,
        tables=(
            Table(
                "Errors: how many a clinician could not sign unawares",
                ("", "errors", "kinds", "caught, % (95 %)", "marked", "replaced", "missed"),
                [
                    sort_row("made by hand", "subtle", figures),
                    sort_row("as models make them", "natural", figures),
                ],
            ),
            Table(
                "True statements: what it costs",
                ("", "statements", "marked per 100", "at most (95 %)", "reworded, %"),
                [clean_row("clean", "clean", figures)],
            ),
            Table(
                "Caught of all, by kind (and the lower end of its 95 % interval)",
                ("kind", "harm", "by hand", "natural"),
                kind_rows({"by hand": found.subtle, "natural": found.natural}),
            ),
        ),
        remarks=tuple(_remarks(found)),
    )


def _remarks(found: Labelled) -> Iterator[str]:
    yield from (f"Left out: {reason}" for reason in found.left_out)
    yield from (f"A replacement that nobody has read yet: {words}" for words in found.unread)
    for title, measured in (("by hand", found.subtle), ("natural", found.natural)):
        yield f"Missed, {title} ({len(measured.misses)}):"
        yield from (f"  {line}" for line in misses(measured))
    yield f"True and marked or reworded ({len(found.clean.marks)}):"
    yield from (f"  {line}" for line in marks(found.clean))
    yield ""


def misses(measured: Measured) -> list[str]:
    """Each error that could be signed, a line each."""
    return [_miss(miss) for miss in measured.misses]


def marks(measured: Measured) -> list[str]:
    """Each true statement that was marked or worded anew, a line each."""
    return [_mark(mark) for mark in sorted(measured.marks, key=lambda mark: mark.fate.value)]


def _miss(miss: Miss) -> str:
    shown = "" if miss.shown == miss.text else f" (worded as: {miss.shown})"
    return f"{KINDS[miss.kind] if miss.kind else miss.name}: {miss.text}{shown}"


def _mark(mark: FalseMark) -> str:
    return f"{mark.fate} ({', '.join(mark.rules) or mark.shown}): {mark.text}"
