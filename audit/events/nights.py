"""Charts read by night: whose, for what, and how it ended. Each request is told by itself."""

from typing import ClassVar

from audit.events.base import Event, Outcome


class NightBegun(Event):
    """The reading of a group of patients' charts began, without a clinician."""

    type: ClassVar[str] = "night.begun"
    wording: ClassVar[str] = "began to read charts for the next day"
    sealed: ClassVar[frozenset[str]] = frozenset({"group"})

    night_id: str
    patients: int
    concepts: tuple[str, ...]
    planned: bool
    group: str = ""  # as the EHR names it; "" for a list


class NightRefused(Event):
    """A night could not begin; ``code`` says why."""

    type: ClassVar[str] = "night.refused"
    wording: ClassVar[str] = "could not begin to read charts for the next day"

    outcome: Outcome = Outcome.REFUSED


class NightExportTaken(Event):
    """An export of the group was fetched and laid ready, sealed, for the patients of a night."""

    type: ClassVar[str] = "night.export_taken"
    wording: ClassVar[str] = "laid an export of the group ready for the charts of the next day"

    night_id: str
    export_id: str
    count: int  # resources


class NightExportGivenUp(Event):
    """No export came of use: the charts of this night are asked for one by one."""

    type: ClassVar[str] = "night.export_given_up"
    wording: ClassVar[str] = "went on without an export of the group"

    outcome: Outcome = Outcome.FAILED
    night_id: str


class NightPatientRead(Event):
    """One patient's chart was read and kept, sealed."""

    type: ClassVar[str] = "night.patient_read"
    wording: ClassVar[str] = "read the chart for the next day"

    night_id: str
    requests: int
    count: int  # resources
    missing: tuple[str, ...] = ()  # "labs: suppressed (withheld)"


class NightPatientFailed(Event):
    """One patient's chart could not be read and was given up for this night."""

    type: ClassVar[str] = "night.patient_failed"
    wording: ClassVar[str] = "could not read the chart for the next day"

    outcome: Outcome = Outcome.FAILED
    night_id: str
    attempts: int


class NightEnded(Event):
    """A night ended: all were read, or it was morning, or somebody ended it."""

    type: ClassVar[str] = "night.ended"
    wording: ClassVar[str] = "ended the reading of charts for the next day"

    night_id: str
    read: int
    incomplete: int
    failed: int
    requests: int


class NightChartOpened(Event):
    """What was read of one patient by night was taken up by work of the app."""

    type: ClassVar[str] = "night.chart_opened"
    wording: ClassVar[str] = "took up the chart that was read by night"

    night_id: str
    purpose: str


class NightChartsForgotten(Event):
    """Charts that were read by night were deleted, for their time was over."""

    type: ClassVar[str] = "night.charts_forgotten"
    wording: ClassVar[str] = "deleted charts that were read by night"

    night_id: str
    charts: int
