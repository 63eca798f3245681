"""Where a signed text came from, as FHIR R4 resources of HL7's AI Transparency guide.

http://hl7.org/fhir/uv/aitransparency (1.0.0-ballot): a Provenance (profile AI-Provenance) whose
target is the signed document, with the AI system as its author, the clinician as its verifier,
and, as entities, the model card, the instructions the model was given, and every resource of the
chart that a signed statement cites. The document is labelled ``AIAST``.

The bundle holds the signed text: it is PHI, and goes only to who may read that text.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from recommendations.agent.prompts import Instructions, PromptBroken, Release, instructions
from recommendations.clinical.facts import Source
from recommendations.clinical.results import ReadingSnapshot
from recommendations.decisions.standing import Stand, Standing, standings
from recommendations.models import SignedNote
from recommendations.transparency import chai
from recommendations.transparency.card import ModelCard, model_card
from recommendations.workflows.registry import DOCUMENTS

GUIDE = "http://hl7.org/fhir/uv/aitransparency"
_KINDS = f"{GUIDE}/CodeSystem/AIdeviceTypeCS"
_INPUTS = f"{GUIDE}/CodeSystem/AIinputsCS"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_VERSION = re.compile(r"contract@(\d+) ([a-z_]+)@(\d+)")

# What was typed or pasted into the panel.
_TYPED = {"Complaint": "Presenting complaint, as it was typed", "PastedText": "Patient's message"}

Json: TypeAlias = dict[str, Any]


def bundle(note: SignedNote) -> Json:
    """A collection with the document, the AI system, its card, its instructions, the Provenance."""
    parts = _Parts(note)
    document, device, card = parts.document(), parts.device(), parts.card()
    prompt, provenance = parts.prompt(), parts.provenance()
    entries = [document, device, card, *([prompt] if prompt else []), provenance]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": timezone.now().isoformat(),
        "entry": [
            {"fullUrl": parts.url(each["resourceType"], each["id"]), "resource": each}
            for each in entries
        ],
    }


class _Parts:
    """The resources of one bundle. Ids are derived, so that two exports of a note agree."""

    def __init__(self, note: SignedNote) -> None:
        self._note = note
        self._draft = note.draft
        self._ehr = note.draft.launch.ehr
        self._by_ai = note.draft.drafter != "offline"
        self._card: ModelCard = model_card()

    def url(self, resource_type: str, resource_id: str) -> str:
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{resource_type}/{resource_id}')}"

    def document(self) -> Json:
        """The signed text."""
        title = DOCUMENTS[self._draft.document].title
        return {
            "resourceType": "DocumentReference",
            "id": str(self._note.pk),
            "meta": {"security": [_AIAST]},
            "status": "current",
            "docStatus": "final",
            "type": {"text": title},
            "date": self._note.signed_at.isoformat(),
            "author": [self._clinician()],
            "content": [{"attachment": _attached(self._note.text, "text/plain; charset=utf-8")}],
        }

    def device(self) -> Json:
        """The AI system: this software, with the model where one drafted."""
        kind = "Large-Language-Models" if self._by_ai else "Rule-Based-Systems"
        names = [(self._card.facts["product"], "manufacturer-name")]
        if self._draft.model_id:
            names.append((self._draft.model_id, "model-name"))
        versions = {"software": self._card.facts["version"], **_told(self._draft.versions)}
        return {
            "resourceType": "Device",
            "id": f"{self._draft.pk}-ai",
            "extension": [
                {
                    "url": f"{GUIDE}/StructureDefinition/aitransparency.AIKind",
                    "valueCodeableConcept": _concept(_KINDS, kind),
                },
                {
                    "url": f"{GUIDE}/StructureDefinition/aitransparency.modelCardDescription",
                    "valueReference": self._to("DocumentReference", self._card_id),
                },
            ],
            "manufacturer": self._card.facts["developer"],
            "deviceName": [{"name": name, "type": kind_} for name, kind_ in names],
            "type": _concept(_KINDS, "Artificial-Intelligence"),
            "version": [
                {"type": {"text": name}, "value": value} for name, value in versions.items()
            ],
        }

    def card(self) -> Json:
        """The model card, in CHAI's format."""
        xml = chai.xml(self._card)
        return {
            "resourceType": "DocumentReference",
            "id": self._card_id,
            "status": "current",
            "type": _concept(_INPUTS, "AIModelCard", "AI Model-Card"),
            "category": [_concept(_INPUTS, "AImodelCardCHAIformat", "CHAI Format")],
            "description": f"Model card of {self._card.facts['product']}, made at this export.",
            "content": [{"attachment": _attached(xml, chai.CONTENT_TYPE)}],
        }

    def prompt(self) -> Json | None:
        """What the model was told before anything of the chart; nothing where no model drafted.

        The words only where this version still has them: the fingerprint tells.
        """
        if not self._by_ai:
            return None
        recorded = str(self._draft.versions.get("prompt_sha256", ""))
        version = str(self._draft.versions.get("prompt", "not recorded"))
        told = _instructions(version)
        attachment: Json = {"contentType": "text/markdown", "title": recorded}
        if told is not None and told.sha256 == recorded:
            attachment |= _attached(told.text.replace(told.canary, ""), "text/markdown")
        return {
            "resourceType": "DocumentReference",
            "id": self._prompt_id,
            "status": "current",
            "type": _concept(_INPUTS, "AIInputPrompt", "AI Input Prompt"),
            "description": f"Instructions {version}, SHA-256 {recorded}.",
            "content": [{"attachment": attachment}],
        }

    def provenance(self) -> Json:
        """Who made the text, who answers for it, and what it rests on."""
        return {
            "resourceType": "Provenance",
            "id": f"{self._note.pk}-provenance",
            "meta": {"profile": [f"{GUIDE}/StructureDefinition/AI-Provenance"]},
            "target": [self._to("DocumentReference", str(self._note.pk))],
            "occurredDateTime": (self._draft.ready_at or self._note.signed_at).isoformat(),
            "recorded": self._note.signed_at.isoformat(),
            "reason": [{"coding": [_AIAST]}],
            "agent": [
                {
                    "type": _concept(_PARTICIPANT, "author", "Author"),
                    "role": [_concept(_KINDS, "Artificial-Intelligence")],
                    "who": self._to("Device", f"{self._draft.pk}-ai"),
                },
                {
                    "type": _concept(_PARTICIPANT, "verifier", "Verifier"),
                    "who": self._clinician(),
                },
            ],
            "entity": [*self._inputs(), *self._sources()],
        }

    def _inputs(self) -> Iterator[Json]:
        yield _entity("derivation", self._to("DocumentReference", self._card_id))
        if self._by_ai:
            yield _entity("derivation", self._to("DocumentReference", self._prompt_id))

    def _sources(self) -> Iterator[Json]:
        reading = ReadingSnapshot.model_validate(self._draft.reading)
        sources = {fact.handle: fact.source for fact in reading.facts}
        for handle in dict.fromkeys(_cited(standings(self._draft))):
            yield _entity("source", _source(self._ehr.issuer, sources[handle]))

    def _clinician(self) -> Json:
        return {"reference": f"{self._ehr.issuer}/{self._note.decision.clinician.fhir_user}"}

    def _to(self, resource_type: str, resource_id: str) -> Json:
        return {"reference": self.url(resource_type, resource_id)}

    @property
    def _card_id(self) -> str:
        return f"{self._draft.pk}-card"

    @property
    def _prompt_id(self) -> str:
        return f"{self._draft.pk}-prompt"


