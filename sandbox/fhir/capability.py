"""The CapabilityStatement, made of the tables that search and writes obey."""

from typing import Any

from sandbox.fhir.rules import TypeRules
from sandbox.fhir.search.params import PARAMS
from sandbox.fhir.shapes import base_url
from sandbox.oauth import addresses
from sandbox.personalities import Personality

_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"

_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_BULK = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition"
_US_CORE = "http://hl7.org/fhir/us/core/OperationDefinition"


def statement(personality: Personality) -> dict[str, Any]:
    """Return what a personality truly does."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "publisher": "Countersign sandbox hospital",
        "kind": "instance",
        "software": {"name": f"Sandbox hospital, {personality.title} personality"},
        "implementation": {
            "description": "A pretend hospital with synthetic patients",
            "url": base_url(personality),
        },
        "fhirVersion": "4.0.1",
        "format": _formats(personality),
        "rest": [_rest(personality)],
    }


def _formats(personality: Personality) -> list[str]:
    if personality.reading.refuses_unknown_accept:
        return ["json"]
    return ["xml", "json"] if personality.reading.default_format == "xml" else ["json", "xml"]


def _rest(personality: Personality) -> dict[str, Any]:
    service = {"coding": [{"system": _SERVICE, "code": "SMART-on-FHIR"}], "text": "SMART on FHIR"}
    return {
        "mode": "server",
        "security": {"cors": False, "service": [service], "extension": [_endpoints(personality)]},
        **({"interaction": [{"code": "batch"}]} if personality.searching.batch else {}),
        "resource": [
            _resource(kind, rules, personality) for kind, rules in sorted(personality.types.items())
        ],
    }


def _endpoints(personality: Personality) -> dict[str, Any]:
    """Return where to authorize, as clients read it that know no smart-configuration."""
    named = {name: addresses.endpoint(personality, name) for name in ("authorize", "token")}
    urls = [{"url": name, "valueUri": where} for name, where in named.items()]
    return {"url": _OAUTH_URIS, "extension": urls}


def _resource(kind: str, rules: TypeRules, personality: Personality) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": code} for code in (*rules.reads, *rules.writes)],
        "versioning": "versioned-update" if "update" in rules.writes else "versioned",
        "readHistory": "vread" in rules.reads,
        "updateCreate": False,
        "conditionalCreate": False,
        "conditionalUpdate": False,
    }
    if rules.params:
        described |= _search(kind, rules, personality)
    operations = _operations(kind, personality)
    return {**described, "operation": operations} if operations else described


def _operations(kind: str, personality: Personality) -> list[dict[str, str]]:
    """Return what can be done with a type that is neither a read nor a search."""
    own = f"{base_url(personality)}/OperationDefinition"
    summaries = personality.reading.summary_documents
    found = {
        "DocumentReference": (summaries, "docref", f"{_US_CORE}/docref"),
        "Binary": (summaries, "autogen-ccd-if", f"{own}/autogen-ccd-if"),
        "Group": (True, "group-export", f"{_BULK}/group-export"),
        "Patient": (personality.bulk.everybody, "patient-export", f"{_BULK}/patient-export"),
    }
    there, name, definition = found.get(kind, (False, "", ""))
    return [{"name": name, "definition": definition}] if there else []


def _search(kind: str, rules: TypeRules, personality: Personality) -> dict[str, Any]:
    known = PARAMS[kind]
    described: dict[str, Any] = {
        "searchParam": [{"name": name, "type": known[name].kind} for name in rules.params]
    }
    includes = [f"{kind}:{param.name}" for param in known.values() if param.kind == "reference"]
    if personality.searching.includes and includes:
        described["searchInclude"] = ["*"] if personality.searching.any_include else includes
    if "patient" in known or kind == "Patient":
        described["searchRevInclude"] = list(personality.searching.revincludes)
    return described
