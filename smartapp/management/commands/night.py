"""``manage.py night``: begin a night at an EHR, see how far it is, end it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.management.named import ehr_named
from smartapp.models import Ehr, Night
from smartapp.night import nights
from smartapp.night.errors import NightError

_SHOWN = 20


class Command(BaseCommand):
    """Shows counts and codes, never a patient."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what may be done."""
        parser.add_argument("act", nargs="?", default="show", choices=["show", "begin", "cancel"])
        parser.add_argument("ehr", nargs="?", help="the EHR's short name, as in connect_ehr")
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--group", help="the id of a Group at the EHR")
        whose.add_argument("--patients", type=Path, help="a file of patients' ids, one a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Begin, cancel or show."""
        if options["act"] == "show":
            self._show(options["ehr"])
            return
        ehr = ehr_named(options["ehr"])
        if options["act"] == "cancel":
            self._cancel(ehr)
        else:
            self._begin(ehr, options["group"], options["patients"])

    def _begin(self, ehr: Ehr, group: str | None, patients: Path | None) -> None:
        if group is None and patients is None:
            raise CommandError("Name a --group of the EHR, or a file of --patients.")
        try:
            if patients is not None:
                lines = patients.read_text(encoding="utf-8").split()
                night = nights.begin(ehr, lines)
            else:
                night = nights.begin_for_group(ehr, group or "")
        except OSError:
            raise CommandError("The file of patients cannot be read.") from None
        except NightError as error:
            raise CommandError(f"{error.sentence} ({error.code})") from error
        count = nights.progress(night).patients
        self.stdout.write(f"{night.pk}  begun for {count} patients of {ehr.slug}.")

    def _cancel(self, ehr: Ehr) -> None:
        night = Night.objects.filter(ehr=ehr, state=Night.State.READING).first()
        if night is None or not nights.cancel(night):
            raise CommandError("No night is being read at this EHR.")
        self.stdout.write(f"{night.pk}  cancelled.")

    def _show(self, slug: str | None) -> None:
        found = Night.objects.select_related("ehr").order_by("-begun_at")
        rows = (found.filter(ehr__slug=slug) if slug else found)[:_SHOWN]
        for night in rows:
            told = nights.progress(night)
            said = (
                f"{told.read} of {told.patients} read, {told.incomplete} with gaps, "
                f"{told.failed} not read, {told.requests} requests"
            )
            code = f"  {night.code}" if night.code else ""
            self.stdout.write(f"{night.pk}  {night.ehr.slug}  {night.state}  {said}{code}")
        self.stdout.write(f"{len(rows)} nights.")
