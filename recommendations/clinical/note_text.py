"""Plain text out of the bytes of a note: HTML, RTF, C-CDA or plain.

What a reader of the rendered note would not see is dropped (hidden elements, deleted RTF text):
it is where instructions to a model are put. That there was some is told. Table cells stay apart,
for ``<td>14</td><td>0</td>`` is not 140.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode
from striprtf.striprtf import rtf_to_text

from recommendations.clinical import cda, untrusted
from recommendations.clinical.nesting import reach

LONGEST = 12_000  # characters of one note
_MOST_BYTES = 2_000_000
_XML = {"application/xml", "text/xml", "application/hl7-v3+xml", "application/cda+xml"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_UNSEEN = {
    "script", "style", "template", "noscript", "head", "title", "iframe", "object", "svg",
    "del", "s", "strike", "textarea", "select", "option", "input", "datalist",
}  # fmt: skip
# Of these no reader misses anything: they hold no words of the note.
_WORDLESS = _UNSEEN - {"del", "s", "strike"}
_HIDDEN_STYLE = re.compile(
    r"display:none|visibility:(hidden|collapse)|opacity:0(\.0+)?(;|$|!)|font-size:[01](\.\d+)?(px|pt|em|%)?(;|$|!)"
    r"|text-indent:-\d{3,}|(left|top):-\d{3,}|text-decoration[a-z-]*:[^;]*line-through"
    r"|(?<![a-z-])(max-)?(height|width):0(px|pt)?(;|$|!)|clip:rect\(0"
)
_WHITE = re.compile(
    r"(?<![a-z-])color:(white|#fff(fff)?|transparent|rgba?\(255,255,255[^)]*\))(;|$|!)"
)
_RTF_HIDDEN = re.compile(r"\\(v|deleted|strike|striked1)(?![a-z])(?P<off>0)?\s?")


class Opened(NamedTuple):
    """The text of a note; ``hidden``: some of it is hidden or struck out, and was dropped."""

    text: str
    cut: bool = False
    hidden: bool = False


def plain_text(content: bytes, content_type: str, *, longest: int = LONGEST) -> tuple[str, bool]:
    """The text of a note, and whether it was cut off: see :func:`opened`."""
    return opened(content, content_type, longest=longest)[:2]


def opened(content: bytes, content_type: str, *, longest: int = LONGEST) -> Opened:
    """The text of a note, whether it was cut off, and whether some of it is hidden.

    HTML that is nested too deeply to be parsed in time is cut off where it is.
    ``content_type`` may be empty or wrong, as Epic's are: the content is then looked at. Empty
    text where it is neither text, HTML, RTF nor C-CDA (a PDF, an image, other XML).
    """
    cut = len(content) > _MOST_BYTES
    kind, charset = _kind(content, content_type)
    if not kind:
        return Opened("")
    raw = _decoded(content[:_MOST_BYTES], charset)
    parsed = reach(raw) if kind == "html" else len(raw)
    words, hidden = _READERS[kind](raw[:parsed])
    text = untrusted.block(words)
    cut = cut or parsed < len(raw) or len(text) > longest
    return Opened(text[:longest].rstrip(), cut, hidden)


def html_text(html: str) -> str:
    """The visible text of an HTML fragment or page, a line a block, ``|`` between cells.

    It takes as long as ``nesting.reach`` allows only of what that has let through.
    """
    return _html(html)[0]


def _html(html: str) -> tuple[str, bool]:
    body = LexborHTMLParser(html).body
    pieces: list[str] = []
    hidden = _walk(body, pieces) if body is not None else False
    return "".join(pieces), hidden


def _rtf(rtf: str) -> tuple[str, bool]:
    """The visible text of an RTF document, and whether it has other."""
    shown = _rtf_words(_without_hidden(rtf))
    return shown, shown.split() != _rtf_words(_RTF_HIDDEN.sub("", rtf)).split()


def _rtf_words(rtf: str) -> str:
    return str(rtf_to_text(rtf, errors="ignore"))  # type: ignore[no-untyped-call]


def _kind(content: bytes, content_type: str) -> tuple[str, str]:
    mime, _, rest = content_type.lower().partition(";")
    mime = mime.strip()
    found = re.search(r"charset=\"?([\w.-]+)", rest)
    charset = found[1] if found else ""
    start = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"{\\rtf"):
        return "rtf", charset or "cp1252"
    if b"\0" in start or start.startswith(b"%pdf"):
        return "", charset
    if mime in {"text/html", "application/xhtml+xml"} or start.startswith(
        (b"<!doctype html", b"<html")
    ):
        return "html", charset
    if mime in _XML or b"<clinicaldocument" in start:
        return "cda", charset
    return ("plain", charset) if mime in {"", "text/plain", "text/markdown"} else ("", charset)


def _decoded(content: bytes, charset: str) -> str:
    for name in (charset, "utf-8-sig", "cp1252"):
        try:
            return content.decode(name) if name else content.decode("utf-8-sig")
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("latin-1")


def _walk(node: LexborNode, pieces: list[str]) -> bool:
    """Put down what stands below a node; however deep it is, and some are made to be deep.

    Returns whether words below it are hidden from a reader.
    """
    waiting, hidden = _children(node)[::-1], False
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            pieces.append(each)
        elif _unseen(each, tag := each.tag or ""):
            hidden = hidden or (tag not in _WORDLESS and bool((each.text() or "").strip()))
        else:
            waiting.extend(_opened(each, tag)[::-1])
    return hidden


def _opened(node: LexborNode, tag: str) -> list[LexborNode | str]:
    """What a node is for a reader: words of its own, and nodes that are to be opened in turn."""
    if tag == "-text":
        return [re.sub(r"\s+", " ", node.text_content or "")]
    if tag == "br":
        return ["\n"]
    if tag.startswith(("-", "_", "!")):
        return []
    if tag in {"td", "th"}:
        return [*_children(node), " | "]
    if tag in _BLOCKS:
        return ["\n", *_children(node), "\n"]
    return _children(node)


def _children(node: LexborNode) -> list[LexborNode | str]:
    found: list[LexborNode | str] = []
    child = node.child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def _unseen(node: LexborNode, tag: str) -> bool:
    if tag.startswith(("-", "_", "!")):  # text, comments: no elements
        return False
    attributes = node.attributes
    if tag in _UNSEEN or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = re.sub(r"\s+", "", (attributes.get("style") or "").lower())
    return bool(style and (_HIDDEN_STYLE.search(style) or _white_on_white(style)))


def _white_on_white(style: str) -> bool:
    return bool(_WHITE.search(style)) and "background" not in style


def _without_hidden(rtf: str) -> str:
    """The document without its hidden, deleted and struck runs.

    striprtf keeps them. A run lasts to the end of its group, or to the same word with a 0.
    """
    out: list[str] = []
    hidden: list[frozenset[str]] = [frozenset()]  # of each group that is open
    place = 0
    while place < len(rtf):
        step, shown = _rtf_step(rtf, place, hidden)
        if shown:
            out.append(rtf[place : place + step])
        place += step
    return "".join(out)


def _rtf_step(rtf: str, place: int, hidden: list[frozenset[str]]) -> tuple[int, bool]:
    char = rtf[place]
    if char == "{":
        hidden.append(hidden[-1])
        return 1, True
    if char == "}":
        if len(hidden) > 1:
            hidden.pop()
        return 1, True
    if char != "\\":
        return 1, not hidden[-1]
    if found := _RTF_HIDDEN.match(rtf, place):
        hidden[-1] = hidden[-1] - {found[1]} if found["off"] else hidden[-1] | {found[1]}
        return len(found[0]), False
    if rtf.startswith("\\plain", place) and not rtf[place + 6 : place + 7].isalpha():
        hidden[-1] = frozenset()
        return 6, True
    return min(2, len(rtf) - place), not hidden[-1]


_READERS: dict[str, Callable[[str], tuple[str, bool]]] = {
    "html": _html,
    "rtf": _rtf,
    "cda": lambda raw: (cda.narrative(raw), False),
    "plain": lambda raw: (raw, False),
}
