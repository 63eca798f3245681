"""One set phrase for each kind of fact, saying no more than the fact says.

Each gives a :class:`DraftedStatement`, or ``None`` where the fact has nothing that can be said in
a sentence of this kind.
"""

from typing import Literal

from pydantic import ValidationError

from recommendations.agent.offline.words import amount, day, iso, on, sentence
from recommendations.clinical.facts import (
    AppointmentFact,
    CarePlanFact,
    Component,
    ConditionFact,
    DemographicsFact,
    EncounterFact,
    FamilyHistoryFact,
    ImmunizationFact,
    NoteFact,
    ObservationFact,
    ProcedureFact,
    ReferralFact,
)
from recommendations.clinical.observations import FINAL, versus_range
from recommendations.verification.claims import (
    AbsenceClaim,
    BloodPressureClaim,
    Claim,
    ConditionClaim,
    DemographicsClaim,
    DraftedStatement,
    EventClaim,
    FamilyHistoryClaim,
    NoteClaim,
    ObservationClaim,
    TrendClaim,
)
from recommendations.verification.showable import unfit

_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"  # LOINC
Said = DraftedStatement | None


def say(section: str, text: str, *claims: Claim) -> Said:
    """The statement, unless the chart's own words make it too long for one, or unfit to show."""
    said = sentence(text)
    if unfit(said):
        return None
    try:
        return DraftedStatement(section=section, text=said, claims=claims)
    except ValidationError:
        return None


def demographics(section: str, fact: DemographicsFact) -> Said:
    """ "68-year-old female.", "81-year-old male, deceased." """
    sex = fact.sex if fact.sex in {"female", "male"} else ""
    died = ", deceased" if fact.deceased else ""
    claim = DemographicsClaim(
        ref=fact.handle, age=fact.age, sex=sex, deceased=True if fact.deceased else None
    )
    if fact.age is None:
        return say(section, f"Sex: {sex}{died}", claim) if sex else None
    years = f"{fact.age}-year-old {sex or 'patient'}"
    known = fact.age_text.endswith("years")
    return say(section, f"{years if known else f'Sex: {sex}'}{died}", claim)


def observation(section: str, fact: ObservationFact) -> Said:
    """ "Potassium 5.9 mmol/L on 17 Nov 2026 (above the reference range 3.5-5.1)." """
    if fact.status not in FINAL:
        return None
    if fact.components and fact.value is None:
        return blood_pressure(section, fact)
    claim = _result(fact, ranged=True)
    if fact.value is not None:
        return say(
            section, f"{fact.name} {amount(fact.value)}{on(fact.effective)}{_range(fact)}", claim
        )
    if fact.value_text:
        return say(section, f"{fact.name}: {fact.value_text}{on(fact.effective)}", claim)
    return None


def _result(fact: ObservationFact, *, ranged: bool = False) -> ObservationClaim:
    return ObservationClaim(
        ref=fact.handle,
        name=fact.name,
        value=fact.value.value if fact.value else None,
        value_text=fact.value_text,
        unit=fact.value.unit if fact.value else "",
        when=iso(fact.effective),
        versus_range=versus_range(fact) if ranged else "",
    )


def _range(fact: ObservationFact) -> str:
    side, found = versus_range(fact), fact.reference_range
    if not side or found is None:
        return ""
    if found.low is None and found.high is None:
        return f" ({side} the reference range)"
    if found.high is None:
        return f" ({side} the reference range of {found.low:f} or more)"
    if found.low is None:
        return f" ({side} the reference range of up to {found.high:f})"
    return f" ({side} the reference range {found.low:f}\u2013{found.high:f})"


def blood_pressure(section: str, fact: ObservationFact) -> Said:
    """ "Blood pressure 142/88 mmHg on 3 Nov 2026." """
    high, low = _component(fact, _SYSTOLIC, "systolic"), _component(fact, _DIASTOLIC, "diastolic")
    if high is None or low is None:
        return None
    claim = BloodPressureClaim(
        ref=fact.handle,
        systolic=high.value.value,
        diastolic=low.value.value,
        when=iso(fact.effective),
    )
    text = f"Blood pressure {high.value.value:f}/{low.value.value:f} mmHg{on(fact.effective)}"
    return say(section, text, claim)


def _component(fact: ObservationFact, code: str, word: str) -> Component | None:
    for part in fact.components:
        if code in {c.code for c in part.codings} or word in part.name.lower():
            return part
    return None