_AIAST: Json = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "AIAST",
    "display": "Artificial Intelligence asserted",
}


def _instructions(version: str) -> Instructions | None:
    """The words of ``contract@5 progress_note@1``; ``None`` where they are not here any more."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    contract, prompt_id, prompt = found.groups()
    try:
        return instructions(Release(prompt_id, int(contract), int(prompt)))
    except PromptBroken:
        return None


def _cited(every: Iterable[Standing]) -> Iterator[str]:
    """What statements signed as drafted rest on; a clinician's own words rest on the clinician."""
    for each in every:
        if each.stand is Stand.APPROVED:
            yield from each.verdict.refs


def _source(issuer: str, source: Source) -> Json:
    if source.resource_type in _TYPED:  # no resource of the EHR: it has no address there
        named = f"{source.resource_type}/{source.resource_id}"
        return {"identifier": {"value": named}, "display": _TYPED[source.resource_type]}
    reference = f"{issuer}/{source.resource_type}/{source.resource_id}"
    if source.version.startswith("sha256:"):  # the EHR numbers no versions
        return {"reference": reference, "identifier": {"value": source.version}}
    return {"reference": f"{reference}/_history/{source.version}"}


def _entity(role: str, what: Json) -> Json:
    return {"role": role, "what": what}


def _concept(system: str, code: str, display: str = "") -> Json:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]}


def _attached(content: str | bytes, content_type: str) -> Json:
    raw = content.encode() if isinstance(content, str) else content
    return {"contentType": content_type, "data": base64.b64encode(raw).decode()}


def _told(versions: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in sorted(versions.items())}
