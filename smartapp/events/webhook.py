"""The plain signed webhook, as integration engines can send it.

``{"id": "…", "type": "…", "patient": "…", "data": {…}}``; ``patient`` and ``data`` may be absent.
``id`` is the sender's own and the same however often an event is sent.
"""

import re
from typing import Any

from smartapp.events.errors import NotificationRefused
from smartapp.events.notices import Notice, Told
from smartapp.fhir.addresses import is_id

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9._\-]{0,63}")


def read(body: dict[str, Any]) -> Notice:
    """Return the one event of a webhook; raise ``not_a_notification``."""
    event_id, kind = body.get("id"), body.get("type")
    patient, data = body.get("patient", ""), body.get("data", {})
    fits = (
        isinstance(event_id, str)
        and 0 < len(event_id) <= 200
        and isinstance(kind, str)
        and _TYPE.fullmatch(kind) is not None
        and (patient == "" or is_id(patient))
        and isinstance(data, dict)
    )
    if not fits:
        raise NotificationRefused("not_a_notification")
    content = {"patient": patient, "data": data}
    return Notice(
        "webhook", (Told(kind=str(kind), event_id=str(event_id), patient_id=patient, body=content),)
    )
