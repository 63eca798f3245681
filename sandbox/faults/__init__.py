"""The one place where the hospital misbehaves on purpose, as real ones do without meaning to.

In: rules from ``/control/faults``, each naming a fault, the calls it touches and for how long.
Out: the hospital's answers, late, refused, broken or wrong as told, and counts of what was asked.
Never: misbehaves unasked, or changes a chart.
"""
