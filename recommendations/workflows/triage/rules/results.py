"""Red flags of laboratory results of the last day."""

from functools import partial

from recommendations.workflows.triage.flags import Hit, Rule
from recommendations.workflows.triage.measured import Test
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.rules import published as source
from recommendations.workflows.triage.rules.circumstances import fever, refs
from recommendations.workflows.triage.scale import Category
from recommendations.workflows.triage.spoken import says


def _result(
    presented: Presented, *, test: Test, least: str = "", under: str = "", but_under: str = ""
) -> Hit | None:
    """A value of ``least`` or more (and under ``but_under``), or under ``under``."""
    found = presented.tests.get(test)
    if found is None or (but_under and not found.below(but_under)):
        return None
    met = found.at_least(least) if least else found.below(under)
    return Hit(found.words, (found.handle,)) if met else None


def _above_range(presented: Presented, *, test: Test) -> Hit | None:
    found = presented.tests.get(test)
    if found is None or not found.above_range:
        return None
    return Hit(f"{found.words}, above the laboratory's limit", (found.handle,))


def _critical(presented: Presented) -> Hit | None:
    if not presented.critical:
        return None
    named = ", ".join(fact.name for fact in presented.critical)
    refs = tuple(fact.handle for fact in presented.critical)
    return Hit(f"{named}, marked critical by the laboratory", refs)


def _febrile_neutropenia(presented: Presented) -> Hit | None:
    few, hot = presented.tests.get(Test.NEUTROPHILS), fever(presented)
    if few is None or hot is None or not few.below("0.501"):
        return None
    return Hit(f"{few.words} with {hot.words}", (few.handle, *hot.refs))


_KETOACIDOSIS = (
    "vomit\\w*|throw\\w* up|sick(?:ed)? up|being sick|belly pain|abdo\\w* pain|"
    "(?:tummy|stomach) (?:pain|ache)|"
    "pear drops|acetone|fruity|nail varnish|nail polish|dka\\b|ketoacid\\w*|drowsy|"
    "ketones?\\b(?! (?:neg\\w*|nil|normal|0|trace)\\b)|(?:deep|fast|heavy) breathing|kussmaul"
)


def _ketoacidosis(presented: Presented) -> Hit | None:
    """Glucose of 200 mg/dL (11.1 mmol/L) or more, and a sign of ketoacidosis told."""
    found = presented.tests.get(Test.GLUCOSE)
    words = says(presented.complaint, _KETOACIDOSIS)
    if found is None or not words or not found.at_least("199.9"):
        return None
    return Hit(f"{found.words} with \u201c{words}\u201d", (found.handle, *refs(presented)))


C = Category
RULES: tuple[Rule, ...] = (
    Rule("potassium_severe", "Severe hyperkalemia", source.UKKA, "Potassium 6.5 mmol/L or more",
         C.EMERGENCY, partial(_result, test=Test.POTASSIUM, least="6.5"),
         ("Was the sample reported as hemolyzed?", "Has an ECG been recorded?")),
    Rule("potassium_moderate", "Moderate hyperkalemia", source.UKKA,
         "Potassium 6.0 to 6.4 mmol/L", C.URGENT,
         partial(_result, test=Test.POTASSIUM, least="6.0", but_under="6.5"),
         ("Was the sample reported as hemolyzed?", "Has an ECG been recorded?")),
    Rule("potassium_low", "Severe hypokalemia", source.HYPOKALEMIA,
         "Potassium under 2.5 mmol/L", C.EMERGENCY,
         partial(_result, test=Test.POTASSIUM, under="2.5"),
         ("Has an ECG been recorded?",)),
    Rule("sodium_low", "Profound hyponatremia", source.HYPONATREMIA, "Sodium under 125 mmol/L",
         C.URGENT, partial(_result, test=Test.SODIUM, under="125"),
         ("Is there confusion, vomiting, drowsiness or a seizure?",)),
    Rule("glucose_low", "Hypoglycemia level 2", source.ADA, "Glucose under 54 mg/dL",
         C.EMERGENCY, partial(_result, test=Test.GLUCOSE, under="54")),
    Rule("glucose_very_high", "Hyperosmolar range", source.HYPERGLYCEMIA,
         "Glucose 600 mg/dL or more", C.EMERGENCY,
         partial(_result, test=Test.GLUCOSE, least="600")),
    Rule("ketoacidosis", "Diabetic ketoacidosis possible", source.HYPERGLYCEMIA,
         "Glucose 200 mg/dL (11.1 mmol/L) or more, and words for ketones, vomiting, belly pain or "
         "deep breathing", C.EMERGENCY, _ketoacidosis, ("What are ketones and pH?",)),
    Rule("glucose_high", "High glucose", source.ATS, "Glucose over 16 mmol/L (288 mg/dL)",
         C.URGENT, partial(_result, test=Test.GLUCOSE, least="289", but_under="600"),
         ("Is there vomiting, belly pain or fast deep breathing? Were ketones measured?",)),
    Rule("hemoglobin_low", "Low hemoglobin", source.AABB, "Hemoglobin under 7 g/dL",
         C.URGENT, partial(_result, test=Test.HEMOGLOBIN, under="7"),
         ("Is there bleeding, chest pain or breathlessness?",)),
    Rule("lactate_high", "High lactate", source.SURVIVING_SEPSIS, "Lactate 4 mmol/L or more",
         C.EMERGENCY, partial(_result, test=Test.LACTATE, least="4")),
    Rule("lactate_raised", "Raised lactate", source.SEPSIS_3, "Lactate over 2 and under 4 mmol/L",
         C.URGENT, partial(_result, test=Test.LACTATE, least="2.01", but_under="4")),
    Rule("troponin", "Raised troponin", source.TROPONIN, "Troponin above the laboratory's limit",
         C.EMERGENCY, partial(_above_range, test=Test.TROPONIN),
         ("When did any chest pain begin? Has an ECG been recorded?",)),
    Rule("febrile_neutropenia", "Neutropenic sepsis possible", source.NEUTROPENIC_SEPSIS,
         "Neutrophils 0.5 \u00d7 10\u2079/L or fewer and 38 degrees or more, measured or told",
         C.EMERGENCY, _febrile_neutropenia),
    Rule("critical_result", "Critical result", source.LABORATORY,
         "A result of the last day that the laboratory marks HH or LL", C.URGENT, _critical),
)  # fmt: skip
