"""``manage.py verify_ledger``: prove the trail whole, or name the first row that is not."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.ledger import Report, verify


class Command(BaseCommand):
    """Exit 0: whole. Exit 1: not, and which rows are the first bad ones."""

    help = "Recompute every chain of the trail. Exit code 1 if any row does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--json", action="store_true", help="Print one line of JSON.")
        parser.add_argument(
            "--stream", action="append", help="Only this stream, e.g. system; may be repeated."
        )
        parser.add_argument(
            "--without-payloads", action="store_true", help="Do not open the sealed parts."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and fail if anything does not hold."""
        report = verify(options["stream"], payloads=not options["without_payloads"])
        self.stdout.write(_as_json(report) if options["json"] else _as_text(report))
        if not report.whole:
            raise CommandError(f"The trail is not whole: {len(report.faults)} streams have faults.")


def _as_json(report: Report) -> str:
    figures = asdict(report) | {"checked_at": report.checked_at.isoformat(), "whole": report.whole}
    return json.dumps(figures, sort_keys=True)


def _as_text(report: Report) -> str:
    speed = report.rows / report.seconds if report.seconds else 0
    counts = f"{report.rows:,} rows in {report.streams:,} streams verified"
    pace = f"in {report.seconds:.2f} s ({speed:,.0f} rows/s)"
    lines = [f"{counts} {pace}; {report.payloads:,} sealed parts opened."]
    lines += [
        f"{fault.kind.upper()}: {fault.stream}, row {fault.sequence}"
        + (f" (event {fault.event_id})" if fault.event_id else "")
        + f": {fault.words}"
        for fault in report.faults
    ]
    if report.missing_triggers:
        lines.append(f"WARNING: not guarded by {', '.join(report.missing_triggers)}.")
    if report.whole:
        lines.append(f"Whole. Keep this elsewhere, to compare later: {report.digest}")
    return "\n".join(lines)
