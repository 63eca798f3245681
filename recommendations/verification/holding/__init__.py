"""Claims held against the facts they cite.

In come a claim and the chart; out come findings, none where the claim holds. A claim's sentence is
not looked at here, and no fact is ever judged by another's claim.
"""

from recommendations.verification.holding.dispatch import hold, refs_of

__all__ = ["hold", "refs_of"]
