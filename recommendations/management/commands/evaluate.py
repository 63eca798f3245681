"""``manage.py evaluate SUITE``: measure how good something is, and hold it against its goals."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from recommendations.quality import saved
from recommendations.quality.suites import Options, Suite, SuiteRefused, names, suite
from smartapp.env import env


class Command(BaseCommand):
    """Runs an evaluation suite; ends with status 1 where a goal was not reached."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what is measured, on what, and how it is told."""
        parser.add_argument("suite", choices=names(), help="what to measure")
        parser.add_argument("--json", action="store_true", help="one line of JSON, for a program")
        parser.add_argument(
            "--shared-data", type=Path, help="the folder with charts/ (COUNTERSIGN_SHARED_DATA)"
        )
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--seed", type=int, default=1, help="of what is chosen at random")
        parser.add_argument(
            "--save", action="store_true", help="keep the figures for the model card"
        )
        parser.add_argument(
            "--set", "--suite", dest="set", default="", help="only this set; live: which it is"
        )
        parser.add_argument(
            "--spend", action="store_true", help="live: ask the model; without, the cost is told"
        )
        parser.add_argument("--out", type=Path, help="write the figures as JSON into this file")
        parser.add_argument("--document", default="", help="compare: which document is drafted")
        parser.add_argument("--from", dest="before", default="", help="compare: N or CONTRACT/N")
        parser.add_argument("--to", dest="after", default="", help="compare: N or CONTRACT/N")
        parser.add_argument(
            "--keep", action="store_true", help="compare: keep the figures for administrators"
        )
        parser.add_argument("--most", type=int, default=0, help="compare, live: how many; 0: all")
        parser.add_argument("--show", type=int, default=10, help="examples of each fault")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and tell."""
        chosen = suite(options["suite"])
        if options["set"]:
            _alone(chosen, options)
        self.stderr.write(chosen.asks)
        try:
            report = chosen.run(self._options(options))
        except SuiteRefused as refused:
            raise CommandError(f"{refused.code}: {refused}") from refused
        if options["save"]:
            self.stderr.write(f"Kept in {saved.save(report, on=timezone.now().date()).name}")
        if options["out"]:
            options["out"].write_text(
                json.dumps(report.as_dict(), indent=1) + "\n", encoding="utf-8"
            )
        told = [json.dumps(report.as_dict())] if options["json"] else report.lines()
        self.stdout.write("\n".join(told))
        if not report.met:
            missed = [goal.figure for goal in report.goals if not goal.met_by(report.figures)]
            raise CommandError(f"Not every goal was reached: {', '.join(missed)}.")

    def _options(self, options: dict[str, Any]) -> Options:
        beside = Path(settings.BASE_DIR).parent / "shared" / "data"
        named = env.str("COUNTERSIGN_SHARED_DATA", str(beside))
        return Options(
            shared_data=options["shared_data"] or Path(named),
            processes=max(1, options["processes"]),
            seed=options["seed"],
            show=max(0, options["show"]),
            only=options["set"],
            document=options["document"],
            before=options["before"],
            after=options["after"],
            most=max(0, options["most"]),
            spend=options["spend"],
            out=options["out"],
            keep=options["keep"],
            log=self.stderr.write,
        )


def _alone(chosen: Suite, options: dict[str, Any]) -> None:
    """Raises ``CommandError`` where one set cannot be measured alone, or would be kept as all."""
    if options["set"] not in chosen.sets:
        known = ", ".join(chosen.sets) or "none"
        raise CommandError(
            f"set_unknown: the suite {chosen.name} has no set {options['set']} to measure alone. "
            f"Leave --set out, or name one of: {known}."
        )
    if options["save"]:
        raise CommandError(
            "set_not_saved: what is kept is the whole suite. Leave out either --set or --save."
        )
