"""What a visit, an appointment or a note may be called: by its kind, its service, its title."""

import re
from functools import cache

from recommendations.verification.lexicon import tables
from recommendations.verification.plain import Bag, bag, bagged, listed, words

_NOUNS = ("visit", "encounter", "appointment")
_NOUN = frozenset((*_NOUNS, "session", "procedure", "clinic", "consult"))
# Kinds of visit that name nothing but a visit, in whatever sentence they stand.
_KINDS = (
    "check up", "checkup", "follow up", "followup", "primary care", "general examination",
    "physical examination", "well child", "well child check", "well baby", "wellness", "prenatal",
    "antenatal", "postnatal", "postpartum", "new patient", "same day", "annual", "annual wellness",
    "emergency", "emergency room", "emergency department", "urgent care", "telephone", "phone",
    "video", "telehealth", "home", "office", "outpatient", "preoperative", "postoperative",
)  # fmt: skip
_SAME = (
    ("check up", "checkup"), ("check up", "check"), ("follow up", "followup"),
    ("emergency room", "emergency department"), ("emergency department", "emergency room"),
    ("emergency room", "er"), ("emergency department", "ed"), ("emergency room", "ed"),
    ("telephone", "phone"), ("examination", "exam"), ("consultation", "consult"),
    ("prenatal", "antenatal"), ("initial", "first"), ("postnatal", "postpartum"),
    ("general practice", "gp"), ("outpatient", "outpatients"),
    ("administration of vaccine to produce active immunity", "vaccination"),
)  # fmt: skip
# What a visit to is no disease, and may go without the word "visit".
_PLACES = listed("unit department ward centre center outpatient outpatients hospital room")
_FOR = re.compile(r"^(?:patient )?(?:encounter|visit|appointment) for ")
_TITLES = frozenset(("note", "of", "and", "the", "a", "for"))


def visit_names(name: str) -> set[Bag]:
    """What a visit of this kind, or an appointment of this name, may be called."""
    plain = " ".join(words(name.partition(",")[0]))
    found = {bag(name), bag(plain)}
    for said in {plain, *_swapped(plain)}:
        bare = _FOR.sub("", said)
        found.add(bag(said))
        if bare != said:
            found |= {bag(f"{bare} {noun}") for noun in _NOUNS}
        core = " ".join(word for word in bare.split() if word not in _NOUN)
        if core and core != bare:
            found |= {bag(f"{core} {noun}") for noun in _NOUNS}
        if core.rsplit(" ", maxsplit=1)[-1] in _PLACES:
            found.add(bag(core))  # "seen in the day assessment unit"
        service = bag(core.rsplit(" ", maxsplit=1)[-1])
        served = [m for m in tables.services().get(service, ()) if service in m.names]
        found |= {bag(f"{' '.join(s)} {noun}") for m in served for s in m.names for noun in _NOUNS}
        for each in (bare, core, core.removesuffix(" of patient")):
            found |= {bag(each)} if bag(each) in _known() else set()
        if "follow up" in said:
            found |= {bag(f"{said} with"), bag(f"{core} with")}
    return found - {()}


def _swapped(plain: str) -> set[str]:
    return {plain.replace(one, other) for one, other in _SAME if one in plain}


@cache
def _known() -> frozenset[Bag]:
    """Kinds of visit, and services: a visit named by a disease is not the disease."""
    return frozenset((*map(bag, _KINDS), *tables.services()))


def note_names(name: str) -> set[Bag]:
    """What a note of this title may be called: "clinic note" of "Heart failure clinic note"."""
    said = words(name)
    title = tuple(word for word in said if word not in _TITLES)
    found = {bag(name), bag("note"), bag(f"{name} note"), bagged(title)}
    for at, word in enumerate(title):
        found |= {bag(f"{word} note"), bag(f"{' '.join(title[at:])} note")}
    for one, other in _SAME:
        found |= {bag(each.replace(one, other)) for each in (name.lower(), f"{name.lower()} note")}
        if one in name.lower():
            found |= {bag(f"{other} note")}
    if title[-1:] in {("message",), ("letter",), ("summary",), ("report",)}:
        found |= {bag(title[-1]), bag(f"portal {title[-1]}")}
    if {"history", "physical"} <= set(said):
        found |= {bag("h p"), bag("h p note"), bag("history and physical")}
    return found


def referral_names(name: str) -> set[Bag]:
    """What a referral may be called: "nephrology referral" of "Referral to nephrology"."""
    found = {bag(name)}
    for lead in ("referral to ", "refer to ", "consultation with ", "consult to "):
        whom = name.lower().removeprefix(lead)
        if whom != name.lower() and whom:
            found |= {bag(f"{whom} referral"), bag(f"referral to {whom}")}
    return found
