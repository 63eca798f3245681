"""What a fact may be called.

In come facts; out go the names each goes by: the chart's own, its codings' displays, and listed
synonyms. A name is never matched by likeness, but for a misspelt drug in the chart that is like one
known ingredient only.
"""

from recommendations.verification.naming.agreement import (
    drug_named_differently,
    named_differently,
)
from recommendations.verification.naming.drugs import same_drug
from recommendations.verification.naming.surfaces import plain_test, surfaces

__all__ = [
    "drug_named_differently",
    "named_differently",
    "plain_test",
    "same_drug",
    "surfaces",
]
