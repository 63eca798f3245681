"""Statements out of an answer that is still arriving: each as soon as its own bracket closes.

A half-arrived ``{"dose": 12`` is not 12, it may yet become 125. So nothing is parsed before the
element it belongs to is closed, and what was told on the way is held against the whole answer,
strictly parsed, at its end.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

_MARK = re.compile(r'["\\{}\[\]]')
_ELEMENT = 3  # the depth of an element: within the object, within its list


class NotStrict(ValueError):
    """Not the JSON that was asked for. The message quotes nothing."""


def strict(text: str) -> Any:
    """Parse JSON; refuse doubled keys, NaN and infinities; keep decimals as they are written."""
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_refused, object_pairs_hook=_unique
        )
    except NotStrict:
        raise
    except (ValueError, RecursionError):
        pass
    raise NotStrict("The text is not JSON.")


def _refused(name: str) -> NoReturn:
    raise NotStrict("A number is not a number.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("A key is given twice.")
    return found


class Scanner:
    """Finds the closed elements of ``{"statements": [{…}, {…}]}`` in text that comes in pieces.

    It knows strings and escapes, so that a bracket within a sentence closes nothing.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._element: list[str] = []
        self._in_string = False
        self._escaped = False  # the next piece begins with an escaped character

    def feed(self, piece: str) -> Iterator[str]:
        """Take the next piece; yield the text of each element that it closes."""
        start = 0
        for at in self._marks(piece):
            if piece[at] == '"':
                self._in_string = not self._in_string
            elif piece[at] in "{[":
                self._depth += 1
                if self._depth == _ELEMENT:
                    start = at
            else:
                self._depth -= 1
                if self._depth == _ELEMENT - 1:
                    self._element.append(piece[start : at + 1])
                    yield "".join(self._element)
                    self._element.clear()
        if self._depth >= _ELEMENT:
            self._element.append(piece[start:])

    def _marks(self, piece: str) -> Iterator[int]:
        """Where brackets and the ends of strings stand."""
        escaped = 0 if self._escaped else -1
        self._escaped = self._escaped and not piece
        for found in _MARK.finditer(piece):
            at = found.start()
            if at == escaped:
                continue
            if piece[at] == "\\":
                escaped = at + 1
                self._escaped = escaped == len(piece)
            elif piece[at] == '"' or not self._in_string:
                yield at
