"""Appointments: to come, kept and missed."""

from collections.abc import Sequence

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import AppointmentFact
from recommendations.clinical.reasons import reasons
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Choice, Filter, Resource, Tool, first, since, standing
from recommendations.clinical.untrusted import SHORT, is_cut
from smartapp.fhir.results import Concept

_CAP = 15


def build(resource: Resource) -> AppointmentFact:
    """An Appointment, named by its type or service."""
    raw = resource.raw
    service = fhir_json.first_words(raw, "serviceType", "specialty")
    kind = fhir_json.first_words(raw, "appointmentType")
    reason, truncated = reasons(resource)
    described = "" if reason else fhir_json.string(raw, "description")
    return AppointmentFact(
        handle="",
        source=resource.source,
        name=service or kind or "Appointment",
        status=fhir_json.string(raw, "status"),
        start=fhir_json.date(raw, "start"),
        reason=reason or resource.masked(described),
        truncated=truncated or is_cut(described, SHORT),
        service=service,
    )


def choose(facts: Sequence[AppointmentFact], given: Filter) -> Choice:
    """Latest first: those to come stand before those past."""
    dated = since(standing(facts), given.since, lambda fact: fact.start)
    return first(dated, given.limit or _CAP)


TOOL = Tool(
    name=ToolName.APPOINTMENTS,
    description="Appointments, latest first: service, status (booked, fulfilled, noshow), start.",
    arguments=Filter,
    concepts=(Concept.APPOINTMENTS,),
    prefix="appt",
    build=build,
    choose=choose,
    when=lambda fact: fact.start,
)
