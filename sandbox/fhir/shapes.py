"""Canonical resources as each vendor would send them, serialised once for each version."""

import json
import zlib
from typing import Any

from sandbox.fhir.derived import binary_id, medication_id
from sandbox.fhir.store import Entry, Store
from sandbox.personalities import Personality
from sandbox.settings import SANDBOX_BASE_URL

Resource = dict[str, Any]


def base_url(personality: Personality) -> str:
    """Return a personality's FHIR base address, without a slash at its end."""
    return f"{SANDBOX_BASE_URL}/{personality.path}"


def body(entry: Entry, personality: Personality, store: Store) -> bytes:
    """Return an entry as JSON in the vendor's shape."""
    found = entry.bodies.get(personality.key)
    if found is None:
        found = dumps(shape(entry.resource, personality, store))
        entry.bodies[personality.key] = found
    return found


def dumps(value: Any) -> bytes:
    """Return compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def shape(resource: Resource, personality: Personality, store: Store) -> Resource:
    """Return a resource in the vendor's shape; the canonical one is left as it is."""
    resource = _meta(resource, personality)
    match resource["resourceType"]:
        case "MedicationRequest" | "MedicationAdministration":
            return _medication(resource, personality, store)
        case "DocumentReference":
            return _document(resource, personality, store)
        case "CarePlan" if personality.reading.plans_as_text:
            return {key: value for key, value in resource.items() if key != "activity"}
        case "DiagnosticReport":
            return _report(resource, personality, store)
        case "Observation" | "ServiceRequest":
            return _own(resource, personality)
    return resource


def _meta(resource: Resource, personality: Personality) -> Resource:
    dated = personality.reading.dated
    if dated is None or resource["resourceType"] in dated:
        return resource
    hidden = {"lastUpdated", "versionId"}
    meta = {key: value for key, value in resource["meta"].items() if key not in hidden}
    shaped = {key: value for key, value in resource.items() if key != "meta"}
    return {**shaped, "meta": meta} if meta else shaped


def _own(resource: Resource, personality: Personality) -> Resource:
    """Return a result or an order with the vendor's own codes, if it has any."""
    reading = personality.reading
    if resource["resourceType"] == "ServiceRequest":
        return _ordered(resource, reading.own_orders) if reading.own_orders else resource
    return _coded(resource, reading.own_codes) if reading.own_codes else resource


def _coded(resource: Resource, system: str) -> Resource:
    """Return a result with the vendor's own code before the standard ones."""
    concept = resource.get("code", {})
    if not concept.get("coding"):
        return resource
    number = zlib.crc32(json.dumps(concept, sort_keys=True).encode())
    display = concept.get("text") or concept["coding"][0].get("display", "")
    own = {"system": system, "code": str(number), "display": display, "userSelected": True}
    return {**resource, "code": {**concept, "coding": [own, *concept["coding"]]}}


def _ordered(resource: Resource, system: str) -> Resource:
    """Return an order with the tenant's own code for what is ordered, and no public one."""
    first = next(iter(resource.get("code", {}).get("coding", [])), None)
    if first is None:
        return resource
    text = resource["code"].get("text") or first.get("display", "")
    own = {
        "system": system,
        "code": order_number(f"{first.get('system', '')}|{first['code']}"),
        "display": text,
        "userSelected": True,
    }
    return {**resource, "code": {"coding": [own], "text": text}}


def order_number(token: str) -> str:
    """Return the tenant's own code for what is ordered by a public one (``system|code``)."""
    return str(zlib.crc32(token.encode()))


def _medication(resource: Resource, personality: Personality, store: Store) -> Resource:
    if personality.reading.medication == "reference" and "medicationCodeableConcept" in resource:
        return _by_reference(resource)
    if personality.reading.medication == "inline" and "medicationReference" in resource:
        return _inline(resource, store)
    return resource


def _by_reference(resource: Resource) -> Resource:
    concept = resource["medicationCodeableConcept"]
    shaped = {k: v for k, v in resource.items() if k != "medicationCodeableConcept"}
    display = concept.get("text") or next(
        (coding["display"] for coding in concept.get("coding", []) if coding.get("display")), None
    )
    reference = {"reference": f"Medication/{medication_id(concept)}"}
    shaped["medicationReference"] = {**reference, "display": display} if display else reference
    return shaped


def _inline(resource: Resource, store: Store) -> Resource:
    reference = resource["medicationReference"]
    code = _referred(resource, str(reference.get("reference", "")), store).get("code")
    shaped = {k: v for k, v in resource.items() if k != "medicationReference"}
    shaped["medicationCodeableConcept"] = code or {"text": reference.get("display", "Unknown")}
    return shaped


def _referred(resource: Resource, reference: str, store: Store) -> Resource:
    if reference.startswith("#"):
        contained = resource.get("contained", [])
        return next((one for one in contained if one.get("id") == reference[1:]), {})
    return store.get("Medication", reference.rpartition("/")[2]) or {}


def _document(resource: Resource, personality: Personality, store: Store) -> Resource:
    if not personality.reading.notes_as_binary:
        return resource
    contents = [
        {**content, "attachment": attachment}
        for number, content in enumerate(resource.get("content", []))
        for attachment in _attachments(
            resource, number, content.get("attachment", {}), personality, store
        )
    ]
    return {**resource, "content": contents} if contents else resource


def _report(resource: Resource, personality: Personality, store: Store) -> Resource:
    forms = resource.get("presentedForm")
    if not forms or not personality.reading.notes_as_binary:
        return resource
    shaped = [
        attachment
        for number, form in enumerate(forms)
        for attachment in _attachments(resource, number, form, personality, store)
    ]
    return {**resource, "presentedForm": shaped}


def _attachments(
    resource: Resource, number: int, attachment: Resource, personality: Personality, store: Store
) -> list[Resource]:
    """Return an attachment as the vendor's: by URL, and perhaps in two renderings."""
    rendered = store.entry("Binary", binary_id(resource, number, "html")) is not None
    if rendered and personality.reading.notes_as_html_and_rtf:
        forms = {"html": "text/html", "rtf": "text/rtf"}
    elif attachment.get("data"):
        forms = {"original": attachment.get("contentType", "")}
    else:
        return [_addressed(attachment, attachment.get("url", ""), personality)]
    bare = {k: v for k, v in attachment.items() if k not in {"data", "hash", "size"}}
    return [
        _addressed(
            {**bare, "contentType": media} if media else bare,
            f"Binary/{binary_id(resource, number, form)}",
            personality,
        )
        for form, media in forms.items()
    ]


def _addressed(attachment: Resource, url: str, personality: Personality) -> Resource:
    if not url:
        return attachment
    relative = url.startswith("Binary/")
    if relative and personality.reading.absolute_attachments:
        url = f"{base_url(personality)}/{url}"
    return {**attachment, "url": url}
