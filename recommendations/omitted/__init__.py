"""What a draft leaves out, kept with it.

In: a draft's reading and the words that stand in it. Out: rows of what its document's rules ask for
and those words do not tell, each with the statement that would tell it. It decides nothing, and
nothing here is added to a draft.
"""

from recommendations.omitted.keeping import Change, Found, found_event, found_of, look_again
from recommendations.omitted.looking import Looked, look, tells

__all__ = [
    "Change",
    "Found",
    "Looked",
    "found_event",
    "found_of",
    "look",
    "look_again",
    "tells",
]
