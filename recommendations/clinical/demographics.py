"""Age and sex; nothing that says who the patient is."""

from collections.abc import Sequence
from datetime import date

from recommendations.clinical import fhir_json
from recommendations.clinical.facts import DemographicsFact
from recommendations.clinical.results import ToolName
from recommendations.clinical.tool import Arguments, Choice, Resource, Tool
from smartapp.fhir.results import Concept


class DemographicsArguments(Arguments):
    """There is nothing to choose: the patient is bound on the server."""


def build(resource: Resource) -> DemographicsFact:
    """Age on the day of the reading, by the birth date as precisely as the chart has it."""
    raw = resource.raw
    born = fhir_json.date(raw, "birthDate")
    age, text = _age(born.text if born else "", date.fromisoformat(resource.as_of))
    return DemographicsFact(
        handle="",
        source=resource.source,
        name="Patient",
        age=age,
        age_text=text,
        sex=fhir_json.string(raw, "gender"),
        deceased=bool(raw.get("deceasedBoolean") or raw.get("deceasedDateTime")),
    )


def _age(born: str, today: date) -> tuple[int | None, str]:
    parts = [int(p) for p in born[:10].split("-") if p.isdigit()]
    if not parts or parts[0] > today.year:
        return None, "age unknown"
    if len(parts) < 3:
        # A birth year alone leaves two ages possible, and neither is claimed.
        return None, f"born {'-'.join(born.split('-')[:2])[:4]}, exact age unknown"
    years = today.year - parts[0] - ((today.month, today.day) < (parts[1], parts[2]))
    if years >= 2:
        return years, f"{years} years"
    months = (today.year - parts[0]) * 12 + today.month - parts[1] - (today.day < parts[2])
    return max(years, 0), f"{max(months, 0)} months"


def choose(facts: Sequence[DemographicsFact], given: DemographicsArguments) -> Choice:
    """The one patient."""
    return Choice(facts=facts[:1], total=len(facts))


TOOL = Tool(
    name=ToolName.DEMOGRAPHICS,
    description="The patient's age and sex. Takes no arguments.",
    arguments=DemographicsArguments,
    concepts=(Concept.PATIENT,),
    prefix="dem",
    build=build,
    choose=choose,
)
