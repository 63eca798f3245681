"""django-auditlog's own deletion of entries, refused."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Refuses."""

    help = "Refused: changes of the configuration are kept."

    def add_arguments(self, parser: Any) -> None:
        """Accept the original's options, so that the refusal is what is read."""
        parser.add_argument("-y", "--yes", action="store_true")
        parser.add_argument("-b", "--before-date")
        parser.add_argument("-t", "--truncate", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise :class:`CommandError`."""
        raise CommandError("Changes of the configuration are kept, and may not be deleted.")
