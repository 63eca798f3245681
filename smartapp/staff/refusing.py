"""Refusals on staff pages, taken into the trail."""

from django.db import transaction
from django.http import HttpRequest
from django_ratelimit.core import get_usage

from audit.events.base import Outcome
from audit.events.review import LookRefused
from audit.events.staff import FormRefused, PageRefused
from audit.recorder import record

Refusal = type[FormRefused | LookRefused | PageRefused]


def record_refusal(request: HttpRequest, kind: Refusal, code: str) -> None:
    """Tell the trail; of strangers and forms, from one network at most 60 times a minute.

    Anyone may ask for a page or send a form, and as often as they like: a flood of that is no
    flood of rows. What somebody signed in is refused is told each time.
    """
    if (not request.user.is_authenticated or kind is FormRefused) and _too_many(request, kind):
        return
    page = request.resolver_match.view_name if request.resolver_match else ""
    with transaction.atomic():
        record(kind(outcome=Outcome.REFUSED, code=code, page=page))


def _too_many(request: HttpRequest, kind: Refusal) -> bool:
    group = kind.type.replace(".", "_")
    usage = get_usage(request, group=group, key="ip", rate="60/m", increment=True)
    return usage is not None and bool(usage["should_limit"])
