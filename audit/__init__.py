"""The memory: every act as a typed, append-only, chained row.

In: typed events, written in the transaction of the act they tell of. Out: searches for
reviewers, and a proof that nothing was changed. Never: imports the rooms it remembers, keeps PHI
in the clear, or lets a row be altered.
"""
