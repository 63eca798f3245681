"""ASGI entry point of the sandbox hospital."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")

_hospital = get_asgi_application()

from sandbox import settings  # noqa: E402 - after Django is set up
from sandbox.faults.board import board  # noqa: E402
from sandbox.faults.counters import counters  # noqa: E402
from sandbox.faults.limits import limits  # noqa: E402
from sandbox.faults.middleware import Misbehaving  # noqa: E402
from sandbox.faults.slowness import Slow  # noqa: E402
from sandbox.fhir.asgi import Fhir  # noqa: E402
from sandbox.personalities import PERSONALITIES  # noqa: E402
from sandbox.wire import App  # noqa: E402

for _key in PERSONALITIES:
    limits.set(_key, settings.SANDBOX_REQUESTS_PER_SECOND)

_slow = Slow(Fhir(cast("App", _hospital)), milliseconds=settings.SANDBOX_LATENCY_MS)
application = Misbehaving(_slow, board, limits, counters)
