"""What a grant lets through: the one place where FHIR asks the authorization server."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from sandbox.fhir.errors import FhirError, ScopeError
from sandbox.fhir.search.engine import narrowed, patients_asked
from sandbox.fhir.search.match import Test, condition
from sandbox.fhir.search.param import Param
from sandbox.fhir.search.params import PARAMS
from sandbox.fhir.search.query import Query
from sandbox.fhir.store import Entry, Store
from sandbox.oauth import access, scopes
from sandbox.personalities import Personality

Resource = dict[str, Any]


class Unauthorized(Exception):
    """No live token came with the request."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A grant at one personality, asked before anything is read or written."""

    grant: access.Grant
    personality: Personality
    store: Store

    @property
    def owner(self) -> tuple[str, str, str | None]:
        """Whose result pages are: personality, client and patient."""
        return self.personality.key, self.grant.client_id, self.grant.patient

    def require(self, kind: str, interaction: scopes.Interaction) -> None:
        """Refuse with 403 what no scope allows."""
        needed = [scopes.allows(self.grant, kind, interaction)]
        also = self.personality.reading.binary_also_needs
        if kind == "Binary" and also:
            needed.append(any(scopes.allows(self.grant, one, "read") for one in also))
        if not all(needed):
            raise ScopeError(f"The token has no scope to {interaction} {kind}.")

    def bound(self, kind: str, interaction: scopes.Interaction) -> str | None:
        """Return the only patient whose resources of a type may be touched; None: no limit."""
        if not confined(kind) or not scopes.patient_bound(self.grant, kind, interaction):
            return None
        # A patient/ scope without a patient in context reaches nobody.
        return self.grant.patient or ""

    def check_search(self, query: Query) -> str | None:
        """Refuse a search for another's patient; return the patient it is confined to."""
        self.require(query.type, "search")
        if query.revincludes and self.personality.searching.revinclude_strictly:
            self.require("Provenance", "read")
        bound = self.bound(query.type, "search")
        asked = patients_asked(query)
        if bound is not None and asked is not None and asked != {bound}:
            raise FhirError(403, "forbidden", "The token is for another patient.")
        return bound

    def filtered(self, query: Query, entries: list[Entry]) -> list[Entry]:
        """Return the matches that granular scopes such as ``?category=…`` let through."""
        alternatives = self._restrictions(query.type, "search")
        return entries if alternatives is None else narrowed(entries, alternatives)

    def sees(self, entry: Entry) -> bool:
        """Return whether an entry may be read."""
        kind = entry.type
        if not scopes.allows(self.grant, kind, "read"):
            return False
        bound = self.bound(kind, "read")
        if bound is not None and bound not in self.store.owners(entry):
            return False
        alternatives = self._restrictions(kind, "read")
        return alternatives is None or bool(narrowed([entry], alternatives))

    def check_write(self, resource: Resource, patients: frozenset[str], interaction: Any) -> None:
        """Refuse with 403 a write that no scope allows or that concerns another patient."""
        kind = resource["resourceType"]
        self.require(kind, interaction)
        bound = self.bound(kind, interaction)
        if bound is not None and patients != {bound}:
            raise FhirError(403, "forbidden", "The token is for another patient.")

    def _restrictions(
        self, kind: str, interaction: scopes.Interaction
    ) -> list[list[tuple[Param, Test]]] | None:
        filters = scopes.restrictions(self.grant, kind, interaction)
        if filters is None:
            return None
        return [_conditions(kind, one) for one in filters]


def _conditions(kind: str, filters: tuple[tuple[str, str], ...]) -> list[tuple[Param, Test]]:
    known = PARAMS.get(kind, {})
    return [
        (known[name], condition(known[name], "", value, ""))
        if name in known
        # A filter this server cannot apply must not open what it was meant to close.
        else (PARAMS["Patient"]["_id"], lambda _: False)
        for name, value in filters
    ]


def confined(kind: str) -> bool:
    """Return whether resources of a type belong to patients."""
    return kind in {"Patient", "Binary", "Group"} or "patient" in PARAMS.get(kind, {})


def admit(request: HttpRequest, personality: Personality, store: Store) -> Gate:
    """Return the gate for a request's token. Raises Unauthorized."""
    grant = access.grant_for(request, personality)
    if grant is None:
        raise Unauthorized
    return Gate(grant, personality, store)
