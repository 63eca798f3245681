"""The one place where the hospital misbehaves on purpose; today it is only slow."""

import time

from django.http import HttpRequest

from sandbox import settings
from sandbox.personalities import Personality


def before(request: HttpRequest, personality: Personality) -> None:
    """Called ahead of each FHIR request: waits ``SANDBOX_LATENCY_MS`` milliseconds."""
    if settings.SANDBOX_LATENCY_MS:
        time.sleep(settings.SANDBOX_LATENCY_MS / 1000)
