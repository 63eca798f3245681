"""``manage.py ledger_role NAME``: what the owner of the database gives the app's own role."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from audit.roles import statements


class Command(BaseCommand):
    """Exit 0: printed, or with ``--apply`` carried out."""

    help = (
        "Print, or carry out, what lets a role of PostgreSQL run the app and not alter the trail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("role", help="A role that exists and can log in.")
        parser.add_argument("--schema", default="public")
        parser.add_argument("--apply", action="store_true", help="Carry them out, as the owner.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or run."""
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles; set DATABASE_URL.")
        connection.ensure_connection()
        every = statements(options["role"], options["schema"])
        texts = [each.as_string(connection.connection) for each in every]
        if options["apply"]:
            with transaction.atomic(), connection.cursor() as cursor:
                for text in texts:
                    cursor.execute(text)
        self.stdout.write("\n".join(f"{text};" for text in texts))
