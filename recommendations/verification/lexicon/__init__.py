"""Words as data: units, tests, drugs, conditions, cues. No rule is made here.

Hand-written from general medical usage; each module names what its entries can be checked
against. Nothing here may guess: a name that is not listed is not known.
"""
