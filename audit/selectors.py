"""Every question the pages ask of the trail. Views never touch its rows themselves."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from audit import kinds
from audit.errors import EventNotFound
from audit.hashing import payload_context
from audit.models import AuditEvent
from encryption import SealBroken, open_sealed

PAGE = 100
# Counting stops here: a page must not wait for ten million rows to say that there are many.
SURVEYED = 5000
_NOBODY = {"system", "anonymous"}


@dataclass(frozen=True, slots=True)
class Question:
    """What a reviewer asks; an empty field asks nothing. ``since`` and ``until`` are days."""

    who: str = ""  # part of a name, or exactly an actor
    kind: str = ""
    type: str = ""
    outcome: str = ""
    launch: str = ""
    draft: str = ""
    patient: str = ""  # a blind index
    ehr: str = ""
    since: date | None = None
    until: date | None = None  # that day still counts

    def asked(self) -> dict[str, str]:
        """Return the fields that ask something, as they stand in an address."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: str(value) for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of answers, newest first; ``older`` is where the next page begins, if any."""

    rows: list[AuditEvent]
    older: int | None


@dataclass(slots=True)
class Survey:
    """Counts over the newest :data:`SURVEYED` rows that match, whatever their kind."""

    total: int = 0
    capped: bool = False
    people: Counter[str] = field(default_factory=Counter)  # by kind; of all kinds under ""
    by_kind: Counter[str] = field(default_factory=Counter)
    by_day: list[tuple[date, int]] = field(default_factory=list)
    milliseconds: int = 0


def zone() -> ZoneInfo:
    """Return the zone in which days begin and times are shown."""
    return ZoneInfo(settings.AUDIT_TIME_ZONE)


def search(question: Question, *, before: int | None = None, size: int = PAGE) -> Page:
    """Return the newest matching rows older than row ``before``."""
    matching = _matching(question)
    if question.kind:
        matching = matching.filter(kinds.condition(question.kind))
    if before is not None:
        matching = matching.filter(pk__lt=before)
    rows = list(matching.order_by("-pk")[: size + 1])
    return Page(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def survey(question: Question) -> Survey:
    """Count what matches by kind and by day; the question's own kind is left open."""
    begun = time.perf_counter()
    found = Survey()
    people, days, here = defaultdict[str, set[str]](set), Counter[date](), zone()
    columns = ("type", "outcome", "actor", "at")
    for type_, outcome, actor, at in (
        _matching(question).order_by("-pk").values_list(*columns)[: SURVEYED + 1]
    ):
        if found.total == SURVEYED:
            found.capped = True
            break
        found.total += 1
        for kind in ("", *kinds.of(type_, outcome)):
            people[kind].add(actor)
        days[at.astimezone(here).date()] += 1
        found.by_kind.update(kinds.of(type_, outcome))
    found.people.update({kind: len(some - _NOBODY) for kind, some in people.items()})
    found.by_day = list(_each_day(days))
    found.milliseconds = round((time.perf_counter() - begun) * 1000)
    return found


def _each_day(days: Counter[date], most: int = 31) -> Iterator[tuple[date, int]]:
    """Yield the newest ``most`` days up to the newest with an event, empty ones too."""
    if not days:
        return
    last = max(days)
    first = max(min(days), last - timedelta(days=most - 1))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield day, days[day]


def _matching(question: Question) -> QuerySet[AuditEvent]:
    exact = {
        "type": question.type,
        "outcome": question.outcome,
        "launch_id": question.launch,
        "draft_id": question.draft,
        "patient_index": question.patient,
        "ehr": question.ehr,
    }
    matching = AuditEvent.objects.filter(**{name: value for name, value in exact.items() if value})
    if question.who:
        matching = matching.filter(Q(actor=question.who) | Q(actor_name__icontains=question.who))
    if question.since:
        matching = matching.filter(at__gte=_midnight(question.since))
    if question.until:
        matching = matching.filter(at__lt=_midnight(question.until + timedelta(days=1)))
    return matching


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone())


def event(event_id: int) -> AuditEvent:
    """Return one row; raise :class:`EventNotFound`."""
    row = AuditEvent.objects.filter(pk=event_id).first()
    if row is None:
        raise EventNotFound(f"There is no event {event_id}.")
    return row


def sealed_fields(row: AuditEvent) -> dict[str, Any]:
    """Return a row's sealed fields, opened; empty where it has none, or they do not open."""
    if row.payload is None:
        return {}
    try:
        plaintext = open_sealed(
            bytes(row.payload), context=payload_context(row.stream, row.sequence)
        )
    except SealBroken:
        return {}
    opened: dict[str, Any] = json.loads(plaintext)["fields"]
    return opened


def events_of_draft(draft_id: UUID) -> list[AuditEvent]:
    """Return what led to a draft and what became of it, in the order it happened.

    These are the draft's own events, and those of its launch that no other draft claims: the
    launch itself, its tokens, what was read from the EHR. Looks of reviewers are left out.
    """
    own = AuditEvent.objects.filter(draft_id=str(draft_id)).exclude(stream__startswith="staff:")
    launches = set(own.exclude(launch_id="").values_list("launch_id", flat=True))
    around = AuditEvent.objects.filter(launch_id__in=launches, draft_id="").exclude(
        stream__startswith="staff:"
    )
    return sorted([*own, *around], key=lambda row: (row.at, row.pk))


def looks_at_draft(draft_id: UUID) -> list[AuditEvent]:
    """Return when reviewers opened this decision, newest first."""
    looks = AuditEvent.objects.filter(draft_id=str(draft_id), stream__startswith="staff:")
    return list(looks.order_by("-pk")[:20])


def knows_patient(patient_index: str) -> bool:
    """Tell whether the trail holds anything about a patient."""
    return AuditEvent.objects.filter(patient_index=patient_index).exists()


def neighbours(row: AuditEvent) -> tuple[AuditEvent | None, AuditEvent | None]:
    """Return the rows before and after a row in its stream."""
    stream = AuditEvent.objects.filter(stream=row.stream)
    return (
        stream.filter(sequence=row.sequence - 1).first(),
        stream.filter(sequence=row.sequence + 1).first(),
    )
