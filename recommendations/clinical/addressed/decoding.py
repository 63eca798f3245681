"""What a text says once decoded: base64 and its like, number codes, percent signs, entities,
escapes. Only what decodes to plain words is given; whether it orders anything, the rules say.
"""

import base64
import binascii
import codecs
import html
import quopri
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from recommendations.clinical.addressed.turning import turned

# Each begins where a run begins: a long run is gone through once, and not from each letter.
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w+/=])")
_WRAPPED = re.compile(
    r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{10,}(?:[ \t]+|[ \t]*\n[ \t]*)(?:[>|*#-]\s*)?)+"
    r"[A-Za-z0-9+/]+={0,2}"
)
_BASE85 = re.compile(r"(?<!\S)(?:<~)?(?=\S*[^\w\s])[!-~]{30,}(?!\S)")
_QUOTED = re.compile(
    r"(?<!\S)[^\s=]{0,60}(?:=(?:[0-9A-Fa-f]{2}|\n)[^\s=]{0,60}|\s[^\s=]{0,60}(?==)){4,}"
)
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2}\s?){6,}")
_DECIMAL = re.compile(r"(?<![\d.,/-])(?:\d{2,3}[ ,;]{1,2}){12,}\d{2,3}(?![\d.,/-])")
_BASE32 = re.compile(r"(?<!\w)[A-Z2-7]{24,}={0,6}(?![\w=])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?(?:[0-9A-Fa-f]{2}[\s:,-]?){12,}(?![0-9A-Za-z])")
_PERCENT = re.compile(r"(?<![\w.+-])[\w.+-]{0,40}(?:%[0-9A-Fa-f]{2}[\w.+-]{0,40}){3,}")
_ENTITIES = re.compile(r"(?:&#?\w{2,8};[ \w]?){4,}")
_ESCAPES = re.compile(r"(?:\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})\s?){4,}")
_BINARY = re.compile(r"(?<!\d)(?:[01]{8}\s?){8,}(?!\d)")
_LONGEST = 4_000
_UNPACKED = 8_000  # bytes: what is packed may be packed a thousandfold


@dataclass(frozen=True, slots=True)
class Decoded:
    """What stood in ``text[start:end]``, decoded."""

    text: str
    start: int
    end: int
    how: str


def decoded(text: str, *, every_way: bool = True) -> Iterator[Decoded]:
    """Each stretch of ``text`` that decodes to plain words; see :func:`.turning.turned`."""
    for how, pattern, read in _READERS:
        for found in pattern.finditer(text):
            words = _words(read, found[0][:_LONGEST])
            if words:
                yield Decoded(words, found.start(), found.end(), how)
    ways = turned(text, every_way=every_way)
    yield from (Decoded(words, 0, len(text), how) for how, words in ways)


def _words(read: Callable[[str], str], given: str) -> str:
    try:
        found = read(given)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return ""
    shown = sum(c.isprintable() or c.isspace() for c in found)
    return found if len(found) >= 8 and shown >= 0.95 * len(found) and found != given else ""


def _of_base64(given: str) -> str:
    return _text(_unpacked(given.replace("-", "+").replace("_", "/")))


def _of_wrapped(given: str) -> str:
    """Of lines; the word after the last one may have been taken for one more."""
    raw = _unpacked(re.sub(r"\s+(?:[>|*#-]\s*)?", "", given))
    return _text(raw) if raw[:1] == b"\x1f" else raw.decode("utf-8", "replace")


def _unpacked(packed: str) -> bytes:
    bare = packed.rstrip("=")
    whole = bare[:-1] if len(bare) % 4 == 1 else bare
    return base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True)


def _text(raw: bytes) -> str:
    """Bytes as text: unpacked where packed, two bytes a letter where every other one is 0."""
    if raw[:2] in {b"\x1f\x8b", b"\x78\x9c", b"\x78\xda", b"\x78\x01"}:
        try:
            raw = zlib.decompressobj(47).decompress(raw, _UNPACKED)  # 47: gzip or zlib
        except zlib.error:
            raise ValueError("not packed") from None
    if raw[:2] in {b"\xfe\xff", b"\xff\xfe"}:
        return raw.decode("utf-16")
    if len(raw) > 8 and not any(raw[0::2]):
        return raw.decode("utf-16-be")
    if len(raw) > 8 and not any(raw[1::2]):
        return raw.decode("utf-16-le")
    return raw.decode("utf-8")


def _of_base85(given: str) -> str:
    if given.startswith("<~"):
        return _text(base64.a85decode(given, adobe=True))
    try:
        return _text(base64.b85decode(given))
    except ValueError:
        return _text(base64.a85decode(given))


def _of_quoted(given: str) -> str:
    return quopri.decodestring(given.encode()).decode("utf-8")


def _of_octal(given: str) -> str:
    return bytes(int(code, 8) for code in re.findall(r"[0-3][0-7]{2}", given)).decode("utf-8")


def _of_decimal(given: str) -> str:
    codes = [int(code) for code in re.findall(r"\d+", given)]
    if any(code > 126 or code < 32 for code in codes):
        raise ValueError("no letters")
    return "".join(map(chr, codes))


def _of_base32(given: str) -> str:
    packed = given.rstrip("=")
    return _text(base64.b32decode(packed + "=" * (-len(packed) % 8)))


def _of_hex(given: str) -> str:
    return _text(bytes.fromhex(re.sub(r"0x|[\s:,-]", "", given)))


def _of_escapes(given: str) -> str:
    return codecs.decode(re.sub(r"\s", "", given), "unicode_escape")


def _of_binary(given: str) -> str:
    bits = re.sub(r"\s", "", given)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)).decode("utf-8")


_READERS: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("base64", _BASE64, _of_base64),
    ("base64", _WRAPPED, _of_wrapped),
    ("base32", _BASE32, _of_base32),
    ("hexadecimal", _HEX, _of_hex),
    ("percent signs", _PERCENT, unquote),
    ("entities", _ENTITIES, html.unescape),
    ("escapes", _ESCAPES, _of_escapes),
    ("binary", _BINARY, _of_binary),
    ("base85", _BASE85, _of_base85),
    ("quoted-printable", _QUOTED, _of_quoted),
    ("octal", _OCTAL, _of_octal),
    ("decimal codes", _DECIMAL, _of_decimal),
)
