"""Whose chart this is: the patient strip. Shown to the clinician only, never to a drafter."""

from dataclasses import dataclass
from typing import Any

from recommendations.clinical import fhir_json, untrusted
from recommendations.clinical.facts import AllergyFact, DemographicsFact
from recommendations.clinical.gaps import NOT_RECORDED
from recommendations.clinical.results import ToolResult
from recommendations.views import when
from smartapp.fhir.results import ReadResult

_SEX = {"female": "F", "male": "M", "other": "X", "unknown": "sex unknown"}
_NAMES = ("official", "usual", "")
_SHOWN_ALLERGIES = 3


@dataclass(frozen=True, slots=True)
class AllergyLine:
    """The allergies in one line. ``grave`` where one is of high criticality or severe."""

    words: str
    grave: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """What the strip shows. Nothing of it is ever guessed: what is unknown says so."""

    name: str
    age_and_sex: str
    mrn: str
    born: str
    allergies: AllergyLine
    deceased: str = ""
    known: bool = True


def face_of(patient: ReadResult, demographics: ToolResult, allergies: ToolResult) -> Face:
    """The strip of what was read."""
    line = _allergy_line(allergies)
    if not patient.resources:
        return Face("Name could not be read", "", "", "", line, known=False)
    raw = patient.resources[0].raw
    fact = next((f for f in demographics.facts if isinstance(f, DemographicsFact)), None)
    return Face(
        name=_name(raw) or "Name not recorded",
        age_and_sex=_age_and_sex(fact),
        mrn=_mrn(raw),
        born=when.day(fhir_json.date(raw, "birthDate"), full=True),
        allergies=line,
        deceased=_deceased(raw),
    )


def _name(raw: dict[str, Any]) -> str:
    names = fhir_json.items(raw, "name")
    current = [n for n in names if fhir_json.string(n, "use") != "old"] or names
    by_use = {fhir_json.string(n, "use"): n for n in reversed(current)}
    chosen = next((by_use[use] for use in _NAMES if use in by_use), current[0] if current else {})
    family = fhir_json.string(chosen, "family")
    given = chosen.get("given")
    first = " ".join(g for g in given if isinstance(g, str)) if isinstance(given, list) else ""
    return ", ".join(p for p in (family, untrusted.line(first)) if p) or fhir_json.string(
        chosen, "text"
    )


def _age_and_sex(fact: DemographicsFact | None) -> str:
    if fact is None:
        return "age not recorded"
    age = str(fact.age) if fact.age is not None and fact.age_text.endswith("years") else ""
    words = age or fact.age_text.replace("age unknown", "age not recorded")
    sex = _SEX.get(fact.sex, fact.sex)
    return f"{words} {sex}".strip() if age else ", ".join(p for p in (words, sex) if p)


def _mrn(raw: dict[str, Any]) -> str:
    found = fhir_json.items(raw, "identifier")
    typed = [i for i in found if "MR" in {c.code for c in fhir_json.codings(i.get("type"))}]
    chosen = typed or [i for i in found if fhir_json.string(i, "use") == "usual"]
    return next((v for i in chosen if (v := fhir_json.string(i, "value"))), "")


def _deceased(raw: dict[str, Any]) -> str:
    died = fhir_json.date(raw, "deceasedDateTime")
    if died is not None:
        return f"Died {when.day(died, full=True)}"
    return "Recorded as deceased" if fhir_json.boolean(raw, "deceasedBoolean") else ""


def _allergy_line(result: ToolResult) -> AllergyLine:
    facts = [
        f
        for f in result.facts
        if isinstance(f, AllergyFact) and f.status not in {"inactive", "resolved"}
    ]
    real = [f for f in facts if not f.none_known]
    if real:
        return AllergyLine(_listed(real), grave=any(map(_is_grave, real)))
    if not result.complete:
        if result.gaps and all(gap.reason == NOT_RECORDED for gap in result.gaps):
            return AllergyLine("Allergies: not known whether asked", unread=True)
        return AllergyLine("Allergies could not be read", unread=True)
    if facts:
        return AllergyLine("No known allergies, as recorded")
    return AllergyLine("Allergies: none recorded, not the same as none")


def _listed(facts: list[AllergyFact]) -> str:
    shown = "; ".join(map(_allergy, facts[:_SHOWN_ALLERGIES]))
    more = len(facts) - _SHOWN_ALLERGIES
    return f"{shown}; and {more} more" if more > 0 else shown


def _allergy(fact: AllergyFact) -> str:
    reaction = fact.reactions[0].manifestation.lower() if fact.reactions else ""
    return f"{fact.name}: {reaction}" if reaction else fact.name


def _is_grave(fact: AllergyFact) -> bool:
    return fact.criticality == "high" or any(r.severity == "severe" for r in fact.reactions)
