"""Advice on treatment, which a judgement may not give."""

import re

from recommendations.verification.outcomes import Finding
from recommendations.verification.rules import finding
from recommendations.verification.sentence.scanning import Scan

_VERB = (
    r"(?:start|stop|hold|increase|decrease|reduce|discontinue|switch|add|titrate|initiate|begin|"
    r"taper|prescribe|give|administer|restart|resume|double|halve)"
)
_ADVICE = re.compile(
    rf"\b(?:consider|recommend|recommended|suggest|should be|should|must be|must|needs? to be|"
    rf"advise|please)\b(?: \w+){{0,2}}? {_VERB}(?:ing|ed|ped|d|ped)?\b|^{_VERB}\b"
)


def advice(scan: Scan) -> list[Finding]:
    """A finding where a judgement tells to change a treatment."""
    if not scan.cast.inferred or not (m := _ADVICE.search(scan.low)):
        return []
    words = f"\u201c{m[0]}\u201d is advice on treatment, which a draft does not give."
    return [finding("advice_on_treatment", words, draft=m[0])]
