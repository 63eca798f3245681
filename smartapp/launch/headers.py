"""The headers every page of a launch carries: who may frame it, and that nothing is kept."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpResponseBase

from smartapp.models import Ehr


def origin(url: str) -> str:
    """Return ``scheme://host[:port]`` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def frame_ancestors(ehr: Ehr | None) -> list[str]:
    """Return who may frame a page: this EHR's origins.

    A refusal before the EHR is known must still be seen inside whichever EHR showed it, and holds
    nothing worth stealing: there, every EHR we are registered with may frame it.
    """
    if ehr is not None:
        return list(ehr.frame_ancestors) or ["'none'"]
    known = Ehr.objects.filter(is_active=True).values_list("frame_ancestors", flat=True)
    return sorted({each for origins in known for each in origins}) or ["'none'"]


def dress(response: HttpResponseBase, ehr: Ehr | None) -> None:
    """Set the framing policy and forbid keeping a copy.

    Browsers that know ``frame-ancestors`` ignore ``X-Frame-Options``; older ones would block the
    panel on it, so it is taken off again.
    """
    dressed = cast("Any", response)
    policy = getattr(dressed, "_csp_replace", None) or {}
    dressed._csp_replace = {**policy, "frame-ancestors": frame_ancestors(ehr)}  # noqa: SLF001
    del response["X-Frame-Options"]
    response["Cache-Control"] = "no-store"
