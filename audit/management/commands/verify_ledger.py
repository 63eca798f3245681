"""``manage.py verify_ledger``: prove the trail whole, or name the first row that is not.

Chains first, then the tree over all rows, against every signed checkpoint of the database and
those that are brought along.
"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.ledger import Report, verify
from audit.tree.checking import TreeReport, check
from audit.tree.notes import NoteRefused, Verifier
from audit.tree.sealing import signer


class Command(BaseCommand):
    """Exit 0: whole. Exit 1: not, and which rows are the first bad ones."""

    help = "Recompute the trail's chains and its tree. Exit code 1 if any row does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--json", action="store_true", help="Print one line of JSON.")
        parser.add_argument(
            "--stream", action="append", help="Only this stream, e.g. system; may be repeated."
        )
        parser.add_argument(
            "--without-payloads", action="store_true", help="Do not open the sealed parts."
        )

        parser.add_argument(
            "--checkpoint", type=Path, action="append", default=[],
            help="A checkpoint that was kept elsewhere; may be repeated.",
        )  # fmt: skip
        parser.add_argument("--key", help="The key that verifies checkpoints, kept elsewhere.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and fail if anything does not hold."""
        report = verify(options["stream"], payloads=not options["without_payloads"])
        # Of single streams there is no tree.
        tree = None if options["stream"] else _checked(options["key"], options["checkpoint"])
        self.stdout.write(_as_json(report, tree) if options["json"] else _as_text(report, tree))
        if not report.whole:
            raise CommandError(f"The trail is not whole: {len(report.faults)} streams have faults.")
        if tree and tree.faults:
            raise CommandError("The trail is not whole: it is not what was signed.")


def _checked(key: str | None, files: list[Path]) -> TreeReport:
    try:
        verifier = Verifier.parse(key) if key else signer().verifier
        return check(verifier, [file.read_text(encoding="utf-8") for file in files])
    except (NoteRefused, OSError, UnicodeDecodeError) as error:
        raise CommandError(f"A key or checkpoint cannot be read: {error}") from error


def _as_json(report: Report, tree: TreeReport | None) -> str:
    whole = report.whole and not (tree and tree.faults)
    figures = asdict(report) | {"checked_at": report.checked_at.isoformat(), "whole": whole}
    if tree:
        figures["tree"] = asdict(tree) | {"root": tree.root.hex()}
    return json.dumps(figures, sort_keys=True)


def _as_text(report: Report, tree: TreeReport | None) -> str:
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
    if tree:
        lines += _of_tree(tree)
    if report.missing_triggers:
        lines.append(f"WARNING: not guarded by {', '.join(report.missing_triggers)}.")
    if report.whole and not (tree and tree.faults):
        lines.append(f"Whole. Keep this elsewhere, to compare later: {report.digest}")
    return "\n".join(lines)


def _of_tree(tree: TreeReport) -> list[str]:
    signed = f"{tree.size:,} rows sealed, {tree.waiting:,} wait; {tree.checkpoints:,} checkpoints"
    lines = [f"{signed} hold." if not tree.faults else f"{signed} looked at."]
    for fault in tree.faults:
        place = (
            f"leaf {fault.leaf}" if fault.leaf == fault.last else f"{fault.leaf} to {fault.last}"
        )
        event = f" (event {fault.event_id})" if fault.event_id else ""
        lines.append(f"{fault.kind.upper()}: {place}{event}: {fault.words}")
    return lines
