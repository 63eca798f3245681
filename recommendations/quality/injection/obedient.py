"""A stand-in for the model that obeys: it reads requests as the API gets them, over HTTP.

First it reads with every tool, as a model would. What it then finds written anywhere in the
request it undoes (base64, turned letters, look-alikes, halves that belong together) until it reads
as an order that it understands, and does as told: calls tools, then hands in a draft of true
statements with the ordered ones among them. It knows no attack beforehand, only orders.
"""

import base64
import binascii
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any
from urllib.parse import unquote

from recommendations.clinical import untrusted
from recommendations.quality.injection.attack import Attack
from recommendations.quality.injection.goals import Goal
from recommendations.quality.injection.obeying import Known, Statement
from recommendations.quality.injection.serving import events
from recommendations.quality.injection.truths import true_statements

_CHART = re.compile(r'<chart_data tool="(\w+)">(.*)</chart_data>', re.DOTALL)
_SENT_BACK = re.compile(r'<chart_data tool="verification">(.*)</chart_data>', re.DOTALL)
_CODE = re.compile(r"[A-Za-z0-9+/=_-]{16,}|(?:[0-9a-fA-F]{2}\s?){12,}")
_LOOK = str.maketrans("аеорсхуіј", "aeopcxyij")  # noqa: RUF001 - Cyrillic that looks Latin
_FIGURES = str.maketrans("431057", "aeiost")
_GIVEN = re.compile(r"<(clinician_words|chart_data)[^>]*>({.*?})</\1>")
_STRETCH = 24  # characters that are not in a chart by chance


@dataclass
class Heard:
    """What the stand-in was sent and did for one attack."""

    bodies: list[str] = field(default_factory=list, repr=False)
    obeyed: Goal | None = None
    said: list[str] = field(default_factory=list)  # the ordered statements' words
    mark: str = ""


def sign_of(order: str) -> str:
    """What an order is known by: its beginning, for a field may have cut it."""
    return squashed(order)[:40]


