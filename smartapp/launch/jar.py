"""A browser's launch cookies, kept few: each travels on every request."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token

from smartapp.launch import cookies
from smartapp.launch.sessions import LaunchSession, cookie_name, launches_in
from smartapp.models import Launch

MOST = 8
_PENDING = "__Host-p"
_MOST_PENDING = 8


def hand_over(request: HttpRequest, response: HttpResponseBase, launch: Launch) -> None:
    """Give the browser its new launch's cookie, and take back those it no longer needs."""
    session = LaunchSession(launch_id=launch.pk)
    session.prove()
    # The middleware sends the session's cookie. Its CSRF secret is made now, so that two first
    # requests side by side do not each make one and lose the other's.
    request.session = session
    rotate_token(request)
    for each in _surplus(request.COOKIES, launch):
        cookies.drop(response, cookie_name(each))


def _surplus(jar: Mapping[str, str], new: Launch) -> list[str]:
    """Return launches whose cookie can go: ended, unknown, or the oldest beyond the limit."""
    held = [each for each in launches_in(jar) if each != new.pk]
    rows = Launch.objects.filter(pk__in=held, ended_at=None).order_by("-created_at")
    kept = set(rows.values_list("pk", flat=True)[: MOST - 1])
    return [each for each in held if each not in kept]


def bind(request: HttpRequest, response: HttpResponseBase, name: str, value: str) -> None:
    """Bind a request under way to this browser; requests abandoned earlier make room."""
    waiting = [each for each in request.COOKIES if each.startswith(_PENDING)]
    for each in waiting[: max(0, len(waiting) - _MOST_PENDING + 1)]:
        cookies.drop(response, each)
    cookies.put(response, name, value, max_age=600)
