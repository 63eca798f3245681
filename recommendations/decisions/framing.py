"""What code sets around the approved statements, so that a letter reads as a letter.

No drafter sees it. Greeting and closing name the clinician and what they gave with the request,
never the patient: the text is written into that patient's own chart.
"""

import re
from collections.abc import Sequence

from recommendations.clinical.results import ReadingSnapshot
from recommendations.clinical.unseen import unseen
from recommendations.decisions.texts import normalised
from recommendations.models import Draft
from recommendations.workflows.disclosures import disclosure
from recommendations.workflows.documents import Document
from smartapp.models import Clinician

_PLACE = re.compile(r"\{(\w+)\}")
_UNREAD = "Not all of your chart could be read when this was written."


def section(document: Document, title: str, lines: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A section's title and its lines, as a document of this layout has them."""
    if document.frame.layout == "paragraphs":
        return title, (" ".join(lines),)
    if document.frame.layout == "points":
        return title, tuple(f"- {line}" for line in lines)
    return title.upper(), tuple(lines)


def around(
    document: Document, draft: Draft, clinician: Clinician
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines above the statements and those below; one whose words are missing is left out."""
    given = dict(draft.given) if draft.given_sealed is not None else {}
    given = {key: normalised(text) for key, text in given.items()}
    given["clinician"] = str(clinician)
    before, after = (
        [line for each in lines if (line := _filled(each, given))]
        for lines in (document.frame.before, document.frame.after)
    )
    if for_patient(document) and draft.drafter != "offline":
        told = disclosure(draft.launch.ehr.jurisdiction)
        (before if told.placement == "start" else after).insert(0, told.to_patient(document))
    return tuple(before), tuple(after)


def not_read(document: Document, read: ReadingSnapshot | None) -> str:
    """What of the chart is missing in it, in words for whoever reads it."""
    found = unseen(read.gaps) if read is not None else None
    if for_patient(document):
        return _UNREAD if found is None or found.missing else ""
    if found is None:
        return "Not read: what was missing from the chart was not kept with this draft."
    return found.told


def for_patient(document: Document) -> bool:
    """Whether the patient reads it."""
    return document.style.person == "second"


def _filled(line: str, given: dict[str, str]) -> str:
    """The line with its words; empty where some are missing. What is typed is filled in once."""
    if any(not given.get(key) for key in _PLACE.findall(line)):
        return ""
    return _PLACE.sub(lambda found: given[found[1]], line)
