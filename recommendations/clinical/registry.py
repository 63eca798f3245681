"""Every clinical tool by its name."""

from recommendations.clinical import (
    administrations,
    allergies,
    appointments,
    care_plans,
    complaint,
    demographics,
    diagnoses,
    encounters,
    family_history,
    immunizations,
    labs,
    medications,
    messages,
    notes,
    procedures,
    referrals,
    reports,
    vitals,
)
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Tool

TOOLS: dict[ToolName, Tool] = {
    tool.name: tool
    for tool in (
        demographics.TOOL,
        diagnoses.TOOL,
        medications.TOOL,
        allergies.TOOL,
        labs.TOOL,
        vitals.TOOL,
        notes.TOOL,
        encounters.TOOL,
        appointments.TOOL,
        immunizations.TOOL,
        care_plans.TOOL,
        procedures.TOOL,
        family_history.TOOL,
        administrations.TOOL,
        complaint.TOOL,
        reports.TOOL,
        messages.TOOL,
        referrals.TOOL,
    )
}
