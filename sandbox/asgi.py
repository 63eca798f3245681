"""ASGI entry point of the sandbox hospital."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")

_hospital = get_asgi_application()

from sandbox import faults, settings  # noqa: E402 - after Django is set up

application = faults.Slow(cast("faults.App", _hospital), milliseconds=settings.SANDBOX_LATENCY_MS)
