"""The page of scopes as data: a row for each scope, a cell for each workflow, and what is amiss."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from smartapp.administration.purposes import Purpose, purposes, reason
from smartapp.administration.uses import of_scope, uses
from smartapp.fhir.vendors import Profile, profile_of
from smartapp.fhir.vendors.needs import usual_resources
from smartapp.models import BackendToken, Ehr, EhrReport, Launch, ScopeJustification
from smartapp.scopes import WorkflowUse, parse, registered, surplus, withheld
from smartapp.scopes.approvals import backend_scopes, key
from smartapp.scopes.asking import IDENTITY, is_for_backend, plain_reason

_LAUNCHES = 50
State = Literal["approved", "waiting", "unwritten", "given_up"]
Granted = Literal["granted", "refused", "at times", "not seen", "not asked"]


@dataclass(frozen=True, slots=True)
class Row:
    """One scope at one EHR."""

    scope: str
    title: str  # "Observation", or the scope itself where it is about no resource
    part: str  # "category=laboratory" of a subset
    purposes: tuple[Purpose, ...]
    suggestion: str  # what the registry knows it is for
    justification: ScopeJustification | None
    state: State
    asked: bool
    needed: bool
    granted: Granted
    uses: int | None  # in 90 days; None for what is no resource

    @property
    def for_backend(self) -> bool:
        """Whether it is for work without a clinician."""
        return is_for_backend(self.scope)

    @property
    def never_used(self) -> bool:
        """Whether the EHR grants it and nothing was ever read by it."""
        return self.uses == 0 and self.granted in {"granted", "at times"} and self.asked

    @property
    def may_go(self) -> bool:
        """Whether it is asked for and can be given up."""
        return self.asked and key(self.scope) not in IDENTITY

    @property
    def must_be_written(self) -> bool:
        """Whether somebody has to write why, before it can be asked for."""
        return self.state in {"unwritten", "given_up"}


@dataclass(frozen=True, slots=True)
class Grid:
    """All that the page shows of one EHR."""

    ehr: Ehr
    workflows: tuple[WorkflowUse, ...]
    rows: tuple[Row, ...]
    surplus: tuple[str, ...]  # granted at the newest launch, and not asked for
    launches: int  # how many the grants are told from
    to_register: str
    backend_to_register: str  # what the backend asks for; "" where there is none
    checked: bool  # whether the EHR was found to offer it, or it is the vendor's habit

    @property
    def resources(self) -> list[Row]:
        """The rows that are about a kind of resource."""
        return [row for row in self.rows if row.uses is not None]

    @property
    def never_used(self) -> list[Row]:
        """What could be given up."""
        return [row for row in self.rows if row.never_used]

    @property
    def beyond(self) -> list[Row]:
        """What is asked for although no workflow needs it in this form."""
        return [row for row in self.resources if row.asked and not row.needed]

    @property
    def blocking(self) -> list[Row]:
        """What launches ask for and is not approved: it keeps every launch out."""
        return [row for row in self._unapproved if not row.for_backend]

    @property
    def blocking_backend(self) -> list[Row]:
        """What the backend asks for and is not approved: it keeps all such work out."""
        return [row for row in self._unapproved if row.for_backend]

    @property
    def _unapproved(self) -> list[Row]:
        return [row for row in self.rows if row.asked and row.state != "approved"]

    @property
    def asked(self) -> int:
        """How many scopes are asked for."""
        return sum(row.asked for row in self.rows)

    @property
    def waiting(self) -> int:
        """How many wait for a second person."""
        return sum(row.state == "waiting" for row in self.rows)


def grid_of(ehr: Ehr) -> Grid:
    """Return the page of one EHR, its uses counted up to now."""
    profile = profile_of(ehr)
    offered = _offered(ehr)
    by_night = backend_scopes(ehr)
    asked, needed = [*ehr.scopes.split(), *by_night], offered or usual_resources(profile)
    written = {row.scope: row for row in ScopeJustification.objects.filter(ehr=ehr)}
    kept = [scope for scope, row in written.items() if row.given_up_at is None]
    plain = [scope for scope in dict.fromkeys([*asked, *kept]) if parse(scope) is None]
    resources = sorted({scope for scope in [*asked, *needed, *kept] if parse(scope) is not None})
    launches = list(
        Launch.objects.filter(ehr=ehr)
        .order_by("-created_at")
        .values_list("requested_scopes", "granted_scopes")[:_LAUNCHES]
    )
    making = _Making(
        profile=profile,
        asked=frozenset(asked),
        needed=frozenset(needed),
        launches=launches,
        bought=_bought(ehr, by_night),
        counts=uses(ehr),
        written=written,
    )
    return Grid(
        ehr=ehr,
        workflows=registered(),
        rows=tuple(making.row(scope) for scope in [*plain, *resources]),
        surplus=surplus(*launches[0]) if launches else (),
        launches=len(launches),
        to_register=" ".join([*plain, *needed]),
        backend_to_register=" ".join(by_night),
        checked=bool(offered),
    )


def _offered(ehr: Ehr) -> tuple[str, ...]:
    """The smallest set by what the EHR was last found to offer; empty where it was not checked."""
    last = EhrReport.objects.filter(ehr=ehr, report__has_key="scopes").order_by("-at").first()
    found = last.report["scopes"].split() if last else []
    return tuple(scope for scope in found if parse(scope) is not None)


def _bought(ehr: Ehr, asked: Iterable[str]) -> list[tuple[str, str]]:
    """What the backend's token in hand was asked and granted for; empty where there is none."""
    token = BackendToken.objects.filter(client__ehr=ehr, generation__gt=0).first()
    return [(" ".join(asked), token.granted_scopes)] if token else []


@dataclass(frozen=True, slots=True)
class _Making:
    profile: Profile
    asked: frozenset[str]
    needed: frozenset[str]
    launches: list[tuple[str, str]]
    bought: list[tuple[str, str]]
    counts: dict[tuple[str, str], int]
    written: dict[str, ScopeJustification]

    def row(self, scope: str) -> Row:
        """Put one row together."""
        parsed = parse(scope)
        query = scope.partition("?")[2]
        own = self.written.get(key(scope))
        number = of_scope(self.counts, parsed.resource_type, parsed.letters) if parsed else None
        return Row(
            scope=scope,
            title=parsed.resource_type if parsed else scope,
            part=query,
            purposes=purposes(self.profile, scope),
            suggestion=reason(self.profile, scope) or plain_reason(key(scope)),
            justification=own,
            state=_state(own),
            asked=scope in self.asked,
            needed=scope in self.needed or parsed is None or is_for_backend(scope),
            granted=_granted(scope, self.bought if is_for_backend(scope) else self.launches),
            uses=number,
        )


def _state(row: ScopeJustification | None) -> State:
    if row is None:
        return "unwritten"
    if row.given_up_at is not None:
        return "given_up"
    return "approved" if row.is_approved else "waiting"


def _granted(scope: str, launches: Iterable[tuple[str, str]]) -> Granted:
    launches = list(launches)
    told = [not withheld(scope, granted) for asked, granted in launches if scope in asked.split()]
    if not told:
        return "not asked" if launches else "not seen"
    if all(told):
        return "granted"
    return "at times" if any(told) else "refused"
