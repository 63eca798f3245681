"""One browser session per launch, each in its own cookie; Django's own for staff."""

from typing import cast

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from smartapp.launch import cookies
from smartapp.launch.headers import dress
from smartapp.launch.sessions import LaunchSession, cookie_name, launch_id_of
from smartapp.models import Ehr


class LaunchSessionMiddleware(SessionMiddleware):
    """``request.session`` under ``/l/<id>/`` is that launch's, elsewhere it is the staff's."""

    def process_request(self, request: HttpRequest) -> None:
        """Open the session that the address calls for, and no other."""
        launch_id = launch_id_of(request.path_info)
        if launch_id is None:
            super().process_request(request)
            return
        cookie = request.COOKIES.get(cookie_name(launch_id))
        request.session = LaunchSession(cookie, launch_id=launch_id)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep what the session gained; dress every page of a launch for its EHR's frame."""
        if isinstance(request.session, LaunchSession):
            _keep(request.session, response)
        else:
            response = super().process_response(request, response)
        if launch_id_of(request.path_info) or request.path_info.startswith("/launch/"):
            dress(response, cast("Ehr | None", getattr(request, "ehr", None)))
        return response


def _keep(session: LaunchSession, response: HttpResponse) -> None:
    """Send the cookie again when its content changed, but only to who holds the launch."""
    patch_vary_headers(response, ("Cookie",))
    # Without this test a stranger's visit to a launch's address would be given a CSRF cookie.
    if not session.modified or not session.proven or response.status_code >= 500:
        return
    session.save()
    name = cookie_name(session.launch_id)
    cookies.put(response, name, session.session_key or "", max_age=session.get_expiry_age())
