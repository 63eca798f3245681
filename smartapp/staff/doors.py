"""The door to staff pages: one role each, and no page kept by the browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from smartapp.models import StaffUser

View = Callable[..., HttpResponseBase]


def role_required(role: str) -> Callable[[View], View]:
    """Let a view run for members of staff with ``role`` ("compliance", "administrator") only.

    Others who are signed in are told so; who is not is asked to sign in. Being a superuser is no
    role: it is for emergencies in Django's admin.
    """
    wanted = StaffUser.Role(role)

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = _answer(request, view, wanted, *args, **kwargs)
            patch_cache_control(response, no_store=True, private=True)
            return response

        return guarded

    return door


def _answer(
    request: HttpRequest, view: View, wanted: StaffUser.Role, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    user = request.user
    if not isinstance(user, StaffUser) or not user.is_active:
        return redirect_to_login(request.get_full_path())
    if user.role != wanted:
        return render(request, "staff/forbidden.html", {"wanted": wanted.label}, status=403)
    return view(request, *args, **kwargs)
