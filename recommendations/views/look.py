"""The panel's colours where the EHR offers its own: a style sheet of ours, for one launch.

The EHR decides between light and dark, and may give background, text and the colour of actions.
Each is taken only if everything written on it, or in it, keeps the contrast of WCAG AA; the marks'
colours mean something and stay as they are. Without an offer the system's choice holds.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from smartapp.ehrs.styles import style_of
from smartapp.launch.doors import LaunchRequest, launch_required

# A style sheet holds up the first paint: what is not here by then is left to the next page.
WITHIN_SECONDS = 0.25
TEXT, EDGE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
_DARK_BELOW = 0.18  # relative luminance
_WORDS = ("text", "text-2", "text-3", "ink", "ink-hover", "ok", "inf", "warn", "bad")
_GROUNDS = ("bg", "surface", "sunken", "hover")
_TINTS = ("ink-soft", "ok-soft", "inf-soft", "warn-soft", "bad-soft")
_MARKS = ("ok", "inf", "warn", "bad")
_TOO_LIKE = 40.0  # degrees of hue
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6});")

Palette = dict[str, str]


@launch_required
@require_safe
def style(request: LaunchRequest, *, launch_id: str) -> HttpResponse:
    """The launch's own style sheet; an empty one where there is nothing to apply."""
    url = request.launch.context.get("smart_style_url")
    wished = style_of(request.ehr, url, within=WITHIN_SECONDS) if url else {}
    return HttpResponse(sheet(wished), content_type="text/css; charset=utf-8")


def sheet(wished: Mapping[str, str]) -> str:
    """CSS for the wished colours (``color_background``, ``color_text``, ``color_highlight``)."""
    ground = wished.get("color_background")
    if ground is None:
        return ""
    scheme = "dark" if luminance(ground) < _DARK_BELOW else "light"
    chosen = _chosen(schemes()[scheme], wished)
    tokens = " ".join(f"--{name}: {colour};" for name, colour in chosen.items())
    # A person who asked the system for more contrast keeps it.
    return (
        "@media not (prefers-contrast: more) "
        f"{{ :root:root {{ color-scheme: {scheme}; {tokens} }} }}\n"
    )


@cache
def schemes() -> dict[str, Palette]:
    """The two palettes of the design system, from its own style sheet."""
    path = finders.find("css/tokens.css")
    if not isinstance(path, str):
        raise FileNotFoundError("css/tokens.css")
    css = Path(path).read_text(encoding="utf-8")
    blocks = {
        "dark": re.search(r":root\.dark, \.dark \{(.*?)\}", css, re.DOTALL),
        "light": re.search(r"\n\.light \{(.*?)\}", css, re.DOTALL),
    }
    return {name: dict(_TOKEN.findall(block[1])) for name, block in blocks.items() if block}


def _chosen(scheme: Palette, wished: Mapping[str, str]) -> Palette:
    chosen = dict(scheme)
    ground = wished["color_background"]
    if _carries(scheme, ground):
        chosen |= {"bg": ground, "surface": ground}
    text = wished.get("color_text", "")
    if text and all(contrast(text, chosen[name]) >= TEXT for name in (*_GROUNDS, *_TINTS)):
        chosen["text"] = text
    ink = wished.get("color_highlight", "")
    if ink and _may_be_ink(chosen, ink):
        black = contrast("#000000", ink) > contrast("#ffffff", ink)
        on_ink = "#000000" if black else "#ffffff"
        chosen |= {"ink": ink, "ink-hover": ink, "on-ink": on_ink}
    return chosen


def _carries(scheme: Palette, ground: str) -> bool:
    words = all(contrast(scheme[name], ground) >= TEXT for name in _WORDS)
    return words and contrast(scheme["control"], ground) >= EDGE


def _may_be_ink(chosen: Palette, ink: str) -> bool:
    """Actions can be read everywhere, and are not taken for a mark of the same colour."""
    grounds = (*_GROUNDS, "ink-soft")
    readable = all(contrast(ink, chosen[name]) >= TEXT for name in grounds)
    return readable and all(_apart(hue(ink), hue(chosen[mark])) for mark in _MARKS)


def _apart(one: float, other: float) -> bool:
    between = abs(one - other)
    return min(between, 360 - between) >= _TOO_LIKE


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def hue(colour: str) -> float:
    """Hue in degrees; 0 for a gray."""
    red, green, blue = _parts(colour)
    most, least = max(red, green, blue), min(red, green, blue)
    spread = most - least
    if not spread:
        return 0.0
    if most == red:
        return 60 * ((green - blue) / spread % 6)
    if most == green:
        return 60 * ((blue - red) / spread + 2)
    return 60 * ((red - green) / spread + 4)


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
