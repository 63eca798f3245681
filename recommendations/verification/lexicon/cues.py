"""Words that assert something, by family and what they assert.

A cue stands only where the facts bear it out; a phrase that is listed nowhere is no cue and no
neutral word either, and fails as residue. Longer phrases win over shorter ones.
"""

_STATUS = {
    "active": "active; current; currently; ongoing; remains active; still active",
    "recurrence": "recurrence; recurrent",
    "remission": "in remission; remission",
    "resolved": "resolved; has resolved; no longer active",
    "inactive": "inactive",
    "past": "past; previous; previously; former; formerly; prior; past history of; in the past",
    "history": "history of; history",
    "stopped": "stopped; discontinued; has been stopped; was stopped; no longer active; ended",
    "on-hold": "on hold; held; paused; on-hold",
    "completed": "completed; complete; finished; done; completed course",
    "given": "given; administered; received; vaccinated",
    "performed": "performed; underwent; carried out",
    "cancelled": "cancelled; canceled",
    "booked": "booked; scheduled; planned; upcoming; is due; due; arranged",
    "pending": "pending",
    "noshow": "missed; no show; noshow; no-show; did not attend; not attended; was not attended",
    "fulfilled": "attended; kept; fulfilled",
    "in-progress": "in progress; under way; in-progress; is in progress",
    "not-done": "not done; not given; not performed; not administered; was not given; not received; not-done",
    "draft": "draft",
    "unknown": "status unknown; unknown status",
    "preliminary": "preliminary",
    "final": "final; finalized",
    "amended": "amended; corrected",
}  # fmt: skip
_VERIFICATION = {
    "refuted": "refuted; ruled out; was ruled out; has been refuted; has been ruled out",
    "confirmed": "confirmed; proven; definite; established",
    "unconfirmed": "unconfirmed; not confirmed; not yet confirmed",
    "provisional": "provisional; provisionally; tentative; working",
    "doubtful": "possible; possibly; probable; probably; suspected; likely; presumed; questionable; may have; might have",
    "differential": "differential",
}  # fmt: skip
_SIDE = {"left": "left; left sided; l", "right": "right; right sided; r", "bilateral": "bilateral; both; bilaterally"}  # fmt: skip
_ROLE = {
    "last": "last; latest; most recent; newest; most recently; last recorded; last known",
    "first": "first; earliest; initial; first recorded; oldest",
    "highest": "highest; peak; maximum; highest recorded",
    "lowest": "lowest; nadir; minimum; lowest recorded",
    "next": "next",
}
_RANGE = {
    "above": "above the reference range; above reference range; above the normal range; above normal; above range; above the range; above the upper limit; over the reference range; high; elevated; raised; out of range high; above the upper limit of normal; higher than the reference range",
    "below": "below the reference range; below reference range; below the normal range; below normal; below range; below the range; below the lower limit; low; reduced; decreased from normal; under the reference range; below the lower limit of normal; lower than the reference range",
    "within": "within the reference range; within reference range; within normal limits; within the normal range; within range; normal; in range; in the normal range; in the reference range; within the range; not elevated",
    "outside": "abnormal; out of range; outside the reference range; outside of the reference range; outside the normal range; flagged; out of the reference range",
    "critical": "critical; critically high; critically low; panic",
}  # fmt: skip
_TREND = {
    "rising": "rose; rising; risen; increased; increasing; up; up from; climbed; climbing; went up; gained; gone up; has risen; has increased; an increase; increase; rise",
    "falling": "fell; falling; fallen; decreased; decreasing; down; down from; dropped; dropping; went down; declined; declining; gone down; lost; has fallen; has decreased; a decrease; decrease; fall; decline; drop; reduced from",
    "unchanged": "unchanged; stable; the same; same; no change; steady; constant; remained stable; remains unchanged",
}  # fmt: skip
_CRITICALITY = {
    "high": "high criticality; criticality high; highly critical; criticality is high; criticality: high",
    "low": "low criticality; criticality low; criticality is low; criticality: low",
    "unable-to-assess": "unable to assess; criticality unknown; criticality not assessed",
}
_SEVERITY = {"mild": "mild", "moderate": "moderate", "severe": "severe"}
_RELATION = {
    "mother": "mother; mom; mum", "father": "father; dad", "sister": "sister", "brother": "brother",
    "sibling": "sibling", "son": "son", "daughter": "daughter", "child": "child",
    "maternal grandmother": "maternal grandmother", "maternal grandfather": "maternal grandfather",
    "paternal grandmother": "paternal grandmother", "paternal grandfather": "paternal grandfather",
    "grandmother": "grandmother", "grandfather": "grandfather", "aunt": "aunt", "uncle": "uncle",
    "cousin": "cousin", "maternal aunt": "maternal aunt", "paternal aunt": "paternal aunt",
    "maternal uncle": "maternal uncle", "paternal uncle": "paternal uncle", "parent": "parent",
    "half brother": "half brother", "half sister": "half sister", "twin": "twin",
    "wife": "wife", "husband": "husband", "spouse": "spouse", "niece": "niece", "nephew": "nephew",
    "family": "family history; family; relative; relatives",
}  # fmt: skip
_SEX = {
    "female": "female; woman; lady; girl; f",
    "male": "male; man; gentleman; boy; m",
}
_PRONOUN = {"female": "she; her; hers; herself", "male": "he; his; him; himself"}
_ALLERGY = {"allergy": "allergy; allergies; allergic; allergic to; allergy to; intolerance; intolerant; intolerance to; allergen; hypersensitivity; adverse reaction; adverse reaction to"}  # fmt: skip
_ORDER = {"ordered": "ordered; order; orders; prescribed; prescription; prescriptions; was ordered; was prescribed"}  # fmt: skip
_INTAKE = {"taken": "takes; taking; take; took; taken; uses; using; used; reports taking; adherent", "reported": "reports; reported; reportedly; home medication; home medications; self reported; patient reported"}  # fmt: skip
_CAUSES = {"causes": "causes; caused; causing; with reaction; reaction"}
_NEGATION = {
    "no": "no; not; none; never; without; denies; denied; neither; nor; negative for; lacks; absent; absence of; free of; cannot; isn't; wasn't; doesn't; hasn't; don't; didn't; aren't; nothing; not on; no known; unknown; nil",
}  # fmt: skip
_COMPARATOR = {
    "<": "less than; under; below; lower than; fewer than; up to; at most; no more than; not more than; maximum of",
    ">": "more than; over; above; greater than; higher than; exceeds; exceeding; at least; no less than; not less than; minimum of; beyond",
    "~": "about; approximately; around; nearly; almost; roughly; some; close to; only; just; just under; just over; circa; approx",
}  # fmt: skip

