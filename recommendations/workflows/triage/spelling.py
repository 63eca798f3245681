"""Words of emergencies that are often misspelt, by their usual slips: typed in haste.

A slip is a letter left out, doubled, swapped with its neighbour, or one vowel for another. What is
an English word of its own (``treat`` for ``threat``) is left as it stands: see ``_OTHER_WORDS``.
"""

import re
from collections.abc import Iterator

_WORDS = (
    "abdomen", "abdominal", "allergic", "allergy", "ambulance", "anaphylaxis", "aneurysm",
    "assault", "asthma", "bleeding", "breathing", "breathless", "breath", "broken", "chemical",
    "choking", "collapsed", "collapse", "conscious", "confused", "confusion", "convulsion",
    "curtain", "diarrhea", "dizzy", "drooling", "drooping", "drowsy", "epileptic", "excruciating",
    "fainted", "fainting", "headache", "injury", "injured", "insulin", "lethargic", "migraine",
    "miscarriage", "overdose", "palpitations", "paracetamol", "poison", "pregnant", "pregnancy",
    "purple", "seizure", "severe", "shoulder", "slurred", "stomach", "stroke", "sudden",
    "suddenly", "suicidal", "suicide", "swallow", "swallowed", "swelling", "swollen", "testicle",
    "throat", "tongue", "unconscious", "unresponsive", "vision", "vomit", "vomiting", "vomited",
    "warfarin", "weakness", "wheezing",
)  # fmt: skip
# One slip away from a word above, and another word: no slip.
_OTHER_WORDS = frozenset({
    "allergen", "breather", "breathes", "broke", "certain", "collapses", "confuse", "confuses",
    "dozy", "feinted", "feinting", "injure", "overdoes", "sallow", "selling", "sever", "sodden",
    "stoke", "strike", "threat", "visions",
})  # fmt: skip
_VOWELS = "aeiou"
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?")
# Typed without their apostrophe, or short for what rules know by its letters.
_WITHOUT_APOSTROPHE = re.compile(
    r"\b(ca|wo|do|does|did|is|are|was|were|has|have|had|could|would|should)nt\b"
)
_FIXED = {
    "diarrhoea": "diarrhea", "diarrhorea": "diarrhea", "diarhea": "diarrhea",
    "anaphalaxis": "anaphylaxis", "anaphalactic": "anaphylactic", "anuerism": "aneurysm",
    "anurism": "aneurysm", "aneurism": "aneurysm", "breathin": "breathing", "bein": "being",
    "unconcious": "unconscious", "concious": "conscious", "siezure": "seizure",
    "siezures": "seizures", "seisure": "seizure", "stomache": "stomach", "throte": "throat",
    "tounge": "tongue", "temprature": "temperature", "temperture": "temperature",
    "wieght": "weight", "haemorrage": "haemorrhage", "hemorrage": "hemorrhage",
    "cant": "can't", "wont": "won't", "arnt": "aren't",
}  # fmt: skip


def _slips(word: str) -> Iterator[str]:
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]  # left out
        yield word[:at] + word[at] + word[at:]  # doubled
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]  # swapped
        if word[at] in _VOWELS:
            for vowel in _VOWELS:
                yield word[:at] + vowel + word[at + 1 :]


def _known() -> dict[str, str]:
    right = set(_WORDS)
    found = {
        slip: word
        for word in _WORDS
        for slip in _slips(word)
        if len(slip) >= 5 and slip not in right and slip not in _OTHER_WORDS
    }
    return found | _FIXED


SLIPS: dict[str, str] = _known()


def mended(text: str) -> str:
    """``text`` (in small letters) with usual slips written as rules know the word."""
    whole = _WITHOUT_APOSTROPHE.sub(r"\1n't", text)
    return _TOKEN.sub(lambda found: SLIPS.get(found[0], found[0]), whole)
