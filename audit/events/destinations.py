"""Where triage may send patients: changes that were refused; those made are configuration's."""

from typing import ClassVar

from audit.events.base import Event, Outcome


class DestinationRefused(Event):
    """A destination was not added or removed; ``code`` says why. What was typed stays out."""

    type: ClassVar[str] = "ehr.destination_refused"
    wording: ClassVar[str] = "was refused a change of the destinations"

    outcome: Outcome = Outcome.REFUSED
    act: str  # "add", "remove"
