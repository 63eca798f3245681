"""Text in a chart that is addressed to software: found by rules, told to the clinician, never
followed.

In come the facts of a reading (or one text), out go the passages that give orders to whoever drafts
from the chart, each with the rules that found it. Nothing here changes what is read or drafted;
it asks no model, and says nothing of what is no order: "please call the patient" is none.
``docs/injection.md`` names every rule, and what it does not find.
"""

from recommendations.clinical.addressed.chart import Search, strings_of
from recommendations.clinical.addressed.finding import Found, find
from recommendations.clinical.addressed.rules import RULES

__all__ = ["RULES", "Found", "Search", "find", "strings_of"]
