"""A pattern that is only tried where one of its words stands: most texts have none of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over folded text; without any of ``needs`` it cannot match."""

    expression: re.Pattern[str]
    needs: tuple[str, ...]

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match in ``text``."""
        if any(need in text for need in self.needs):
            yield from self.expression.finditer(text)


def pattern(expression: str, *needs: str) -> Pattern:
    """A pattern; lines count for ``^``."""
    return Pattern(re.compile(expression, re.MULTILINE), needs)
