"""Does the sentence say more than its claims' facts bear out?

In come a statement whose claims hold, and the chart; out come findings. Every word of the sentence
is read as something: a name, a number, a date, a cue, or a word that asserts nothing. What is none
of these stops the sentence.
"""

from recommendations.verification.sentence.findings import sentence_findings

__all__ = ["sentence_findings"]
