"""What a planting is given, and how it writes the wrong statement down."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from recommendations.clinical.facts import FactBase
from recommendations.verification import Chart
from recommendations.verification.claims import Claim, DraftedStatement

# "sentence": the sentence alone is wrong. "both": its claim is wrong with it, as where a model
# believes what it writes. "claims": the sentence is true and its citation is not.
Form = Literal["sentence", "both", "claims"]
F = TypeVar("F", bound=FactBase)


@dataclass(frozen=True, slots=True)
class Case:
    """A true statement, its chart, the draft it stands in, and another patient's draft."""

    statement: DraftedStatement
    chart: Chart
    draft: Sequence[DraftedStatement]
    foreign: Sequence[DraftedStatement]
    random: Random

    @property
    def text(self) -> str:
        """The sentence."""
        return self.statement.text

    def claims(self, *kinds: str) -> Iterator[Any]:
        """The statement's claims of these kinds."""
        return (claim for claim in self.statement.claims if claim.kind in kinds)

    def claim(self, *kinds: str) -> Any:
        """The statement's only claim, where it is of one of these kinds; else None."""
        first = self.statement.claims[0]
        return first if len(self.statement.claims) == 1 and first.kind in kinds else None

    def fact(self, claim: Any, kind: type[F]) -> F | None:
        """The fact that a claim cites."""
        found = self.chart.fact(claim.ref)
        return found if isinstance(found, kind) else None

    def with_text(self, text: str | None) -> DraftedStatement | None:
        """The statement in other words, with its claims; None where nothing changed."""
        return None if text is None or text == self.text else self.made(text)

    def with_claim(
        self, text: str, claim: Claim, form: Form, **changes: Any
    ) -> DraftedStatement | None:
        """The statement in other words; in form ``both``, with ``claim`` changed as they are."""
        if text == self.text:
            return None
        if form == "sentence":
            return self.made(text)
        return self.made(text, *(changed(c, **changes) if c is claim else c for c in self.own))

    @property
    def own(self) -> tuple[Claim, ...]:
        """The statement's claims."""
        return self.statement.claims

    def made(self, text: str, *claims: Claim) -> DraftedStatement | None:
        """A statement of this section; None where it would be too long to be handed in."""
        try:
            return DraftedStatement(
                section=self.statement.section, text=text, claims=claims or self.own
            )
        except ValidationError:
            return None


Plant = Callable[[Case, Form], DraftedStatement | None]


@dataclass(frozen=True, slots=True)
class Planting:
    """One way to plant an error of a kind, in the forms it can take."""

    kind: int
    name: str
    plant: Plant
    forms: tuple[Form, ...] = ("sentence", "both")


def changed(claim: Any, **changes: Any) -> Any:
    """The claim with other fields."""
    return type(claim).model_validate({**claim.model_dump(), **changes})


def shown_in(text: str, words: str) -> re.Match[str] | None:
    """Where ``words`` stand in ``text`` by themselves, not as a part of a word or number."""
    if not words:
        return None
    return re.search(rf"(?<![\w.,]){re.escape(words)}(?![\w]|[.,]\d)", text, re.IGNORECASE)


def replaced(text: str, words: str, by: str) -> str:
    """``text`` with the first ``words`` in it made ``by``; as it was where they do not stand."""
    found = shown_in(text, words)
    return f"{text[: found.start()]}{by}{text[found.end() :]}" if found else text


def added(text: str, clause: str) -> str:
    """``text`` with a clause before its full stop."""
    return f"{text.rstrip('.')}{clause}."


def led(words: str, text: str) -> str:
    """``text`` after other words; a name that is all capitals keeps them."""
    first = text.split(" ", maxsplit=1)[0]
    small = text if first.isupper() and len(first) > 1 else f"{text[:1].lower()}{text[1:]}"
    return f"{words} {small}"
