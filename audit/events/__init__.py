"""What can happen, as typed events. One module per room that acts.

Import the event classes from their modules: ``audit.events.launch``, ``audit.events.fhir``,
``audit.events.drafting``, ``audit.events.decisions``, ``audit.events.review``.
"""

from audit.events.base import Event, Outcome

__all__ = ["Event", "Outcome"]
