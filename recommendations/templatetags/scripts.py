"""Text in two scripts: the sentence runs as its own letters do, and what it quotes as its own."""

import re
from unicodedata import bidirectional

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_RIGHT = frozenset(("R", "AL"))
_QUOTED = re.compile(r"(?<=\u201c)[^\u201d]+(?=\u201d)|(?<=\")[^\"]+(?=\")")
# Words written from the right, with what stands between them.
_RIGHT_WORDS = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]"
    r"(?:[^A-Za-z\n]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff])?"
)


@register.filter
def direction(text: str) -> str:
    """``ltr`` or ``rtl``: what most letters outside quotations are; ``ltr`` where none are."""
    kinds = [bidirectional(each) for each in _QUOTED.sub("", text)]
    right = sum(kind in _RIGHT for kind in kinds)
    return "rtl" if right > kinds.count("L") else "ltr"


@register.filter
def apart(text: str) -> SafeString:
    """The text, escaped, with each quotation and each run from the right as a piece of its own.

    Without it a quotation in another script moves the words and full stops beside it.
    """
    if not any(bidirectional(each) in _RIGHT for each in text):
        return mark_safe(escape(text))  # noqa: S308 - escaped
    pieces: list[str] = []
    at = 0
    for start, end in _pieces(text):
        pieces += [escape(text[at:start]), format_html("<bdi>{}</bdi>", text[start:end])]
        at = end
    return mark_safe("".join([*pieces, escape(text[at:])]))  # noqa: S308 - each is escaped


def _pieces(text: str) -> list[tuple[int, int]]:
    """Quotations, and between them runs of the script that is not the sentence's own."""
    found = [hit.span() for hit in _QUOTED.finditer(text)]
    if direction(text) == "ltr":
        runs = (hit.span() for hit in _RIGHT_WORDS.finditer(text))
        found += [r for r in runs if not any(r[0] < end and start < r[1] for start, end in found)]
    return sorted(found)
