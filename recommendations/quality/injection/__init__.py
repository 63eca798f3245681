"""Text in a chart that gives orders, held against the product: does any of it get its way?

In come attacks (what is ordered, how it is worded or disguised, where in a chart it stands) and a
stand-in for the model that obeys whatever it reads. Each is drafted, verified, stored, shown and
taken to the signature by the product's own code, in a database made for it and thrown away; out
come counts of what left, what could be signed, what crossed to another patient, what is not on
record, and of how many attacks the clinician is told.
"""
