"""What in a patient's message sounds like an emergency: for the clinician to see first.

The list is that of MedlinePlus, "Recognizing medical emergencies" (National Library of Medicine,
after the American College of Emergency Physicians), in the words people write in. It finds words
and judges nothing: "no chest pain" is told of, too, for a reply that is minutes late does harm, and
a look does none.
"""

import re
from collections.abc import Iterator

_CANNOT = r"(?:can ?not|can'?t|unable to|trouble|hard to|difficult\w*(?: to)?|struggling to)"
_ME = r"(?:myself|someone|somebody)"
_FACE = r"(?:throat|tongue|lips?|face)"
_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("chest pain", (
        r"chest (?:is )?(?:pain|pressure|tight|hurt|heav|ach)", r"heart attack",
        r"(?:pain|pressure|tightness) (?:in|on) (?:my )?chest",
    )),
    ("trouble breathing", (
        rf"{_CANNOT} (?:to )?(?:catch my )?breath\w*", r"hard time breathing", r"out of breath",
        r"short(?:ness)? of breath", r"hard(?:er)? (?:for me )?to breathe", r"choking",
    )),
    ("fainting", (
        r"faint(?:ed|ing)?\b", r"pass(?:ed|ing)? out", r"black(?:ed)? out", r"unconscious",
        r"collapsed",
    )),
    ("signs of a stroke", (
        r"stroke\b", r"face (?:is )?droop\w*", r"slurr\w*", rf"{_CANNOT} (?:speak|talk)\w*",
        r"(?:one|left|right) side (?:of my \w+ )?(?:is |feels |went )?(?:weak|numb)",
        r"sudden(?:ly)? (?:weak|numb|confus|blind)\w*", r"numb\w*",
    )),
    ("confusion", (r"confus(?:ed|ion)", r"disorient\w*", r"not making sense")),
    ("loss of sight", (
        r"(?:lost|loss of|losing) (?:my )?(?:sight|vision)", r"(?:can'?t|can ?not) see\b",
        r"blind in",
    )),
    ("bleeding", (
        r"(?:won'?t|will not|doesn'?t|does not) stop bleeding", r"heavy bleeding",
        r"bleeding (?:a lot|heavily|badly)", r"(?:cough|vomit|throw|spit)\w* (?:up )?blood",
        r"blood in (?:my )?(?:stool|vomit|urine|poop|pee)", r"black (?:tarry )?stool",
    )),
    ("thoughts of suicide or harm", (
        r"suicid\w*", r"kill (?:myself|me)\b", r"end (?:my life|it all)", r"want to die",
        rf"(?:hurt|harm|kill)(?:ing)? {_ME}", r"no reason to live", r"better off dead",
    )),
    ("too much of a drug", (
        r"overdos\w*", r"took too (?:many|much)", r"too many pills", r"poison\w*",
    )),
    ("a severe allergic reaction", (
        rf"{_FACE} (?:is |are )?(?:swell\w*|swollen|clos\w*)", r"anaphyla\w*",
        rf"swelling (?:of|in) (?:my )?{_FACE}",
    )),
    ("sudden or severe pain", (
        r"(?:worst|severe|sudden|unbearable|terrible) (?:\w+ )?(?:pain|headache)",
        r"(?:pain|headache) (?:is |that is )?(?:unbearable|severe)",
    )),
    ("a seizure", (r"seizure", r"convuls\w*")),
)  # fmt: skip
_FOUND = tuple(
    (label, re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)) for label, patterns in _SIGNS
)
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'"})


def emergencies(text: str) -> tuple[str, ...]:
    """What a message speaks of that may be an emergency, each sort once: ``("chest pain",)``."""
    plain = " ".join(text.translate(_APOSTROPHES).split())
    return tuple(_found(plain))


def _found(plain: str) -> Iterator[str]:
    for label, pattern in _FOUND:
        if pattern.search(plain):
            yield label
