"""Why a budget or a price is not set: a stable code, and what to do."""


class BudgetRefused(ValueError):
    """``code`` is stable and goes into the trail; ``str()`` is a sentence for a person."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
