"""What changed at an EHR since we last looked.

In: a patient, a concept, a name for whoever follows. Out: each change once, together with the
bookmark in one transaction. Never: a change skipped because a clock was wrong, a page shifted or
an update came late; the same change twice.

The strategy is the vendor profile's ``since``. ``changed``: the EHR is asked by the moment of
change, from a while before the newest that we saw, and what was seen is known by its version.
``date``: it is asked by the resources' own dates, from some days before the last look, and all
is read again once a week, as a change may be to something old; ``whole``: all is read each time.
Both tell changes by content.
"""

from smartapp.fhir.changes.bookmarks import Bookmark
from smartapp.fhir.changes.catching_up import Changes, Pace, Reading, catch_up
from smartapp.fhir.changes.following import Follower

__all__ = ["Bookmark", "Changes", "Follower", "Pace", "Reading", "catch_up"]
