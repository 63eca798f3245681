"""``manage.py export_ledger FILE``: the sealed trail, for somebody to verify without us."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.events.review import TrailExported
from audit.models import SignedCheckpoint
from audit.recorder import record
from audit.tree.exporting import lines


class Command(BaseCommand):
    """Exit 0: written."""

    help = "Write the trail, as far as it is signed, as lines of JSON. Sealed parts stay here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="Write over a file there is.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the newest checkpoint's rows."""
        newest = SignedCheckpoint.objects.order_by("-size").first()
        if newest is None:
            raise CommandError("Nothing is signed yet: run `manage.py seal_ledger`, or a worker.")
        with transaction.atomic():
            record(TrailExported(size=newest.size))
        how = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if options["force"] else os.O_EXCL)
        try:
            # It tells who did what: for whoever asked for it, and nobody else on this machine.
            with os.fdopen(os.open(options["file"], how, 0o600), "w", encoding="utf-8") as file:
                file.writelines(lines(newest))
        except FileExistsError as error:
            raise CommandError("There is such a file already; --force writes over it.") from error
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from error
        self.stdout.write(
            f"{newest.size:,} rows written. Verify with audit/verifier/verify_trail.py."
        )
