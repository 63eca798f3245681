"""``manage.py schedule``: what is done at an EHR by itself, without a clinician."""

from datetime import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartapp.management.named import ehr_named
from smartapp.models import Schedule
from smartapp.schedules import setting


class Command(BaseCommand):
    """Shows counts and codes, never a group or a patient."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what may be done."""
        parser.add_argument("act", nargs="?", default="show", choices=["show", "set", "remove"])
        parser.add_argument("ehr", nargs="?", help="the EHR's short name, as in connect_ehr")
        parser.add_argument("work", nargs="?", choices=Schedule.Work.values)
        parser.add_argument("--group", default="", help="the id of a Group at the EHR")
        parser.add_argument("--at", type=time.fromisoformat, help="each day at this time, 02:30")
        parser.add_argument("--every-minutes", type=int, help="after so many minutes, again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show, set or remove."""
        if options["act"] == "show":
            self._show()
            return
        ehr, work = ehr_named(options["ehr"]), options["work"]
        if work is None:
            raise CommandError(f"Say what: {', '.join(Schedule.Work.values)}.")
        if options["act"] == "remove":
            if not setting.remove(ehr, work):
                raise CommandError("Nothing of that kind is scheduled at this EHR.")
            self.stdout.write(f"{work}  removed at {ehr.slug}.")
            return
        how = {name: options[name] for name in ("group", "at", "every_minutes")}
        try:
            row = setting.set_schedule(ehr, work, **how)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self._tell(row)

    def _show(self) -> None:
        rows = Schedule.objects.select_related("ehr").order_by("ehr__slug", "work")
        for row in rows:
            self._tell(row)
        self.stdout.write(f"{len(rows)} schedules.")

    def _tell(self, row: Schedule) -> None:
        state = "under way" if row.running_since else f"next {row.next_at:%Y-%m-%d %H:%M} UTC"
        last = ""
        if row.ended_at is not None:
            last = f"  last: {row.code or f'{row.count}, {row.missing} with something missing'}"
        self.stdout.write(f"{row.ehr.slug}  {row.work}  {setting.words(row)}  {state}{last}")
