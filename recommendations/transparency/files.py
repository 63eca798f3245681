"""The model card and an AI provenance as files to take away."""

import json
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse

from audit.events.decisions import ProvenanceExported
from audit.recorder import record
from recommendations.models import SignedNote
from recommendations.transparency import chai
from recommendations.transparency.card import ModelCard, model_card
from recommendations.transparency.provenance import bundle


def _json(card: ModelCard) -> bytes:
    return json.dumps(card.as_dict(), indent=1, ensure_ascii=False).encode()


_FORMS: dict[str, tuple[str, Callable[[ModelCard], bytes]]] = {
    "xml": (chai.CONTENT_TYPE, chai.xml),
    "json": ("application/json", _json),
}


def card_file(form: str) -> HttpResponse | None:
    """The card as CHAI's XML or as JSON; ``None`` where the form is another."""
    if form not in _FORMS:
        return None
    content_type, write = _FORMS[form]
    return _attachment(write(model_card()), content_type, f"countersign-model-card.{form}")


def provenance_file(note: SignedNote) -> HttpResponse:
    """The AI provenance of a signed text, recorded as given out before it is."""
    made = bundle(note)
    entities = made["entry"][-1]["resource"]["entity"]
    cited = sum(each["role"] == "source" for each in entities)
    with transaction.atomic():
        record(
            ProvenanceExported(
                draft_id=str(note.draft_id), text_sha256=note.text_sha256, cited=cited
            )
        )
    raw = json.dumps(made, ensure_ascii=False).encode()
    return _attachment(raw, "application/fhir+json", "ai-provenance.json")


def _attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
