"""Every way a scope is refused: a stable code, and a sentence that says what to do.

::

    ScopeError
    ├── ScopeUnapproved        asked for without a reason that a second person approved
    ├── OwnApproval            author and approver are the same person
    ├── ScopeNotWaiting        nothing there to approve or to give up
    ├── JustificationTooShort  a reason that says nothing, or a whole book
    ├── ScopeMalformed         no scope of SMART
    ├── NotAnAdministrator     another role
    ├── ScopeEssential         without it nobody could open the app
    ├── BackendMissing         for work without a clinician, where the app is not registered for it
    └── SeedRefused            a seeded approval at an EHR that may be production
"""


class ScopeError(Exception):
    """Base of all; ``code`` is stable, ``str()`` is for people and free of PHI."""

    code = "scope_error"
    message = "The scope was refused."

    def __init__(self) -> None:
        super().__init__(self.message)


class ScopeUnapproved(ScopeError):
    """Scopes that lack an approved reason; nothing was asked of the EHR."""

    code = "scope_unapproved"
    message = (
        "These scopes are not approved, so nothing was asked of the EHR: {scopes}. On the page "
        "Scopes, one administrator writes why each is needed and a second one approves it."
    )

    def __init__(self, scopes: tuple[str, ...]) -> None:
        self.scopes = scopes
        Exception.__init__(self, self.message.format(scopes=", ".join(scopes)))


class OwnApproval(ScopeError):
    """Author and approver are the same person."""

    code = "own_approval"
    message = "You wrote this reason yourself. Ask another administrator to approve it."


class ScopeNotWaiting(ScopeError):
    """Nothing there to approve or to give up."""

    code = "scope_not_waiting"
    message = "This was already decided by somebody. Look at the page again; nothing was changed."


class JustificationTooShort(ScopeError):
    """A reason that says nothing, or a whole book."""

    code = "justification_length"
    message = "Write in 20 to 2,000 characters why the scope is needed, for whoever approves it."


class ScopeMalformed(ScopeError):
    """No scope of SMART."""

    code = "scope_malformed"
    message = "This is not a scope of SMART. Take it from the list on the page."


class NotAnAdministrator(ScopeError):
    """Another role."""

    code = "not_administrator"
    message = "Scopes are asked for and approved by administrators. Ask one of them."


class ScopeEssential(ScopeError):
    """Without it nobody could open the app."""

    code = "scope_essential"
    message = "Without this scope nobody can open the app. To end that, deactivate the EHR."


class BackendMissing(ScopeError):
    """A system/ scope where the app is not registered for work without a clinician."""

    code = "backend_missing"
    message = (
        "This scope is for work without a clinician, and the app is not registered for that at "
        "this EHR. Register it with connect_backend first; nothing was changed."
    )


class SeedRefused(ScopeError):
    """A seeded approval at an EHR that may be production."""

    code = "seed_not_for_production"
    message = (
        "Approvals are seeded only for an EHR whose label says that it is no production. "
        "Write and approve reasons on the page Scopes."
    )
