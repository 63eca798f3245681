"""Red flags of children's vital signs, by age, where an infection is suspected.

Limits of high risk: NICE NG51, section 1.5 ("Under 16s"), tables 1 and 2, now in NG254. From twelve
on, other tables count, which are not carried over.
"""

from recommendations.workflows.triage.flags import Hit, Rule
from recommendations.workflows.triage.measured import Measured, Sign
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.rules import published as source
from recommendations.workflows.triage.rules.circumstances import suspected
from recommendations.workflows.triage.scale import Category

# Under this age in years: breaths and beats a minute of high risk, or more.
_FAST = ((1, "60", "160"), (3, "50", "150"), (5, "40", "140"), (6, "29", "130"), (8, "27", "120"),
         (12, "25", "115"))  # fmt: skip
_SLOW = "60"  # beats a minute; fewer are of high risk
_COLD = "36"  # degrees, under five


def _high_risk(presented: Presented) -> Hit | None:
    """A sign of high risk, with a suspected infection."""
    signs = [found for found in _signs(presented) if found is not None]
    infection = suspected(presented) if signs else None
    if infection is None:
        return None
    words = ", ".join(sign.words for sign in signs)
    refs = (*(sign.handle for sign in signs), *infection.refs)
    return Hit(f"{words} at {presented.age}, with {infection.words}", tuple(dict.fromkeys(refs)))


def _signs(presented: Presented) -> list[Measured | None]:
    age = presented.age
    limits = next((each for each in _FAST if age is not None and age < each[0]), None)
    if age is None or limits is None:
        return []
    _, breaths, beats = limits
    get = presented.signs.get
    breathing, pulse, heat = get(Sign.RESPIRATION), get(Sign.PULSE), get(Sign.TEMPERATURE)
    return [
        breathing if breathing and breathing.at_least(breaths) else None,
        pulse if pulse and (pulse.at_least(beats) or pulse.below(_SLOW)) else None,
        heat if heat and age < 5 and heat.below(_COLD) else None,
    ]


RULES: tuple[Rule, ...] = (
    Rule("child_sepsis", "Sepsis of a child possible", source.SEPSIS_CHILD,
         "Suspected infection and breathing or pulse of high risk for the age, or under 36 "
         "degrees before five; under 12", Category.EMERGENCY, _high_risk,
         ("Does the child wake, respond and drink as usual? How long is the refill time?",)),
)  # fmt: skip
