"""How good it is: metrics with their definitions, and the suites that measure them.

In come charts, held-out sets and the product's own drafters and checks; out come figures, each
with what it means and the goal it is held against. A suite reads no patient's chart but synthetic
ones, writes to no store but one that it makes for itself and throws away, and never counts what it
cannot vouch for.
"""
