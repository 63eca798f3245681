"""Triage: what the patient comes for, how urgent that is, where to, and why."""

from collections.abc import Iterable
from dataclasses import replace

from recommendations.clinical.results import ToolName
from recommendations.workflows.documents import Choice, Document, Option, Section
from recommendations.workflows.topics import Topic
from recommendations.workflows.triage.destinations import Destination
from recommendations.workflows.triage.scale import LEVELS, SOURCE

KEY = "triage"
URGENCY, DESTINATION, RED_FLAGS = "urgency", "destination", "red_flags"
WOULD_CHANGE, TO_ASK = "would_change", "to_ask"

_URGENCY = Choice(
    key=URGENCY,
    title=f"Urgency, by the {SOURCE}",
    options=tuple(
        Option(
            level.key,
            f"{level.word}, {level.within}: {LEVELS[level].means}",
        )
        for level in LEVELS
    ),
)

TRIAGE = Document(
    key=KEY,
    title="Triage",
    noun="triage",
    purpose="How urgent this is and where the patient goes first, with the reasons.",
    sections=(
        Section(URGENCY, "Urgency", "The category and its time.", 1, by_code=True),
        Section(DESTINATION, "Destination", "Out of the hospital's list.", 1, by_code=True),
        Section(RED_FLAGS, "Red flags", "What rules found, with source.", 30, by_code=True),
        Section(
            key="reasons_for",
            title="Reasons for",
            belongs="What speaks for this urgency and this destination: the complaint in its own "
            "words, vital signs, results, problems, medications, each cited.",
            most=8,
            tells=(
                Topic.PRESENTING,
                Topic.WHO,
                Topic.VITAL_SIGNS,
                Topic.ABNORMAL_RESULTS,
            ),
        ),
        Section(
            key="reasons_against",
            title="Reasons against",
            belongs="What speaks against it, or for a lower urgency: also cited.",
            most=6,
        ),
        Section(WOULD_CHANGE, "What would change this", "Missing measurements.", 8, by_code=True),
        Section(TO_ASK, "Still to ask", "Questions that rules ask.", 12, by_code=True),
    ),
    tools=(
        ToolName.COMPLAINT,
        ToolName.DEMOGRAPHICS,
        ToolName.VITALS,
        ToolName.LABS,
        ToolName.DIAGNOSES,
        ToolName.MEDICATIONS,
        ToolName.ALLERGIES,
        ToolName.ENCOUNTERS,
        ToolName.APPOINTMENTS,
        ToolName.REFERRALS,
    ),
    prompt=KEY,
    most=66,
    choices=(_URGENCY,),
    asks_why=True,
    brought_by=(
        ToolName.ENCOUNTERS,
        ToolName.APPOINTMENTS,
        ToolName.MESSAGES,
        ToolName.REFERRALS,
    ),
)


def with_destinations(offered: Iterable[Destination]) -> Document:
    """Triage at one hospital: a drafter chooses out of its list; out of none where it has none."""
    options = tuple(Option(each.key, f"{each.words}. {each.for_whom}".strip()) for each in offered)
    if not options:
        return TRIAGE
    chosen = Choice(DESTINATION, "Destination, out of this hospital's list", options)
    return replace(TRIAGE, choices=(*TRIAGE.choices, chosen))
