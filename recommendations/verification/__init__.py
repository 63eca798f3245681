"""Does each statement follow from what it cites?

In come drafted statements with typed claims, and the snapshot of what was read for that draft; out
go verdicts, in words that name both sides. Verification reads nothing by itself, calls no model,
and never turns a failed claim into a passed one.
"""

from recommendations.verification.chart import Chart
from recommendations.verification.own_words import verify_text
from recommendations.verification.settling import Reader, settle
from recommendations.verification.verifier import verify, warm_up
from recommendations.verification.wording import reword

VERSION = "2026.11.9"

__all__ = [
    "VERSION",
    "Chart",
    "Reader",
    "reword",
    "settle",
    "verify",
    "verify_text",
    "warm_up",
]
