"""Facts left out of drafts that tell them, one at a time: is each of them missed?"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from recommendations.verification import Chart
from recommendations.verification.claims import DraftedStatement, NoteClaim
from recommendations.verification.holding import refs_of
from recommendations.verification.omissions import RULES, Omission, omissions, required

_SECTION = "omitted"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One fact left out, and whether it was listed."""

    rule: str
    words: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One chart: what its draft had to tell, told, and what is listed of a draft that tells all."""

    required: tuple[str, ...]  # rules, one for each fact
    told: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    false_alarms: tuple[str, ...]


def measure(
    chart: Chart, statements: Sequence[DraftedStatement], rules: Collection[str] = tuple(RULES)
) -> Told:
    """Leave out each fact that ``rules`` want told; then tell all of them."""
    wanted = required(chart, rules=rules)
    missing = set(omissions(chart, statements, rules=rules))
    whole = [*statements, *(made for each in missing for made in _telling(each, chart))]
    return Told(
        required=tuple(each.rule for each in wanted),
        told=tuple(each.rule for each in wanted if each not in missing),
        left_out=tuple(
            LeftOut(each.rule, each.words, each in omissions(chart, rest, rules=rules))
            for each in wanted
            if (rest := _without(each, chart, whole)) is not None
        ),
        false_alarms=tuple(each.words for each in omissions(chart, whole, rules=rules)),
    )


def _telling(each: Omission, chart: Chart) -> Iterator[DraftedStatement]:
    """A statement that cites the fact: for this measure its words do not matter."""
    claim: dict[str, object] = {"kind": "inference", "refs": (each.handle,), "step": "told"}
    if each.quote:
        claim = {"kind": "note", "ref": each.handle, "quote": each.quote}
    said = {"section": _SECTION, "text": each.words[:400], "claims": [claim]}
    yield DraftedStatement.model_validate(said)


def _without(
    each: Omission, chart: Chart, statements: Sequence[DraftedStatement]
) -> list[DraftedStatement] | None:
    """The draft without whatever tells this fact, or an entry of its name; None if nothing does."""
    fact = chart.fact(each.handle)
    name = fact.name.lower() if fact else ""
    same = {
        f.handle for f in chart.facts if fact and f.kind == fact.kind and f.name.lower() == name
    }
    rest = [s for s in statements if not _tells(s, each, same)]
    return rest if len(rest) < len(statements) else None


def _tells(statement: DraftedStatement, each: Omission, same: set[str]) -> bool:
    if each.quote:
        quotes = [c.quote for c in statement.claims if isinstance(c, NoteClaim)]
        return any(each.quote.rstrip(".") in quote for quote in quotes)
    return any(ref in same for claim in statement.claims for ref in refs_of(claim))
