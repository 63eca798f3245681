"""Every planting, and all that they make of one statement."""

from collections.abc import Iterator
from dataclasses import dataclass

from recommendations.quality.planting import drafts, drugs, problems, support, times, values
from recommendations.quality.planting.case import Case, Form, Planting
from recommendations.verification.claims import DraftedStatement

PLANTINGS: tuple[Planting, ...] = tuple(
    sorted(
        (
            *values.PLANTINGS,
            *times.PLANTINGS,
            *drugs.PLANTINGS,
            *problems.PLANTINGS,
            *support.PLANTINGS,
            *drafts.PLANTINGS,
        ),
        key=lambda planting: planting.kind,
    )
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A statement made wrong."""

    planting: Planting
    form: Form
    statement: DraftedStatement


def planted(case: Case) -> Iterator[Planted]:
    """Each error that can be planted in this statement, one at a time."""
    for planting in PLANTINGS:
        for form in planting.forms:
            made = planting.plant(case, form)
            if made is not None and made != case.statement:
                yield Planted(planting, form, made)
