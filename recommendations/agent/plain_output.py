"""What an answer may hold to be shown: plain visible words, and nothing that leads anywhere.

No link, address, markup or code, nothing that looks like a number of a person, nothing invisible.
Looked at as it stands and as an eye reads it, so that a link in other letters is one too.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

from recommendations.clinical.untrusted import UNSEEN

_NO_LETTER = re.compile(r"[\W_]+")
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_ENDS = (
    r"(?:com|net|org|io|dev|app|xyz|info|biz|site|online|top|club|ru|cn|tk|ws|gg|ly|"
    r"example|invalid|test|localhost|onion|zip)"
)
_LEADING = re.compile(
    r"\b(?:h(?:tt|xx)ps?|ftp|file|mailto|tel|sms|data|javascript|vbscript|blob|smb|wss?)\s?:(?!\s)"
    r"|//\w|www\.|</?[a-z!?]|\]\s?\(|!\[|`{3}|&(?:#\w{2,6}|lt|gt|amp|quot|nbsp);|\{\{|\$\{|\\u[0-9a-f]{4}"
    rf"|[\w-]\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\))\s?[\w-]"
    rf"|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.{_ENDS}(?![\w-])"
    r"|[\w.+-]+@[\w-]+\.\w"
    r"|(?<!\d)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.])",
    re.IGNORECASE,
)
# A record number, a telephone, an account, a resource's id, a stretch of code.
_NUMBERED = re.compile(
    r"(?<![\w.])\d{9,}(?!\w)"
    r"|(?<![\w-])(?!(?:19|20)\d\d-(?:19|20)\d\d)\d{4}-\d{4}(?![\w-])"
    r"|(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"
    r"|(?<![\w.])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}(?!\w)"
    r"|(?<![\w-])[A-Za-z]{1,4}\d{2,}-\d{3,}(?!\w)|(?<![\w-])[A-Za-z]{1,4}-\d{5,}(?!\w)"
    r"|\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,}"
    r"|\b(?:Patient|Practitioner|Encounter|Observation|DocumentReference|Person|Group)/[\w.-]+"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|(?<![\w+/])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])(?=[\w+/]*\d)[A-Za-z0-9+/_]{20,}={0,2}(?![\w+/])"
    r"|(?<!\w)[0-9a-fA-F]{24,}(?!\w)"
)
_CODE = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_WINDOW = 8  # characters of the mark that are not there by chance


def unfit(text: str) -> str:
    """Why ``text`` must not be shown (``link``, ``number``, ``hidden``); empty where it may be."""
    if not text.isprintable() and any(unicodedata.category(c) in _INVISIBLE for c in text):
        return "hidden"
    if text.isascii():
        read = text
    elif UNSEEN.search(text):
        return "hidden"
    else:
        read = unicodedata.normalize("NFKC", text)
    if _LEADING.search(read):
        return "link"
    return "number" if _NUMBERED.search(read) else ""


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
