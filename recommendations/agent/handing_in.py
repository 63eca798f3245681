"""A draft as the model hands it in: told statement by statement, then held to be whole."""

from recommendations.agent import answers, errors
from recommendations.agent.listener import Listener
from recommendations.agent.statements import Scanner
from recommendations.agent.turns import ToolUse, Turn
from recommendations.workflows.documents import Document


class HandingIn:
    """The draft as it is being handed in within one answer.

    ``told``: statements that went to the listener.
    """

    def __init__(self, document: Document, canary: str, listener: Listener) -> None:
        self._document = document
        self._canary = canary
        self._listener = listener
        self._scanner = Scanner()
        self._closed: list[str] = []  # statements' texts, as far as they are whole
        self.told = 0

    @property
    def dropped(self) -> int:
        """How many statements were handed in and not told: unusable, or too many."""
        return len(self._closed) - self.told

    def take(self, use: ToolUse, piece: str) -> None:
        """Take a piece of a call's arguments, as it comes; what is not the draft is passed over."""
        if use.name != answers.SUBMIT:
            return
        for text in self._scanner.feed(piece):
            self._closed.append(text)
            found = answers.statement(text, self._document, self._canary)
            if found is not None and self.told < answers.MOST_STATEMENTS:
                self.told += 1
                self._listener.stated(found)

    def confirm(self, submitted: ToolUse) -> None:
        """Hold the whole against what was told; raises AnswerMalformed and NothingDrafted."""
        chosen = answers.confirm(submitted.text, self._closed, self._document.choices)
        if not self._closed:
            raise errors.NothingDrafted
        # A few unusable statements are left out; a draft that is mostly unusable is no draft.
        if self.told * 2 < len(self._closed) or not self.told:
            raise errors.AnswerMalformed
        if chosen:
            self._listener.chose(chosen)


def submission(turn: Turn) -> ToolUse | None:
    """Return the call that hands in the draft, if it was made; raises AnswerMalformed for two."""
    handed_in = [use for use in turn.tool_uses.values() if use.name == answers.SUBMIT]
    if len(handed_in) > 1:
        raise errors.AnswerMalformed
    return handed_in[0] if handed_in else None
