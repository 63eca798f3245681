"""The look an EHR wishes for (``smart_style_url``): its colours, and nothing else of it.

It is fetched as the EHR's other documents are, and nobody is kept waiting for it.
It is asked for at hosts that the EHR declared and at no other. Its address is its version, so what
was found is kept; what could not be had is not asked for again for a few minutes.
"""

import hashlib
import re
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late

from django.core.cache import cache

from smartapp.ehrs.discovery import smart_configuration
from smartapp.ehrs.errors import EhrError
from smartapp.ehrs.wire import get_json
from smartapp.models import Ehr

KEPT_SECONDS = 3600
MISSED_SECONDS = 300
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_NAMES = ("color_background", "color_text", "color_highlight")

Style = dict[str, str]


def style_of(ehr: Ehr, url: str, *, within: float) -> Style:
    """Return the colours at ``url`` as ``{"color_text": "#1d2725", …}``, or none.

    Waits ``within`` seconds at most: what comes later is there for the next page.
    """
    key = f"style:{ehr.pk}:{hashlib.sha256(url.encode()).hexdigest()}"
    found: Style | None = cache.get(key)
    if found is not None:
        return found
    coming: Future[Style] = Future()
    threading.Thread(
        target=_fetch, args=(ehr, url, key, coming), name="ehr-style", daemon=True
    ).start()
    try:
        return coming.result(timeout=within)
    except Late:
        return {}


def colours(document: object) -> Style:
    """Return what of a style document is a colour we use, in six lower-case digits."""
    given = document if isinstance(document, dict) else {}
    found = {name: given.get(name) for name in _NAMES}
    return {
        name: _six(value)
        for name, value in found.items()
        if isinstance(value, str) and _COLOUR.fullmatch(value)
    }


def _six(colour: str) -> str:
    digits = colour[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(each * 2 for each in digits))


def _fetch(ehr: Ehr, url: str, key: str, coming: "Future[Style]") -> None:
    try:
        declared = [ehr.issuer, *smart_configuration(ehr).addresses]
        found, seconds = colours(get_json(url, pinned=declared)), KEPT_SECONDS
    except EhrError:  # a look is not worth a word to anybody
        found, seconds = {}, MISSED_SECONDS
    coming.set_result(found)
    cache.set(key, found, seconds)
