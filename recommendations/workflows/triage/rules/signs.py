"""Red flags of vital signs: of what is measured now, never of what is not."""

from collections.abc import Callable
from functools import partial

from recommendations.workflows.triage import news2
from recommendations.workflows.triage.flags import Hit, Rule
from recommendations.workflows.triage.measured import Measured, Sign, Test
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.rules import published as source
from recommendations.workflows.triage.rules.circumstances import fever, pregnant, suspected
from recommendations.workflows.triage.scale import Category

_MEDIUM, _HIGH = 5, 7  # RCP 2017, chart 2
_CRITERIA = 2  # of qSOFA and of SIRS
_INFANT_MONTHS, _UNDER_5 = 3, 5
_NEWS_NEEDS = "Respiration, saturation, oxygen, pressure, pulse, consciousness, temperature; 16+"


def _news(presented: Presented, *, least: int, most: int) -> Hit | None:
    found = news2.score(presented)
    if found is None or not least <= found.total <= most:
        return None
    return Hit(found.words, found.refs)


def _red_sign(presented: Presented) -> Hit | None:
    found = news2.score(presented)
    if found is None or found.total >= _MEDIUM or not found.red:
        return None
    named = ", ".join(sign.value for sign in found.red)
    return Hit(f"{named} scores 3 by itself", found.refs)


def _hit(found: Measured | None) -> Hit | None:
    return Hit(found.words, (found.handle,)) if found else None


def _high(presented: Presented, sign: Sign, limit: str) -> Hit | None:
    found = presented.signs.get(sign)
    return _hit(found) if found and found.at_least(limit) else None


def _low(presented: Presented, sign: Sign, limit: str) -> Hit | None:
    found = presented.signs.get(sign)
    return _hit(found) if found and found.below(limit) else None


def _of_adults(find: Callable[[Presented], Hit | None]) -> Callable[[Presented], Hit | None]:
    return lambda presented: find(presented) if presented.adult else None


def _pulse(presented: Presented) -> Hit | None:
    return _low(presented, Sign.PULSE, "50") or _high(presented, Sign.PULSE, "151")


def _unresponsive(presented: Presented) -> Hit | None:
    said = presented.signs.get(Sign.CONSCIOUSNESS)
    if said and said.text.startswith(("unresponsive", "pain", "responds to pain")):
        return _hit(said)
    return _low(presented, Sign.COMA_SCALE, "9")


def _drowsy(presented: Presented) -> Hit | None:
    said = presented.signs.get(Sign.CONSCIOUSNESS)
    if said and said.text and not said.text.startswith("alert"):
        return _hit(said)
    return _low(presented, Sign.COMA_SCALE, "13")


def _confused(presented: Presented) -> Measured | None:
    said, scale = presented.signs.get(Sign.CONSCIOUSNESS), presented.signs.get(Sign.COMA_SCALE)
    if said and said.text:
        return None if said.text.startswith("alert") else said
    return scale if scale and scale.below("15") else None


def _hypotension(presented: Presented) -> Hit | None:
    """A low pressure that tells in the pulse or in consciousness."""
    low = presented.signs.get(Sign.SYSTOLIC)
    pulse = presented.signs.get(Sign.PULSE)
    effect = pulse if pulse and pulse.at_least("100") else _confused(presented)
    if low is None or effect is None or not low.below("90"):
        return None
    return Hit(f"{low.words} with {effect.words}", (low.handle, effect.handle))


def _qsofa(presented: Presented) -> Hit | None:
    breaths, pressure = presented.signs.get(Sign.RESPIRATION), presented.signs.get(Sign.SYSTOLIC)
    met = (
        _confused(presented),
        breaths if breaths and breaths.at_least("22") else None,
        pressure if pressure and pressure.below("100.01") else None,
    )
    return _criteria("qSOFA", met, presented)


def _sirs(presented: Presented) -> Hit | None:
    heat, cells = presented.signs.get(Sign.TEMPERATURE), presented.tests.get(Test.LEUKOCYTES)
    pulse, breaths = presented.signs.get(Sign.PULSE), presented.signs.get(Sign.RESPIRATION)
    met = (
        heat if heat and (heat.at_least("38.01") or heat.below("36")) else None,
        pulse if pulse and pulse.at_least("91") else None,
        breaths if breaths and breaths.at_least("21") else None,
        cells if cells and (cells.at_least("12.01") or cells.below("4")) else None,
    )
    return _criteria("SIRS", met, presented)


