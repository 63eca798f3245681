"""ASGI entry point: the event stream ahead of Django, everything else through it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartapp.settings")

application = get_asgi_application()
