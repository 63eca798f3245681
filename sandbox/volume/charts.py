"""One generated chart: a person, problems and what is taken for them, results, visits."""

from datetime import date
from random import Random

from sandbox.charts import medications, people, record, results
from sandbox.charts.chart import Chart, Resource
from sandbox.charts.codes import LABS
from sandbox.charts.hospital import ORTIZ, STAFF

_GIVEN = {
    "female": ("Ada", "Bea", "Carmen", "Dora", "Edda", "Farah", "Greta", "Hana", "Ines", "June"),
    "male": ("Abel", "Boris", "Cyril", "Dario", "Emil", "Felix", "Goran", "Hugo", "Ivan", "Joel"),
}
_FAMILY_STARTS = ("Al", "Ber", "Cor", "Dun", "Eck", "Fair", "Gar", "Hol", "Ing", "Ker", "Lin")
_FAMILY_ENDS = ("brook", "dale", "field", "gate", "ham", "land", "man", "ridge", "stone", "wick")
# What goes with each problem: a drug with its instruction, and the tests that follow it.
_COURSES = {
    "hypertension": (("lisinopril 20", "Take 1 tablet daily"), ("potassium", "creatinine")),
    "diabetes": (("metformin 1000", "Take 1 tablet twice daily"), ("a1c", "glucose")),
    "hyperlipidemia": (("atorvastatin 40", "Take 1 tablet at bedtime"), ("ldl", "hdl")),
    "hypothyroidism": (("levothyroxine 75", "Take 1 tablet each morning"), ("tsh",)),
    "ckd 3a": (("lisinopril 10", "Take 1 tablet daily"), ("egfr", "potassium")),
    "hfref": (("furosemide 40", "Take 1 tablet each morning"), ("nt-probnp", "sodium")),
    "reflux": (("omeprazole 20", "Take 1 capsule before breakfast"), ("hemoglobin",)),
    "depression": (("sertraline 50", "Take 1 tablet daily"), ("sodium",)),
    "atrial fibrillation": (("apixaban 5", "Take 1 tablet twice daily"), ("hemoglobin",)),
}
DRUGS = tuple(drug for (drug, _), _ in _COURSES.values())
_ALLERGENS = (
    ("Penicillin", "764146007", ("Hives", "126485001")),
    ("Sulfonamide", "387406002", ("Rash", "271807003")),
    ("Egg", "102263004", ("Hives", "126485001")),
)
# As a share of the reference range's middle, how far results stray.
_SPREAD = 0.35


def identifier(number: int) -> str:
    """Return the patient's id."""
    return f"v{number:06d}"


def person(number: int, seed: int, today: date) -> tuple[Chart, Random]:
    """Return a chart with nothing but its patient, and the dice for the rest of it."""
    # Seeded anew for each chart, so that any one can be made without those before it.
    dice = Random(f"{seed}/{number}")  # noqa: S311 - invented charts
    chart = Chart(identifier(number), today)
    gender = dice.choice(("female", "male"))
    people.patient(
        chart,
        id=identifier(number),
        mrn=f"9{number:07d}",
        given=[dice.choice(_GIVEN[gender])],
        family=dice.choice(_FAMILY_STARTS) + dice.choice(_FAMILY_ENDS),
        gender=gender,
        born=chart.born(dice.randint(30, 88), dice.randint(1, 360)),
        street=f"{dice.randint(1, 99)} Pretend Street",
        phone=f"555-01{dice.randint(0, 99):02d}",
    )
    return chart, dice


def whole(number: int, seed: int, today: date, draws: int) -> list[Resource]:
    """Return a patient's resources; ``draws`` is how often blood was taken."""
    chart, dice = person(number, seed, today)
    by = dice.choice(STAFF[:3])
    problems = dice.sample(sorted(_COURSES), dice.randint(1, 4))
    last = dice.randint(0, 60)
    visits = [
        people.encounter(chart, "Office visit", last + 120 * n, "09:30", by) for n in range(2)
    ]
    for problem in problems:
        since = dice.randint(400, 4000)
        record.condition(chart, problem, by, since=since)
        (drug, sig), _ = _COURSES[problem]
        dose = (1.0, "tablet")
        medications.medication(chart, drug, sig, by, dose=dose, since=min(since, 700))
    _allergies(chart, dice)
    tests = sorted({test for problem in problems for test in _COURSES[problem][1]})
    for draw in range(draws):
        drawn = {test: _value(test, dice) for test in tests}
        results.labs(chart, last + 45 * draw, "08:10", drawn)
    for n, visit in enumerate(visits):
        results.vitals(
            chart,
            last + 120 * n,
            "09:35",
            ORTIZ,
            visit=visit,
            bp=(dice.randint(105, 168), dice.randint(60, 98)),
            pulse=dice.randint(55, 105),
            weight=round(dice.uniform(48, 120), 1),
        )
    return chart.resources


def _allergies(chart: Chart, dice: Random) -> None:
    """A third has an allergy, a third is known to have none, and of a third nothing is known."""
    kind = dice.randrange(3)
    if kind == 0:
        text, snomed, reaction = dice.choice(_ALLERGENS)
        record.allergy(chart, text, snomed, ORTIZ, recorded=300, reaction=reaction, severity="mild")
    elif kind == 1:
        record.allergy(chart, "No known allergies", "716186003", ORTIZ, recorded=300, category=None)


def _value(test: str, dice: Random) -> float:
    known = LABS[test]
    low, high = known.low or 0.0, known.high or (known.low or 1.0) * 2
    middle = (low + high) / 2
    return round(max(0.1, dice.gauss(middle, middle * _SPREAD)), 1)
