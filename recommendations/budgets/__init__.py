"""What drafting with a model may cost: limits, prices, and what was spent.

In: what each request to a model used, administrators' limits, dated prices. Out: whether a draft
may go to the model now, and why not. Never: a patient, or a word of a chart.
"""
