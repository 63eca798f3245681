"""The night that begins by itself, at the hour and for the groups that the environment names."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from audit import context
from audit.events.nights import NightRefused
from audit.recorder import record
from smartapp.models import Ehr, Night
from smartapp.night import nights
from smartapp.night.errors import NightError, NightUnderWay

logger = logging.getLogger(__name__)

# For so long after its hour a night that could not begin is tried again, and as often.
_TRIED_FOR = timedelta(hours=2)
_TRIED_EVERY_SECONDS = 15 * 60


def begin_due(now: datetime | None = None) -> int:
    """Begin the nights whose hour has come and that did not begin yet; return how many."""
    day = _day(now or timezone.now())
    if day is None:
        return 0
    return sum(_begin(slug, group, day) for slug, group in settings.NIGHT_GROUPS.items())


def _day(now: datetime) -> date | None:
    """Return the day whose night begins now, ``None`` at other hours."""
    if settings.NIGHT_AT is None:
        return None
    here = now.astimezone(ZoneInfo(settings.AUDIT_TIME_ZONE))
    for day in (here.date(), here.date() - timedelta(days=1)):
        since = here - datetime.combine(day, settings.NIGHT_AT, here.tzinfo)
        if timedelta(0) <= since < _TRIED_FOR:
            return day
    return None


def _begin(slug: str, group: str, day: date) -> bool:
    if Night.objects.filter(ehr__slug=slug, planned_for=day).exists():
        return False
    if not cache.add(f"night-tried-{slug}-{day}", 1, _TRIED_EVERY_SECONDS):
        return False
    ehr = Ehr.objects.filter(slug=slug, is_active=True).first()
    try:
        if ehr is None:
            _refused(slug, "unknown_ehr")
            return False
        nights.begin_for_group(ehr, group, planned_for=day)
    except NightUnderWay:
        return False  # another process was first, or one by hand is not over
    except NightError as error:
        _refused(slug, error.code)
        return False
    return True


def _refused(slug: str, code: str) -> None:
    logger.warning("night_not_begun", extra={"ehr": slug, "code": code})
    with transaction.atomic(), context.bind(ehr=slug):
        record(NightRefused(code=code))
