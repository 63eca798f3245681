"""Work that is done at an EHR again and again without a clinician: what was set, and each run."""

from typing import ClassVar

from audit.events.base import Event


class ScheduleSet(Event):
    """An administrator said what is done at an EHR, for which group, and when."""

    type: ClassVar[str] = "schedule.set"
    wording: ClassVar[str] = "set a schedule for work without a clinician"
    sealed: ClassVar[frozenset[str]] = frozenset({"group"})

    work: str  # "night", "changes", "export"
    when: str  # "02:00" or "every 60 minutes"
    group: str


class ScheduleRemoved(Event):
    """An administrator ended a schedule; a run that was under way ends with it."""

    type: ClassVar[str] = "schedule.removed"
    wording: ClassVar[str] = "removed a schedule for work without a clinician"

    work: str


class ScheduleBegun(Event):
    """A run began by itself, because its time had come."""

    type: ClassVar[str] = "schedule.begun"
    wording: ClassVar[str] = "began scheduled work"

    work: str
    schedule_id: str


class ScheduleEnded(Event):
    """A run ended, or could not begin; ``code`` says why it failed."""

    type: ClassVar[str] = "schedule.ended"
    wording: ClassVar[str] = "ended scheduled work"

    work: str
    schedule_id: str
    count: int = 0  # changes told, or resources imported
    missing: int = 0  # readings, or types, with something missing
