"""What is asked of an EHR and why, and what it gave. Scopes are no PHI; reasons are people's words
about scopes and stand readable."""

from typing import ClassVar

from audit.events.base import Event, Outcome


class ScopeJustified(Event):
    """A reason was written for a scope; it waits for a second person."""

    type: ClassVar[str] = "scope.justified"
    wording: ClassVar[str] = "wrote why a scope is needed"

    scope: str
    justification: str
    seeded: bool = False  # by the demonstration for itself


class ScopeApproved(Event):
    """A second person agreed that a scope may be asked for."""

    type: ClassVar[str] = "scope.approved"
    wording: ClassVar[str] = "approved a scope"

    scope: str
    author_name: str
    seeded: bool = False


class ScopeAsked(Event):
    """An approved scope was put into an EHR's registration: it is asked for from now on."""

    type: ClassVar[str] = "scope.asked"
    wording: ClassVar[str] = "put a scope into the registration"

    scope: str


class ScopeGivenUp(Event):
    """A scope is no longer asked for; to ask again needs a reason and an approval anew."""

    type: ClassVar[str] = "scope.given_up"
    wording: ClassVar[str] = "gave a scope up"

    scope: str


class ScopeRefused(Event):
    """A scope was not approved, asked for or taken; ``code`` says why."""

    type: ClassVar[str] = "scope.refused"
    wording: ClassVar[str] = "was refused a scope"

    outcome: Outcome = Outcome.REFUSED
    scopes: tuple[str, ...]


class GrantDiffers(Event):
    """An EHR granted other scopes than it was asked for: some tools go short, or too much came."""

    type: ClassVar[str] = "scope.grant_differs"
    wording: ClassVar[str] = "was granted other scopes than were asked for"

    outcome: Outcome = Outcome.INCOMPLETE
    tools_short: tuple[str, ...]  # "notes: DocumentReference"
    withheld: tuple[str, ...]
    surplus: tuple[str, ...]


class ScopesNarrowed(Event):
    """The EHR renewed a launch's access for less than it had granted: the rest is missing now."""

    type: ClassVar[str] = "scope.narrowed"
    wording: ClassVar[str] = "was left fewer scopes when access was renewed"

    outcome: Outcome = Outcome.INCOMPLETE
    taken: tuple[str, ...]
    left: tuple[str, ...]


class EhrChecked(Event):
    """An EHR was checked against what the workflows need."""

    type: ClassVar[str] = "ehr.checked"
    wording: ClassVar[str] = "checked what an EHR supports"

    concepts: dict[str, int]  # how many are supported, supported with a quirk, fallback, missing
    with_token: bool
