"""One browser session per launch, each in its own cookie."""

from django.contrib.sessions.middleware import SessionMiddleware


class LaunchSessionMiddleware(SessionMiddleware):
    """Django's sessions for staff; a launch's own session under ``/l/<id>/``."""
