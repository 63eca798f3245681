"""Counts worded by code: "2 active problems recorded"."""

from recommendations.verification.claims import (
    CountClaim,
)

# Nouns of what is counted, one and several.
_NOUNS = {
    "allergy": "allergies", "entry": "entries", "visit": "visits", "encounter": "encounters",
    "problem": "problems", "diagnosis": "diagnoses", "condition": "conditions", "order": "orders",
    "medication": "medications", "drug": "drugs", "prescription": "prescriptions",
    "result": "results", "value": "values", "reading": "readings", "measurement": "measurements",
    "note": "notes", "appointment": "appointments", "immunization": "immunizations",
    "vaccine": "vaccines", "procedure": "procedures", "plan": "plans", "stay": "stays",
    "admission": "admissions", "test": "tests", "dose": "doses",
    "referral": "referrals",
}  # fmt: skip


_ONE = {several: one for one, several in _NOUNS.items()}


def count(claim: CountClaim) -> str:
    """ "2 active problems recorded", and of one name "Viral sinusitis recorded 3 times"."""
    said = set(claim.what.lower().split())
    if claim.number > 1 and not {"recorded", *_NOUNS, *_ONE} & said:
        return f"{claim.what} recorded {claim.number} times"
    return f"{claim.number} {_things(claim.what, claim.number)} recorded"


def _things(what: str, number: int) -> str:
    """What is counted, in the singular for one: "1 encounter", "2 active problems"."""
    said = what.split()
    at = next((i for i, w in enumerate(said) if w.lower() in {*_NOUNS, *_ONE}), None)
    for i in range(at or 0, len(said)):  # of "allergy entries" the second is the noun
        if at is not None and said[i].lower() in {*_NOUNS, *_ONE}:
            at = i
        elif at is not None:
            break
    if at is not None:
        table = _ONE if number == 1 else _NOUNS
        said[at] = table.get(said[at].lower(), said[at])
    return " ".join(said)
