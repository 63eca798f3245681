"""Text of the chart that is addressed to software: told on the panel, shown where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.events.decisions import PassageOpened
from audit.recorder import record
from recommendations import selectors
from recommendations.clinical.addressed import strings_of
from recommendations.clinical.facts import Fact
from recommendations.clinical.results import Addressed, ReadingSnapshot
from recommendations.views import fact_rows, facts
from recommendations.views.answers import no_such
from recommendations.views.chart import read_strip
from recommendations.views.composing import snapshot_of
from recommendations.views.door import is_htmx, panel_view
from recommendations.views.evidence import Passage, around
from smartapp.launch.doors import LaunchRequest

_LABELS = {
    "text": "Text", "dosage_text": "As written", "coded": "As coded", "reason": "For",
    "author": "By", "reactions": "Reaction", "activities": "Holds", "conditions": "Has",
    "value_text": "Value", "body_site": "Site", "encounter_class": "Kind",
    "components": "Part", "reference_range": "Range", "relationship": "Relative",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One passage, with the field that it stands in and what is about it."""

    label: str
    passage: Passage


@panel_view
@require_safe
def passage(request: LaunchRequest, *, launch_id: str, draft_id: UUID, handle: str) -> HttpResponse:
    """Show an entry with its text addressed to software, recorded before it is shown."""
    draft = selectors.draft_of(request.launch, draft_id)
    snapshot = snapshot_of(draft) if draft else ReadingSnapshot(as_of="")
    fact = next((f for f in snapshot.facts if f.handle == handle), None)
    found = [each for each in snapshot.addressed if each.handle == handle]
    if draft is None or fact is None or not found:
        return no_such(request)
    record_opened(fact, draft_id)
    context = {
        "places": places_of(fact, found),
        "fact": fact,
        "icon": facts.icon(fact),
        "rows": _rows(fact, found),
        "launch": request.launch,
        "draft": draft,
    }
    if is_htmx(request):
        return render(request, "panel/passage.html", context)
    whole = {**context, "chart": read_strip(request, snapshot), "ehr": request.ehr}
    return render(request, "panel/passage_page.html", whole)


def record_opened(fact: Fact, draft_id: UUID) -> None:
    """Put on record that it is about to be shown."""
    with transaction.atomic():
        record(
            PassageOpened(
                draft_id=str(draft_id),
                handle=fact.handle,
                kind=fact.source.resource_type,
                source=f"{fact.source.resource_type}/{fact.source.resource_id}",
                name=fact.name,
            )
        )


def places_of(fact: Fact, found: Sequence[Addressed]) -> tuple[Place, ...]:
    """Where the passages of a fact stand."""
    texts = dict(strings_of(fact))
    known = [(each, texts.get(each.field, "")) for each in found]
    return tuple(
        Place(label_of(each.field), around(text, each.start, min(each.end, len(text))))
        for each, text in known
        if text
    )


def label_of(field: str) -> str:
    """A field's place in a fact, in words."""
    first = field.split(".", maxsplit=1)[0]
    return _LABELS.get(first) or first.replace("_", " ").capitalize()


def _rows(fact: Fact, found: Sequence[Addressed]) -> list[tuple[str, str]]:
    """What else the chart says of the entry; what is shown as a passage is not shown again."""
    shown = {label_of(each.field) for each in found}
    return [(label, words) for label, words in fact_rows.rows(fact) if label not in shown]
