"""ASGI entry point: the event stream ahead of Django, everything else through it."""

import os
import sys

from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartapp.settings")

# Eight answers of an EHR arrive at once, each in a thread of its own, and the page waits for the
# last of them: a busy thread makes room after a millisecond, not after Python's usual five.
sys.setswitchinterval(0.001)

_django = get_asgi_application()
import_string("smartapp.ehrs.secrets.watch.start")()

# By name: rooms above this one are never imported here.
application = import_string("recommendations.drafts.stream.DraftEvents")(
    import_string("smartapp.events.door.EventDoor")(_django)
)
