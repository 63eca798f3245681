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


class SecondFactorChanged(Event):
    """A member of staff added, removed or renewed a second factor."""

    type: ClassVar[str] = "staff.second_factor_changed"
    wording: ClassVar[str] = "changed the second factor"

    change: Literal["added", "removed", "renewed"]
    kind: str  # "totp", "recovery_codes"


class PageRefused(Event):
    """Someone not signed in, of another role or without the second factor asked for a page."""

    type: ClassVar[str] = "staff.page_refused"
    wording: ClassVar[str] = "was refused a page"

    page: str  # the name of the page, never its address


class FormRefused(Event):
    """A form came without its token: an old page, or another site that sent it."""

    type: ClassVar[str] = "staff.form_refused"
    wording: ClassVar[str] = "sent a form that was refused"

    page: str  # the name of the page, never its address
