"""ASGI entry point: the event stream ahead of Django, everything else through it."""

import gc
import os
import sys

import django
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartapp.settings")
django.setup(set_prefix=False)

# Eight answers of an EHR arrive at once, each in a thread of its own, and the page waits for the
# last of them: a busy thread makes room after a millisecond, not after Python's usual five.
sys.setswitchinterval(0.001)

# By name: rooms above this one are never imported here.
application = import_string("recommendations.drafts.stream.DraftEvents")(
    import_string("smartapp.events.door.EventDoor")(
        import_string("smartapp.threads.django_in_threads")()
    )
)
import_string("smartapp.ehrs.secrets.watch.start")()
# Everything there is by now stays; to look through it for garbage takes 80 ms, and a large chart
# would have that done in the middle of a page.
import_string("smartapp.urls.urlpatterns")
gc.collect()
gc.freeze()
# Nor is it looked for every 700 objects: one answer of an EHR alone is thousands, all in use.
gc.set_threshold(50_000, 20, 20)
