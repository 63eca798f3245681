"""``manage.py seal_ledger``: seal and sign what waits, once; workers do so all the time."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.tree.publishing import publish
from audit.tree.sealing import BATCH, check_point, seal, signer, size


class Command(BaseCommand):
    """Exit 0: sealed, or another is sealing."""

    help = "Seal the rows that wait, sign the tree, publish it; print the key that verifies it."

    def handle(self, *args: Any, **options: Any) -> None:
        """One round."""
        while seal() == BATCH:
            pass
        check_point()
        publish()
        self.stdout.write(f"{size():,} rows are sealed. Key: {signer().verifier}")
