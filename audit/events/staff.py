"""What members of staff do to the app itself."""

from typing import ClassVar, Literal

from audit.events.base import Event


class ConfigurationChanged(Event):
    """A configuration model was changed. The values before and after are sealed."""

    type: ClassVar[str] = "config.changed"
    wording: ClassVar[str] = "changed the configuration"
    sealed: ClassVar[frozenset[str]] = frozenset({"changes"})

    model: str  # "smartapp.ehr"
    object_pk: str
    action: Literal["created", "changed", "deleted"]
    fields: tuple[str, ...]
    change_id: int  # the row of django-auditlog's table
    changes: dict[str, list[str]]  # field -> [before, after], secrets masked


class SignedIn(Event):
    """A member of staff signed in."""

    type: ClassVar[str] = "staff.signed_in"
    wording: ClassVar[str] = "signed in"


class SignedOut(Event):
    """A member of staff signed out."""

    type: ClassVar[str] = "staff.signed_out"
    wording: ClassVar[str] = "signed out"


class SignInRefused(Event):
    """Someone tried to sign in and was refused. The name given is sealed: it may be anyone's."""

    type: ClassVar[str] = "staff.sign_in_refused"
    wording: ClassVar[str] = "tried to sign in"
    sealed: ClassVar[frozenset[str]] = frozenset({"name_given"})

    name_given: str
