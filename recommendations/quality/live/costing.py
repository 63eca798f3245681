"""What an evaluation would cost, reckoned before anything is asked.

Tokens are estimated at four characters each, which is near enough for English and JSON to decide
whether to go on; the figures afterwards are the provider's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recommendations.agent.prompts import Release, instructions
from recommendations.budgets.prices import Price, price_of
from recommendations.clinical.for_model import for_model
from recommendations.replays.redrafting import Readable
from recommendations.workflows.documents import Document

CHARACTERS_A_TOKEN = 4
TURNS = 3  # reading, handing in, once more for what does not hold
TOKENS_A_STATEMENT = 150  # with its claims


@dataclass(frozen=True, slots=True)
class Estimate:
    """Tokens in and out for all cases, and dollars; ``None`` where no price is known."""

    cases: int
    tokens_in: int
    tokens_out: int
    dollars: Decimal | None

    @property
    def words(self) -> str:
        """The estimate in a sentence."""
        cost = "at a price that is not known" if self.dollars is None else f"some ${self.dollars}"
        return (
            f"{self.cases} cases, some {self.tokens_in:,} tokens in and {self.tokens_out:,} out, "
            f"{cost}. Nothing was asked yet."
        )


def estimate(
    document: Document, release: Release, readings: Iterable[Readable], model_id: str, day: date
) -> Estimate:
    """What drafting ``document`` over each reading would take, without the provider's cache."""
    told = len(instructions(release).text)
    sizes = [told + _chart(document, reading) for reading in readings]
    tokens_in = TURNS * sum(sizes) // CHARACTERS_A_TOKEN
    tokens_out = len(sizes) * document.most * TOKENS_A_STATEMENT
    return Estimate(
        len(sizes), tokens_in, tokens_out, _dollars(price_of(model_id, day), tokens_in, tokens_out)
    )


def _chart(document: Document, reading: Readable) -> int:
    return sum(len(for_model(reading.call(tool))) for tool in document.tools)


def _dollars(price: Price | None, tokens_in: int, tokens_out: int) -> Decimal | None:
    if price is None:
        return None
    micros = price.micros({"input": tokens_in, "output": tokens_out})
    return (Decimal(micros) / 1_000_000).quantize(Decimal("0.01"))
