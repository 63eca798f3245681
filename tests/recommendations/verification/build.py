"""Short ways to write a claim in tests."""

from typing import Any

from recommendations.verification.claims import DraftedStatement


def claim(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **fields}


def obs(
    ref: str, name: str, value: str | None = None, unit: str = "", when: str = "", **more: Any
) -> dict[str, Any]:
    return claim("observation", ref=ref, name=name, value=value, unit=unit, when=when, **more)


def bp(ref: str, high: int, low: int, when: str = "", **more: Any) -> dict[str, Any]:
    return claim("blood_pressure", ref=ref, systolic=high, diastolic=low, when=when, **more)


def trend(start: str, end: str, direction: str) -> dict[str, Any]:
    return claim("trend", from_ref=start, to_ref=end, direction=direction)


def med(ref: str, name: str, **more: Any) -> dict[str, Any]:
    return claim("medication", ref=ref, name=name, **more)


def dosage(ref: str, name: str, **more: Any) -> dict[str, Any]:
    return claim("dosage", ref=ref, name=name, **more)


def cond(ref: str, name: str, **more: Any) -> dict[str, Any]:
    return claim("condition", ref=ref, name=name, **more)


def allergy(ref: str, substance: str, **more: Any) -> dict[str, Any]:
    return claim("allergy", ref=ref, substance=substance, **more)


def family(ref: str, relationship: str, condition: str) -> dict[str, Any]:
    return claim("family_history", ref=ref, relationship=relationship, condition=condition)


def event(ref: str, name: str, **more: Any) -> dict[str, Any]:
    return claim("event", ref=ref, name=name, **more)


def who(age: int | None = None, sex: str = "") -> dict[str, Any]:
    return claim("demographics", ref="dem1", age=age, sex=sex)


def note(ref: str, quote: str) -> dict[str, Any]:
    return claim("note", ref=ref, quote=quote)


def absent(term: str, searched: str) -> dict[str, Any]:
    return claim("absence", term=term, searched=searched)


def count(what: str, refs: tuple[str, ...], number: int, **more: Any) -> dict[str, Any]:
    return claim("count", what=what, refs=refs, number=number, **more)


def infer(step: str, *refs: str) -> dict[str, Any]:
    return claim("inference", refs=refs, step=step)


def said(text: str, *claims: dict[str, Any]) -> DraftedStatement:
    return DraftedStatement.model_validate({"section": "results", "text": text, "claims": claims})
