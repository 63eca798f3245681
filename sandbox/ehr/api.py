"""Launching without a screen, for tests and the demo, and the style that the app may follow."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from sandbox.ehr import launches, people
from sandbox.fhir.store import store
from sandbox.oauth.addresses import fhir_base
from sandbox.oauth.session import signed_in
from sandbox.personalities import Personality

_FIELDS = {"patient", "user", "encounter", "scopes_granted", "need_patient_banner", "intent"}
_TYPES = {"need_patient_banner": bool}
_BOOLEANS = {"true": True, "false": False}


# No CSRF check and no sign-in: scripts launch with this. It gives away nothing of worth, for the
# sandbox holds invented patients only and listens on the machine's own loopback address.
@csrf_exempt
@never_cache
@require_POST
def launch(request: HttpRequest, personality: Personality) -> JsonResponse:
    """Make a launch from a form or JSON; answers ``launch``, ``iss`` and ``url``.

    ``patient`` may be absent (launched without one); ``user`` is by default who is signed in;
    ``encounter`` absent takes the newest, "" takes none; ``scopes_granted`` (a string or a list)
    is granted to the letter; ``need_patient_banner`` and ``intent`` are passed on.
    """
    try:
        wishes = _wishes(request)
        wishes.setdefault("user", signed_in(request, personality))
        made = launches.make(personality, **wishes)
    except launches.LaunchRefusedError as refusal:
        return JsonResponse({"error": refusal.code, "message": str(refusal)}, status=400)
    answer = {
        "launch": made.pk,
        "iss": fhir_base(personality),
        "url": launches.address(personality, made),
    }
    return JsonResponse(answer)


@require_GET
def chart_list(request: HttpRequest, personality: Personality) -> JsonResponse:
    """Whom can be launched for, and by whom: ids and references only, for scripts."""
    clinicians = [person.reference for person in people.everyone() if person.clinician]
    patients = [{"id": patient["id"]} for patient in store.patients()]
    return JsonResponse({"patients": patients, "clinicians": clinicians})


_LIGHT = {
    "color_background": "#FBFCFA",
    "color_error": "#9A1F1C",
    "color_highlight": "#B0441F",
    "color_success": "#12633F",
    "color_text": "#1D2725",
}
# The generic hospital works in the dark.
_LOOKS = {
    "generic": {
        "color_background": "#18201E",
        "color_error": "#FF9F97",
        "color_highlight": "#7CC4E8",
        "color_success": "#74D3A0",
        "color_text": "#E4EAE7",
    }
}


@require_GET
def smart_style(_request: HttpRequest, personality: Personality) -> JsonResponse:
    """The look of this hospital, for ``smart_style_url``; the address is the version."""
    style = {
        **_LOOKS.get(personality.key, _LIGHT),
        "color_modal_backdrop": "",
        "dim_border_radius": "3px",
        "dim_font_size": "14px",
        "dim_spacing_size": "12px",
        "font_family_body": "system-ui, sans-serif",
        "font_family_heading": "system-ui, sans-serif",
    }
    return JsonResponse(style, headers={"Cache-Control": "public, max-age=86400"})


def _wishes(request: HttpRequest) -> dict[str, Any]:
    given = _given(request)
    unknown = set(given) - _FIELDS
    if unknown:
        raise launches.LaunchRefusedError(
            "unknown_field", f"Send only: {', '.join(sorted(_FIELDS))}."
        )
    if isinstance(given.get("scopes_granted"), list):
        given["scopes_granted"] = " ".join(map(str, given["scopes_granted"]))
    banner = given.get("need_patient_banner")
    if isinstance(banner, str) and banner in _BOOLEANS:
        given["need_patient_banner"] = _BOOLEANS[banner]
    if any(not isinstance(given[name], _TYPES.get(name, str)) for name in given):
        raise launches.LaunchRefusedError("malformed", "Send strings, and scopes as a list.")
    return given


def _given(request: HttpRequest) -> dict[str, Any]:
    """The fields of a JSON object or a form; a null counts as absent."""
    if request.content_type != "application/json":
        return {name: str(value) for name, value in request.POST.items()}
    try:
        document = json.loads(request.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise launches.LaunchRefusedError("malformed", "Send one JSON object.")
    return {name: value for name, value in document.items() if value is not None}
