"""The one door to a launch: a view behind it has a live launch that this browser proved."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase

from audit import context
from smartapp.launch.circumstances import circumstances
from smartapp.launch.closing import expire
from smartapp.launch.pages import refuse
from smartapp.launch.refusals import LaunchRefused
from smartapp.launch.sessions import LaunchSession
from smartapp.models import Ehr, Launch

P = ParamSpec("P")
_ENDED = {
    Launch.EndReason.CLOSED: "session_closed",
    Launch.EndReason.GRANT_LOST: "session_ended",
    Launch.EndReason.EXPIRED: "session_expired",
}


class LaunchRequest(HttpRequest):
    """A request that passed the door."""

    launch: Launch
    ehr: Ehr


View = Callable[Concatenate[LaunchRequest, P], HttpResponseBase]


def proven_launch(session: object, launch_id: str) -> Launch:
    """Return the launch that ``session`` proves, ended or not; raise :class:`LaunchRefused`."""
    if not isinstance(session, LaunchSession) or session.launch_id != launch_id:
        raise LaunchRefused("launch_cookie_missing")
    if not session.proven:
        raise LaunchRefused("launch_cookie_missing")
    found = Launch.objects.select_related("ehr", "clinician__ehr").filter(pk=launch_id).first()
    if found is None:
        raise LaunchRefused("launch_cookie_missing")
    return found


def refuse_unless_live(launch: Launch) -> None:
    """Raise :class:`LaunchRefused` when a launch accepts nothing more."""
    if launch.ended_at is None and is_too_old(launch):
        expire(launch)
        raise LaunchRefused("session_expired", ehr=launch.ehr)
    if launch.ended_at is not None:
        lost = launch.end_reason == Launch.EndReason.GRANT_LOST
        code = _ENDED[Launch.EndReason(launch.end_reason)]
        raise LaunchRefused(code, ehr=launch.ehr, further=launch.further if lost else "")
    if not launch.ehr.is_active:
        raise LaunchRefused("ehr_disconnected", ehr=launch.ehr)


def is_too_old(launch: Launch) -> bool:
    """Tell whether a launch has lived longer than ``settings.LAUNCH_SECONDS``."""
    return launch.is_too_old


def launch_required(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let a view under ``/l/<launch_id>/`` run only for a live launch this browser holds.

    The view gets ``request.launch`` and, as Django passes it, ``launch_id``.
    """
    return _door(view, live=True)


def ended_launch_allowed(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Like :func:`launch_required`, but ended launches pass too.

    Only for keeping what a person typed: such a view shows nothing of the chart.
    """
    return _door(view, live=False)


def _door(view: View[P], *, live: bool) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, launch_id: str, **kwargs: Any) -> HttpResponseBase:
        entering = cast("LaunchRequest", request)
        try:
            launch = proven_launch(request.session, launch_id)
            entering.launch, entering.ehr = launch, launch.ehr
            with context.bind(**circumstances(launch)):
                if live:
                    refuse_unless_live(launch)
                behind = cast("Callable[..., HttpResponseBase]", view)
                return behind(entering, launch_id=launch_id, **kwargs)
        except LaunchRefused as refused:
            return refuse(request, refused)

    return guarded
