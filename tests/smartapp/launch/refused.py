"""What holds of every launch that is refused."""

from typing import Any

from audit.models import AuditEvent
from smartapp.launch.refusals import REFUSALS
from smartapp.models import Launch
from tests.smartapp.launch.walk import code_of


def refused(response: Any, code: str) -> None:
    assert code_of(response) == code
    assert response.status_code == REFUSALS[code].status
    assert response["Cache-Control"] == "no-store"
    assert Launch.objects.count() == 0
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert (last.type, last.code) == ("launch.refused", code)
