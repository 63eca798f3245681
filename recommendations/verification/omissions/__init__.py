"""What must not be missing in a draft, and is.

In come the chart as it was read and the statements that stand before verification; out go facts
that a rule asks for and no statement tells, each in words for the clinician. It judges no sentence,
bars nothing from being signed, and asks only for what was read: what the EHR withheld is told as
missing elsewhere.
"""

from recommendations.verification.omissions.finding import Omission, omissions, required
from recommendations.verification.omissions.rules import RULES, Rule

__all__ = ["RULES", "Omission", "Rule", "omissions", "required"]
