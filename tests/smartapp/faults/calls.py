"""Each kind of call, made once while a fault is on: what came of it, in the table's words."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from recommendations.clinical.results import ToolName
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.errors import BackendRefused, FhirError, SessionLost
from smartapp.fhir.reader import reader_for
from smartapp.models import BackendToken, Ehr, Launch, TokenSet
from tests.conftest import Sandbox
from tests.sandbox.smart import OSEI
from tests.smartapp.faults.came import WHOLE, Came
from tests.smartapp.faults.charts import Seen, seen, wrong
from tests.smartapp.faults.night_calls import Exporting, Following, Statement
from tests.smartapp.faults.people import HALLOWAY, still_open, tokens_of, walk


@dataclass
class Opening:
    """A launch. ``kinds`` are the calls of it that the fault touches."""

    hospital: Sandbox
    kinds: tuple[str, ...]
    personality: str = "generic"
    types: tuple[str, ...] = ()
    granted: str = ""
    secrets: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Learn what is granted without a fault."""
        if not self.granted:
            launch = walk(self.hospital, self.personality)
            assert isinstance(launch, Launch)
            self.granted = launch.granted_scopes

    def make(self) -> Came:
        """Launch."""
        launch = walk(self.hospital, self.personality)
        if isinstance(launch, str):
            return Came(launch, codes=(launch,))
        self.secrets = tokens_of(launch) | {launch.patient_id}
        right = launch.patient_id == HALLOWAY and launch.clinician.fhir_user == OSEI
        more = set(launch.granted_scopes.split()) - set(self.granted.split())
        strange = [] if right and not more else ["somebody else, or more than was granted"]
        less = launch.granted_scopes != self.granted
        return Came("scope_not_granted" if less else WHOLE, strange)


@dataclass
class Chart:
    """A tool's reading of a chart by a launch."""

    hospital: Sandbox
    kinds: tuple[str, ...]
    tool: ToolName
    types: tuple[str, ...]
    personality: str = "generic"
    expired: bool = False  # the token in hand has run out, so the call begins with a refresh
    launch: Launch | None = None
    whole: Seen | None = None
    secrets: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Open a launch where the last one is lost, and read the chart once without a fault."""
        self.launch = still_open(self.launch, self.hospital, self.personality)
        if self.whole is None:
            self.whole = seen(reader_for(self.launch), self.tool)
            assert self.whole.facts
        self.secrets |= tokens_of(self.launch)
        if self.expired:
            past = timezone.now() - timedelta(seconds=1)
            TokenSet.objects.filter(launch=self.launch).update(
                issued_at=past - timedelta(seconds=300), expires_at=past, refreshing_until=None
            )

    def make(self) -> Came:
        """Read."""
        assert self.launch is not None
        assert self.whole is not None
        try:
            found = seen(reader_for(self.launch), self.tool)
        except SessionLost as lost:
            return Came(lost.code, codes=(lost.code,))
        finally:
            self.secrets |= tokens_of(self.launch)
        missing = [each for each in found.missing if each not in self.whole.missing]
        strange = wrong(found.facts, self.whole.facts)
        if not missing and found.facts != self.whole.facts:
            strange.append("less than the whole, and nothing said")
        return Came("; ".join(sorted(missing)) or WHOLE, strange, tuple(missing))


@dataclass
class Night:
    """A backend's token."""

    hospital: Sandbox
    ehr: Ehr
    kinds: tuple[str, ...] = ("token",)
    types: tuple[str, ...] = ()
    personality: str = "generic"
    secrets: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Forget the token, and its pause."""
        BackendToken.objects.all().delete()

    def make(self) -> Came:
        """Buy one."""
        try:
            self.secrets = {BackendBearer(self.ehr).token()}
        except BackendRefused as refused:
            return Came(f"{refused.code}: {refused.reason}", codes=(refused.reason,))
        except FhirError as error:
            row = BackendToken.objects.get()
            return Came(error.code, codes=(row.failure,))
        less = BackendToken.objects.get().granted_scopes != self.ehr.backend.scopes
        return Came("scope_not_granted" if less else WHOLE)


Kind = Opening | Chart | Night | Statement | Following | Exporting


def columns(hospital: Sandbox, ehrs: dict[str, Ehr]) -> dict[str, Any]:
    """Every column of the table; a function each, so that only those asked for are made."""
    return {
        "Discovery": lambda: Opening(hospital, ("discovery",)),
        "Keys (JWKS)": lambda: Opening(hospital, ("jwks",)),
        "Launch token": lambda: Opening(hospital, ("token",)),
        "Refresh": lambda: Chart(hospital, ("token",), ToolName.DEMOGRAPHICS, (), expired=True),
        "Backend token": lambda: Night(hospital, ehrs["generic"]),
        "Patient read": lambda: Chart(hospital, ("read",), ToolName.DEMOGRAPHICS, ("Patient",)),
        "Search, first page": lambda: Chart(
            hospital, ("search",), ToolName.ALLERGIES, ("AllergyIntolerance",)
        ),
        "Next page": lambda: Chart(hospital, ("page",), ToolName.DIAGNOSES, ("Condition",)),
        "Reference read": lambda: Chart(
            hospital, ("read",), ToolName.MEDICATIONS, ("Medication",), personality="epic"
        ),
        "Attachment": lambda: Chart(hospital, ("binary",), ToolName.NOTES, ("Binary",)),
        "Statement": lambda: Statement(ehrs["generic"]),
        "Changes": lambda: Following(hospital, ehrs["generic"]),
        "Export, kick-off": lambda: Exporting(ehrs["generic"], ("export",)),
        "Export, poll": lambda: Exporting(ehrs["generic"], ("status",)),
        "Export, file": lambda: Exporting(ehrs["generic"], ("file",)),
    }


NAMES = tuple(columns(None, {}))  # type: ignore[arg-type]
