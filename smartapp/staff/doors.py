"""The one door to staff pages: one role each, a second factor, and no page kept by the browser.

The trail's pages stand behind it too; as that room imports no other, it finds the door by name
(``settings.AUDIT_DOOR``).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from audit.events.review import LookRefused
from audit.events.staff import PageRefused
from smartapp.models import StaffUser
from smartapp.staff.refusing import record_refusal

View = Callable[..., HttpResponseBase]
# What the trail remembers of a refusal, and its code where somebody's role is another.
_REFUSALS: dict[str, tuple[type[LookRefused | PageRefused], str]] = {
    StaffUser.Role.COMPLIANCE: (LookRefused, "not_a_reviewer"),
    StaffUser.Role.ADMINISTRATOR: (PageRefused, "not_an_administrator"),
}


def role_required(role: str) -> Callable[[View], View]:
    """Let a view run for members of staff with ``role`` ("compliance", "administrator") only.

    Who is not signed in is asked to; others are refused with 403. Both are recorded. Being a
    superuser is no role. Raises ``audit.errors.LedgerUnavailable`` when a refusal cannot be
    recorded.
    """
    wanted = StaffUser.Role(role)

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            turned_away = _turned_away(request, wanted)
            response = view(request, *args, **kwargs) if turned_away is None else turned_away
            add_never_cache_headers(response)
            return response

        return guarded

    return door


def second_factor_shown(view: View) -> View:
    """Let nobody at a second factor who has not shown it: a password alone could remove it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, StaffUser) and is_mfa_enabled(user) and not _proven(request, user):
            return _ask_for_it(request)
        return view(request, *args, **kwargs)

    return guarded


def _turned_away(request: HttpRequest, wanted: StaffUser.Role) -> HttpResponse | None:
    user = request.user
    kind, wrong_role = _REFUSALS[wanted]
    if not isinstance(user, StaffUser) or not user.is_active:
        record_refusal(request, kind, "not_signed_in")
        return redirect_to_login(request.get_full_path())
    if user.role != wanted:
        record_refusal(request, kind, wrong_role)
        return render(request, "staff/forbidden.html", {"wanted": wanted.label}, status=403)
    if not settings.STAFF_SECOND_FACTOR:
        return None
    if not is_mfa_enabled(user):
        record_refusal(request, kind, "second_factor_missing")
        return render(request, "staff/second_factor.html", status=403)
    # Signed in before the second factor was added, perhaps by somebody else?
    return None if _proven(request, user) else _ask_for_it(request)


def _proven(request: HttpRequest, user: StaffUser) -> bool:
    """Whether this very session was opened with a second factor."""
    return any(each["method"] == "mfa" for each in get_authentication_records(request, user))


def _ask_for_it(request: HttpRequest) -> HttpResponse:
    here = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{here}")
