"""Why somebody comes or was sent: every reason that a resource gives, for the gravest may be last.

FHIR's ``reasonCode`` and ``reasonReference`` are lists in no order of weight.
"""

from recommendations.clinical import fhir_json
from recommendations.clinical.tool import Resource
from recommendations.clinical.untrusted import SHORT, cut, is_cut

BETWEEN = "; "


def reasons(resource: Resource) -> tuple[str, bool]:
    """All reasons without identifiers, at most ``SHORT`` characters, and whether some is missing.

    Missing is what was cut, and what has no words here: a reference without a display.
    """
    raw = resource.raw
    coded = [fhir_json.words(each) for each in fhir_json.items(raw, "reasonCode")]
    named = [fhir_json.string(e, "display") for e in fhir_json.items(raw, "reasonReference")]
    found = [*coded, *named]
    told = resource.masked(BETWEEN.join(dict.fromkeys(filter(None, found))))
    missing = not all(found) or any(is_cut(each, SHORT) for each in found) or len(told) > SHORT
    return cut(told, SHORT), missing
