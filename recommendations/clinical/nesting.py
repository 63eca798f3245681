"""How much of an HTML text may be parsed: what is nested too deeply would take minutes.

At a block's tag a parser goes up through all that is open (HTML, 13.2.6.4.7: "has a p element in
button scope"), so 50,000 nested ``<div>`` cost a thousand million steps. The steps are counted
here, before the parser is asked, and never too few: an end tag counts only where it closes what was
opened last.
"""

import re

STEPS = 50_000_000  # about a quarter of a second
_MARK = re.compile(
    r"<!--|<[!?][^>]*+>?|"
    r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>?"
)
# They are never open below one another without something else between them, or never open.
_UNCOUNTED = frozenset((
    "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "optgroup", "rp",
    "rt", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
    "track", "wbr",
))  # fmt: skip
_RAW = frozenset((
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript",
))  # fmt: skip


def reach(html: str, steps: int = STEPS) -> int:
    """How many characters of ``html``, from the first on, a parser goes through in ``steps``."""
    if html.count("<") ** 2 <= steps:
        return len(html)  # not so deep, however they stand
    low = html.lower() if html.isascii() else _lower(html)
    open_: list[str] = []
    unread = 0  # up to here nothing is closed: a comment, or the text of a script
    for mark in _MARK.finditer(low):
        name = mark["name"] or ""
        seen = mark.start() >= unread
        if not name:
            unread = _end(low, "-->", mark.end()) if mark[0] == "<!--" and seen else unread
            continue
        steps -= len(open_)
        if steps < 0:
            return mark.start()
        if mark["end"]:
            if open_[-1:] == [name] and seen:
                open_.pop()
        elif name not in _UNCOUNTED:
            open_.append(name)
            unread = _end(low, f"</{name}", mark.end()) if name in _RAW and seen else unread
    return len(html)


def _lower(html: str) -> str:
    """Tags in lower case, and every character where it was: a few grow in lower case."""
    low = html.lower()
    return low if len(low) == len(html) else "".join(c.lower() if c.isascii() else c for c in html)


def _end(low: str, mark: str, start: int) -> int:
    found = low.find(mark, start)
    return len(low) if found < 0 else found
