"""``manage.py export_ledger FILE``: the sealed trail, for somebody to verify without us."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import SignedCheckpoint
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
        try:
            with options["file"].open("w" if options["force"] else "x", encoding="utf-8") as file:
                file.writelines(lines(newest))
        except FileExistsError as error:
            raise CommandError("There is such a file already; --force writes over it.") from error
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from error
        self.stdout.write(
            f"{newest.size:,} rows written. Verify with audit/verifier/verify_trail.py."
        )
