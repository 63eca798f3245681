"""Which words assert nothing in which statements; the words stand in ``neutral.txt``."""

from functools import cache

from recommendations.verification.lexicon.tables import neutral
from recommendations.verification.plain import listed

# Between results "when" tells a date; between a result and a drug it would tell what was together.
_RESULTS = frozenset(("observation", "count", "demographics"))
# A statement of absence says how far was looked.
SCOPE = listed("schedule recorded listed list found chart record documented file noted read")
# In a statement about a relative these would speak of the patient.
NOT_OF_RELATIVES = listed("patient also she he you both each as")
# In a judgement, symptoms and habits may be named freely; other conditions may not.
SYMPTOMS = listed(
    "fall falls cough nausea vomiting emesis rash hives itching diarrhea fainting smoking smoker "
    "dyspnea syncope pruritus latex statin dialysis colonoscopy echo fracture fever fatigue "
    "tiredness "
    "headache edema swelling dizziness lightheadedness palpitations constipation incontinence"
)
NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip


TIMES = {"once": 1, "twice": 2, "thrice": 3}


@cache
def neutral_words(kinds: frozenset[str]) -> frozenset[str]:
    """The neutral words of a statement that speaks of these kinds of things."""
    table = neutral()
    alone = table["results_alone"] if kinds <= _RESULTS else frozenset()
    return table["general"].union(alone, *(table.get(kind, frozenset()) for kind in kinds))
