"""Every way a change of a release is refused: a stable code, and what to do.

::

    ReleaseError
    ├── OwnProposal        proposer and approver are the same person
    ├── NotWaiting         nothing there to approve or to dismiss
    ├── AlreadyWaiting     another change of the same document and unit waits
    ├── NothingChanges     what is proposed is in use already
    ├── NothingBefore      there is nothing to go back to
    ├── ReasonTooShort     a reason that says nothing, or a whole book
    ├── VersionUnknown     a version that is not released, or not with this contract
    ├── ModelMalformed     no name of a model, or too many
    ├── ModelAnywhere      a model that answers from any country, where that is not allowed
    ├── UnitUnknown        no unit of an EHR that is registered here
    ├── MovedMeanwhile     what is in use is no longer what the page showed
    └── NotAnAdministrator another role
"""


class ReleaseError(Exception):
    """Base of all; ``code`` is stable, ``str()`` is for people and free of PHI."""

    code = "release_error"
    message = "The change was refused."

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)


class OwnProposal(ReleaseError):
    """Proposer and approver are the same person."""

    code = "own_proposal"
    message = "You proposed this change yourself. Ask another administrator to approve it."


class NotWaiting(ReleaseError):
    """Nothing there to approve or to dismiss."""

    code = "release_not_waiting"
    message = "This was already decided by somebody. Look at the page again; nothing was changed."


class AlreadyWaiting(ReleaseError):
    """Another change of the same document and unit waits."""

    code = "release_waiting"
    message = "Another change waits here. Approve or dismiss it before proposing the next."


class NothingChanges(ReleaseError):
    """What is proposed is in use already."""

    code = "release_in_use"
    message = "This is in use already. Choose another version or other models."


class NothingBefore(ReleaseError):
    """There is nothing to go back to."""

    code = "release_first"
    message = "Nothing was in use here before. Propose the version to use instead."


class ReasonTooShort(ReleaseError):
    """A reason that says nothing, or a whole book."""

    code = "reason_length"
    message = "Write in 10 to 2,000 characters why, for whoever approves it and looks it up later."


class VersionUnknown(ReleaseError):
    """A version that is not released, or not with this contract."""

    code = "version_unknown"
    message = "This version is not among those released here. Choose one from the list."


class ModelMalformed(ReleaseError):
    """No name of a model, or too many."""

    code = "model_malformed"
    message = (
        "Name up to five models, one a line, each by its id as the provider writes it. Leave it "
        "empty for those of the settings."
    )


class ModelAnywhere(ReleaseError):
    """A model that answers from any country, where the hospital has not agreed to that."""

    code = "model_anywhere"
    message = (
        "A model whose name begins with global may be answered from any country. Choose one with "
        "a place, or have COUNTERSIGN_MODEL_ANYWHERE set where the hospital has agreed to that."
    )


class UnitUnknown(ReleaseError):
    """No unit of an EHR that is registered here."""

    code = "unit_unknown"
    message = "Name the unit as EHR/unit, such as northfield/eL-hfc07, with an EHR of this server."


class MovedMeanwhile(ReleaseError):
    """What is in use is no longer what the page showed."""

    code = "release_moved"
    message = "Somebody changed what is in use a moment ago. Look at the page again."


class NotAnAdministrator(ReleaseError):
    """Another role."""

    code = "not_administrator"
    message = "Prompts and models are released by administrators. Ask one of them."
