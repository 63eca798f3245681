"""ASGI entry point of the sandbox hospital."""

import gc
import os
import sys
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")

# In threads that last, and keep their database connections: see the FHIR endpoint's own reasons.
_django: Any = get_wsgi_application()
_hospital: Any = WSGIMiddleware(_django, workers=16)

from sandbox import settings  # noqa: E402 - after Django is set up
from sandbox.faults.board import board  # noqa: E402
from sandbox.faults.counters import counters  # noqa: E402
from sandbox.faults.limits import limits  # noqa: E402
from sandbox.faults.middleware import Misbehaving  # noqa: E402
from sandbox.faults.slowness import Slow  # noqa: E402
from sandbox.fhir.asgi import Fhir  # noqa: E402
from sandbox.personalities import PERSONALITIES  # noqa: E402

for _key in PERSONALITIES:
    limits.set(_key, settings.SANDBOX_REQUESTS_PER_SECOND)

_slow = Slow(Fhir(_hospital), milliseconds=settings.SANDBOX_LATENCY_MS)
application = Misbehaving(_slow, board, limits, counters)
# When a call came is noted in the thread that the searches of others keep waiting: it gets its turn
# within a millisecond, or ten calls a second look like eleven.
sys.setswitchinterval(0.0005)
# What there is by now stays: a look through it for garbage takes longer than most answers.
gc.collect()
gc.freeze()
