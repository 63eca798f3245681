"""What our backend asks for, to read all that the workflows read."""

from smartapp.fhir.vendors import load
from smartapp.fhir.vendors.concepts import ConceptQuery


def scopes_of(vendor: str) -> str:
    profile = load(vendor)
    types = {asks.type for asks in profile.concepts.values() if isinstance(asks, ConceptQuery)} | {
        "Medication",
        "Group",
    }
    suffix = "read" if profile.scope_syntax == "v1" else "rs"
    return " ".join(f"system/{each}.{suffix}" for each in sorted(types))