def _criteria(name: str, met: tuple[Measured | None, ...], presented: Presented) -> Hit | None:
    found, infection = [each for each in met if each], suspected(presented)
    if len(found) < _CRITERIA or infection is None:
        return None
    words = ", ".join(each.words for each in found)
    refs = (*(each.handle for each in found), *infection.refs)
    said = f"{len(found)} criteria of {name} ({words}) with {infection.words}"
    return Hit(said, tuple(dict.fromkeys(refs)))


def _young_fever(presented: Presented) -> Hit | None:
    months = presented.months
    return fever(presented) if months is not None and months < _INFANT_MONTHS else None


def _child_breathing(presented: Presented) -> Hit | None:
    young = presented.age is not None and presented.age < _UNDER_5
    return _high(presented, Sign.RESPIRATION, "61") if young else None


def _pressure(presented: Presented, systolic: str, diastolic: str) -> Hit | None:
    return _high(presented, Sign.SYSTOLIC, systolic) or _high(presented, Sign.DIASTOLIC, diastolic)


def _pressure_in_pregnancy(presented: Presented) -> Hit | None:
    found, expecting = _pressure(presented, "160", "110"), pregnant(presented)
    if found is None or expecting is None:
        return None
    return Hit(f"{found.words}, with {expecting.words}", (*found.refs, *expecting.refs))


C = Category
RULES: tuple[Rule, ...] = (
    Rule("unresponsive", "Unresponsive", source.ATS, "Consciousness or Glasgow Coma Scale under 9",
         C.IMMEDIATE, _unresponsive),
    Rule("shock_adult", "Shock", source.ATS, "Systolic pressure under 80 mmHg; 16+",
         C.IMMEDIATE, _of_adults(partial(_low, sign=Sign.SYSTOLIC, limit="80"))),
    Rule("hypotension", "Low pressure with effects", source.ATS,
         "Systolic pressure under 90 mmHg, with a pulse of 100/min or more or not alert; 16+",
         C.EMERGENCY, _of_adults(_hypotension)),
    Rule("slow_breathing", "Breathing slowly", source.ATS, "Respiratory rate under 10/min; 16+",
         C.IMMEDIATE, _of_adults(partial(_low, sign=Sign.RESPIRATION, limit="10"))),
    Rule("drowsy", "Less responsive", source.ATS, "Consciousness or Glasgow Coma Scale under 13",
         C.EMERGENCY, _drowsy),
    Rule("pulse_adult", "Pulse", source.ATS, "Pulse under 50 or over 150/min; 16+",
         C.EMERGENCY, _of_adults(_pulse)),
    Rule("news2_high", "NEWS2 of 7 or more", source.RCP, _NEWS_NEEDS,
         C.EMERGENCY, partial(_news, least=_HIGH, most=99)),
    Rule("news2_medium", "NEWS2 of 5 or 6", source.RCP, _NEWS_NEEDS,
         C.URGENT, partial(_news, least=_MEDIUM, most=_HIGH - 1)),
    Rule("news2_red_sign", "One sign of 3 on NEWS2", source.RCP, _NEWS_NEEDS,
         C.URGENT, _red_sign),
    Rule("qsofa", "Sepsis likely", source.SEPSIS_3,
         "Suspected infection and two of: breathing 22/min or more, systolic 100 mmHg or less, "
         "not alert; 16+", C.EMERGENCY, _of_adults(_qsofa)),
    Rule("sirs", "Sepsis possible", source.SIRS,
         "Suspected infection and two of: temperature over 38 or under 36, pulse over 90, "
         "breathing over 20, white cells over 12 or under 4; 16+", C.URGENT, _of_adults(_sirs)),
    Rule("low_saturation", "Oxygen saturation", source.ATS, "Saturation under 90 %",
         C.EMERGENCY, partial(_low, sign=Sign.SATURATION, limit="90")),
    Rule("infant_fever", "Fever under three months", source.FEVER_UNDER_5,
         "Age under three months and 38 degrees or more, measured or told",
         C.EMERGENCY, _young_fever),
    Rule("child_breathing", "Breathing fast, under five", source.FEVER_UNDER_5,
         "Respiratory rate over 60/min under five years", C.EMERGENCY, _child_breathing),
    Rule("pressure_in_pregnancy", "Severe blood pressure in pregnancy", source.PREECLAMPSIA,
         "160 systolic or 110 diastolic or more, and pregnant", C.EMERGENCY,
         _pressure_in_pregnancy,
         ("Is there headache, a change of sight, or pain under the ribs?",)),
    Rule("severe_pressure", "Severe blood pressure", source.ACC_PRESSURE,
         "Over 180 systolic or over 120 diastolic", C.URGENT,
         partial(_pressure, systolic="181", diastolic="121"),
         ("Is there chest pain, breathlessness, weakness, or a change of sight or speech?",)),
)  # fmt: skip
