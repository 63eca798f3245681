"""The calls nobody waits for: an EHR's statement, what changed, and exports; what came of each."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from smartapp.administration.reports import report_on
from smartapp.checking import CheckRefused
from smartapp.fhir import bulk
from smartapp.fhir.bearers import BackendBearer
from smartapp.fhir.changes import Changes, Follower
from smartapp.fhir.errors import SessionLost
from smartapp.fhir.pages import PageReader
from smartapp.fhir.reader import reader_for
from smartapp.fhir.results import Concept
from smartapp.fhir.vendors import profile_of
from smartapp.models import BulkExport, Ehr, EhrReport, Launch
from tests.conftest import Sandbox
from tests.smartapp.faults.came import WHOLE, Came
from tests.smartapp.faults.people import still_open, tokens_of
from tests.smartapp.faults.switched import forget_holds

GROUP = "eG-everybody"
# Steps after which an export that a fault holds up is left to its patience.
_STEPS = 6


@dataclass
class Statement:
    """A check of what the EHR says of itself."""

    ehr: Ehr
    kinds: tuple[str, ...] = ("metadata",)
    types: tuple[str, ...] = ()
    personality: str = "generic"
    secrets: set[str] = field(default_factory=set)
    whole: dict[str, Any] | None = None

    def prepare(self) -> None:
        """Check once without a fault."""
        self.secrets = {BackendBearer(self.ehr).token()}
        if self.whole is None:
            self.whole = report_on(self.ehr)

    def make(self) -> Came:
        """Check."""
        assert self.whole is not None
        try:
            report = report_on(self.ehr)
        except CheckRefused as refused:
            kept = EhrReport.objects.latest("id").report
            strange = [] if kept["refused"] == refused.code else ["a report that was not made"]
            return Came(refused.code, strange, (refused.code,))
        same = report["findings"] == self.whole["findings"]
        return Came(WHOLE, [] if same else ["other findings, and nothing said"])


@dataclass
class Following:
    """What changed in a patient's problems, page by page, since a bookmark that is new."""

    hospital: Sandbox
    ehr: Ehr
    kinds: tuple[str, ...] = ("search", "page")
    types: tuple[str, ...] = ("Condition",)
    personality: str = "generic"
    launch: Launch | None = None
    whole: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    name: str = ""
    told: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Open a launch where there is none, and look once without a fault."""
        self.launch = still_open(self.launch, self.hospital, self.personality)
        self.secrets |= tokens_of(self.launch)
        if not self.whole:
            self._anew()
            self._look()
            self.whole = self._references()
            assert self.whole
        self._anew()

    def make(self) -> Came:
        """Look."""
        assert self.launch is not None
        try:
            found = self._look()
        except SessionLost as lost:
            return Came(lost.code, [], (lost.code,))
        finally:
            self.secrets |= tokens_of(self.launch)
        missing = dict.fromkeys(f"{each.reason.value}: {each.detail}" for each in found.missing)
        told = self._references()
        strange = [f"{len(told - self.whole)} that nobody has"]
        if not missing and told != self.whole:
            strange.append("less than the whole, and nothing said")
        return Came(
            "; ".join(sorted(missing)) or WHOLE,
            [each for each in strange if not each.startswith("0 ")],
        )

    def afterwards(self) -> list[str]:
        """Look again without the fault: what was not told is told now, and nothing twice.

        What came broken and comes whole has changed, and is told of again.
        """
        self.launch = still_open(self.launch, self.hospital, self.personality)
        forget_holds()
        self._look()
        told = self._references()
        strange = [] if told == self.whole else ["a change was skipped"]
        twice = len(self.told) != len(set(self.told))
        return [*strange, *(["a change was told twice"] if twice else [])]

    def _references(self) -> set[str]:
        """What was told of. A resource that is broken is one all the same: its reader's matter."""
        return {each.partition("@")[0] for each in self.told if "/broken" not in each}

    def _anew(self) -> None:
        self.name, self.told = uuid4().hex[:20], []

    def _look(self) -> Changes:
        assert self.launch is not None
        reader = reader_for(self.launch)
        reader._prepare()  # its token
        pages = PageReader(
            asker=reader._asker,  # the launch's own way to the EHR
            patient_id=self.launch.patient_id,
            seconds=settings.FHIR_TIMEOUT_SECONDS,
        )
        follower = Follower(self.name, self.ehr, profile_of(self.ehr))

        def handle(changes: Changes) -> None:
            self.told += [f"{each.reference}@{each.version}" for each in changes.changed]
            self.told += [f"gone {each}" for each in changes.gone]

        return follower.take(pages, self.launch.patient_id, Concept.PROBLEMS, handle)


@dataclass
class Exporting:
    """An export of a group's patients, from its kick-off to its import."""

    ehr: Ehr
    kinds: tuple[str, ...]
    types: tuple[str, ...] = ()
    personality: str = "generic"
    secrets: set[str] = field(default_factory=set)
    whole: dict[str, Any] = field(default_factory=dict)

    @property
    def follows(self) -> bool:
        """Whether a redirect may be followed, without the token, as files often call for."""
        return "file" in self.kinds

    def prepare(self) -> None:
        """Have a token, and export once without a fault."""
        self.secrets = {BackendBearer(self.ehr).token()}
        for export in BulkExport.objects.exclude(state__in=("imported", "failed", "cancelled")):
            bulk.cancel(export.pk)
        if not self.whole:
            export = self._run()
            assert export.state == BulkExport.State.READY, export.code
            self.whole, missing = self._imported(export)
            assert self.whole
            assert not missing

    def make(self) -> Came:
        """Export and import."""
        export = self._run()
        if export.state == BulkExport.State.FAILED:
            return Came(export.code, [], (export.code,))
        if export.state != BulkExport.State.READY:
            return Came(f"waiting: {export.code}", [], (export.code,))
        found, missing = self._imported(export)
        strange = [
            f"{len(found.keys() - self.whole.keys())} that nobody has",
            f"{sum(found[key] != self.whole[key] for key in found.keys() & self.whole.keys())} differ",
        ]
        if not missing and found != self.whole:
            strange.append("less than the whole, and nothing said")
        cell = "; ".join(sorted(missing)) or WHOLE
        return Came(cell, [each for each in strange if not each.startswith("0 ")], tuple(missing))

    def _run(self) -> BulkExport:
        export = bulk.begin(self.ehr, bulk.Wish(GROUP, ("Patient",)))
        for _ in range(_STEPS):
            BulkExport.objects.filter(pk=export.pk).update(due_at=timezone.now())
            export = bulk.advance(export.pk)
            if export.code or export.state in ("ready", "failed", "cancelled"):
                break
        return export

    @staticmethod
    def _imported(export: BulkExport) -> tuple[dict[str, Any], list[str]]:
        found: dict[str, Any] = {}

        def handle(batch: bulk.Batch) -> None:
            for each in batch.resources:
                assert each.reference not in found, "handed over twice"
                found[each.reference] = each.raw

        done = bulk.import_export(export.pk, handle)
        told = [f"{each['reason']}: {each['detail']}" for each in done.missing]
        if done.unreadable and not told:
            told.append("unreadable: lines")
        return found, list(dict.fromkeys(told))
