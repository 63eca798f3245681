"""What was read and never reached the drafter, because an answer of a tool had no room for it."""

from collections import defaultdict
from collections.abc import Iterator

from recommendations.clinical import gaps
from recommendations.clinical.registry import TOOLS
from recommendations.clinical.results import Gap, ToolName, ToolResult


class Room:
    """The answers of a draft's tools, each with what it had no room for."""

    def __init__(self) -> None:
        self._given = set[str]()
        self._left: defaultdict[ToolName, dict[str, None]] = defaultdict(dict)

    def note(self, result: ToolResult) -> None:
        """Take an answer down. What a later one gives is not missing any more."""
        self._given |= {fact.handle for fact in result.facts}
        self._left[result.tool] |= dict.fromkeys(result.left)

    def gaps(self) -> tuple[Gap, ...]:
        """A gap for each tool of which something was never given."""
        return tuple(self._gaps())

    def _gaps(self) -> Iterator[Gap]:
        for tool, left in self._left.items():
            if missed := left.keys() - self._given:
                concept = TOOLS[tool].concepts[0]
                label = f"the {gaps.LABELS[concept].removeprefix('the ')}"
                verb = "was" if len(missed) == 1 else "were"
                words = f"Of {label}, {len(missed)} {verb} not given to the drafter."
                yield gaps.worded(concept, words, gaps.NOT_GIVEN)
