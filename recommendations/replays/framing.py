"""What code put around an old draft's prompt, beside what it puts there now."""

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from recommendations.agent import request as requests
from recommendations.agent.prompts import FIRST, PromptBroken, Talk, newest_talk, talk
from recommendations.clinical.result_form import result_form_sha256
from recommendations.replays.recorded import Recorded, body
from recommendations.workflows.documents import Document

# The form of tools' answers when drafts began to keep which: that of all drafts before.
EARLIEST_FORM = "09cbb6c61d048130a1f6c80aaac06a53abf0e1bae848e8d4d9f1546f8afb8f71"
_VERSION = re.compile(r"talk@(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Framed:
    """One part: its hash then and now, and how it read then, for whoever looks into it."""

    name: str
    then: str
    now: str
    words: str = field(repr=False, default="")

    @property
    def same(self) -> bool:
        """Whether it is still what it was."""
        return self.then == self.now


@dataclass(frozen=True, slots=True)
class Then:
    """What was around the prompt then: as recorded, tools as they were sent."""

    frame: dict[str, str]
    tools: list[dict[str, Any]] = field(repr=False)

    @classmethod
    def of(cls, record: Recorded) -> Self:
        """Of a draft; empty where no request was sent."""
        if not record.calls:
            return cls({}, [])
        first = record.calls[0]
        return cls(first.frame, body(first)["tools"])

    def talk(self) -> Talk:
        """The loop's words of then, of the files here.

        Raises :class:`PromptBroken` where their version is not here or was changed.
        """
        match = _VERSION.fullmatch(self.frame.get("talk", f"talk@{FIRST}"))
        if match is None:
            raise PromptBroken("The version of the loop's words is not told.")
        found = talk(int(match[1]))
        if self.frame.get("talk_sha256", found.sha256) != found.sha256:
            raise PromptBroken(f"{found.version} is not what it was.")
        return found

    @property
    def form(self) -> str:
        """The hash of the form of tools' answers."""
        return self.frame.get("results_sha256", EARLIEST_FORM)

    @property
    def same_form(self) -> bool:
        """Whether today's code puts tools' answers into the form of then."""
        return self.form == result_form_sha256()

    def beside_now(self, document: Document) -> tuple[Framed, ...]:
        """Each part with today's; ``document`` as it is drafted today."""
        newest, (told, words) = newest_talk(), self._told()
        tools = requests.tools_hash(self.tools)
        shown = json.dumps(self.tools, indent=1, ensure_ascii=False)
        return (
            Framed("The loop's words", told, f"{newest.version} {newest.sha256}", words),
            Framed("Tools and their schemas", tools, requests.tools_sha256(document), shown),
            Framed("The form of tools' answers", self.form, result_form_sha256()),
        )

    def _told(self) -> tuple[str, str]:
        """The loop's words by version and hash, and as they read."""
        try:
            found = self.talk()
        except PromptBroken:
            told = self.frame.get("talk", ""), self.frame.get("talk_sha256", "")
            return " ".join(told).strip(), ""
        parts = (f"{name}: {words}" for name, words in asdict(found.words).items())
        return f"{found.version} {found.sha256}", "\n\n".join(parts)
