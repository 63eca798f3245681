"""Cookies that survive in an EHR's frame: ``__Host-``, Secure, SameSite=None, Partitioned.

A panel framed by another site gets no cookie back unless it is partitioned (CHIPS). Django 5.2
has no argument for that, and ``http.cookies`` of Python 3.11 to 3.13 does not know the word, so
the word is taught to it here, once, before any cookie is set.
"""

from http.cookies import Morsel
from typing import Any, cast

from django.http import HttpResponseBase


def _teach_partitioned() -> None:
    """Python 3.14 knows the attribute by itself; ``setdefault`` leaves it alone there."""
    morsel = cast("Any", Morsel)
    morsel._reserved.setdefault("partitioned", "Partitioned")  # noqa: SLF001
    morsel._flags.add("partitioned")  # noqa: SLF001


_teach_partitioned()


def put(response: HttpResponseBase, name: str, value: str, *, max_age: int) -> None:
    """Set a cookie for the whole origin (``__Host-`` demands ``Path=/``) for ``max_age`` seconds.

    The attributes stand here and not in settings: a frame in another site needs exactly these.
    """
    response.set_cookie(
        name, value, max_age=max_age, path="/", secure=True, httponly=True, samesite="None"
    )
    cast("Any", response.cookies[name])["partitioned"] = True


def drop(response: HttpResponseBase, name: str) -> None:
    """Expire a cookie; without ``Partitioned`` a browser would look in the wrong jar."""
    put(response, name, "", max_age=0)
