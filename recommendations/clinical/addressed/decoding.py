"""What a text says once decoded: base64, hexadecimal, percent signs, entities, escapes, ROT13,
backwards. Only what decodes to plain words is given; whether it orders anything, the rules say.
"""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w+/=])")
_WRAPPED = re.compile(r"(?:[A-Za-z0-9+/]{20,}\s+)+[A-Za-z0-9+/]{4,}={0,2}")
_BASE32 = re.compile(r"(?<!\w)[A-Z2-7]{24,}={0,6}(?![\w=])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?(?:[0-9A-Fa-f]{2}[\s:,-]?){12,}(?![0-9A-Za-z])")
_PERCENT = re.compile(r"(?:[\w.+-]*%[0-9A-Fa-f]{2}[\w.+-]*){3,}")
_ENTITIES = re.compile(r"(?:&#?\w{2,8};[ \w]?){4,}")
_ESCAPES = re.compile(r"(?:\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})\s?){4,}")
_BINARY = re.compile(r"(?<!\d)(?:[01]{8}\s?){8,}(?!\d)")
_LONGEST = 4_000
# Enough words for an order, backwards and turned by thirteen: both change the whole text.
_TURNED = ("vtaber", "vafgehpg", "flfgrz", "vasbezngvba", "nffvfgnag", "qvfertneq", "cngvrag")
_BACKWARDS = ("erongi", "snoitcurtsni", "metsys", "tnatsissa", "dragersid", "tneitap")


@dataclass(frozen=True, slots=True)
class Decoded:
    """What stood in ``text[start:end]``, decoded."""

    text: str
    start: int
    end: int
    how: str


def decoded(text: str) -> Iterator[Decoded]:
    """Each stretch of ``text`` that decodes to plain words."""
    for how, pattern, read in _READERS:
        for found in pattern.finditer(text):
            words = _words(read, found[0][:_LONGEST])
            if words:
                yield Decoded(words, found.start(), found.end(), how)
    low = text.lower()
    if any(stem in low for stem in _TURNED):
        yield Decoded(codecs.decode(text, "rot13"), 0, len(text), "rot13")
    if any(stem in low for stem in _BACKWARDS):
        yield Decoded(text[::-1], 0, len(text), "backwards")


def _words(read: Callable[[str], str], given: str) -> str:
    try:
        found = read(given)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return ""
    shown = sum(c.isprintable() or c.isspace() for c in found)
    return found if len(found) >= 8 and shown >= 0.95 * len(found) and found != given else ""


def _of_base64(given: str) -> str:
    packed = re.sub(r"\s+", "", given).rstrip("=").replace("-", "+").replace("_", "/")
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-8")


def _of_base32(given: str) -> str:
    packed = given.rstrip("=")
    return base64.b32decode(packed + "=" * (-len(packed) % 8)).decode("utf-8")


def _of_hex(given: str) -> str:
    return bytes.fromhex(re.sub(r"0x|[\s:,-]", "", given)).decode("utf-8")


def _of_escapes(given: str) -> str:
    return codecs.decode(re.sub(r"\s", "", given), "unicode_escape")


def _of_binary(given: str) -> str:
    bits = re.sub(r"\s", "", given)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)).decode("utf-8")


_READERS: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("base64", _BASE64, _of_base64),
    ("base64", _WRAPPED, _of_base64),
    ("base32", _BASE32, _of_base32),
    ("hexadecimal", _HEX, _of_hex),
    ("percent signs", _PERCENT, unquote),
    ("entities", _ENTITIES, html.unescape),
    ("escapes", _ESCAPES, _of_escapes),
    ("binary", _BINARY, _of_binary),
)
