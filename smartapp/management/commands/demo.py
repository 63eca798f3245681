"""``manage.py demo``: the whole product on this machine, with a pretend hospital."""

import json
import os
import shutil
import signal
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from smartapp.demo.journey import PERSONALITIES, Programme, check
from smartapp.demo.processes import Demonstration, Places, free_port


class Command(BaseCommand):
    """Start sandbox EHR, app and worker; with ``--check``, play the journey and end."""

    help = "Starts the sandbox hospital, the app and a worker; --check plays the journey over HTTP."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--check", action="store_true", help="play the journey, then end")
        parser.add_argument("--charts", type=Path, help="a folder of FHIR R4 bundles to load")
        parser.add_argument(
            "--shift-dates", action="store_true", help="move the charts' dates towards today"
        )
        parser.add_argument(
            "--personality", action="append", choices=PERSONALITIES, help="only this EHR"
        )
        parser.add_argument("--limit", type=int, help="play this many charts at most")
        parser.add_argument(
            "--document", action="append", default=[], metavar="KEY", help="only this document"
        )
        parser.add_argument(
            "--every-document",
            action="store_true",
            help="play all documents in each launch; without it each launch plays one, in turn",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until interrupted, or until the check is done."""
        arguments: list[str] = []
        if charts := options["charts"]:
            if not charts.is_dir():
                raise CommandError(f"{charts} is not a folder.")
            arguments += ["--charts", str(charts.resolve())]
        if options["shift_dates"] or (charts and options["check"]):
            arguments.append("--shift-dates")
        if options["check"]:
            self._check(tuple(arguments), options)
        else:
            self._serve(tuple(arguments))

    def _serve(self, arguments: tuple[str, ...]) -> None:
        places = Places(
            app_port=int(os.environ.get("COUNTERSIGN_PORT", "8000")),
            sandbox_port=int(os.environ.get("SANDBOX_PORT", "8090")),
            data_dir=settings.DATA_DIR,
        )
        with Demonstration(places, arguments, log=self.stdout.write) as running:
            self.stdout.write(
                "\nOpen the pretend hospital and choose a patient:\n\n"
                f"    {places.sandbox_url}/\n\n"
                f"The compliance reviewer's pages: {places.app_url}/trail/\n"
                "  (an account: .venv/bin/python manage.py add_staff NAME --role compliance)\n"
                "Drafts are "
                + (
                    "by Claude.\n"
                    if settings.MODEL_API_KEY or settings.MODEL_PROVIDER != "anthropic"
                    else "by the offline drafter, not AI.\n"
                )
                + "Ctrl+C ends everything."
            )
            # Ended by a process manager as by hand: the parts must not outlive us.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            try:
                while True:
                    running.raise_if_ended()
                    time.sleep(1)
            except KeyboardInterrupt:
                self.stdout.write("\nEnding.")

    def _check(self, arguments: tuple[str, ...], options: dict[str, Any]) -> None:
        folder = Path(tempfile.mkdtemp(prefix="countersign-check-"))
        places = Places(free_port(), free_port(), folder)
        try:
            with Demonstration(places, arguments, log=self.stderr.write) as running:
                programme = Programme(
                    personalities=options["personality"] or PERSONALITIES,
                    limit=options["limit"],
                    documents=options["document"],
                    every=options["every_document"],
                )
                report = check(running, programme, log=self.stderr.write)
        finally:
            if options["verbosity"] < 2:
                shutil.rmtree(folder, ignore_errors=True)
        self.stdout.write(json.dumps(report))
        if not report["met"]:
            raise CommandError("The check failed; see the report above.")
