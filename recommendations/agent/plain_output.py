"""What no answer may hold: the mark of its instructions, in any spelling.

What else may not be shown, whoever worded it, is in :mod:`recommendations.verification.showable`.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

_NO_LETTER = re.compile(r"[\W_]+")
_CODE = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_WINDOW = 8  # characters of the mark that are not there by chance


def repeats(text: str, mark: str) -> bool:
    """Whether ``text`` holds the instructions' mark, whole or in part, in any spelling."""
    sought = folded(mark)
    if not sought:
        return False
    parts = {sought[at : at + _WINDOW] for at in range(max(len(sought) - _WINDOW, 0) + 1)}
    return any(part in view for view in _views(text) for part in parts)


def _views(text: str) -> Iterator[str]:
    plain = folded(text)
    yield plain
    yield plain[::-1]
    yield codecs.decode(plain, "rot13")
    for found in _CODE.finditer(text):
        yield from _read(found[0].rstrip("="))


def _read(code: str) -> Iterator[str]:
    packed = code.replace("-", "+").replace("_", "/")
    for start in range(min(4, len(packed))):
        whole = packed[start : len(packed) - (len(packed) - start) % 4]
        try:
            yield folded(base64.b64decode(whole, validate=True).decode("latin-1"))
        except (binascii.Error, ValueError):
            continue
    try:
        yield folded(bytes.fromhex(code).decode("latin-1"))
    except ValueError:
        return


def folded(text: str) -> str:
    """Letters and digits alone, of one width and case."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())