def trend(section: str, first: ObservationFact, last: ObservationFact) -> Said:
    """ "Creatinine rose from 1.48 mg/dL on 27 Oct 2026 to 1.68 mg/dL on 17 Nov 2026." """
    if first.value is None or last.value is None or first.value.value == last.value.value:
        return None
    rose = last.value.value > first.value.value
    verb = "rose" if rose else "fell"
    text = (
        f"{last.name} {verb} from {amount(first.value)}{on(first.effective)}"
        f" to {amount(last.value)}{on(last.effective)}"
    )
    direction: Literal["rising", "falling"] = "rising" if rose else "falling"
    ends = TrendClaim(from_ref=first.handle, to_ref=last.handle, direction=direction)
    return say(section, text, ends, _result(first), _result(last))


def condition(section: str, fact: ConditionFact) -> Said:
    """ "Chronic kidney disease stage 3b, active, since 19 Oct 2024." """
    doubt = (
        fact.verification
        if fact.verification in {"unconfirmed", "provisional", "differential"}
        else ""
    )
    side = "" if _names_side(fact) else fact.laterality
    words = [fact.name, side, fact.status, doubt]
    text = ", ".join(word for word in words if word)
    text += f", since {day(fact.onset)}" if fact.onset else ""
    claim = ConditionClaim(
        ref=fact.handle,
        name=fact.name,
        status=fact.status,
        verification=doubt,
        onset=iso(fact.onset),
        laterality=fact.laterality,
    )
    return say(section, text, claim)


def _names_side(fact: ConditionFact) -> bool:
    said = {"bilateral": ("bilateral", "both")}.get(fact.laterality, (fact.laterality,))
    return any(word in fact.name.lower() for word in said)


def family(section: str, fact: FamilyHistoryFact) -> list[Said]:
    """ "Mother: type 2 diabetes.", a statement for each condition."""
    return [
        say(
            section,
            f"{fact.relationship}: {condition}",
            FamilyHistoryClaim(
                ref=fact.handle, relationship=fact.relationship, condition=condition
            ),
        )
        for condition in fact.conditions
    ]


def encounter(section: str, fact: EncounterFact) -> Said:
    """ "Office visit on 17 Nov 2026, reason: Fatigue." """
    claim = EventClaim(
        ref=fact.handle, name=fact.name, when=iso(fact.start), reason=fact.reason[:300]
    )
    why = f", reason: {claim.reason}" if claim.reason else ""
    return say(section, f"{fact.name}{on(fact.start)}{why}", claim)


def appointment(section: str, fact: AppointmentFact) -> Said:
    """ "Appointment: Cardiology on 24 Nov 2026, booked." """
    status = "missed" if fact.status == "noshow" else fact.status
    claim = EventClaim(ref=fact.handle, name=fact.name, when=iso(fact.start), status=status)
    lead = "" if "appointment" in fact.name.lower() else "Appointment: "
    return say(section, f"{lead}{fact.name}{on(fact.start)}, {status}", claim)


def referral(section: str, fact: ReferralFact) -> Said:
    """ "Referral to nephrology on 9 Nov 2026 by P. Ortiz, MD, active." """
    claim = EventClaim(ref=fact.handle, name=fact.name, when=iso(fact.authored), status=fact.status)
    by = f" by {fact.requester}" if fact.requester else ""
    return say(section, f"{fact.name}{on(fact.authored)}{by}, {fact.status}", claim)


def procedure(section: str, fact: ProcedureFact | ImmunizationFact) -> Said:
    """ "Colonoscopy on 24 Apr 2019, completed." """
    when = fact.performed if isinstance(fact, ProcedureFact) else fact.occurred
    side = fact.laterality if isinstance(fact, ProcedureFact) else ""
    claim = EventClaim(
        ref=fact.handle, name=fact.name, when=iso(when), status=fact.status, laterality=side
    )
    text = fact.name if side in fact.name.lower() else f"{fact.name}, {side}"
    return say(section, f"{text}{on(when)}, {fact.status}", claim)


def care_plan(section: str, fact: CarePlanFact) -> Said:
    """ "Care plan: Heart failure self-care, active, since 3 Mar 2026." """
    claim = EventClaim(ref=fact.handle, name=fact.name, when=iso(fact.start), status=fact.status)
    lead = "" if "care plan" in fact.name.lower() else "Care plan: "
    since = f", since {day(fact.start)}" if fact.start else ""
    return say(section, f"{lead}{fact.name}, {fact.status}{since}", claim)


def note(section: str, fact: NoteFact, quote: str) -> Said:
    """ "Progress note of 17 Nov 2026 by J. Ferris, RN says: “…”." """
    when = f" of {day(fact.authored)}" if fact.authored else ""
    author = f" by {fact.author}" if fact.author else ""
    text = f"{fact.name}{when}{author} says: “{quote}”"
    return say(section, text, NoteClaim(ref=fact.handle, quote=quote))


def absence(section: str, term: str, where: str, searched: str) -> Said:
    """ "No medications were found in the medication list." """
    claim = AbsenceClaim.model_validate({"term": term, "searched": searched})
    return say(section, f"No {term} were found in the {where}", claim)