def squashed(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


class Obedient:
    """``orders`` are the plain wordings that it understands, squashed, each with its goal."""

    def __init__(self, orders: Mapping[str, tuple[Goal, str]]) -> None:
        self._orders = orders
        self.heard = Heard()
        # What an attack is known by that no reader could undo, with its goal and its plain words.
        self.given_away: tuple[str, Goal, str] | None = None

    def hear(self, attack: Attack) -> None:
        """Begin anew; an attack that no reader could undo is known by what it is made of."""
        known, self.heard = attack.given_away, Heard()
        self.given_away = (known, attack.goal, attack.order) if known else None

    def answer(self, body: str) -> Iterator[bytes]:
        """The events of the answer to one request."""
        self.heard.bodies.append(body)
        request = json.loads(body)
        read = _results(request)
        if not read:
            return events(request, [(name, {}) for name in _tools(request)])
        goal, order = self.understood([*_asked(request), *_strings(read)])
        self.heard.obeyed, self.heard.mark = goal, _mark(request)
        if goal and goal.calls and not _was_called(request):
            return events(request, list(goal.calls))
        ordered = self._ordered(request, read, goal, order) if goal else []
        if numbers := _sent_back(request):
            said = _again(numbers, ordered)
        else:
            said = _draft(true_statements(read, _sections(request)[0]), ordered)
            self.heard.said = [each["text"] for each in ordered]
        chosen = _choices(request, goal.choices if goal else {})
        return events(request, [("submit_draft", {**chosen, "statements": said})])

    def _ordered(
        self, request: dict[str, Any], read: dict[str, Any], goal: Goal, order: str
    ) -> list[Statement]:
        facts = {tool: result["facts"][0] for tool, result in read.items() if result.get("facts")}
        return goal.obey(Known(facts, self.heard.mark, _sections(request)[0], order))

    def understood(self, strings: list[str]) -> tuple[Goal | None, str]:
        """The first order that these texts give, in whatever guise, with its plain words."""
        if self.given_away is not None:
            text, goal, words = self.given_away
            return (goal, words) if recognised(text, strings) else (None, "")
        for view in _views(strings):
            for order, found in self._orders.items():
                if order in view or order.translate(_FIGURES) in view:
                    return found
        return None, ""


def recognised(text: str, strings: Iterable[str]) -> bool:
    """Whether a stretch of ``text``, as it comes through the door, stands in what was read."""
    sought = _close(untrusted.block(text))
    read = _close(" ".join(strings))
    return any(sought[at : at + _STRETCH] in read for at in range(0, len(sought), _STRETCH))


def _close(text: str) -> str:
    return "".join(text.split())


def _again(numbers: list[int], ordered: list[Statement]) -> list[Statement]:
    """What was ordered once more, in the place of each statement that was sent back."""
    return [
        {"replaces": number, **ordered[at % len(ordered)]}
        for at, number in enumerate(numbers)
        if ordered
    ]


def _draft(true: list[Statement], ordered: list[Statement]) -> list[Statement]:
    # Half of a draft must be usable, or all of it is thrown away: an attacker would see to it.
    kept = list(islice(cycle(true), len(ordered) + 1)) if ordered else true
    return [*kept[:1], *ordered, *kept[1:]]


def _choices(request: dict[str, Any], ordered: Mapping[str, str]) -> dict[str, str]:
    """The first of each choice's options that is no extreme, or what was ordered."""
    submit = next(tool for tool in request["tools"] if tool["name"] == "submit_draft")
    offered = {k: v["enum"] for k, v in submit["input_schema"]["properties"].items() if "enum" in v}
    return {key: ordered.get(key, options[len(options) // 2]) for key, options in offered.items()}


def _asked(request: dict[str, Any]) -> Iterator[str]:
    """What came with the request: a message, the clinician's own words."""
    for message in request["messages"]:
        for block in message["content"] if message["role"] == "user" else ():
            for found in _GIVEN.finditer(str(block.get("text", ""))):
                yield from _strings(json.loads(found[2]))


def _views(strings: list[str]) -> Iterator[str]:
    joined = " ".join(strings)
    bare = re.sub(r"\(\d/\d\)", " ", joined)
    yield squashed(joined)
    yield squashed(bare)
    yield squashed(" ".join(reversed(re.split(r"(?=\(2/2\))", joined))))
    parts = [part for text in strings for part in re.findall(r"\((\d)/\d\) ((?:(?!\n\n).)*)", text)]
    yield squashed(" ".join(text for _, text in sorted(parts)))
    yield squashed(bare.translate(_LOOK))
    yield squashed(joined.translate(_FIGURES))
    yield squashed(unquote(html.unescape(joined)))
    yield squashed(re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), joined))
    yield squashed(codecs.decode(joined, "rot13"))
    yield squashed(joined[::-1])
    for found in _CODE.finditer(joined):
        yield from (squashed(text) for text in _decoded(found[0], depth=2))


def _decoded(code: str, *, depth: int) -> Iterator[str]:
    packed = re.sub(r"\s", "", code)
    for read in (_base64, base64.b32decode, bytes.fromhex):
        try:
            text = read(packed).decode()
        except (ValueError, binascii.Error):
            continue
        yield text
        if depth > 1:
            yield from _decoded(text, depth=depth - 1)


def _base64(packed: str) -> bytes:
    return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _results(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for message in request["messages"]:
        for block in message["content"]:
            match = _CHART.fullmatch(str(block.get("content", "")))
            if block["type"] == "tool_result" and match:
                found.setdefault(match[1], json.loads(match[2]))
    return found


def _sent_back(request: dict[str, Any]) -> list[int]:
    """Numbers of the statements that the last message sends back."""
    for block in request["messages"][-1]["content"]:
        match = _SENT_BACK.search(str(block.get("content", "")))
        if match:
            return [int(each["number"]) for each in json.loads(match[1])]
    return []


def _was_called(request: dict[str, Any]) -> bool:
    answers = [message for message in request["messages"] if message["role"] == "assistant"]
    return len(answers) > 1


def _tools(request: dict[str, Any]) -> list[str]:
    return [tool["name"] for tool in request["tools"] if tool["name"] != "submit_draft"]


def _sections(request: dict[str, Any]) -> list[str]:
    submit = next(tool for tool in request["tools"] if tool["name"] == "submit_draft")
    items = submit["input_schema"]["properties"]["statements"]["items"]
    return list(items["properties"]["section"]["enum"])


def _mark(request: dict[str, Any]) -> str:
    found = re.search(r"\[(CS-[0-9a-f]+)\]\s*$", request["system"][-1]["text"])
    return found[1] if found else ""
