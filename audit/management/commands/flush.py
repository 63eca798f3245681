"""``flush`` would empty the trail: it is refused before the triggers have to."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Refuses."""

    help = "Refused: emptying the database would empty the trail."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        """Accept Django's own options, so that the refusal is what is read."""
        parser.add_argument("--no-input", "--noinput", action="store_false", dest="interactive")
        parser.add_argument("--database", default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise :class:`CommandError`."""
        raise CommandError("The trail may not be emptied. To start afresh, make a new database.")
