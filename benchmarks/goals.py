"""What a figure must reach."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """An upper or lower bound on one figure."""

    figure: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def words(self) -> str:
        """``<= 1.25`` or ``>= 95``."""
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return f">= {self.at_least:g}"

    def met_by(self, figures: dict[str, float]) -> bool:
        """Whether the measured figure reaches this goal."""
        value = figures[self.figure]
        if self.at_most is not None and value > self.at_most:
            return False
        return self.at_least is None or value >= self.at_least
