"""Every red flag, and the version of them all."""

from recommendations.workflows.triage.flags import Flag, Rule, flags
from recommendations.workflows.triage.presented import Presented
from recommendations.workflows.triage.rules import children, confirming, results, signs, words

VERSION = "2026.11.3"
RULES: dict[str, Rule] = confirming.with_confirmed(
    {rule.id: rule for rule in (*signs.RULES, *children.RULES, *results.RULES, *words.RULES)}
)


def red_flags(presented: Presented) -> list[Flag]:
    """What the rules find, the most urgent first."""
    return flags(RULES.values(), presented)
