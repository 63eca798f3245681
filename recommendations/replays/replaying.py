"""One old draft, made again from what is kept of it."""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from recommendations import verification
from recommendations.agent.budget import Budget, Spending
from recommendations.agent.errors import ModelError, ReleaseUnavailable
from recommendations.agent.loop import Conversation
from recommendations.agent.prompts import Instructions, PromptBroken, Release, instructions
from recommendations.agent.readers import reader_of
from recommendations.drafts import triaging
from recommendations.releases import choosing
from recommendations.replays.answering import Compared, Talk
from recommendations.replays.framing import Framed, Then
from recommendations.replays.hearing import Hearing
from recommendations.replays.reading import Reread, StoredReading
from recommendations.replays.recorded import Recorded, body, recorded
from recommendations.verification import Chart, settle
from recommendations.verification.claims import DraftedStatement
from recommendations.workflows.documents import Choice, Document, Option, Section
from recommendations.workflows.registry import DOCUMENTS

_CANARY = re.compile(r"\[(CS-[0-9a-f]{16})\]$")
_VERSION = re.compile(r"contract@(\d+) (\w+)@(\d+)")


@dataclass(frozen=True, slots=True)
class Again:
    """One statement: as it was drafted and judged, and as the same words are judged now. PHI."""

    position: int
    drafted_same: bool  # the recorded answer gives these words and claims now, too
    outcome_then: str
    outcome_now: str  # empty: today's schema does not take it
    rules_then: tuple[str, ...]
    rules_now: tuple[str, ...]
    text_then: str
    text_now: str

    @property
    def same(self) -> bool:
        """Whether today's verification says the same, in the same words."""
        return (self.outcome_then, self.rules_then, self.text_then) == (
            self.outcome_now,
            self.rules_now,
            self.text_now,
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. ``release_code`` says why requests could not be rebuilt."""

    record: Recorded
    release: Release | None
    release_code: str
    requests: tuple[Compared, ...]
    reads: tuple[Reread, ...]
    statements: tuple[Again, ...]
    missing: int  # turns of then that the code does not come to
    beyond: int  # turns that the code takes and that were not taken then
    frame: tuple[Framed, ...]  # empty where no request was sent
    as_recorded: int  # tools' answers whose form is another today: taken as they were given
    verifier_then: str
    verifier_now: str

    @property
    def exact(self) -> bool:
        """Whether every request and every statement came out as it was, byte for byte."""
        rebuilt = not (self.release_code or self.missing or self.beyond)
        return (
            rebuilt
            and all(each.same for each in self.requests)
            and all(each.same for each in self.reads)
            and all(each.drafted_same for each in self.statements)
        )

    @property
    def differing(self) -> tuple[Again, ...]:
        """The statements that are judged otherwise today."""
        return tuple(each for each in self.statements if not each.same)


def replay(draft_id: UUID) -> Replay:
    """Make a draft again; raises :class:`recommendations.replays.errors.ReplayRefused`."""
    record = recorded(draft_id)
    hearing, talk = Hearing(record), Talk(record.calls)
    release, code = _released(record)
    then = Then.of(record)
    reading = StoredReading(record.snapshot, record.reads, same_form=then.same_form)
    if release is not None:
        _talk(record, _told_then(release, record, then), reading, hearing, talk)
    return Replay(
        record=record,
        release=release,
        release_code=code,
        requests=tuple(talk.compared),
        reads=tuple(hearing.reread),
        statements=_again(record, hearing),
        missing=talk.left if release is not None else 0,
        beyond=talk.beyond,
        frame=then.beside_now(triaging.document_of(record.draft)) if record.calls else (),
        as_recorded=reading.as_recorded,
        verifier_then=str(record.draft.versions.get("verifier", "")),
        verifier_now=verification.VERSION,
    )


def _released(record: Recorded) -> tuple[Release | None, str]:
    """The release of a draft that a model made, and why there is none."""
    if not record.calls:
        return None, ""  # rules drafted it, and no request was sent
    try:
        Then.of(record).talk()
        return (choosing.of(record.draft) if record.draft.release else _by_number(record)), ""
    except (ReleaseUnavailable, PromptBroken):
        return None, ReleaseUnavailable.code


def _by_number(record: Recorded) -> Release:
    """Of a draft from before releases were kept: by the versions that it names."""
    match = _VERSION.fullmatch(str(record.draft.versions.get("prompt", "")))
    if match is None:
        raise ReleaseUnavailable
    release = Release(match[2], int(match[1]), int(match[3]))
    release.check()
    return release


def _talk(
    record: Recorded, told: Instructions, reading: StoredReading, hearing: Hearing, talk: Talk
) -> None:
    first = record.calls[0]
    sent = body(first)
    spending = Spending(_budget(sent))
    spending.turns = first.turn - 1
    spending.begin_model()
    conversation = Conversation(
        _as_it_was(triaging.document_of(record.draft), sent),
        reading,
        told,
        spending=spending,
        listener=hearing,
        model_id=first.model_id,
        ask=partial(talk.ask),
        framed=reading.framed,
    )
    try:
        conversation.run()
    except ModelError:
        return  # as it ended then, or where the code goes on and nothing was recorded


def _budget(sent: dict[str, Any]) -> Budget:
    """Of this deployment, but for what stands in the request; time is no matter here."""
    limits = Budget.of_settings()
    return replace(limits, answer_tokens=sent["max_tokens"], seconds=3600.0, output_tokens=10**9)


def _told_then(release: Release, record: Recorded, then: Then) -> Instructions:
    """The release's words with the mark of then, which goes with a secret that may be renewed."""
    told = instructions(release, then.talk())
    match = _CANARY.search(str(body(record.calls[0])["system"][0]["text"]))
    if match is None:
        return told
    return replace(told, canary=match[1], text=told.text.replace(told.canary, match[1]))


def _as_it_was(document: Document, sent: dict[str, Any]) -> Document:
    """The document with the tools, the sections and the choices that the model had then."""
    given = {tool["name"] for tool in sent["tools"]}
    document = replace(document, tools=tuple(t for t in document.tools if t.value in given))
    submit = next((t for t in sent["tools"] if t["name"] == "submit_draft"), None)
    if submit is None:
        return document
    statement = submit["input_schema"]["properties"]["statements"]["items"]
    keys = statement["properties"]["section"]["enum"]
    known = {section.key: section for section in document.drafted}
    sections = (known.get(key) or Section(key, key, "", 0) for key in keys)
    by_code = (section for section in document.sections if section.by_code)
    fields = submit["input_schema"]["properties"].items()
    choices = tuple(_choice_then(key, each) for key, each in fields if "enum" in each)
    return replace(document, sections=(*sections, *by_code), choices=choices)


def _choice_then(key: str, told: dict[str, Any]) -> Choice:
    """A choice as it was offered: a hospital's list may have changed since."""
    title, *options = told["description"].split("\n")
    return Choice(key, title, tuple(Option(*each.split(": ", 1)) for each in options))


def _again(record: Recorded, hearing: Hearing) -> tuple[Again, ...]:
    chart, found = Chart.of(record.snapshot), []
    for at, told in enumerate(record.verified):
        then = told["drafted_text"] or told["text"]
        now = hearing.stated_now[at] if at < len(hearing.stated_now) else None
        stated = (now.text, now.section, _claims(now)) if now is not None else None
        same = not record.calls or stated == (then, told["section"], told["claims"])
        found.append(_judged(told, chart, then, same=same))
    return tuple(found)


def _judged(told: dict[str, Any], chart: Chart, then: str, *, same: bool) -> Again:
    outcome, text = "", ""
    rules: tuple[str, ...] = ()
    given = {"text": then, "section": told["section"], "claims": told["claims"]}
    try:
        reader = reader_of(DOCUMENTS[told["document"]])
        text, verdict = settle(DraftedStatement.model_validate(given), chart, reader=reader)
        outcome, rules = verdict.outcome.value, tuple(f.rule for f in verdict.findings)
    except ValidationError:
        pass  # told as a statement that today's schema does not take
    return Again(
        position=told["position"],
        drafted_same=same,
        outcome_then=told["outcome_found"],
        outcome_now=outcome,
        rules_then=tuple(told["rules"]),
        rules_now=rules,
        text_then=told["text"],
        text_now=text,
    )


def _claims(statement: DraftedStatement) -> list[dict[str, Any]]:
    return [claim.model_dump(mode="json") for claim in statement.claims]
