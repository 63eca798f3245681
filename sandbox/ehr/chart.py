"""What the chart page shows of one patient, read from the store."""

from dataclasses import dataclass
from datetime import date

from sandbox.ehr import launches, notes, results, words
from sandbox.fhir.store import store

_NOTES_SHOWN = 12
_WRONG = {"entered-in-error", "refuted"}


@dataclass(frozen=True, slots=True)
class Banner:
    """Who the patient is; ``age`` and ``born`` are "" when the birth date is unknown."""

    id: str
    name: str
    age: str
    sex: str
    born: str
    mrn: str
    deceased: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list: what, and what is said about it."""

    what: str
    about: str


@dataclass(frozen=True, slots=True)
class Visit:
    """The visit the app is launched for; ``when`` is "" without any."""

    kind: str
    when: str
    place: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the chart page."""

    banner: Banner
    visit: Visit
    allergies: list[Line]
    medications: list[Line]
    problems: list[Line]
    results: results.Table
    notes: list[notes.Note]
    notes_in_all: int


def page(patient: words.Resource, today: date) -> Page:
    """Read one patient's chart."""
    patient_id = patient["id"]
    return Page(
        banner=banner(patient, today),
        visit=visit(patient_id, today),
        allergies=_allergies(patient_id),
        medications=_medications(patient_id, today),
        problems=_problems(patient_id, today),
        results=results.table(patient_id, today),
        notes=notes.newest(patient_id, today, _NOTES_SHOWN),
        notes_in_all=len(store.of_patient("DocumentReference", patient_id)),
    )


def banner(patient: words.Resource, today: date) -> Banner:
    """Who the patient is."""
    born = words.instant(patient.get("birthDate"))
    return Banner(
        id=patient["id"],
        name=words.listed_name(patient),
        age=words.age(patient.get("birthDate"), today),
        sex=words.sex(patient),
        born=f"{born.day} {born:%b %Y}" if born and len(patient["birthDate"]) == 10 else "",
        mrn=words.mrn(patient),
        deceased=bool(patient.get("deceasedBoolean") or patient.get("deceasedDateTime")),
    )


def visit(patient_id: str, today: date) -> Visit:
    """The visit in progress, else the newest."""
    found = store.get("Encounter", launches.newest_encounter(patient_id))
    if found is None:
        return Visit("No visit", "", "")
    places = [each.get("location", {}).get("display", "") for each in found.get("location", [])]
    kinds = [words.concept(each) for each in found.get("type", [])]
    start = words.day(found.get("period", {}).get("start"), today)
    return Visit(next(iter(kinds), "Visit"), start, next(iter(places), ""))


def _allergies(patient_id: str) -> list[Line]:
    found = []
    for each in store.of_patient("AllergyIntolerance", patient_id):
        if words.codes(each.get("verificationStatus")) & _WRONG:
            continue
        reactions = [
            words.concept(manifestation)
            for reaction in each.get("reaction", [])
            for manifestation in reaction.get("manifestation", [])
        ]
        found.append(Line(words.concept(each.get("code")), ", ".join(reactions)))
    return found


def _medications(patient_id: str, today: date) -> list[Line]:
    active = [
        each
        for each in store.of_patient("MedicationRequest", patient_id)
        if each.get("status") in ("active", "draft", "on-hold")
    ]
    return [Line(_drug(each), _directions(each, today)) for each in active]


def _drug(request: words.Resource) -> str:
    named = words.concept(request.get("medicationCodeableConcept"))
    reference = request.get("medicationReference", {})
    if named or not reference:
        return named or "Unnamed medication"
    kind, _, medication_id = reference.get("reference", "").partition("/")
    medication = store.get(kind, medication_id) or {}
    return words.concept(medication.get("code")) or str(reference.get("display", "Medication"))


def _directions(request: words.Resource, today: date) -> str:
    dosage = request.get("dosageInstruction") or [{}]
    said = [
        str(dosage[0].get("text", "")),
        words.day(str(request.get("authoredOn", ""))[:10], today),
    ]
    if request.get("status") != "active":
        said.append(str(request["status"]))
    if request.get("reportedBoolean"):
        said.append("reported")
    return ", ".join(each for each in said if each)


def _problems(patient_id: str, today: date) -> list[Line]:
    found = []
    for each in store.of_patient("Condition", patient_id):
        kinds = {code for kind in each.get("category", []) for code in words.codes(kind)}
        doubt = words.codes(each.get("verificationStatus"))
        if "encounter-diagnosis" in kinds or doubt & _WRONG:
            continue
        status = next(iter(words.codes(each.get("clinicalStatus")) - {"active"}), "")
        since = words.day(each.get("onsetDateTime"), today)
        about = [f"since {since}" if since else "", status, *(doubt - {"confirmed"})]
        line = Line(words.concept(each.get("code")), ", ".join(part for part in about if part))
        found.append((bool(status), line))
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]