FAMILIES: dict[str, dict[str, str]] = {
    "status": _STATUS, "verification": _VERIFICATION, "side": _SIDE, "role": _ROLE, "range": _RANGE,
    "trend": _TREND, "criticality": _CRITICALITY, "severity": _SEVERITY, "relation": _RELATION,
    "sex": _SEX, "pronoun": _PRONOUN, "allergy": _ALLERGY, "order": _ORDER, "intake": _INTAKE,
    "causes": _CAUSES, "negation": _NEGATION, "comparator": _COMPARATOR,
}  # fmt: skip

# Phrases never borne out by a fact; told in plain words when they stop a sentence.
UNBORNE: dict[str, str] = {
    phrase.strip(): why
    for why, phrases in {
        "a cause": "due to; because; because of; caused by; secondary to; attributed to; as a result of; "
        "related to; owing to; resulting from; leading to; explained by; associated with; induced",
        "a purpose": "in order to; to treat; to prevent; treated with; managed with; indicated for",
        "a degree": "slightly; markedly; mildly; moderately; severely; significantly; very; extremely; "
        "dangerously; borderline; grossly; substantially; sharply; rapidly; gradually; steadily; poorly",
        "a judgement": "controlled; uncontrolled; well controlled; improving; improved; worsening; worse; "
        "better; worsened; concerning; reassuring; unremarkable; tolerated; well tolerated; adequate; "
        "appropriate; inappropriate; newly; new; likely; unlikely",
        "a time": "recently; recent; lately; soon; yet; already; since then; today's; long standing; "
        "longstanding; chronically; occasionally; frequently; often; always; usually; sometimes",
    }.items()
    for phrase in phrases.split(";")
}
